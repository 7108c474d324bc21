package imports

import (
	"context"
	"hash/fnv"
	"strconv"

	"guanjia/internal/platform/db"
)

// Numbered is what a row says, and which row it is.
type Numbered[R any] struct {
	Row int
	Is  R
}

// Flat is a Work whose rows stand for one record each.
type Flat[R any] struct {
	Kind   string // of the record
	Head   string // the column that says which record it is, for a row that says it again
	Take   func(l *Line) R
	Fetch  func(ctx context.Context, tx *db.Tx) error
	Key    func(r R) string // two rows with one key are about the same
	Begin  func()           // before each plan; nil: nothing
	Decide func(m Mode, r R, fail Refuse) Verdict
	Add    func(ctx context.Context, tx *db.Tx, rows []Numbered[R], j *Journal) error
	Change func(ctx context.Context, tx *db.Tx, r Numbered[R], j *Journal) error

	rows  []Numbered[R]
	steps []flatStep[R]
}

// Refuse says what is wrong with a row when it is compared with what is there.
type Refuse func(head, code string, params map[string]any)

// Verdict is what a row does: nothing, if it is neither.
type Verdict struct {
	New, Changed bool
	Version      int64 // of the record that is there
}

type flatStep[R any] struct {
	Numbered[R]
	isNew bool
}

// Read implements Work.
func (f *Flat[R]) Read(l *Line) {
	if r := f.Take(l); l.Wrong() == 0 {
		f.rows = append(f.rows, Numbered[R]{l.Number, r})
	}
}

// Load implements Work.
func (f *Flat[R]) Load(ctx context.Context, tx *db.Tx) error { return f.Fetch(ctx, tx) }

// Plan implements Work.
func (f *Flat[R]) Plan(m Mode) Plan {
	p := Plan{New: map[string]int{}, Changed: map[string]int{}}
	f.steps = nil
	if f.Begin != nil {
		f.Begin()
	}
	sum, seen := fnv.New64a(), map[string]int{}
	for _, r := range f.rows {
		bad := false
		refuse := func(head, code string, params map[string]any) {
			bad = true
			p.Wrong = append(p.Wrong, RowError{Row: r.Row, Column: head, Code: code, Params: params})
		}
		key := f.Key(r.Is)
		if first, twice := seen[key]; twice {
			refuse(f.Head, "import.twice", map[string]any{"other": first})
			continue
		}
		seen[key] = r.Row
		v := f.Decide(m, r.Is, refuse)
		switch {
		case bad:
			continue
		case v.New:
			p.New[f.Kind]++
		case v.Changed:
			p.Changed[f.Kind]++
		default:
			p.Unchanged++
			continue
		}
		_, _ = sum.Write(strconv.AppendInt(strconv.AppendInt(nil, int64(r.Row), 36), v.Version, 10)) // never fails
		f.steps = append(f.steps, flatStep[R]{r, v.New})
	}
	p.Steps, p.Digest = len(f.steps), sum.Sum64()
	return p
}

// Write implements Work.
func (f *Flat[R]) Write(ctx context.Context, tx *db.Tx, from, to int, j *Journal) error {
	var fresh []Numbered[R]
	for _, s := range f.steps[from:to] {
		if s.isNew {
			fresh = append(fresh, s.Numbered)
		} else if err := f.Change(ctx, tx, s.Numbered, j); err != nil {
			return err
		}
	}
	return f.Add(ctx, tx, fresh, j)
}

// Differs refuses, in mode New, a row that says something else than what is
// there, and reports whether it does.
func Differs[T comparable](m Mode, refuse Refuse, head string, have, want T, said func(T) string) bool {
	var none T
	if want == none || want == have {
		return false
	}
	if m == New {
		old := said(have)
		if old == "" {
			old = "—"
		}
		refuse(head, "import.differs", map[string]any{"have": old})
	}
	return true
}

// Same is for Differs of texts.
func Same(s string) string { return s }
