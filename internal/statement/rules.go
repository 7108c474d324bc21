package statement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
)

// read is what a file says.
type read struct {
	Means   ledger.Kind
	Account string // "": the file does not say
	Lines   []Line
}

// parse reads a statement, of whatever kind it is. What it cannot read it names;
// a sum that does not fit is refused.
func parse(data []byte) (out read, err error) {
	rows, err := rowsOf(data)
	if err != nil {
		return out, err
	}
	for i, r := range rows {
		heads := make([]string, len(r.Cells))
		for j, c := range r.Cells {
			heads[j] = sheet.Heading(c)
		}
		has := func(name string) bool { return slices.Contains(heads, name) }
		switch t := (table{heads: heads, before: rows[:i], rows: rows[i+1:]}); {
		case has("微信订单号") && has("交易状态"):
			out, err = t.wechat()
		case has("支付宝交易号") && has("业务类型"):
			out, err = t.alipay()
		case t.isBank():
			out, err = t.bank()
		default:
			continue
		}
		if err == nil && len(out.Lines) == 0 {
			err = ErrEmpty
		}
		if len(out.Lines) > maxRows {
			err = ErrMany.With("limit", maxRows)
		}
		out.mark()
		return out, err
	}
	return out, ErrHeads
}

// table is a file from its headings on.
type table struct {
	heads  []string
	before []row
	rows   []row
}

// column is where the first of some headings stands; -1: nowhere.
func (t table) column(names ...string) int {
	for _, n := range names {
		if i := slices.Index(t.heads, n); i >= 0 {
			return i
		}
	}
	return -1
}

func (t table) head(i int) string {
	if i < 0 {
		return ""
	}
	return t.heads[i]
}

var numbered = regexp.MustCompile(`(?:账号|帐号|账户|卡号|户号)[^0-9]{0,8}([0-9][0-9*]{5,31})`)

// account is the number of the account above the headings.
func (t table) account() string {
	for _, r := range t.before {
		if m := numbered.FindStringSubmatch(strings.Join(r.Cells, " ")); m != nil {
			return m[1]
		}
	}
	return ""
}

// dayOf reads the day of 2026-01-05 12:30:00, 20260105123000 and what people write.
func dayOf(s string) (clock.Day, bool) {
	s, _, _ = strings.Cut(s, " ")
	s, _, _ = strings.Cut(s, "T")
	if len(s) == 14 && strings.Trim(s, "0123456789") == "" {
		s = s[:8]
	}
	d, err := sheet.ParseDay(s)
	return d, err == nil && !d.IsZero()
}

// fen is a tiny amount as money; the rest below a fen is rounded half away from 0.
func (n tiny) fen() money.Fen {
	half := tiny(tinyFen / 2)
	if n < 0 {
		half = -half
	}
	return money.Fen((n + half) / tinyFen)
}

func (n tiny) whole() bool { return n%tinyFen == 0 }

// String writes yuan, with as many decimals as it has and at least two.
func (n tiny) String() string {
	if n.whole() {
		return money.Fen(n / tinyFen).String()
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return strings.TrimRight(fmt.Sprintf("%s%d.%05d", sign, n/(100*tinyFen), n%(100*tinyFen)), "0")
}

// running says that a number is one of the rows of a file, or of a day: the next
// one has it again, for other money.
func running(serial string) bool {
	return len(serial) < 7 && strings.Trim(serial, "0123456789") == ""
}

// mark gives every line what it is known again by: its number, or else day,
// amount, who, balance, and which one it is of those that are alike.
func (f *read) mark() {
	seen := map[string]int{}
	for i, l := range f.Lines {
		mark := "n:" + l.Serial + ":" + l.Fen.String() // banks give the fee of a transfer the number of the transfer
		if running(l.Serial) {
			balance := ""
			if l.Balance != nil {
				balance = l.Balance.String()
			}
			sum := sha256.Sum256([]byte(l.Day.String() + "\x00" + l.Fen.String() + "\x00" + l.Party + "\x00" + balance))
			mark = "h:" + hex.EncodeToString(sum[:12])
		}
		if seen[mark]++; seen[mark] > 1 {
			mark = fmt.Sprintf("%s:%d", mark, seen[mark])
		}
		f.Lines[i].Mark = mark
	}
}

// sums are the period and the sums of a file's lines.
func (f read) sums() (s Statement) {
	s.Means, s.Account = f.Means, f.Account
	for i, l := range f.Lines {
		if i == 0 || l.Day.Before(s.From) {
			s.From = l.Day
		}
		if i == 0 || l.Day.After(s.To) {
			s.To = l.Day
		}
		if l.Fen > 0 {
			s.In += l.Fen
		} else {
			s.Out -= l.Fen
		}
		s.Fee += l.Fee
	}
	return s
}

// within are the days that a line and what it stands for may lie apart.
const within = 3

// same says that one names the other by its number.
func same(l Line, b Booked) bool {
	for _, n := range []string{l.Serial, l.Order} {
		if n != "" && (ledger.Number(n) == ledger.Number(b.Reference) || n == b.Source || string(l.Means)+":"+n == b.Source) {
			return true
		}
	}
	return false
}

// exact finds the one in the books that a line names, with the same amount.
// Two of them are a matter for a person.
func exact(l Line, all []Booked) (out Booked, ok bool) {
	n := 0
	for _, b := range all {
		if b.Fen == l.Fen && same(l, b) {
			out, n = b, n+1
		}
	}
	return out, n == 1
}

// propose is what a line may be: the same amount, not more than three days
// apart, the same number before the same payer before the nearest day.
func propose(l Line, all []Booked) (out []Booked) {
	for _, b := range all {
		apart := b.Day.Sub(l.Day)
		if b.Fen != l.Fen {
			continue
		}
		switch {
		case same(l, b):
			b.Why = "number"
		case apart > within || apart < -within:
			continue
		case l.Party != "" && l.Party == b.Party:
			b.Why = "payer"
		default:
			b.Why = "amount"
		}
		out = append(out, b)
	}
	rank := map[string]int{"number": 0, "payer": 1, "amount": 2}
	slices.SortStableFunc(out, func(a, b Booked) int {
		return cmp.Or(cmp.Compare(rank[a.Why], rank[b.Why]), cmp.Compare(max(a.Day.Sub(l.Day), l.Day.Sub(a.Day)), max(b.Day.Sub(l.Day), l.Day.Sub(b.Day))), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), 5)]
}
