package extract

import (
	"cmp"
	"slices"
	"strings"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// check refuses days that make no statement.
func (a Asked) check() error {
	var wrong errs.Fields
	switch {
	case a.From.IsZero():
		wrong.Add("from", "required", nil)
	case a.To.IsZero():
		wrong.Add("to", "required", nil)
	case a.To.Before(a.From):
		wrong.Add("to", "extract.days", nil)
	case !a.To.Before(yearsOn(a.From)):
		wrong.Add("to", "extract.span", map[string]any{"most": mostYears})
	}
	return wrong.Err()
}

// yearsOn is the first day that is too late for a statement from a day on.
func yearsOn(from clock.Day) clock.Day {
	y, m, d := from.Date()
	end, err := clock.NewDay(y+mostYears, m, d)
	if err != nil { // 29 February
		end, _ = clock.NewDay(y+mostYears, 3, 1)
	}
	return end
}

// ended are the days that a rhythm has just ended on a day; false: none.
func (r Rhythm) ended(today clock.Day) (from, to clock.Day, ok bool) {
	year, month, _ := today.Date()
	first := today.Period().First()
	switch {
	case r == Monthly:
		return today.Period().Add(-1).First(), first.Add(-1), true
	case r == Yearly && month == 1:
		from, err := clock.NewDay(year-1, 1, 1)
		return from, first.Add(-1), err == nil
	}
	return from, to, false
}

// touch is an entry of the ledger on one account of whom the statement is for.
type touch struct {
	account
	Day     clock.Day    `db:"on_day"`
	Txn     ledger.TxnID `db:"txn_id"`
	Kind    string       `db:"txn_kind"`
	Source  string       `db:"source"`
	Of      string       `db:"reversed"` // the source of what it reverses
	Reverse ledger.TxnID `db:"reverses_id"`
	Words   string       `db:"words"`
	Debited money.Fen    `db:"fen"` // credited: below 0
	apart   bool         // it only takes off what is somebody else's
}

// add counts what stands on an account, debits less credits.
func (s *Sums) add(kind ledger.Kind, debited money.Fen) {
	switch kind {
	case ledger.Receivable:
		s.Owed += debited
	case ledger.Prepaid:
		s.Ahead -= debited
	case ledger.Deposit:
		s.Deposit -= debited
	}
	s.Balance = s.Owed - s.Ahead
}

// booking is what one transaction does to one room of a statement.
type booking struct {
	touch
	sums   Sums
	others bool // something of it was somebody else's
}

// group puts the touches of a transaction and room together, in the order of the books.
func group(all []touch) []booking {
	type key struct {
		txn  ledger.TxnID
		room string
	}
	at := map[key]int{}
	var out []booking
	for _, t := range all {
		k := key{t.Txn, t.Label}
		i, there := at[k]
		if !there {
			i = len(out)
			at[k], out = i, append(out, booking{touch: t})
		}
		out[i].sums.add(t.Account, t.Debited)
		out[i].others = out[i].others || t.apart
	}
	out = slices.DeleteFunc(out, func(b booking) bool { return b.others && b.sums == Sums{} })
	slices.SortStableFunc(out, func(a, b booking) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Txn, b.Txn), cmp.Compare(a.Label, b.Label))
	})
	return out
}

// doc names the document behind a booking: of what it reverses, or its own.
func (b booking) doc() (kind, ref string) {
	source := b.Source
	if b.Reverse != 0 {
		source = b.Of
	}
	kind, ref, _ = strings.Cut(source, ":")
	return kind, ref
}

// entry is a booking as it stands on a statement. late is the late fee that was
// booked with it.
func (b booking) entry(d document, late money.Fen) Entry {
	e := Entry{
		Day: b.Day, Kind: d.kind, Room: b.Label, Item: d.item, ItemEN: d.itemEN, Period: d.period, From: d.from, To: d.to, Due: d.due, Number: d.number, Means: d.means, Words: d.words,
		Ahead: b.sums.Ahead, Deposit: b.sums.Deposit, sort: int64(b.Txn), line: d.line,
	}
	if b.Reverse != 0 {
		late = -late
	}
	switch d.kind {
	case Bill, Corrected, Reversal:
		e.Charged = b.sums.Balance
	default:
		e.Charged, e.Booked = late, late
		e.Credited = late - b.sums.Balance
	}
	return e
}

// total counts an entry for what it was.
func (t *Totals) add(e Entry) {
	switch e.Kind {
	case Bill, Corrected:
		t.Billed += e.Charged
	case Reversal:
		t.Reversed -= e.Charged
	case Early:
		t.Off += e.Credited
	case Refund, RefundBack:
		t.Back -= e.Credited
	case Over:
	default:
		t.Paid += e.Credited
	}
	t.Late += e.Booked
	t.Waived += e.Waived
}

// finish orders the entries, counts them and writes the balance after each.
func (s *Statement) finish() {
	slices.SortStableFunc(s.Entries, func(a, b Entry) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.sort, b.sort)) })
	late := map[int64]money.Fen{}
	for _, o := range s.Open {
		late[int64(o.line)] = o.Late
		s.Late += o.Late
		s.Payable += o.Open + o.Late
	}
	s.Closing = s.Opening
	if s.Words = said[s.Lang]; s.Words == nil {
		s.Words = said["zh"]
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.line != 0 && (e.Kind == Bill || e.Kind == Corrected) {
			e.Accrued = late[int64(e.line)]
		}
		s.Totals.add(*e)
		// What is owed is what follows: the balance, and what of it is paid ahead.
		s.Closing.Balance += e.Charged - e.Credited
		s.Closing.Ahead += e.Ahead
		s.Closing.Deposit += e.Deposit
		s.Closing.Owed = s.Closing.Balance + s.Closing.Ahead
		e.Balance = s.Closing.Balance
		e.Text = e.told(*s)
	}
}
