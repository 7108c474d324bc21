package refund

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/cashier"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

// Payout is what a cashier says who pays out.
type Payout struct {
	Means     ledger.Kind `json:"means,omitempty" enum:"cash,bank,cheque,pos,wechat,alipay," doc:"needed where the way the money had come is not known"`
	Reference string      `json:"reference,omitempty" maxLength:"400" doc:"of the transfer, the cheque; needed of all but cash at the desk"`
	Receiver  string      `json:"receiver,omitempty" maxLength:"200"`
}

const jobPay = "refund.pay"

type paying struct {
	Community authz.CommunityID `json:"community"`
	Refund    ID                `json:"refund"`
	Asked     int64             `json:"asked"`
}

// Where belongs to the community in the list of jobs.
func (p paying) Where() authz.CommunityID { return p.Community }

// Schedule registers who asks the gateways.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Outside(r, jobPay, func(ctx context.Context, p paying) error { return s.work(ctx, p) })
}

// PayOut pays a refund out, the way the money had come: at the desk from the
// cashier's own shift, with a slip; online it is given to the gateway, and is
// paid when that says so. The books have it from now on.
func (s *Service) PayOut(ctx context.Context, who authz.Actor, id ID, match web.Match, in Payout) (v View, err error) {
	err = s.DB.Write(ctx, who, ActPay, func(tx *db.Tx) error {
		r, err := refund(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(r.Version); err != nil {
			return err
		}
		if r.State != Approved {
			return ErrNotNow
		}
		if err := in.onto(&r); err != nil {
			return err
		}
		if r.online() && (s.Online == nil || r.From == 0) {
			return ErrNoOnline
		}
		of, err := held(ctx, tx, r.Payment)
		if err != nil {
			return err
		}
		if err := r.covered(ctx, tx, of); err != nil {
			return err
		}
		r.Origin = of.Origin // the payment may have been voided since: then the books let it go already, and this counts of what was voided
		if err := s.out(ctx, tx, &r, of); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, r)
		return err
	})
	return v, err
}

// out writes the books and gives the refund to the gateway, or ends it.
func (s *Service) out(ctx context.Context, tx *db.Tx, r *Refund, of cashier.Refundable) (err error) {
	var shift cashier.ShiftID
	if !r.online() {
		if shift, err = cashier.AtWork(ctx, tx, r.Community, r.Means, r.Fen); err != nil {
			return err
		}
	}
	if r.Slip == "" {
		if r.Slip, err = slip(ctx, tx, r.Community); err != nil {
			return err
		}
	}
	r.Tries++
	r.Source, r.Trouble, r.PaidBy = "refund:"+r.ID.String()+":"+strconv.FormatInt(r.Tries, 10), "", tx.Who.Name
	if err := cashier.PayBack(ctx, tx, cashier.Back{Of: of, Fen: r.Fen, Means: r.Means, Source: r.Source, Number: r.Slip, Party: r.Receiver, Reference: r.Reference, Words: r.Reason, Shift: shift}); err != nil {
		return err
	}
	if r.online() {
		r.State = Paying
		if err := jobs.At(ctx, tx, jobPay, r.ID.String(), tx.Now, paying{Community: r.Community, Refund: r.ID}); err != nil {
			return err
		}
		return r.save(ctx, tx, Approved)
	}
	if err := r.paid(ctx, tx); err != nil {
		return err
	}
	return r.save(ctx, tx, Approved)
}

// paid ends a refund on the day of the books.
func (r *Refund) paid(ctx context.Context, tx *db.Tx) (err error) {
	r.State, r.PaidAt = Paid, &tx.Now
	r.PaidOn, err = cashier.BookDay(ctx, tx, r.Community)
	return err
}

// onto writes how it is paid out; what is known of the way is not changed.
func (in Payout) onto(r *Refund) error {
	var wrong errs.Fields
	if r.Means == "" {
		if r.Means = in.Means; r.Means == "" || r.online() {
			wrong.Add("means", "required", nil)
		}
	}
	wrong.Words("reference", &in.Reference, 100, !r.online() && r.Means != ledger.Cash)
	wrong.Words("receiver", &in.Receiver, 50, false)
	r.Reference = in.Reference
	if in.Receiver != "" {
		r.Receiver = in.Receiver
	}
	return wrong.Err()
}

// Told has a refund looked at now, because a gateway said that it has seen to it.
func (s *Service) Told(ctx context.Context, community authz.CommunityID, number string) error {
	id, err := s.byNumber(ctx, community, number)
	if errors.Is(err, db.ErrNotFound) {
		return nil // of another program of the same merchant
	}
	if err != nil {
		return err
	}
	return s.Work(ctx, id)
}

func (s *Service) byNumber(ctx context.Context, community authz.CommunityID, number string) (id ID, err error) {
	err = s.DB.Read(ctx, system, actFollow, func(tx *db.Tx) error {
		id, err = db.One[ID](ctx, tx, `SELECT id FROM refund WHERE community_id = $1 AND number = $2 AND {scope}`, community, plain(number))
		return err
	})
	return id, err
}

// outNumber is how a gateway knows one giving of a refund: after a refusal the
// next has another number, because a gateway does each number once.
func (r Refund) outNumber() string { return r.Number + "R" + strconv.FormatInt(r.Tries, 10) }

// plain is the number of a refund by one of its numbers at a gateway.
func plain(out string) string {
	if i := strings.LastIndexByte(out, 'R'); i > 0 {
		return out[:i]
	}
	return out
}

// Work asks the gateway to pay a refund back, or how it stands, and does what
// follows. It may be done again at any time.
func (s *Service) Work(ctx context.Context, id ID) error { return s.work(ctx, paying{Refund: id}) }

func (s *Service) work(ctx context.Context, p paying) error {
	id := p.Refund
	var r Refund
	if err := s.DB.Read(ctx, system, actFollow, func(tx *db.Tx) (err error) {
		r, err = refund(ctx, tx, id)
		return err
	}); err != nil || r.State != Paying {
		return err
	}
	state, trouble, err := s.Online(ctx, r.Community, r.From, r.outNumber(), r.Reason, r.Fen)
	if err != nil {
		return err
	}
	asked := r.Source
	return s.DB.Write(ctx, system, actFollow, func(tx *db.Tx) error {
		if r, err = refund(ctx, tx, id); err != nil {
			return err
		}
		if r.State != Paying || r.Source != asked {
			tx.Silent("somebody else has seen to it")
			return nil
		}
		if state == "done" || state == "refused" {
			if err := s.answered(ctx, tx, r); err != nil {
				return err
			}
		}
		switch state {
		case "done":
			r.Trouble = ""
			if err := r.paid(ctx, tx); err != nil {
				return err
			}
			return r.save(ctx, tx, Paying)
		case "refused":
			if err := cashier.HoldRoom(ctx, tx, r.Community, r.Room); err != nil {
				return err
			}
			if err := cashier.UndoBack(ctx, tx, r.Community, r.Source, trouble); err != nil {
				return err
			}
			r.State, r.Trouble, r.PaidBy = Approved, trouble, ""
			return r.save(ctx, tx, Paying)
		}
		if p.Asked+1 >= mostAsked {
			return s.unanswered(ctx, tx, &r)
		}
		tx.Silent("the gateway is still at it")
		return jobs.At(ctx, tx, jobPay, r.ID.String(), tx.Now.Add(next(p.Asked)), paying{r.Community, r.ID, p.Asked + 1})
	})
}
