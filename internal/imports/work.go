package imports

import (
	"context"
	"errors"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

const actWork authz.Action = kind

var worker = authz.System("imports", actWork)

// errStopped says that the import is not this worker's any more.
var errStopped = errors.New("imports: the import was stopped, or is worked on elsewhere")

// Work does what the state of an import asks for, until it is in another one.
func (s *Service) Work(ctx context.Context, id ID) (err error) {
	// A table and all that a community has are much to hold for a minute; what is
	// thrown away meanwhile goes earlier than usual.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	for err == nil {
		var i Import
		if err = s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) (err error) {
			i, err = get(ctx, tx, id)
			return err
		}); err != nil {
			break
		}
		switch i.State {
		case Checking:
			err = s.check(ctx, i)
		case Applying:
			err = s.apply(ctx, i)
		case Undoing:
			err = s.undo(ctx, i)
		default:
			return nil
		}
	}
	if errors.Is(err, errStopped) || errors.Is(err, db.ErrStale) {
		return nil // whoever moved it on has set the job anew
	}
	return err
}

// quiet is a transaction whose trail is that of the import.
func (s *Service) quiet(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		tx.Silent("the import's own entries say what was asked for and what came of it")
		return fn(tx)
	})
}

// move ends a run: the import goes into another state.
func (s *Service) move(ctx context.Context, i Import, note map[string]any, wrong []RowError) error {
	return s.DB.Bulk(ctx, worker, actWork, func(tx *db.Tx) error {
		next := i
		if wrong != nil {
			if err := next.setErrors(tx.Vault(), wrong); err != nil {
				return err
			}
		}
		if next.State == Applied {
			next.AppliedAt = &tx.Now
		}
		if next.State == Undone {
			next.UndoneAt = &tx.Now
		}
		if note == nil {
			note = map[string]any{}
		}
		note["state"] = next.State
		tx.Note(i.Community, i.subject(), nil, note)
		tx.Emit(Moved{i.ID, i.Community, i.State})
		return db.Save(ctx, tx, "import", &next)
	})
}

// run is the file read into a Work, with what is wrong in itself.
type run struct {
	work  Work
	wrong []RowError
	rows  int
	names map[string]string // the file's heading by ours
}

const readAtOnce = 5000

