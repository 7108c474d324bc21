package customer

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"guanjia/internal/housing"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

// The headings of the sheet (CUS-07).
const (
	headBuilding = "楼栋"
	headUnit     = "单元"
	headRoom     = "房号"
	headType     = "房屋类型"
	headFloor    = "楼层"
	headArea     = "建筑面积"
	headInner    = "套内面积"
	headState    = "房屋状态"
	headHanded   = "交房日期"
	headName     = "业主姓名"
	headMobile   = "手机号"
	headRelation = "关系"
	headNotes    = "备注"
)

var (
	headings     = []string{headBuilding, headUnit, headRoom, headType, headFloor, headArea, headInner, headState, headHanded, headName, headMobile, headRelation, headNotes}
	mustHeadings = []string{headBuilding, headRoom, headArea}
	// dayWords are the headings whose cells may be dates.
	dayWords = map[string]bool{headHanded: true}

	typeWords = map[string]housing.RoomType{
		"住宅": housing.Home, "商铺": housing.Shop, "办公": housing.Office, "储藏室": housing.Storage, "车位": housing.Parking,
		"门面": housing.Shop, "写字楼": housing.Office, "储藏间": housing.Storage, "地下室": housing.Storage, "停车位": housing.Parking,
	}
	stateWords = map[string]housing.State{
		"未售": housing.Unsold, "已售未交付": housing.Sold, "空置": housing.Vacant, "装修中": housing.Renovating, "自住": housing.Occupied, "出租": housing.Let,
		"已售": housing.Sold, "未交房": housing.Sold, "已交付空置": housing.Vacant, "装修": housing.Renovating, "已入住": housing.Occupied, "入住": housing.Occupied, "租住": housing.Let,
	}
	relationWords = map[string]RelationKind{
		"业主": Owner, "家人": Family, "租户": Tenant, "代理人": Agent, "访客": Guest, "产权人": Owner, "家属": Family, "租客": Tenant, "承租人": Tenant, "代理": Agent,
	}
)

// The words that are offered where another stands.
const (
	typeList     = "住宅、商铺、办公、储藏室、车位"
	stateList    = "未售、已售未交付、空置、装修中、自住、出租"
	relationList = "业主、家人、租户、代理人、访客"
)

// What can be wrong with the sheet as a whole.
var (
	ErrColumnMissing = errs.New(errs.Invalid, "import.column_missing", "a required column is missing")
	ErrColumnUnknown = errs.New(errs.Invalid, "import.column_unknown", "a column is not one of the template's")
)

// exampleMark begins the notes of the template's example row.
const exampleMark = "示例"

const maxNotes = 500

// ImportRow is one line: a room, and perhaps one person of it. What is zero is
// not given: a new room takes the usual, one that is there keeps what it has.
type ImportRow struct {
	Row      int // as the spreadsheet shows it; 0 for a generator's
	Room     housing.NewRoom
	Name     string
	Kind     Kind // zero: a person
	Mobile   string
	Relation RelationKind
	Tags     Tags
	Notes    string // of the person if there is one, else of the room
}

// RowError says what is wrong in one cell.
type RowError struct {
	Row     int            `json:"row" doc:"as the spreadsheet shows it"`
	Column  string         `json:"column"`
	Code    string         `json:"code"`
	Message string         `json:"message" doc:"in the caller's language"`
	Value   string         `json:"value,omitempty" doc:"what stands there"`
	Params  map[string]any `json:"params,omitempty"`
}

// checkHeadings compares the headings with the template's.
func checkHeadings(t *sheet.Table) error {
	for _, must := range mustHeadings {
		if _, ok := t.Column(must); !ok {
			return ErrColumnMissing.With("heading", must).At(errs.Field{Name: "file", Code: ErrColumnMissing.Code, Params: map[string]any{"heading": must}})
		}
	}
	known := map[string]bool{"": true, sheet.ErrorColumn: true}
	for _, h := range headings {
		known[h] = true
	}
	for _, c := range t.Columns {
		if !known[c] {
			return ErrColumnUnknown.With("heading", c).At(errs.Field{Name: "file", Code: ErrColumnUnknown.Code, Params: map[string]any{"heading": c}})
		}
	}
	return nil
}

// readRows reads every row that is right in itself, and says what is wrong with
// the others. err is about the file as a whole.
func readRows(t *sheet.Table) (rows []ImportRow, wrong []RowError, total int, err error) {
	if err := checkHeadings(t); err != nil {
		return nil, nil, 0, err
	}
	at := map[string]int{}
	for _, h := range headings {
		at[h] = -1
		if i, ok := t.Column(h); ok {
			at[h] = i
		}
	}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, nil, 0, err
		}
		line := line{row: row, at: at}
		if line.empty() {
			continue
		}
		total++
		r := line.read()
		if len(line.wrong) == 0 {
			rows = append(rows, r)
		}
		wrong = append(wrong, line.wrong...)
	}
	return rows, wrong, total, nil
}

// line reads the cells of one row and notes what is wrong with them.
type line struct {
	row   sheet.Row
	at    map[string]int
	wrong []RowError
}

// empty reports a row that only the red column of an earlier answer fills.
func (l *line) empty() bool {
	for _, i := range l.at {
		if i >= 0 && l.row.Cells[i].Kind != sheet.Blank {
			return false
		}
	}
	return true
}

