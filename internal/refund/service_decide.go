package refund

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// kind is the request that somebody else decides: neither who asked nor who checked.
const kind = "refund.pay"

// Approve registers the limits of roles as shipped: finance up to 2,000.00 of a
// room within thirty days, the property manager up to 20,000.00, the general
// manager any amount.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{
		Name: kind, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe,
		Levels: []approval.Level{
			{Roles: []string{"finance", "property_manager", "administrator"}, UpTo: &limits[0]},
			{Roles: []string{"property_manager", "administrator"}, UpTo: &limits[1]},
			{Roles: []string{"general_manager", "administrator"}},
		},
	})
	a.Register(approval.Kind{Name: kindHand, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.handedOver, Describe: s.describeHandover})
	a.Register(approval.Kind{Name: kindSilent, Decide: ActCheck, TimeLimit: 24 * time.Hour, Ended: s.askAgain, Describe: s.describeSilent})
}

// number is how people and gateways know a refund.
func number(day clock.Day, n int64) string {
	text := strconv.FormatInt(n, 10)
	return "RF" + strings.ReplaceAll(day.String(), "-", "") + strings.Repeat("0", max(4-len(text), 0)) + text
}

type deciding struct {
	Refund ID `json:"refund"`
}

// Check says what the facts are, and sends the refund on to who decides, or
// refuses it. Who asked does not check. What is asked for must still be there.
func (s *Service) Check(ctx context.Context, who authz.Actor, id ID, match web.Match, pass bool, words string) (v View, err error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 500, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActCheck, func(tx *db.Tx) error {
		r, err := refund(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(r.Version); err != nil {
			return err
		}
		if r.State != Asked {
			return ErrNotNow
		}
		if r.By == who.ID {
			return ErrOwn
		}
		r.Facts, r.CheckedAt, r.CheckedID, r.CheckedBy = words, &tx.Now, who.ID, who.Name
		if pass {
			err = s.pass(ctx, tx, &r)
		} else {
			r.State, r.EndedWhy = Refused, words
		}
		if err != nil {
			return err
		}
		if err := r.save(ctx, tx, Asked); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, r)
		return err
	})
	return v, err
}

// pass asks who decides; what was asked for of the room lately counts together.
func (s *Service) pass(ctx context.Context, tx *db.Tx, r *Refund) error {
	of, err := held(ctx, tx, r.Payment)
	if err != nil {
		return err
	}
	if err := r.covered(ctx, tx, of); err != nil {
		return err
	}
	more, err := together(ctx, tx, *r, tx.Now.Add(-pieces))
	if err != nil {
		return err
	}
	all, err := money.Sum(more, r.Fen)
	if err != nil {
		return err
	}
	label, err := db.One[string](ctx, tx, `SELECT label FROM room WHERE community_id = $1 AND id = $2 AND {scope}`, r.Community, r.Room)
	if err != nil {
		return err
	}
	var files []string
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM refund_file WHERE community_id = $1 AND refund_id = $2 AND {scope}`, r.Community, r.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		files = []string{strconv.FormatInt(n, 10)}
	}
	r.State = Checked
	_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kind, Community: r.Community, Subject: r.subject(), About: label + " " + r.Number, Data: deciding{r.ID}, Reason: r.Reason, Evidence: files, Amount: &all, Concerned: r.By})
	return err
}

// covered refuses a refund whose money is not there any more.
func (r Refund) covered(ctx context.Context, tx *db.Tx, of cashier.Refundable) error {
	on, err := spoken(ctx, tx, of, r.ID)
	if err != nil {
		return err
	}
	if most := free(of.Fen, on); r.Fen > most {
		return ErrMore.With("most", most.String())
	}
	return nil
}

func (s *Service) decided(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var d deciding
	if err := q.Data.Unmarshal(&d); err != nil {
		return err
	}
	r, err := refund(ctx, tx, d.Refund)
	if err != nil || r.State != Checked {
		return err
	}
	r.DecidedAt, r.DecidedBy = &tx.Now, q.Decider
	switch q.State {
	case approval.Approved:
		r.State = Approved
	case approval.Rejected:
		r.State, r.EndedWhy = Refused, q.Decision
	default: // who checked took it back: it is to be checked again
		r.State, r.DecidedAt, r.DecidedBy = Asked, nil, ""
	}
	return r.save(ctx, tx, Checked)
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var d deciding
	if err := q.Data.Unmarshal(&d); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	r, err := db.One[Refund](ctx, g, `SELECT `+db.Columns[Refund]("")+` FROM refund WHERE id = $1 AND community_id = $2`, d.Refund, q.Community)
	if err != nil {
		return nil, err
	}
	back, err := db.One[money.Fen](ctx, g, `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE community_id = $1 AND payment_id = $2 AND state = 'paid'`, r.Community, r.Payment)
	out := []approval.Line{
		{Label: "payer", To: customer.SightOf(tx.Who, q.Community).Name(r.Receiver, false)}, {Label: "refund.amount", To: r.Fen.Grouped()}, {Label: "refund.origin", To: string(r.Origin)}, {Label: "means", To: string(r.Means)},
		{Label: "refund.before", To: back.Grouped()}, {Label: "refund.facts", To: r.Facts}, {Label: "refund.checked_by", To: r.CheckedBy},
	}
	return out, err
}
