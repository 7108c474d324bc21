package refund

import (
	"context"
	"errors"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

// kindSilent is the request by which somebody is told of a refund whose gateway
// did not say for a day what became of it. Whoever ends it has looked there: then
// the gateway is asked for another day.
const kindSilent = "refund.silent"

// unanswered leaves a refund to a person. The money stays out of the books: the
// gateway may have paid it.
func (s *Service) unanswered(ctx context.Context, tx *db.Tx, r *Refund) error {
	r.Trouble = silent
	if err := r.save(ctx, tx, Paying); err != nil {
		return err
	}
	room, err := housing.RoomIn(ctx, tx, r.Room)
	if err != nil {
		return err
	}
	_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindSilent, Community: r.Community, Subject: r.subject(), About: room.Short + " " + r.Number, Data: r.ID, Reason: r.outNumber()})
	return err
}

// askAgain has the gateway asked anew, whatever was decided: only its answer ends a refund.
func (s *Service) askAgain(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var id ID
	if err := q.Data.Unmarshal(&id); err != nil || q.State == approval.Withdrawn {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	r, err := db.One[Refund](ctx, g, `SELECT `+db.Columns[Refund]("")+` FROM refund WHERE id = $1 AND community_id = $2`, id, q.Community)
	if err != nil || r.State != Paying {
		return err
	}
	r.Trouble = ""
	if err := r.save(ctx, g, Paying); err != nil {
		return err
	}
	return jobs.At(ctx, tx, jobPay, r.ID.String(), tx.Now, paying{Community: r.Community, Refund: r.ID})
}

// answered takes the request back when the gateway has answered after all.
func (s *Service) answered(ctx context.Context, tx *db.Tx, r Refund) error {
	if r.Trouble != silent {
		return nil
	}
	if err := s.Approvals.Withdraw(ctx, tx, kindSilent, r.subject(), r.outNumber()); err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	return nil
}

func (s *Service) describeSilent(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var id ID
	if err := q.Data.Unmarshal(&id); err != nil {
		return nil, err
	}
	r, err := db.One[Refund](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Refund]("")+` FROM refund WHERE id = $1 AND community_id = $2`, id, q.Community)
	if err != nil {
		return nil, err
	}
	return []approval.Line{{Label: "refund.amount", To: r.Fen.Grouped()}, {Label: "payer", To: customer.SightOf(tx.Who, q.Community).Name(r.Receiver, false)}, {Label: "online.number", To: r.outNumber()}}, nil
}
