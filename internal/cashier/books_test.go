package cashier_test

import (
	"testing"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
	"guanjia/internal/staff"
)

func (e *env) colleague(id staff.ID, name string) {
	e.t.Helper()
	dbtest.Exec(e.t, e.d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '[]', 'active', FALSE, '', 1)`, id, "00"+id.String(), name)
}

func (e *env) takes(who authz.Actor, fen money.Fen) (cashier.PaymentView, error) {
	in := paying(1000, "ahead", 0)
	in.Amount, in.Means = fen, ledger.Cash
	return e.svc.Pay(e.t.Context(), who, in)
}

// PAY-02: a book comes to its end, or is somebody else's: the community's own
// book goes on behind it, and no number is written twice.
func TestABookThatEndsIsFollowedByNumbersNobodyHas(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.colleague(11, "安娜")
		must(e.svc.GiveBook(t.Context(), e.boss, cashier.BookDraft{Community: 1, Kind: "printed", Prefix: "SJ", Width: 7, First: 1, Last: 2, Holder: 11}))(t)
		e.open()
		must(e.svc.Open(t.Context(), e.berta, 1, 0))(t)
		for i, want := range []struct {
			who    authz.Actor
			number string
		}{{e.anna, "SJ0000001"}, {e.berta, "SJ0000003"}, {e.anna, "SJ0000002"}, {e.anna, "SJ0000004"}, {e.berta, "SJ0000005"}} {
			p, err := e.takes(want.who, 10_00)
			if err != nil || p.Number != want.number {
				t.Errorf("payment %d: %q, %v; want %s", i+1, p.Number, err, want.number)
			}
		}
		e.whole()
	})
}

// PAY-02: two books whose series differ write the same number: the second is not given out.
func TestNoTwoBooksWriteTheSameNumber(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		give := func(prefix string, width, first, last int64) error {
			_, err := e.svc.GiveBook(t.Context(), e.boss, cashier.BookDraft{Community: 1, Kind: "printed", Prefix: prefix, Width: width, First: first, Last: last})
			return err
		}
		must(0, give("A", 4, 1, 1500))(t)                                  // A0001 to A1500
		field(t, give("A0", 3, 1, 99), "first", "cashier.book_overlap")    // A0001
		field(t, give("A14", 2, 99, 120), "first", "cashier.book_overlap") // A1499
		field(t, give("SJ0", 6, 1, 10), "first", "cashier.book_overlap")   // SJ0000001 is the community's own first
		must(0, give("A15", 2, 1, 99))(t)                                  // A1501 and on
		must(0, give("A0", 4, 1, 99))(t)                                   // A00001: five digits
		must(0, give("B1", 1, 1, 9))(t)                                    // B11 to B19
		field(t, give("B", 1, 5, 11), "first", "cashier.book_overlap")     // B11
		must(0, give("B", 1, 5, 9))(t)                                     // B5 to B9
	})
}

// PAY-08: who spoils a number of another book than the one that is open on the
// screen is told so; neither book loses a number.
func TestANumberIsSpoiledInItsOwnBook(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.colleague(11, "安娜")
		draft := cashier.BookDraft{Community: 1, Kind: "paper", Prefix: "PA", Width: 3, First: 1, Last: 9, Holder: 11}
		a := must(e.svc.GiveBook(t.Context(), e.boss, draft))(t)
		draft.Prefix = "PB"
		must(e.svc.GiveBook(t.Context(), e.boss, draft))(t)
		_, err := e.svc.Spoil(t.Context(), e.anna, a.ID, "PB001", "写错")
		field(t, err, "number", "cashier.slip_unknown")
		for _, b := range must(e.svc.Books(t.Context(), e.boss, 1))(t) {
			if b.Left != 9 || b.Spoiled != 0 {
				t.Errorf("%s: %d left, %d spoiled", b.Prefix, b.Left, b.Spoiled)
			}
		}
	})
}
