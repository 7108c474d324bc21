package ledger

import (
	"bytes"

	"guanjia/internal/platform/money"
)

// found is what a look at a piece of the chain brought.
type found struct {
	broken   []Break
	sealed   int64
	entries  int64
	held     int64 // accounts
	turnover money.Fen
}

// walk goes along transactions that should be numbered first to last, the one
// before them having the hash before. Each break is named; the walk goes on
// with what stands there, so that one changed transaction hides no other.
func (f *found) walk(first, last int64, before string, all []sealed, h head) {
	var b bytes.Buffer
	next := first
	for i := range all {
		t := &all[i]
		if next < t.seq {
			f.broken = append(f.broken, Break{Why: Missing, Seq: next})
			before, next = "", t.seq // what stood there is not known
		}
		if should := t.after(before, &b); should != t.hash && (before != "" || next == 1) || !t.balanced() {
			f.broken = append(f.broken, Break{Why: Changed, Txn: TxnID(t.id), Seq: t.seq})
		}
		f.sealed++
		for _, r := range t.rows {
			f.turnover += money.Fen(r.amount)
		}
		before, next = t.hash, t.seq+1
	}
	switch {
	case next <= last && last == h.Seq:
		f.broken = append(f.broken, Break{Why: Tail, Seq: next})
	case next <= last:
		f.broken = append(f.broken, Break{Why: Missing, Seq: next})
	case last == h.Seq && before != h.Hash:
		f.broken = append(f.broken, Break{Why: BadHead, Seq: last})
	}
}
