package cashier

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// The kinds of requests; who asks never decides.
const (
	kindVoid = "cashier.void"
	kindKeep = "cashier.keep"
)

// Approve registers what somebody else decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindVoid, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.voidEnded, Describe: s.describeVoid})
	s.approveSuspense(a)
	s.approveReturn(a)
	s.approveOffset(a)
	a.Register(approval.Kind{Name: kindKeep, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.keepEnded, Describe: s.describeKeep})
}

type voiding struct {
	Payment PaymentID `json:"payment"`
}

// AskVoid asks somebody else to have a payment reversed and its receipt voided (PAY-02).
func (s *Service) AskVoid(ctx context.Context, who authz.Actor, id PaymentID, match web.Match, reason string) (v PaymentView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		p, err := payment(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(p.Version); err != nil {
			return err
		}
		if err := p.voidable(ctx, tx); err != nil {
			return err
		}
		r, err := receiptOf(ctx, tx, p)
		if err != nil {
			return err
		}
		p.VoidState, p.VoidReason = "asked", reason
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindVoid, Community: p.Community, Subject: p.subject(), About: r.Number, Data: voiding{p.ID}, Reason: reason, Amount: &p.Fen}); err != nil {
			return err
		}
		tx.Note(p.Community, p.subject(), nil, map[string]any{"void": p.VoidState, "reason": reason})
		tx.Emit(Changed{p.Community, p.Room})
		if err := db.Save(ctx, tx, "payment", &p); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, p)
		return err
	})
	return v, err
}

// voidable refuses what was reversed or asked for already, and what others rest on.
func (p Payment) voidable(ctx context.Context, tx *db.Tx) error {
	if p.VoidState != "" || p.ReversedAt != nil || kindOf(p.Source) == "released" || kindOf(p.Source) == "corrected" || kindOf(p.Source) == "refund" || p.EarlyOf != 0 {
		return ErrNotNow
	}
	return p.free(ctx, tx)
}

// free refuses payments on which others rest: what was prepaid is used, a deposit
// moved, or a line was reversed and its money went to what is prepaid.
func (p Payment) free(ctx context.Context, tx *db.Tx) error {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM payment_part p WHERE p.community_id = $1 AND p.payment_id = $2 AND {scope:p} AND (
		p.uses_id IS NULL AND EXISTS (SELECT 1 FROM payment_part u WHERE u.community_id = p.community_id AND u.uses_id = p.id AND u.reversed_at IS NULL)
		OR EXISTS (SELECT 1 FROM payment_part u JOIN payment r ON r.community_id = u.community_id AND r.id = u.payment_id
			WHERE u.community_id = p.community_id AND u.line_id = p.line_id AND u.amount < 0 AND u.reversed_at IS NULL AND r.id <> p.payment_id))`, p.Community, p.ID)
	if err == nil && n > 0 {
		err = ErrUsed
	}
	if err != nil {
		return err
	}
	moved, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM deposit d JOIN deposit_move m ON m.community_id = d.community_id AND m.deposit_id = d.id
		WHERE d.community_id = $1 AND d.payment_id = $2 AND m.state <> 'refused' AND {scope:d}`, p.Community, p.ID)
	if err == nil && moved > 0 {
		err = ErrUsed
	}
	return err
}

func (s *Service) voidEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var a voiding
	if err := q.Data.Unmarshal(&a); err != nil {
		return err
	}
	p, err := payment(ctx, tx, a.Payment)
	if err != nil {
		return err
	}
	if p.VoidState != "asked" || p.ReversedAt != nil {
		return nil
	}
	if q.State != approval.Approved {
		p.VoidState = ""
		tx.Note(p.Community, p.subject(), map[string]any{"void": "asked"}, map[string]any{"void": "", "state": q.State})
		tx.Emit(Changed{p.Community, p.Room})
		return db.Save(ctx, tx, "payment", &p)
	}
	return void(ctx, tx, p, q)
}

// void reverses a payment with all its parts. Nothing is deleted: parts that
// are reversed do not count, the ledger has both transactions.
func void(ctx context.Context, tx *db.Tx, p Payment, q approval.Request) error {
	parts, err := partsOf(ctx, tx, p)
	if err != nil {
		return err
	}
	rooms := []housing.RoomID{p.Room}
	for _, x := range parts {
		rooms = append(rooms, x.Room)
	}
	if err := hold(ctx, tx, p.Community, rooms); err != nil {
		return err
	}
	if err := p.free(ctx, tx); err != nil {
		return err
	}
	day, err := BookDay(ctx, tx, p.Community)
	if err != nil {
		return err
	}
	t, err := ledger.Reverse(ctx, tx, p.Txn, day, q.Reason)
	if err != nil {
		return err
	}
	early, err := grantedBy(ctx, tx, p)
	if err != nil {
		return err
	}
	if err := ungrant(ctx, tx, early, day, q.Reason); err != nil {
		return err
	}
	for _, stmt := range []string{
		`UPDATE payment_part SET reversed_at = $1 WHERE community_id = $2 AND payment_id = $3 AND {scope}`,
		`UPDATE receipt SET voided_at = $1, version = version + 1 WHERE community_id = $2 AND payment_id = $3 AND {scope}`,
		`UPDATE deposit SET voided_at = $1, version = version + 1 WHERE community_id = $2 AND payment_id = $3 AND {scope}`,
	} {
		if _, err := tx.Exec(ctx, stmt, tx.Now, p.Community, p.ID); err != nil {
			return err
		}
	}
	if kindOf(p.Source) == "suspense" {
		if err := p.reopened(ctx, tx, q.Reason); err != nil {
			return err
		}
	}
	if p.VoidShift, err = shiftFor(ctx, tx, p.Community, q.RequestedBy); err != nil {
		return err
	}
	if p.VoidShift == 0 && slices.Contains(meansAll, p.Means) {
		p.VoidAsked = q.RequestedBy
	}
	p.VoidState, p.VoidedBy, p.Reversal, p.ReversedAt, p.ReversedOn = "voided", tx.Who.Name, t.ID, &tx.Now, day
	tx.Note(p.Community, p.subject(), map[string]any{"void": "asked"}, map[string]any{"void": p.VoidState, "amount": p.Fen})
	tx.Emit(Voided{p.Community, p.Room, p.ID})
	return db.Save(ctx, tx, "payment", &p)
}

func (s *Service) describeVoid(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var a voiding
	if err := q.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	p, err := db.One[Payment](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Payment]("")+` FROM payment WHERE id = $1 AND community_id = $2`, a.Payment, q.Community)
	if err != nil {
		return nil, err
	}
	return []approval.Line{{Label: "payer", To: customer.SightOf(tx.Who, q.Community).Name(p.Payer, false)}, {Label: "means", To: string(p.Means)}, {Label: "taken_on", To: p.Day.String()}, {Label: "taken_by", To: p.ByName}}, nil
}
