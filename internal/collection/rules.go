package collection

import (
	"guanjia/internal/fee"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// mostMonths is how long a report may be.
const mostMonths = 120

func (a Asked) check() error {
	if a.To.Sub(a.From) < 0 || a.To.Sub(a.From) >= mostMonths || beyond(a.To) {
		return errs.ErrFields.At(errs.Field{Name: "to", Code: "collection.months"})
	}
	return nil
}

// rated adds the rates of a row.
func (r Row) rated() Row {
	of := func(part, whole money.Fen) string { return fee.Ratio{Part: part, Whole: whole}.Percent() }
	r.Rates = Rates{of(r.Paid, r.Receivable), of(r.Cash, r.Receivable), of(r.Recovered, r.Older), of(r.Cash+r.Recovered, r.Receivable+r.Older)}
	return r
}

// plus adds two rows' figures.
func (f Figures) plus(g Figures) Figures {
	return Figures{
		f.Receivable + g.Receivable, f.Paid + g.Paid, f.Cash + g.Cash, f.Older + g.Older, f.Recovered + g.Recovered, f.Open + g.Open, f.Reversed + g.Reversed,
		f.LatePaid + g.LatePaid, f.Waived + g.Waived, f.Prepaid + g.Prepaid,
	}
}

func (a Ages) plus(b Ages) Ages {
	return Ages{
		NotDue: a.NotDue + b.NotDue, Months3: a.Months3 + b.Months3, Months6: a.Months6 + b.Months6, Year1: a.Year1 + b.Year1, Year2: a.Year2 + b.Year2, Year3: a.Year3 + b.Year3, Older: a.Older + b.Older,
		Total: a.Total + b.Total, Late: a.Late + b.Late, Oldest: first(a.Oldest, b.Oldest), Running: first(a.Running, b.Running),
	}
}

// first is the earlier of two days, of which either may be missing.
func first(a, b clock.Day) clock.Day {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// before is the day so many months earlier, or the last of its month.
func before(d clock.Day, months int) clock.Day {
	_, _, n := d.Date()
	p := d.Period().Add(-months)
	return p.First().Add(min(n, p.Days()) - 1)
}

// bounds are the due days that begin each age, the youngest first: what was due
// on or after the first is not late.
func bounds(today clock.Day) [6]clock.Day {
	return [6]clock.Day{today, before(today, 3), before(today, 6), before(today, 12), before(today, 24), before(today, 36)}
}
