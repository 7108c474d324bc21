package publicity

import (
	"slices"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

const (
	// mostAtOnce is ten thousand million fen: more is a slip of the finger.
	mostAtOnce money.Fen = 100_000_000_00
	// oldest is how many years back something may be entered.
	oldest = 10
)

// kinds are what comes in and what goes out.
var kinds = map[string][]string{
	"income":  {"lift_ads", "outdoor_ads", "parking", "venue", "vending", "telecom", "interest", "other"},
	"expense": {"upkeep", "committee", "maintenance_fund", "community", "management", "tax", "other"},
}

func (w *Written) checked(today clock.Day) error {
	var wrong errs.Fields
	wrong.Words("words", &w.Words, 300, true)
	wrong.Words("document", &w.Document, 100, false)
	if !slices.Contains(kinds[w.Side], w.Kind) {
		wrong.Add("kind", ErrKind.Code, nil)
	}
	if w.Day.IsZero() || w.Day.After(today) || w.Day.Year() < today.Year()-oldest {
		wrong.Add("day", ErrDay.Code, map[string]any{"years": oldest})
	}
	if w.Fen <= 0 || w.Fen > mostAtOnce {
		wrong.Add("amount", ErrAmount.Code, nil)
	}
	return wrong.Err()
}

// carried are years with their balances, the first first: each begins with what
// the one before ended with.
func carried(all []Year, sums []sum) []Year {
	for i := range all {
		y := &all[i]
		for _, s := range sums {
			if s.Year != y.ID {
				continue
			}
			if y.N += s.N; s.Side == "income" {
				y.Income += s.Fen
			} else {
				y.Expense += s.Fen
			}
		}
		if y.First = i == 0; i > 0 {
			y.Opening = all[i-1].Closing
		}
		y.Closing = y.Opening + y.Income - y.Expense
	}
	return all
}

// room tells whether something may be entered into a year, of which nothing may
// be kept yet: neither it nor a later one is closed.
func room(all []Year, no int) error {
	for _, y := range all {
		if y.State != "open" && y.No >= int64(no) {
			return errs.ErrFields.At(errs.Field{Name: "day", Code: ErrClosed.Code, Params: map[string]any{"year": y.No}})
		}
	}
	if len(all) > 0 && int64(no) < all[0].No && all[0].Opening != 0 { // its balance is said to have stood at its beginning
		return errs.ErrFields.At(errs.Field{Name: "day", Code: ErrClosed.Code, Params: map[string]any{"year": no}})
	}
	return nil
}

// closes tells whether a year can be closed today.
func (y Year) closes(all []Year, today clock.Day) error {
	switch {
	case y.State != "open":
		return ErrNotNow
	case int64(today.Year()) <= y.No:
		return ErrRuns
	case slices.ContainsFunc(all, func(o Year) bool { return o.No < y.No && o.State != "published" }):
		return ErrBefore
	}
	return nil
}

func (d *Draft) checked(today clock.Day) error {
	var wrong errs.Fields
	wrong.Words("authority", &d.Authority, 60, true)
	wrong.Words("number", &d.Number, 60, true)
	wrong.Words("finding", &d.Finding, 2000, true)
	if d.Day.IsZero() || d.Day.After(today) || d.Day.Year() < today.Year()-oldest {
		wrong.Add("day", ErrDay.Code, map[string]any{"years": oldest})
	}
	if d.Due.IsZero() {
		wrong.Add("dueOn", "required", nil)
	} else if d.Due.Before(d.Day) {
		wrong.Add("dueOn", ErrDue.Code, nil)
	}
	if d.Refund < 0 || d.Refund > mostAtOnce {
		wrong.Add("refund", "wrong_form", nil)
	}
	if d.Fine < 0 || d.Fine > mostAtOnce {
		wrong.Add("fine", "wrong_form", nil)
	}
	if d.Assignee == 0 {
		wrong.Add("assigneeId", "required", nil)
	}
	if d.Items == nil {
		d.Items = Items{}
	}
	slices.Sort(d.Items)
	d.Items = slices.Compact(d.Items)
	return wrong.Err()
}

// ends tells what is missing before an inspection is done: proof, and where
// households are owed money, the correction that returned it or words how else.
func (i Inspection) ends(returned string) error {
	switch {
	case i.State != "open":
		return ErrNotNow
	case !slices.ContainsFunc(i.Files, func(f File) bool { return f.Purpose == "evidence" }):
		return ErrEvidence
	case i.Refund > 0 && returned == "" && (i.Fixed == nil || i.Fixed.State != "done"):
		return errs.ErrFields.At(errs.Field{Name: "returnedWords", Code: ErrReturned.Code})
	}
	return nil
}