func (l *line) fail(heading, code string, params map[string]any) {
	l.wrong = append(l.wrong, RowError{Row: l.row.Number, Column: heading, Code: code, Params: params, Value: shorten(l.cell(heading).Text)})
}

func (l *line) failErr(heading string, err error) {
	e := errs.Of(err)
	l.fail(heading, e.Code, e.Params)
}

func (l *line) cell(heading string) sheet.Cell {
	if i := l.at[heading]; i >= 0 {
		return l.row.Cells[i]
	}
	return sheet.Cell{}
}

// text is a cell that holds a value, not a way to compute one; ok is false if
// something is wrong with it, which has then been said.
func (l *line) text(heading string) (text string, ok bool) {
	c := l.cell(heading)
	switch {
	case c.Kind == sheet.Formula:
		l.fail(heading, "import.formula", nil)
	case c.Kind == sheet.Failure:
		l.fail(heading, "import.failure", nil)
	case c.Kind == sheet.Date && !dayWords[heading]:
		l.fail(heading, "import.turned_date", nil)
	default:
		return c.Text, true
	}
	return "", false
}

func (l *line) read() ImportRow {
	r := ImportRow{Row: l.row.Number}
	r.Room.Label = l.label()
	r.Room.BuildingArea = l.area(headArea, true)
	r.Room.InnerArea = l.area(headInner, false)
	if r.Room.BuildingArea > 0 && r.Room.InnerArea > r.Room.BuildingArea {
		l.failErr(headInner, housing.ErrInnerLarger)
	}
	r.Room.Floor = l.floor()
	r.Room.Type = word(l, headType, typeWords, "import.type", typeList)
	r.Room.State = word(l, headState, stateWords, "import.state", stateList)
	if _, ok := l.text(headHanded); ok {
		day, err := l.cell(headHanded).Day()
		if err != nil {
			l.fail(headHanded, "import.date", nil)
		}
		r.Room.HandedOverOn = day
	}
	l.person(&r)
	return r
}

// label puts building, unit and room together. A mark in a cell (3栋, 2单元) does no harm.
func (l *line) label() housing.Label {
	building, ok1 := l.text(headBuilding)
	unit, ok2 := l.text(headUnit)
	room, ok3 := l.text(headRoom)
	if ok1 && building == "" {
		l.fail(headBuilding, "required", nil)
	}
	if ok3 && room == "" {
		l.fail(headRoom, "required", nil)
	}
	if !ok1 || !ok2 || !ok3 || building == "" || room == "" {
		return housing.Label{}
	}
	whole := building + "-" + room
	if unit != "" {
		whole = building + "-" + unit + "-" + room
	}
	label, err := housing.ParseLabel(whole)
	if err != nil {
		l.failErr(headRoom, err)
	}
	return label
}

func (l *line) area(heading string, must bool) housing.Area {
	text, ok := l.text(heading)
	if !ok || text == "" && !must {
		return 0
	}
	if l.cell(heading).Kind == sheet.Number && len(text) > 15 {
		// A spreadsheet keeps what was computed, 108.62000000000001 for 108.62; people see 15 digits.
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			text = strconv.FormatFloat(n, 'g', 15, 64)
		}
	}
	a, err := housing.ParseArea(text)
	if err != nil {
		l.failErr(heading, err)
	}
	return a
}

func (l *line) floor() *int64 {
	text, ok := l.text(headFloor)
	text = strings.TrimRight(strings.ToUpper(width.Fold.String(text)), "层楼F ")
	if !ok || text == "" && l.cell(headFloor).Kind == sheet.Blank {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < -10 || n > 200 {
		l.fail(headFloor, "import.floor", nil)
		return nil
	}
	return &n
}

func word[T any](l *line, heading string, words map[string]T, code, list string) (v T) {
	text, ok := l.text(heading)
	if !ok || text == "" {
		return v
	}
	v, found := words[text]
	if !found {
		l.fail(heading, code, map[string]any{"values": list})
	}
	return v
}

func (l *line) person(r *ImportRow) {
	notes, ok := l.text(headNotes)
	switch {
	case !ok:
	case strings.HasPrefix(notes, exampleMark):
		l.fail(headNotes, "import.example", nil)
	case utf8.RuneCountInString(notes) > maxNotes:
		l.fail(headNotes, "too_long", map[string]any{"max": maxNotes})
	case strings.ContainsFunc(notes, func(r rune) bool { return unseen(r) && !unicode.IsSpace(r) }):
		l.fail(headNotes, "import.characters", nil)
	}
	r.Notes = notes
	r.Relation = word(l, headRelation, relationWords, "import.relation", relationList)
	name, ok := l.text(headName)
	if ok && name != "" {
		var err error
		if r.Name, err = ParseName(name); err != nil {
			l.failErr(headName, err)
		}
	}
	number, ok2 := l.text(headMobile)
	if ok2 && number != "" {
		phone, err := ParseMobile(number)
		if err != nil {
			l.failErr(headMobile, err)
		}
		r.Mobile = phone.Number
	}
	if ok && name == "" && (number != "" || r.Relation != "") {
		l.fail(headName, "import.name_missing", nil)
	}
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}
