package cashier

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// DepositID identifies a deposit.
type DepositID = id.Of[Deposit]

// Deposit is money held for a room until something is over (PAY-05).
//
//	held ─return→ returned in parts or whole
//	  ├─return, above the limit→ asked ─approve (four eyes)→ approved ─pay out→ returned
//	  └─ask keep─→ asked ─approve (four eyes)→ kept: income of the company
type Deposit struct {
	ID        DepositID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Payment   PaymentID         `db:"payment_id" json:"paymentId"`
	Kind      string            `db:"kind" json:"kind" enum:"renovation,card,key,other"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Payer     string            `db:"payer" json:"payer"`
	Words     string            `db:"words" json:"words,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	VoidedAt  *clock.Instant    `db:"voided_at" json:"voidedAt,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Deposit) ETag() int64 { return d.Version }

func (d Deposit) subject() string { return "deposit:" + d.ID.String() }

// DepositMove is what went back of a deposit, or is kept of it.
type DepositMove struct {
	ID        id.Of[DepositMove] `db:"id" json:"id"`
	Community authz.CommunityID  `db:"community_id" json:"-"`
	Deposit   DepositID          `db:"deposit_id" json:"-"`
	Kind      string             `db:"kind" json:"kind" enum:"returned,kept,refunded"`
	Fen       money.Fen          `db:"amount" json:"amount"`
	Means     ledger.Kind        `db:"means" json:"means,omitempty"`
	Reference string             `db:"reference" json:"reference,omitempty"`
	Receiver  string             `db:"receiver" json:"receiver,omitempty"`
	Reason    string             `db:"reason" json:"reason,omitempty"`
	State     string             `db:"state" json:"state" enum:"asked,approved,done,refused" doc:"approved: may be paid out, and was not yet"`
	Shift     ShiftID            `db:"shift_id" json:"-"`
	Txn       ledger.TxnID       `db:"txn_id" json:"-"`
	Day       clock.Day          `db:"on_day" json:"day,omitzero"`
	At        clock.Instant      `db:"at" json:"at"`
	ByName    string             `db:"by_name" json:"by"`
	Decider   string             `db:"decided_by_name" json:"decidedBy,omitempty"`
	Version   int64              `db:"version" json:"-"`
}

// DepositView is a deposit with its moves and what is held of it now.
type DepositView struct {
	Deposit
	Number string        `json:"number" doc:"of the receipt"`
	Held   money.Fen     `json:"held" doc:"neither returned nor kept nor asked for"`
	Moves  []DepositMove `json:"moves"`
}

// Depositing is a deposit to be taken.
type Depositing struct {
	Room      housing.RoomID `json:"roomId"`
	Kind      string         `json:"kind" enum:"renovation,card,key,other"`
	Amount    money.Fen      `json:"amount"`
	Means     ledger.Kind    `json:"means" enum:"cash,bank,cheque,pos,wechat,alipay"`
	Tendered  money.Fen      `json:"tendered,omitzero"`
	Reference string         `json:"reference,omitempty" maxLength:"400"`
	Payer     string         `json:"payer" maxLength:"200"`
	Words     string         `json:"words,omitempty" maxLength:"800"`
}

// ErrHeld says that less is held than is asked for.
var ErrHeld = errs.New(errs.Conflict, "cashier.deposit_held", "less is held of the deposit than this")

func depositIn(ctx context.Context, tx *db.Tx, id DepositID) (Deposit, error) {
	return db.One[Deposit](ctx, tx, `SELECT `+db.Columns[Deposit]("")+` FROM deposit WHERE id = $1 AND {scope}`, id)
}

func depositView(ctx context.Context, tx *db.Tx, d Deposit) (v DepositView, err error) {
	all, err := depositViews(ctx, tx, d.Community, []Deposit{d})
	if err != nil {
		return v, err
	}
	return all[0], nil
}

