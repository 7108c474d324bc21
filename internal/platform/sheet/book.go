package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"guanjia/internal/platform/errs"
)

// book is an opened package: its parts, shared texts and number formats.
type book struct {
	parts    map[string]*zip.File
	left     int64 // bytes that a part may unpack to
	strings  []string
	formats  []format // by cell style
	from1904 bool
}

var (
	magicOLE = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}
	magicZip = []byte("PK\x03\x04")
	// encrypted is the name of the stream that holds a password-protected .xlsx inside an OLE file.
	encrypted = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
)

const (
	maxParts   = 4096
	ratioFloor = 8 << 20
)

// openBook checks the package from outside in: size, kind, unpacked size.
func openBook(r io.ReaderAt, size int64, lim Limits) (*book, error) {
	if size > lim.Bytes {
		return nil, ErrTooLarge.With("limitMB", lim.Bytes>>20)
	}
	if err := sniff(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, ErrCorrupt
	}
	b := &book{parts: make(map[string]*zip.File, len(z.File)), left: lim.Unzipped}
	if len(z.File) > maxParts {
		return nil, ErrZipBomb
	}
	var sum uint64
	for _, f := range z.File {
		if sum += f.UncompressedSize64; sum < f.UncompressedSize64 || sum > uint64(lim.Unzipped) {
			return nil, ErrZipBomb
		}
		if f.UncompressedSize64 > ratioFloor && f.UncompressedSize64/max(f.CompressedSize64, 1) > uint64(lim.Ratio) {
			return nil, ErrZipBomb
		}
		if f.Flags&1 != 0 {
			return nil, ErrEncrypted
		}
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if _, twice := b.parts[name]; twice {
			return nil, ErrCorrupt.With("part", name)
		}
		b.parts[name] = f
	}
	return b, nil
}

func sniff(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return ErrCorrupt
	}
	switch {
	case bytes.HasPrefix(head, magicZip):
		return nil
	case !bytes.Equal(head, magicOLE):
		return ErrNotXLSX
	}
	all, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err == nil && bytes.Contains(all, encrypted) {
		return ErrEncrypted
	}
	return ErrXLS
}

// open unpacks a part, never beyond what is left of the limit: the sizes in
// the directory may lie.
func (b *book) open(name string) (io.ReadCloser, error) {
	f, ok := b.parts[strings.ToLower(name)]
	if !ok {
		return nil, ErrCorrupt.With("part", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrCorrupt.With("part", name)
	}
	return &bounded{r, b.left}, nil
}

type bounded struct {
	io.ReadCloser
	left int64
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return 0, ErrZipBomb
	}
	return n, err
}

// decode reads a small part as a whole.
func (b *book) decode(name string, into any) error {
	r, err := b.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return broken(err, name)
	}
	return nil
}

// broken keeps our own errors and calls every other a damaged part.
func broken(err error, part string) error {
	if own, ok := errors.AsType[*errs.Error](err); ok {
		return own
	}
	return ErrCorrupt.With("part", part)
}

type relations struct {
	List []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// relationsOf maps the relations of a part to the full names of their targets, by
// id and by the last word of their type.
func (b *book) relationsOf(part string) (byID, byType map[string]string, err error) {
	dir, file := path.Split(part)
	var rels relations
	if err := b.decode(dir+"_rels/"+file+".rels", &rels); err != nil {
		return nil, nil, err
	}
	byID, byType = map[string]string{}, map[string]string{}
	for _, r := range rels.List {
		target := r.Target
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		target = strings.TrimPrefix(path.Clean(target), "/")
		byID[r.ID], byType[path.Base(r.Type)] = target, target
	}
	return byID, byType, nil
}

type workbook struct {
	XMLName xml.Name `xml:"workbook"`
	Props   struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// worksheet finds a worksheet's part, and reads what all worksheets share.
func (b *book) worksheet(want string) (name, part string, err error) {
	_, root, err := b.relationsOf("")
	if err != nil || root["officeDocument"] == "" {
		return "", "", ErrNotXLSX
	}
	var wb workbook
	if err := b.decode(root["officeDocument"], &wb); err != nil {
		if errors.Is(err, ErrZipBomb) {
			return "", "", err
		}
		return "", "", ErrNotXLSX
	}
	b.from1904 = wb.Props.Date1904 == "1" || wb.Props.Date1904 == "true"
	byID, byType, err := b.relationsOf(root["officeDocument"])
	if err != nil {
		return "", "", err
	}
	for _, s := range wb.Sheets {
		if want == "" && s.State != "" && s.State != "visible" || want != "" && s.Name != want {
			continue
		}
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				part = byID[a.Value]
			}
		}
		if part == "" {
			return "", "", ErrCorrupt.With("part", s.Name)
		}
		if err := b.shared(byType["sharedStrings"], byType["styles"]); err != nil {
			return "", "", err
		}
		return s.Name, part, nil
	}
	return "", "", ErrNoSheet.With("sheet", want)
}

// shared reads texts and formats; either part may be missing.
func (b *book) shared(texts, styles string) error {
	if _, ok := b.parts[strings.ToLower(styles)]; ok {
		var st struct {
			Formats []struct {
				ID   int    `xml:"numFmtId,attr"`
				Code string `xml:"formatCode,attr"`
			} `xml:"numFmts>numFmt"`
			Cells []struct {
				ID int `xml:"numFmtId,attr"`
			} `xml:"cellXfs>xf"`
		}
		if err := b.decode(styles, &st); err != nil {
			return err
		}
		codes := map[int]string{}
		for _, f := range st.Formats {
			codes[f.ID] = f.Code
		}
		for _, c := range st.Cells {
			f := format{date: builtinDate(c.ID)}
			if code, ok := codes[c.ID]; ok {
				f = parseFormat(code)
			}
			b.formats = append(b.formats, f)
		}
	}
	if _, ok := b.parts[strings.ToLower(texts)]; !ok {
		return nil
	}
	r, err := b.open(texts)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	b.strings, err = sharedStrings(r)
	if err != nil {
		return broken(err, texts)
	}
	return nil
}
