package cashier

import (
	"context"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// kindReturn is the request to give back more of a deposit than one person may.
const kindReturn = "cashier.deposit_return"

// aloneShipped is what anybody gives back without asking until a community says
// otherwise, for everybody or for a role.
const aloneShipped = money.Fen(1_000_00)

// pieces is how far back what was given back of a room's deposits counts
// together: small pieces do not get round the limit.
const pieces = 30 * 24 * time.Hour

// The limits of roles above it as shipped; administrators set others.
var returnLimits = [2]money.Fen{5_000_00, 50_000_00}

func (s *Service) approveReturn(a *approval.Service) {
	a.Register(approval.Kind{
		Name: kindReturn, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.returnEnded, Describe: s.describeReturn,
		Levels: []approval.Level{
			{Roles: []string{"finance", "property_manager", "administrator"}, UpTo: &returnLimits[0]},
			{Roles: []string{"property_manager", "administrator"}, UpTo: &returnLimits[1]},
			{Roles: []string{"general_manager", "administrator"}},
		},
	})
}

// together is what goes back of a room's deposits with this much more, within thirty days.
func together(ctx context.Context, tx *db.Tx, d Deposit, more money.Fen) (money.Fen, error) {
	before, err := db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(m.amount), 0) AS BIGINT) FROM deposit_move m JOIN deposit d ON d.community_id = m.community_id AND d.id = m.deposit_id
		WHERE m.community_id = $1 AND d.room_id = $2 AND m.kind = 'returned' AND m.state <> 'refused' AND m.at > $3 AND {scope:m}`, d.Community, d.Room, tx.Now.Add(-pieces))
	if err != nil {
		return 0, err
	}
	return money.Sum(before, more)
}

// giveBack pays a part of a deposit out, or asks somebody else first where it is
// more than one person may: then nothing is booked and nothing leaves the till.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, d Deposit, in Returning) error {
	shift, err := atWork(ctx, tx, d.Community, tx.Who.ID)
	if err != nil {
		return err
	}
	o, err := office(ctx, tx, d.Community)
	if err != nil {
		return err
	}
	alone, err := o.alone(ctx, tx)
	if err != nil {
		return err
	}
	all, err := together(ctx, tx, d, in.Amount)
	if err != nil {
		return err
	}
	m := DepositMove{Kind: "returned", Fen: in.Amount, Means: in.Means, Reference: in.Reference, Receiver: in.Receiver, Reason: in.Reason, State: "done", Shift: shift.ID}
	if all <= alone {
		if err := shift.enough(ctx, tx, in.Means, in.Amount); err != nil {
			return err
		}
		return moved(ctx, tx, d, m, ledger.Account{Kind: in.Means})
	}
	m.State, m.Shift = "asked", 0
	m.ID, m.Community, m.Deposit, m.At, m.ByName, m.Version = db.NewID[DepositMove](tx), d.Community, d.ID, tx.Now, tx.Who.Name, 1
	room, err := housing.RoomIn(ctx, tx, d.Room)
	if err != nil {
		return err
	}
	reason := in.Reason
	if reason == "" {
		reason = "退还押金"
	}
	if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindReturn, Community: d.Community, Subject: d.subject(), About: room.Short, Data: keeping{d.ID, m.ID}, Reason: reason, Amount: &all}); err != nil {
		return err
	}
	tx.Note(d.Community, d.subject(), nil, map[string]any{m.Kind: m.Fen, "state": m.State, "means": m.Means})
	tx.Emit(Changed{d.Community, d.Room})
	return db.Insert(ctx, tx, "deposit_move", m)
}

func depositMove(ctx context.Context, tx *db.Tx, d Deposit, of id.Of[DepositMove]) (DepositMove, error) {
	return db.One[DepositMove](ctx, tx, `SELECT `+db.Columns[DepositMove]("")+` FROM deposit_move WHERE community_id = $1 AND deposit_id = $2 AND id = $3 AND {scope}`, d.Community, d.ID, of)
}

// returnEnded lets a cashier pay out what was approved; the money is still there.
func (s *Service) returnEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var k keeping
	if err := q.Data.Unmarshal(&k); err != nil {
		return err
	}
	d, err := depositIn(ctx, tx, k.Deposit)
	if err != nil {
		return err
	}
	m, err := depositMove(ctx, tx, d, k.Move)
	if err != nil || m.State != "asked" {
		return err
	}
	if m.State, m.Decider = "refused", q.Decider; q.State == approval.Approved {
		m.State = "approved"
	}
	tx.Note(d.Community, d.subject(), map[string]any{"returned": m.Fen, "state": "asked"}, map[string]any{"returned": m.Fen, "state": m.State})
	tx.Emit(Changed{d.Community, d.Room})
	if err := db.Save(ctx, tx, "deposit", &d); err != nil {
		return err
	}
	return db.Save(ctx, tx, "deposit_move", &m)
}

// PayOut pays an approved return of a deposit from the cashier's open shift, or
// gives it up: then it is held again.
func (s *Service) PayOut(ctx context.Context, who authz.Actor, of DepositID, match web.Match, what id.Of[DepositMove], pay bool) (DepositView, error) {
	return s.move(ctx, who, of, match, 0, func(tx *db.Tx, d Deposit) error {
		m, err := depositMove(ctx, tx, d, what)
		if err != nil {
			return err
		}
		if m.State != "approved" {
			return ErrNotNow
		}
		if m.State = "refused"; pay {
			shift, err := atWork(ctx, tx, d.Community, who.ID)
			if err != nil {
				return err
			}
			if err := shift.enough(ctx, tx, m.Means, m.Fen); err != nil {
				return err
			}
			m.State, m.Shift = "done", shift.ID
			if err := m.post(ctx, tx, d, ledger.Account{Kind: m.Means}); err != nil {
				return err
			}
		}
		tx.Note(d.Community, d.subject(), map[string]any{"returned": m.Fen, "state": "approved"}, map[string]any{"returned": m.Fen, "state": m.State})
		tx.Emit(Changed{d.Community, d.Room})
		return db.Save(ctx, tx, "deposit_move", &m)
	})
}

func (s *Service) describeReturn(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var k keeping
	if err := q.Data.Unmarshal(&k); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	d, err := db.One[Deposit](ctx, g, `SELECT `+db.Columns[Deposit]("")+` FROM deposit WHERE id = $1 AND community_id = $2`, k.Deposit, q.Community)
	if err != nil {
		return nil, err
	}
	m, err := db.One[DepositMove](ctx, g, `SELECT `+db.Columns[DepositMove]("")+` FROM deposit_move WHERE id = $1 AND community_id = $2`, k.Move, q.Community)
	see := customer.SightOf(tx.Who, q.Community)
	return []approval.Line{{Label: "payer", To: see.Name(d.Payer, false)}, {Label: "deposit", To: d.Fen.Grouped()}, {Label: "deposit_back", To: m.Fen.Grouped()}, {Label: "receiver", To: see.Name(m.Receiver, false)}, {Label: "means", To: string(m.Means)}}, err
}