// depositViews are deposits of one community with their moves and receipts.
func depositViews(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []Deposit) ([]DepositView, error) {
	out := make([]DepositView, len(all))
	if len(all) == 0 {
		return out, nil
	}
	see, at, ids := customer.SightOf(tx.Who, community), map[DepositID]*DepositView{}, make([]DepositID, len(all))
	for i, d := range all {
		out[i] = DepositView{Deposit: d, Held: d.Fen, Moves: []DepositMove{}}
		out[i].Payer, at[d.ID], ids[i] = see.Name(d.Payer, false), &out[i], d.ID
		if d.VoidedAt != nil {
			out[i].Held = 0
		}
	}
	args := []any{community}
	marks := db.Among(&args, ids)
	moves, err := db.All[DepositMove](ctx, tx, `SELECT `+db.Columns[DepositMove]("")+` FROM deposit_move WHERE community_id = $1 AND deposit_id IN `+marks+` AND {scope} ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		v := at[m.Deposit]
		if m.State != "refused" && v.VoidedAt == nil {
			v.Held -= m.Fen
		}
		m.Receiver = see.Name(m.Receiver, false)
		v.Moves = append(v.Moves, m)
	}
	type given struct {
		Deposit DepositID `db:"id"`
		Number  string    `db:"number"`
	}
	return out, db.Each(ctx, tx, `SELECT d.id, r.number FROM deposit d JOIN receipt r ON r.community_id = d.community_id AND r.payment_id = d.payment_id WHERE d.community_id = $1 AND d.id IN `+marks+` AND {scope:d}`, args, func(g given) error {
		at[g.Deposit].Number = g.Number
		return nil
	})
}

// depositsOf are the deposits of a room, the latest first.
func depositsOf(ctx context.Context, tx *db.Tx, r housing.Room) ([]DepositView, error) {
	all, err := db.All[Deposit](ctx, tx, `SELECT `+db.Columns[Deposit]("")+` FROM deposit WHERE community_id = $1 AND room_id = $2 AND {scope} ORDER BY id DESC LIMIT 50`, r.Community, r.ID)
	if err != nil {
		return nil, err
	}
	return depositViews(ctx, tx, r.Community, all)
}

// TakeDeposit takes a deposit at the desk; it gets a receipt like any money.
func (s *Service) TakeDeposit(ctx context.Context, who authz.Actor, in Depositing) (v DepositView, err error) {
	p := Paying{Room: in.Room, Way: "ahead", Amount: in.Amount, Means: in.Means, Tendered: in.Tendered, Reference: in.Reference, Payer: in.Payer, Words: in.Words}
	if err := p.checked(); err != nil {
		return v, err
	}
	err = s.DB.Bulk(ctx, who, ActTake, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, in.Room)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		shift, err := atWork(ctx, tx, r.Community, who.ID)
		if err != nil {
			return err
		}
		t, err := p.taking(ctx, tx, r)
		if err != nil {
			return err
		}
		t.Source, t.Shift, t.Deposit = "deposit:"+db.NewID[Payment](tx).String(), shift.ID, true
		made, err := Take(ctx, tx, t)
		if err != nil {
			return err
		}
		d := Deposit{ID: db.NewID[Deposit](tx), Community: r.Community, Room: r.ID, Payment: made.ID, Kind: in.Kind, Fen: made.Fen, Payer: made.Payer, Words: made.Words, At: tx.Now, ByName: who.Name, Version: 1}
		if err := db.Insert(ctx, tx, "deposit", d); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = depositView(ctx, tx, d)
		return err
	})
	return v, err
}

// Returning is what goes back of a deposit.
type Returning struct {
	Amount    money.Fen   `json:"amount"`
	Means     ledger.Kind `json:"means" enum:"cash,bank,cheque,pos,wechat,alipay"`
	Reference string      `json:"reference,omitempty" maxLength:"400"`
	Receiver  string      `json:"receiver" maxLength:"200" doc:"who gets it"`
	Reason    string      `json:"reason,omitempty" maxLength:"800"`
}

// move changes a deposit that holds at least the amount.
func (s *Service) move(ctx context.Context, who authz.Actor, id DepositID, match web.Match, fen money.Fen, fn func(tx *db.Tx, d Deposit) error) (v DepositView, err error) {
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		d, err := depositIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(d.Version); err != nil {
			return err
		}
		if err := hold(ctx, tx, d.Community, []housing.RoomID{d.Room}); err != nil {
			return err
		}
		if v, err = depositView(ctx, tx, d); err != nil {
			return err
		}
		if fen > v.Held {
			return ErrHeld.With("held", v.Held.String())
		}
		if err := fn(tx, d); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "deposit", &d); err != nil { // its version shows that something moved
			return err
		}
		tx.Answer(&v)
		v, err = depositView(ctx, tx, d)
		return err
	})
	return v, err
}

// Return pays a deposit, or a part of it, back from the cashier's shift, or asks
// somebody else first: see giveBack.
func (s *Service) Return(ctx context.Context, who authz.Actor, id DepositID, match web.Match, in Returning) (v DepositView, err error) {
	var wrong errs.Fields
	wrong.Words("receiver", &in.Receiver, 50, true)
	wrong.Words("reference", &in.Reference, 100, in.Means != ledger.Cash)
	wrong.Words("reason", &in.Reason, 200, false)
	if in.Amount <= 0 {
		wrong.Add("amount", "wrong_form", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	return s.move(ctx, who, id, match, in.Amount, func(tx *db.Tx, d Deposit) error { return s.giveBack(ctx, tx, d, in) })
}

// moved writes a move of a deposit, and posts it when it is done.
func moved(ctx context.Context, tx *db.Tx, d Deposit, m DepositMove, to ledger.Account) (err error) {
	m.ID, m.Community, m.Deposit, m.At, m.ByName, m.Version = db.NewID[DepositMove](tx), d.Community, d.ID, tx.Now, tx.Who.Name, 1
	if m.State == "done" {
		if err := m.post(ctx, tx, d, to); err != nil {
			return err
		}
	}
	tx.Note(d.Community, d.subject(), nil, map[string]any{m.Kind: m.Fen, "state": m.State, "means": m.Means})
	tx.Emit(Changed{d.Community, d.Room})
	return db.Insert(ctx, tx, "deposit_move", m)
}

func (m *DepositMove) post(ctx context.Context, tx *db.Tx, d Deposit, to ledger.Account) (err error) {
	if m.Day, err = BookDay(ctx, tx, d.Community); err != nil {
		return err
	}
	t, err := ledger.Post(ctx, tx, ledger.Draft{
		Community: d.Community, Kind: "deposit", Source: "deposit_move:" + m.ID.String(), Day: m.Day, Words: m.Kind,
		Lines: []ledger.Line{{Debit: Part{Part: deposit, Room: d.Room}.account(""), Credit: to, Fen: m.Fen}},
	})
	m.Txn = t.ID
	return err
}

type keeping struct {
	Deposit DepositID          `json:"deposit"`
	Move    id.Of[DepositMove] `json:"move"`
}

// AskKeep asks somebody else to have a part of a deposit kept, with the reason.
func (s *Service) AskKeep(ctx context.Context, who authz.Actor, id DepositID, match web.Match, fen money.Fen, reason string) (v DepositView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if fen <= 0 {
		wrong.Add("amount", "wrong_form", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	return s.move(ctx, who, id, match, fen, func(tx *db.Tx, d Deposit) error {
		m := DepositMove{ID: db.NewID[DepositMove](tx), Community: d.Community, Deposit: d.ID, Kind: "kept", Fen: fen, Reason: reason, State: "asked", At: tx.Now, ByName: who.Name, Version: 1}
		if err := db.Insert(ctx, tx, "deposit_move", m); err != nil {
			return err
		}
		room, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil {
			return err
		}
		tx.Note(d.Community, d.subject(), nil, map[string]any{"kept": fen, "state": m.State, "reason": reason})
		_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindKeep, Community: d.Community, Subject: d.subject(), About: room.Short, Data: keeping{d.ID, m.ID}, Reason: reason, Amount: &fen})
		return err
	})
}

func (s *Service) keepEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var k keeping
	if err := q.Data.Unmarshal(&k); err != nil {
		return err
	}
	d, err := depositIn(ctx, tx, k.Deposit)
	if err != nil {
		return err
	}
	m, err := db.One[DepositMove](ctx, tx, `SELECT `+db.Columns[DepositMove]("")+` FROM deposit_move WHERE community_id = $1 AND id = $2 AND {scope}`, d.Community, k.Move)
	if err != nil {
		return err
	}
	if m.State != "asked" {
		return nil
	}
	m.State, m.Decider = "refused", q.Decider
	if q.State == approval.Approved {
		m.State = "done"
		if err := m.post(ctx, tx, d, ledger.Account{Kind: ledger.Income}); err != nil {
			return err
		}
	}
	tx.Note(d.Community, d.subject(), map[string]any{"kept": m.Fen, "state": "asked"}, map[string]any{"kept": m.Fen, "state": m.State})
	tx.Emit(Changed{d.Community, d.Room})
	if err := db.Save(ctx, tx, "deposit", &d); err != nil {
		return err
	}
	return db.Save(ctx, tx, "deposit_move", &m)
}

func (s *Service) describeKeep(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var k keeping
	if err := q.Data.Unmarshal(&k); err != nil {
		return nil, err
	}
	d, err := db.One[Deposit](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Deposit]("")+` FROM deposit WHERE id = $1 AND community_id = $2`, k.Deposit, q.Community)
	if err != nil {
		return nil, err
	}
	return []approval.Line{{Label: "payer", To: customer.SightOf(tx.Who, q.Community).Name(d.Payer, false)}, {Label: "deposit", To: d.Fen.Grouped()}, {Label: "taken_by", To: d.ByName}}, nil
}