// read reads the whole file. told is called from time to time with how many
// rows there have been.
func (s *Service) read(i Import, t Template, told func(rows int) error) (r run, err error) {
	table, err := s.table(i)
	if err != nil {
		return r, err
	}
	line := Line{at: map[string]int{}, heads: i.Heads, days: map[string]bool{}}
	r = run{work: t.New(i.Community), names: map[string]string{}}
	for at, head := range i.Mapping {
		if head != "" && at < len(table.Columns) {
			line.at[head], r.names[head] = at, i.Heads[at]
		}
	}
	for _, c := range t.Columns {
		line.days[c.Head] = c.Day
	}
	for row, err := range table.Rows() {
		if err != nil {
			e := errs.Of(err)
			r.wrong = append(r.wrong, RowError{Row: row.Number, Code: e.Code, Params: e.Params})
			return r, nil
		}
		line.Number, line.cells, line.wrong = row.Number, row.Cells, nil
		if line.empty() || watermark(row) {
			continue
		}
		r.rows++
		r.work.Read(&line)
		r.wrong = append(r.wrong, r.named(line.wrong)...)
		if r.rows%readAtOnce == 0 {
			if err := told(r.rows); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// empty reports a row that only columns we pass over fill, such as the red one
// of an earlier answer.
func (l *Line) empty() bool {
	for _, i := range l.at {
		if l.cells[i].Text != "" {
			return false
		}
	}
	return true
}

// marked is the watermark that our exports put below their last row.
var marked = regexp.MustCompile(` · [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} · [0-9a-z]{13}$`)

// watermark reports a row that only says who took an export out, so that an
// export that was edited can come back.
func watermark(row sheet.Row) bool {
	for i, c := range row.Cells {
		if i > 0 && c.Kind != sheet.Blank {
			return false
		}
	}
	return len(row.Cells) > 0 && marked.MatchString(row.Cells[0].Text)
}

// named puts the file's headings in the place of ours.
func (r run) named(wrong []RowError) []RowError {
	for n := range wrong {
		if own, ok := r.names[wrong[n].Column]; ok {
			wrong[n].Column = own
		}
	}
	return wrong
}

func (s *Service) load(ctx context.Context, w Work) error {
	return s.DB.Read(ctx, worker, actWork, func(tx *db.Tx) error { return w.Load(ctx, tx) })
}

// outcomes plans in every mode, and joins what is wrong in several of them.
func (r run) outcomes(t Template) (out []Outcome, wrong []RowError) {
	wrong = slices.Clone(r.wrong)
	type place struct {
		row          int
		column, code string
	}
	seen := map[place]int{}
	for _, m := range t.Modes {
		p := r.work.Plan(m)
		for _, w := range r.named(p.Wrong) {
			at := place{w.Row, w.Column, w.Code}
			if n, ok := seen[at]; ok {
				wrong[n].Modes = append(wrong[n].Modes, m)
				continue
			}
			w.Modes, seen[at] = []Mode{m}, len(wrong)
			wrong = append(wrong, w)
		}
		o := Outcome{Mode: m, New: p.New, Changed: p.Changed, Unchanged: p.Unchanged, Bad: len(r.wrong) + len(p.Wrong), Digest: strconv.FormatUint(p.Digest, 36)}
		if w, of := r.work.(summed); of {
			sum := w.Sum()
			o.Sum = &sum
		}
		out = append(out, o)
	}
	for n := range wrong {
		if len(wrong[n].Modes) == len(t.Modes) {
			wrong[n].Modes = nil
		}
	}
	return out, wrong
}

// check reads the file and says what each mode would do.
func (s *Service) check(ctx context.Context, i Import) error {
	t, err := s.template(i.Template)
	if err != nil {
		return err
	}
	r, err := s.read(i, t, func(rows int) error {
		err := s.quiet(ctx, func(tx *db.Tx) error { return progress(ctx, tx, &i, rows-i.Done) })
		i.Done = rows
		return err
	})
	if err == nil {
		err = s.load(ctx, r.work)
	}
	if err != nil {
		return err
	}
	out, wrong := r.outcomes(t)
	i.State, i.Rows, i.Outcomes, i.Done, i.Total = Rejected, r.rows, out, 0, 0
	i.count(Outcome{})
	for _, o := range slices.Backward(out) {
		if o.Bad == 0 {
			i.State = Checked
			i.count(o)
		}
	}
	if wrong == nil {
		wrong = []RowError{}
	}
	return s.move(ctx, i, map[string]any{"rows": i.Rows, "errors": len(wrong)}, wrong)
}

// mostPlans is how often a run looks anew at data that change under it.
const mostPlans = 5

// apply writes a checked import, chunk by chunk.
func (s *Service) apply(ctx context.Context, i Import) error {
	t, err := s.template(i.Template)
	if err != nil {
		return err
	}
	r, err := s.read(i, t, func(int) error { return ctx.Err() })
	if err != nil {
		return err
	}
	for range mostPlans {
		if err := s.load(ctx, r.work); err != nil {
			return err
		}
		p := r.work.Plan(i.Mode)
		seen, _ := i.outcome(i.Mode)
		outdated := len(p.Wrong)+len(r.wrong) > 0
		if i.Done == 0 && (outdated || seen.Digest != strconv.FormatUint(p.Digest, 36)) {
			// Nothing is written yet: the check is done anew, and people see what is different.
			i.State, i.Mode, i.Reason, i.Done, i.Total = Checking, "", ErrOutdated.Code, 0, 0
			return s.move(ctx, i, nil, nil)
		}
		if outdated {
			break
		}
		err := s.steps(ctx, t, r.work, &i, p)
		switch {
		case err == nil:
			i.State = Applied
			i.count(seen)
			return s.move(ctx, i, map[string]any{"mode": i.Mode, "new": seen.New, "changed": seen.Changed}, nil)
		case errors.Is(err, db.ErrStale) || errors.Is(err, db.ErrNotFound) || db.Unique(err):
			continue // somebody was faster at a record of ours
		default:
			return err
		}
	}
	p := r.work.Plan(i.Mode)
	i.State, i.Reason = Undoing, ErrOutdated.Code
	return s.move(ctx, i, nil, append(slices.Clone(r.wrong), r.named(p.Wrong)...))
}

// A chunk should take chunkTime, so that whoever opens a ticket meanwhile waits
// for a blink: its size is found while going on.
const (
	chunkTime  = 100 * time.Millisecond
	firstChunk = 100
	leastChunk = 10
	mostChunk  = 2000
	evenChunk  = 100 // what db.InsertAll sends at once
)

// looks are after how many steps the database looks again at how large its
// tables have become.
var looks = []int{400, 4000, 40_000}

func (s *Service) steps(ctx context.Context, t Template, w Work, i *Import, p Plan) error {
	i.Total = i.Done + p.Steps
	if err := s.quiet(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE import SET total = $1 WHERE id = $2 AND state = $3 AND done = $4 AND {scope}`, i.Total, i.ID, string(Applying), i.Done)
		if err == nil && n == 0 {
			err = errStopped
		}
		return err
	}); err != nil {
		return err
	}
	size, looked := firstChunk, 0
	for from := 0; from < p.Steps; {
		to := min(from+size, p.Steps)
		start := s.DB.Now()
		if err := s.quiet(ctx, func(tx *db.Tx) error {
			if err := progress(ctx, tx, i, to-from); err != nil {
				return err
			}
			var j Journal
			if err := w.Write(ctx, tx, from, to, &j); err != nil {
				return err
			}
			return j.write(ctx, tx, *i)
		}); err != nil {
			return err
		}
		i.Done += to - from
		size = nextChunk(to-from, s.DB.Now(), start)
		from = to
		if looked < len(looks) && from > looks[looked] {
			looked++
			if err := s.DB.Analyze(ctx, t.kinds()...); err != nil {
				return err
			}
		}
	}
	return nil
}

func nextChunk(size int, now, start clock.Instant) int {
	took := max(now.Sub(start), 5*time.Millisecond)
	size = min(max(int(int64(size)*int64(chunkTime)/int64(took)), leastChunk, size/2), size*2, mostChunk)
	if size > evenChunk {
		size -= size % evenChunk
	}
	return size
}
