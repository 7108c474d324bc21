package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"guanjia/internal/platform/money"
)

// lines leaves out what is 0 and adds up the rest.
func (d Draft) lines() (out []Line, total money.Fen, err error) {
	for _, l := range d.Lines {
		if l.Fen == 0 {
			continue
		}
		l.Debit.Community, l.Credit.Community = d.Community, d.Community
		if total, err = money.Sum(total, l.Fen); err != nil {
			return nil, 0, err
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, 0, ErrEmpty
	}
	return out, total, nil
}

// sealed is a transaction as it is hashed, with its entries in the order of their ids.
type sealed struct {
	seq, id, community, at int64
	day, kind, source      string
	reverses               int64
	words                  string
	by                     int64
	byName                 string
	entries, total         int64
	hash                   string
	rows                   []row
}

// row is an entry as it is hashed.
type row struct{ id, community, txn, debit, credit, amount int64 }

// after is the hash of the transaction when it follows the one with the hash
// before: SHA-256 over that hash and every field, numbers as eight bytes, texts
// after their length.
func (s *sealed) after(before string, b *bytes.Buffer) string {
	b.Reset()
	number := func(all ...int64) {
		var raw [8]byte
		for _, n := range all {
			binary.BigEndian.PutUint64(raw[:], uint64(n)) //nolint:gosec // only its bits matter
			b.Write(raw[:])
		}
	}
	text := func(all ...string) {
		for _, t := range all {
			number(int64(len(t)))
			b.WriteString(t)
		}
	}
	text(before)
	number(s.seq, s.id, s.community, s.at, s.reverses, s.by, s.entries, s.total)
	text(s.day, s.kind, s.source, s.words, s.byName)
	number(int64(len(s.rows)))
	for _, r := range s.rows {
		number(r.id, r.community, r.debit, r.credit, r.amount)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// balanced reports whether the entries are those that the transaction says it has.
func (s *sealed) balanced() bool {
	var sum int64
	for _, r := range s.rows {
		if r.community != s.community {
			return false
		}
		sum += r.amount
	}
	return int64(len(s.rows)) == s.entries && sum == s.total
}
