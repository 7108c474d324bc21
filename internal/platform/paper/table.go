package paper

// Column is a column of a table.
type Column struct {
	Head  string
	Share float64 // of the width, in proportion to the others' shares
	Right bool    // numbers stand at the right
}

// Row is a row of a table; it has as many cells as the table has columns.
type Row struct {
	Cells []string
	Bold  bool
	Gone  bool // what was reversed is struck through
}

// Table writes a table over the width of the page. Its head is repeated on each
// page; a row is never cut in two.
func (d *Doc) Table(columns []Column, rows []Row) {
	whole := 0.0
	for _, c := range columns {
		whole += c.Share
	}
	widths := make([]float64, len(columns))
	heads := Row{Bold: true}
	for i, c := range columns {
		widths[i] = inner * c.Share / whole
		heads.Cells = append(heads.Cells, c.Head)
	}
	d.row(columns, widths, heads, nil)
	for _, r := range rows {
		d.row(columns, widths, r, &heads)
	}
	d.Gap(2)
}

// row writes a row; head is repeated when a page begins with the row.
func (d *Doc) row(columns []Column, widths []float64, r Row, head *Row) {
	d.font(sizeSmall, r.Bold)
	cells, most := make([][]string, len(columns)), 1
	for i := range columns {
		if i < len(r.Cells) {
			cells[i] = d.wrap(r.Cells[i], widths[i]-2*pad)
		}
		most = max(most, len(cells[i]))
	}
	h := float64(most)*lineOfSmall + pad
	if d.room(h) && head != nil {
		d.row(columns, widths, *head, nil)
	}
	d.font(sizeSmall, r.Bold)
	if r.Gone {
		d.pdf.SetTextColor(120, 120, 120)
	}
	x, y := margin, d.pdf.GetY()
	for i, c := range columns {
		for n, line := range cells[i] {
			top := y + pad/2 + float64(n)*lineOfSmall
			d.put(x+pad, top, widths[i]-2*pad, line, c.Right)
			if r.Gone && line != "" {
				d.strike(x+pad, top, widths[i]-2*pad, line, c.Right)
			}
		}
		x += widths[i]
	}
	d.pdf.SetDrawColor(150, 150, 150)
	d.pdf.SetLineWidth(ruleWidth)
	d.pdf.Line(margin, y+h, margin+inner, y+h)
	d.pdf.SetDrawColor(0, 0, 0)
	d.pdf.SetY(y + h)
}

func (d *Doc) strike(x, y, width float64, line string, right bool) {
	w := d.pdf.GetStringWidth(line)
	if right {
		x += width - w
	}
	d.pdf.SetDrawColor(120, 120, 120)
	d.pdf.SetLineWidth(ruleWidth)
	d.pdf.Line(x, y+lineOfSmall/2, x+w, y+lineOfSmall/2)
}
