// Package paper writes documents of A4 as PDF, in Chinese and English: bills,
// receipts, statements (BIL-08, PAY-01). Every document carries its font, so
// that it looks the same on whatever opens or prints it.
package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the font
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/piglig/go-qr"
	"golang.org/x/image/font/sfnt"
)

// sans is WenQuanYi Micro Hei reduced to Latin, Greek, kana, signs and the
// 21,236 Chinese characters it has, without hinting; see NOTICE. Those
// are all that the original has: of GB 18030 what lies outside GBK is not in it.
//
//go:embed sans.ttf.gz
var sans []byte

type typeface struct {
	raw    []byte
	glyphs *sfnt.Font
}

var face = sync.OnceValue(func() typeface {
	z, err := gzip.NewReader(bytes.NewReader(sans))
	if err != nil {
		panic(err) // part of the program and under test
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	f, err := sfnt.Parse(raw)
	if err != nil {
		panic(err)
	}
	return typeface{raw, f}
})

// A4 and its margins, and the sizes of letters: millimetres and points.
const (
	wide, high  = 210.0, 297.0
	margin      = 15.0
	inner       = wide - 2*margin
	sizeTitle   = 16.0
	sizeText    = 10.0
	sizeSmall   = 8.5
	pad         = 1.2
	qrSide      = 26.0
	familyName  = "sans"
	lineOfText  = 5.4
	lineOfSmall = 4.4
	ruleWidth   = 0.15
	boldShare   = 0.014 // width of the stroke that makes a letter bold, in millimetres a point

	footHeight = 8.0
)

// Doc is a document that is being written. It is not for two goroutines at once.
type Doc struct {
	pdf    *fpdf.Fpdf
	buf    sfnt.Buffer
	first  int          // page on which the present letter began
	lost   map[int]bool // pages on which a character could not be printed
	footer string
	page   func(n, of int) string
}

// New begins a document with a title for whoever opens it. page says which page
// of how many a page is, in the language of the document.
func New(title string, at time.Time, page func(n, of int) string) *Doc {
	d := &Doc{pdf: fpdf.New("P", "mm", "A4", ""), page: page, lost: map[int]bool{}}
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(at)
	d.pdf.SetModificationDate(at)
	d.pdf.SetProducer("Guanjia", true)
	d.pdf.SetTitle(d.plain(title), true)
	d.pdf.SetMargins(margin, margin, margin)
	d.pdf.SetAutoPageBreak(false, margin)
	d.pdf.SetCellMargin(0)
	d.pdf.AddUTF8FontFromBytes(familyName, "", face().raw)
	return d
}

// Letter begins a new letter on a new page. The pages of a letter are numbered
// for themselves; footer stands at the foot of each.
func (d *Doc) Letter(footer string) {
	d.end()
	d.footer = footer
	d.pdf.AddPage()
	d.first = d.pdf.PageNo()
}

// end writes the foot of the pages of the present letter, now that their number is known.
func (d *Doc) end() {
	last := d.pdf.PageNo()
	if d.first == 0 {
		return
	}
	for n := d.first; n <= last; n++ {
		d.pdf.SetPage(n)
		d.font(sizeSmall, false)
		d.pdf.SetTextColor(110, 110, 110)
		y := high - margin
		if d.footer != "" {
			d.put(margin, y, inner, d.footer, false)
		}
		if d.lost[n] {
			d.put(margin, y-lineOfSmall, inner, missingSaid, false)
		}
		if last > d.first {
			d.put(margin, y, inner, d.page(n-d.first+1, last-d.first+1), true)
		}
	}
	d.pdf.SetPage(last)
	d.first = 0
}

// Bytes is the whole document.
func (d *Doc) Bytes() ([]byte, error) {
	d.end()
	var out bytes.Buffer
	if err := d.pdf.Output(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// font chooses size and weight. The font has one weight: bold is drawn with a stroke.
func (d *Doc) font(size float64, bold bool) {
	d.pdf.SetFont(familyName, "", size)
	d.pdf.SetTextColor(0, 0, 0)
	mode := 0
	if bold {
		mode = 2
		d.pdf.SetLineWidth(size * boldShare)
	}
	d.pdf.SetTextRenderingMode(mode)
}

// put writes a line of text whose top left corner is x, y; right: it ends at the right of its width.
func (d *Doc) put(x, y, width float64, text string, right bool) {
	text = d.plain(text)
	if right {
		x += width - d.pdf.GetStringWidth(text)
	}
	_, size := d.pdf.GetFontSize()
	d.pdf.Text(x, y+size*1.05, text)
}

// room makes sure that h millimetres are left on the page and says whether a new one began.
func (d *Doc) room(h float64) bool {
	if d.pdf.GetY()+h <= high-margin-footHeight {
		return false
	}
	d.pdf.AddPage()
	return true
}

// lines writes text in as many lines as it needs, from the present place down.
func (d *Doc) lines(text string, height float64) {
	for _, line := range d.wrap(text, inner) {
		d.room(height)
		y := d.pdf.GetY()
		d.put(margin, y, inner, line, false)
		d.pdf.SetY(y + height)
	}
}

// Title writes the heading of a letter.
func (d *Doc) Title(text string) {
	d.font(sizeTitle, true)
	d.lines(text, 8.5)
	d.pdf.SetY(d.pdf.GetY() + 1.5)
}

// Heading writes the heading of a part.
func (d *Doc) Heading(text string) {
	d.room(lineOfText * 4) // never alone at the foot of a page
	d.font(sizeText+1, true)
	d.lines(text, lineOfText+1)
}

// Text writes a paragraph.
func (d *Doc) Text(text string) {
	d.font(sizeText, false)
	d.lines(text, lineOfText)
}

// Strong writes a paragraph that is not to be missed.
func (d *Doc) Strong(text string) {
	d.font(sizeText, true)
	d.lines(text, lineOfText)
}

// Small writes a note.
func (d *Doc) Small(text string) {
	d.font(sizeSmall, false)
	d.lines(text, lineOfSmall)
}

// Gap leaves some millimetres free.
func (d *Doc) Gap(mm float64) { d.pdf.SetY(d.pdf.GetY() + mm) }

// Pair is a name with its value.
type Pair struct{ Name, Value string }

// Pairs writes names and values, one below the other; a pair without a value is left out.
func (d *Doc) Pairs(pairs ...Pair) {
	d.font(sizeText, false)
	width := 0.0
	for _, p := range pairs {
		if p.Value != "" {
			width = max(width, d.pdf.GetStringWidth(d.plain(p.Name)))
		}
	}
	width = min(width, inner/3)
	for _, p := range pairs {
		if p.Value == "" {
			continue
		}
		name, value := d.wrap(p.Name, width), d.wrap(p.Value, inner-width-4)
		for i := range max(len(name), len(value)) {
			d.room(lineOfText)
			y := d.pdf.GetY()
			if i < len(name) {
				d.pdf.SetTextColor(90, 90, 90)
				d.put(margin, y, width, name[i], false)
				d.pdf.SetTextColor(0, 0, 0)
			}
			if i < len(value) {
				d.put(margin+width+4, y, inner-width-4, value[i], false)
			}
			d.pdf.SetY(y + lineOfText)
		}
	}
}

// Foot closes a letter: lines beside a QR code that leads to link.
func (d *Doc) Foot(link string, lines ...string) {
	d.font(sizeSmall, false)
	left, width := margin, inner
	if link != "" {
		left, width = margin+qrSide+4, inner-qrSide-4
	}
	var all []string
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			all = append(all, d.wrap(l, width)...)
		}
	}
	h := float64(len(all)) * lineOfSmall
	if link != "" {
		h = max(h, qrSide)
	}
	d.Gap(3)
	d.room(h)
	top := d.pdf.GetY()
	if link != "" {
		d.qr(link, margin, top)
	}
	d.font(sizeSmall, false)
	for i, l := range all {
		d.put(left, top+float64(i)*lineOfSmall, width, l, false)
	}
	d.pdf.SetY(top + h + 2)
}

// qr draws a QR code of qrSide, its quiet zone included.
func (d *Doc) qr(link string, x, y float64) {
	code, err := go_qr.EncodeText(link, go_qr.Medium)
	if err != nil {
		d.pdf.SetError(err)
		return
	}
	const quiet = 2
	n := code.Size()
	side := qrSide / float64(n+2*quiet)
	d.pdf.SetFillColor(0, 0, 0)
	for row := range n {
		for col := 0; col < n; col++ {
			run := 0
			for col+run < n && code.Module(col+run, row) {
				run++
			}
			if run > 0 {
				d.pdf.Rect(x+float64(col+quiet)*side, y+float64(row+quiet)*side, float64(run)*side, side, "F")
				col += run
			}
		}
	}
}

// Numbered is how pages are counted in a language.
func Numbered(lang string) func(n, of int) string {
	return func(n, of int) string {
		if lang == "en" {
			return "Page " + strconv.Itoa(n) + " of " + strconv.Itoa(of)
		}
		return "第 " + strconv.Itoa(n) + " 页，共 " + strconv.Itoa(of) + " 页"
	}
}
