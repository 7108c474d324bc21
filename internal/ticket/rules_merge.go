package ticket

import (
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// twinWindow is how long after a matter another one at the same place may be the same (TIC-11).
const twinWindow = 72 * time.Hour

// Of merging (TIC-11).
var (
	ErrMergeItself = errs.New(errs.Invalid, "ticket.merge_itself", "a ticket cannot be merged into itself")
	ErrMergeEnded  = errs.New(errs.Conflict, "ticket.merge_ended", "a ticket is merged only into an open one of its community")
	ErrNotMerged   = errs.New(errs.Conflict, "ticket.not_merged", "this ticket is not merged")
)

// alike reports whether two matters at one place may be the same: of one
// category, or of one parent and told in much the same words (TIC-11).
func (t *Tree) alike(category, words, otherCategory, otherWords string) bool {
	if category == otherCategory {
		return true
	}
	a, _ := t.ByID(category)
	b, _ := t.ByID(otherCategory)
	return a.Parent != "" && a.Parent == b.Parent && overlap(words, otherWords) >= 0.3
}

// overlap is the share of pairs of characters that the shorter text has in
// common with the longer one, 0 to 1.
func overlap(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	both := 0
	for p := range x {
		if y[p] {
			both++
		}
	}
	return float64(both) / float64(len(x))
}

func pairs(text string) map[[2]rune]bool {
	out, rs := map[[2]rune]bool{}, []rune(clauses(text))
	for i := range len(rs) - 1 {
		if rs[i] != '|' && rs[i+1] != '|' {
			out[[2]rune{rs[i], rs[i+1]}] = true
		}
	}
	return out
}

// merge ends t because main tells of the same matter; its clocks stand still,
// and a pause that was under way goes on through the merge.
func (t Ticket) merge(main Ticket, now clock.Instant) (Ticket, error) {
	switch {
	case t.ID == main.ID:
		return t, ErrMergeItself
	case main.Community != t.Community || !main.inHand():
		return t, ErrMergeEnded
	}
	from := t.Status
	t, err := t.step(StepMerge)
	if err != nil {
		return t, err
	}
	if t.HeldAt == nil {
		t.HeldAt = &now
	}
	t.EndedAt, t.MergedInto, t.MergedFrom = &now, main.ID, from
	return t.sorted(), nil
}

// part makes a merged ticket one of its own again, as it was; the time in
// between counts as a pause of its clocks (TIC-03).
func (t Ticket) part(now clock.Instant) (Ticket, error) {
	if t.MergedInto == 0 {
		return t, ErrNotMerged
	}
	t, err := t.stepTo(StepPart, t.MergedFrom)
	if err != nil {
		return t, err
	}
	t.EndedAt, t.MergedInto, t.MergedFrom = nil, 0, ""
	if t.Status != Held {
		t = t.released(now)
	}
	return t.clocked(), nil
}
