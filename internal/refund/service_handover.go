package refund

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// kindHand is the request by which somebody else decides that what one prepaid
// for a room becomes another's. Without it money stays whose it is (PAY-05a).
const kindHand = "refund.handover"

// Handing is what is paid ahead that is to be handed over.
type Handing struct {
	To       customer.ID `json:"customerId" doc:"who owns or rents the room, or did"`
	Amount   money.Fen   `json:"amount"`
	Reason   string      `json:"reason" maxLength:"800"`
	Document string      `json:"document" maxLength:"400" doc:"what both signed"`
}

// HandingAsked is a handover that somebody else decides.
type HandingAsked struct {
	Request approval.ID `json:"requestId"`
	Amount  money.Fen   `json:"amount"`
	From    string      `json:"from"`
	To      string      `json:"to"`
}

// holderName is the name of whose a payment is; who handed the money over may be somebody else.
const holderName = `SELECT COALESCE(c.name, p.payer) FROM payment p LEFT JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id WHERE p.id = $1`

type handing struct {
	Payment  cashier.PaymentID `json:"payment"`
	To       customer.ID       `json:"to"`
	Fen      money.Fen         `json:"amount"`
	Document string            `json:"document"`
}

// HandOver asks somebody else to let what was paid ahead with a payment, and is
// not used, be another's of the household.
func (s *Service) HandOver(ctx context.Context, who authz.Actor, id cashier.PaymentID, in Handing) (v HandingAsked, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &in.Reason, 200, true)
	wrong.Words("document", &in.Document, 100, true)
	if in.Amount <= 0 {
		wrong.Add("amount", "wrong_form", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActAsk, func(tx *db.Tx) error {
		of, err := held(ctx, tx, id)
		if err != nil {
			return err
		}
		to, err := handable(ctx, tx, of, in.To, in.Amount)
		if err != nil {
			return err
		}
		room, err := housing.RoomIn(ctx, tx, of.Payment.Room)
		if err != nil {
			return err
		}
		q, err := s.Approvals.Request(ctx, tx, approval.Ask{
			Kind: kindHand, Community: of.Community, Subject: "payment:" + id.String(), About: room.Short, Data: handing{id, in.To, in.Amount, in.Document}, Reason: in.Reason, Amount: &in.Amount,
		})
		if err != nil {
			return err
		}
		tx.Note(of.Community, "payment:"+id.String(), nil, map[string]any{"handover": "asked", "amount": in.Amount, "to": in.To, "document": in.Document})
		from, err := db.One[string](ctx, tx, holderName+` AND {scope:p}`, id)
		if err != nil {
			return err
		}
		see := customer.SightOf(tx.Who, of.Community)
		v = HandingAsked{Request: q.ID, Amount: in.Amount, From: see.Name(from, false), To: see.Name(to.Name, false)}
		tx.Answer(&v)
		return nil
	})
	return v, err
}

// handable refuses what cannot be handed over now, and names who would get it.
func handable(ctx context.Context, tx *db.Tx, of cashier.Refundable, to customer.ID, fen money.Fen) (h cashier.Heir, err error) {
	if of.Origin != cashier.OfAhead {
		return h, ErrNothing
	}
	on, err := spoken(ctx, tx, of, 0)
	if err != nil {
		return h, err
	}
	most := free(of.Fen, on)
	if most == 0 {
		return h, ErrNothing
	}
	if fen > most {
		return h, errs.ErrFields.At(errs.Field{Name: "amount", Code: ErrMore.Code, Params: map[string]any{"most": most.String()}})
	}
	all, err := cashier.Heirs(ctx, tx, of.Community, of.Payment.Room)
	if err != nil {
		return h, err
	}
	at := slices.IndexFunc(all, func(o cashier.Heir) bool { return o.Customer == to })
	if at < 0 || db.ID(to) == of.Payment.Customer {
		return h, errs.ErrFields.At(errs.Field{Name: "customerId", Code: ErrHeir.Code})
	}
	return all[at], nil
}

// handedOver books a handover that was approved; what is left is looked at again.
func (s *Service) handedOver(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var d handing
	if err := q.Data.Unmarshal(&d); err != nil {
		return err
	}
	if q.State != approval.Approved {
		tx.Note(q.Community, "payment:"+d.Payment.String(), map[string]any{"handover": "asked"}, map[string]any{"handover": "", "state": q.State})
		return nil
	}
	of, err := held(ctx, tx, d.Payment)
	if err != nil {
		return err
	}
	to, err := handable(ctx, tx, of, d.To, d.Fen)
	var wrong *errs.Error
	if errors.As(err, &wrong) && len(wrong.Fields) > 0 { // who decides fills in no field
		return ErrMore.With("most", of.Fen.String())
	}
	if err != nil {
		return err
	}
	p, err := cashier.HandOver(ctx, tx, cashier.Handover{Of: of.Payment, To: to, Fen: d.Fen, Key: q.ID.String(), Reason: q.Reason})
	if err != nil {
		return err
	}
	tx.Note(q.Community, "payment:"+d.Payment.String(), map[string]any{"handover": "asked"}, map[string]any{"handover": "done", "amount": d.Fen, "to": d.To, "payment": p.ID, "document": d.Document})
	return nil
}

func (s *Service) describeHandover(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var d handing
	if err := q.Data.Unmarshal(&d); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	name := func(of string, args ...any) (string, error) { return db.One[string](ctx, g, of, args...) }
	from, err := name(holderName+` AND p.community_id = $2`, d.Payment, q.Community)
	if err != nil {
		return nil, err
	}
	to, err := name(`SELECT c.name FROM customer c WHERE c.id = $1 AND c.community_id = $2`, d.To, q.Community)
	see := customer.SightOf(tx.Who, q.Community)
	return []approval.Line{{Label: "handover.from", To: see.Name(from, false)}, {Label: "handover.to", To: see.Name(to, false)}, {Label: "handover.document", To: d.Document}}, err
}
