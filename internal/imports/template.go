package imports

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

// Template is one kind of table that can be imported.
type Template struct {
	Name    string       // kept with each import; never changes
	Title   string       // of its worksheet and file; the faces have the words
	Needs   authz.Action // besides Act; "": none
	Decide  authz.Action // who else decides before it is written; "": nobody
	Modes   []Mode
	Columns []Column
	Example []any // one row, refused on import by its notes
	New     func(community authz.CommunityID) Work
	Records []Record // what it makes or changes, in the order in which it is made
	// Beside are columns of our own exports that are passed over: they are told by
	// other records.
	Beside []string
}

// Column is one column of a template.
type Column struct {
	Head  string   // 楼栋
	Also  []string // what other systems call it
	Must  bool
	Day   bool // its cells may be dates
	Width float64
	How   string // what belongs there, for the sheet that explains
	HowEN string
}

// Work is one import of a template: rows are read, compared with what is
// there, and written. It is used by one goroutine.
type Work interface {
	// Read takes a row, and says on it what is wrong with it in itself.
	Read(l *Line)
	// Load reads what the community has.
	Load(ctx context.Context, tx *db.Tx) error
	// Plan decides for every row what is to be done.
	Plan(m Mode) Plan
	// Write carries out the steps from … to of the last plan. It may run again for
	// the same steps, after a transaction that was rolled back. A record that
	// changed since Load is db.ErrStale, or an error of a unique key.
	Write(ctx context.Context, tx *db.Tx, from, to int, j *Journal) error
}

// Plan is what an import would do.
type Plan struct {
	Steps     int
	New       map[string]int // records by kind
	Changed   map[string]int
	Unchanged int // rows
	Wrong     []RowError
	Digest    uint64 // differs when the same rows would do something else
}

// Record is a kind of record that imports make or change.
type Record struct {
	Kind      string // its table
	Versioned bool   // has a version, by which later changes are noticed
	Loose     bool   // stays, silently, where something else stands on it (a building)
	Held      []Hold
	// Restore puts back what stood there before, unless the record has another
	// version by now. Nil: imports only make it.
	Restore func(ctx context.Context, tx *db.Tx, id db.ID, version int64, before []byte) error
	// Remove takes back what is never deleted, such as what is booked. Nil: the rows are deleted.
	Remove func(ctx context.Context, tx *db.Tx, community authz.CommunityID, id db.ID) error
	// Since tells which records of an import are not what they were, where no
	// version says so; mine is whether the import made a record. Nil: nothing else is looked at.
	Since func(ctx context.Context, tx *db.Tx, community authz.CommunityID, low, high db.ID, mine func(db.ID) bool) ([]db.ID, error)
}

// Hold is a column of another table that points at a kind of record.
type Hold struct{ Table, Column string }

// kinds are the tables that an import of the template fills.
func (t Template) kinds() (out []string) {
	for _, r := range t.Records {
		out = append(out, r.Kind)
	}
	return out
}

// Plug adds to the templates what other domains hang on their records, by kind.
func Plug(holds map[string][]Hold, all ...Template) []Template {
	for i := range all {
		all[i].Records = slices.Clone(all[i].Records)
		for n, r := range all[i].Records {
			all[i].Records[n].Held = append(slices.Clone(r.Held), holds[r.Kind]...)
		}
	}
	return all
}

// Line is a row being read.
type Line struct {
	Number int
	cells  []sheet.Cell
	at     map[string]int
	heads  []string
	days   map[string]bool
	wrong  []RowError
}

// Wrong says how many things are wrong with the row so far.
func (l *Line) Wrong() int { return len(l.wrong) }

// Has reports whether the file has the column at all.
func (l *Line) Has(head string) bool { _, ok := l.at[head]; return ok }

// sumWords begin a row that adds up those above it.
var sumWords = []string{"合计", "总计", "合 计", "总 计", "TOTAL"}

// Sum reports a row that adds up others: its first filled cell says so, in
// whichever column it stands.
func (l *Line) Sum() bool {
	for _, c := range l.cells {
		if text := strings.TrimRight(strings.ToUpper(c.Text), ":： "); text != "" {
			return slices.Contains(sumWords, text)
		}
	}
	return false
}

// Cell is the cell of one of the template's columns; blank if the file has none.
func (l *Line) Cell(head string) sheet.Cell {
	if i, ok := l.at[head]; ok {
		return l.cells[i]
	}
	return sheet.Cell{}
}

// Fail says what is wrong with a cell.
func (l *Line) Fail(head, code string, params map[string]any) {
	l.wrong = append(l.wrong, RowError{Row: l.Number, Column: head, Code: code, Params: params, Value: Shorten(l.Cell(head).Text)})
}

// FailErr is Fail with an error of ours.
func (l *Line) FailErr(head string, err error) {
	e := errs.Of(err)
	l.Fail(head, e.Code, e.Params)
}

// Text is a cell that holds a value, not a way to compute one; ok is false if
// something is wrong with it, which has then been said.
func (l *Line) Text(head string) (text string, ok bool) {
	c := l.Cell(head)
	switch {
	case c.Kind == sheet.Formula:
		l.Fail(head, "import.formula", nil)
	case c.Kind == sheet.Failure:
		l.Fail(head, "import.failure", nil)
	case c.Kind == sheet.Date && !l.days[head]:
		l.Fail(head, "import.turned_date", nil)
	default:
		return c.Text, true
	}
	return "", false
}

// Day is a date; zero where the cell is empty or wrong, which has then been said.
func (l *Line) Day(head string) clock.Day {
	if _, ok := l.Text(head); !ok {
		return clock.Day{}
	}
	day, err := l.Cell(head).Day()
	if err != nil {
		l.Fail(head, "import.date", nil)
	}
	return day
}

// Words is a text people wrote, such as notes, of at most so many characters.
// The template's example row is refused by it.
func (l *Line) Words(head string, most int) string {
	text, ok := l.Text(head)
	switch {
	case !ok:
	case strings.HasPrefix(text, ExampleMark):
		l.Fail(head, "import.example", nil)
	case utf8.RuneCountInString(text) > most:
		l.Fail(head, "too_long", map[string]any{"max": most})
	case strings.ContainsFunc(text, func(r rune) bool { return unseen(r) && !unicode.IsSpace(r) }):
		l.Fail(head, "import.characters", nil)
	}
	return text
}

// Word reads one of some words; the zero value where the cell is empty or wrong.
func Word[T any](l *Line, head string, words map[string]T, code, all string) (v T) {
	text, ok := l.Text(head)
	if !ok || text == "" {
		return v
	}
	v, found := words[text]
	if !found {
		l.Fail(head, code, map[string]any{"values": all})
	}
	return v
}

// ExampleMark begins the notes of a template's example row.
const ExampleMark = "示例"

// Shorten makes what stands in a cell fit to be quoted.
func Shorten(s string) string {
	if len(s) <= 60 {
		return s
	}
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}

// unseen are characters that nobody sees, and that have no place in a text.
func unseen(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// list is kept as a JSON text.
type list[T any] []T

// Value implements driver.Valuer.
func (l list[T]) Value() (driver.Value, error) {
	if l == nil {
		return "[]", nil
	}
	raw, err := json.Marshal([]T(l))
	return string(raw), err
}

// Scan implements sql.Scanner.
func (l *list[T]) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("imports: a list is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]T)(l))
}
