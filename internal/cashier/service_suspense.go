package cashier

import (
	"context"
	"errors"
	"time"

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

// SuspenseID identifies money in suspense.
type SuspenseID = id.Of[Suspense]

// Suspense is money that came and nobody knows whose it is (PAY-02b).
//
//	open ─ask→ asked ─approve (four eyes)→ released: a payment of the household
//	  ↑          │                     │ └→ returned: sent back to who had sent it
//	  ├─ refuse ─┘                     │
//	  └──────── the payment is voided ─┘
type Suspense struct {
	ID        SuspenseID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Means     ledger.Kind       `db:"means" json:"means" enum:"bank,cheque,pos,wechat,alipay"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Came      clock.Day         `db:"came_on" json:"cameOn" doc:"counts for late fees when it is released"`
	Payer     string            `db:"payer" json:"payer,omitempty" doc:"as the bank names them"`
	Reference string            `db:"reference" json:"reference"`
	Key       string            `db:"reference_key" json:"-"` // the number in its one form
	Words     string            `db:"words" json:"words,omitempty"`
	Source    string            `db:"source" json:"-"`
	State     string            `db:"state" json:"state" enum:"open,asked,released,returned"`
	Room      housing.RoomID    `db:"room_id" json:"roomId,omitempty" doc:"whose it is said to be"`
	Payment   PaymentID         `db:"payment_id" json:"paymentId,omitempty"`
	Reason    string            `db:"reason" json:"reason,omitempty"`
	BackRef   string            `db:"back_reference" json:"backReference,omitempty" doc:"of the transfer that sent it back"`
	Asker     string            `db:"asked_by_name" json:"askedBy,omitempty"`
	Decider   string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
	EndedAt   *clock.Instant    `db:"ended_at" json:"endedAt,omitempty"`
	Label     string            `db:"-" json:"label,omitempty" doc:"of the room"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (v Suspense) ETag() int64 { return v.Version }

func (v Suspense) subject() string { return "suspense:" + v.ID.String() }

const kindSuspense = "cashier.suspense"

// Suspend books money whose owner nobody knows, once for each source, inside the
// caller's transaction.
func Suspend(ctx context.Context, tx *db.Tx, s Suspense) (err error) {
	known, err := db.All[SuspenseID](ctx, tx, `SELECT id FROM suspense WHERE community_id = $1 AND source = $2 AND {scope}`, s.Community, s.Source)
	if err != nil || len(known) > 0 {
		return err
	}
	if s.Came.IsZero() {
		if s.Came, err = today(ctx, tx, s.Community); err != nil {
			return err
		}
	}
	if s.ID == 0 {
		s.ID = db.NewID[Suspense](tx)
	}
	s.State, s.At, s.ByName, s.Version = "open", tx.Now, tx.Who.Name, 1
	s.Key = ledger.Number(s.Reference)
	if err := s.moved(ctx, tx, s.subject()); err != nil {
		return err
	}
	tx.Note(s.Community, s.subject(), nil, map[string]any{"amount": s.Fen, "means": s.Means, "state": s.State})
	tx.Emit(Changed{Community: s.Community})
	return db.Insert(ctx, tx, "suspense", s)
}

// moved books the money as of nobody known; source tells one time from another.
func (v Suspense) moved(ctx context.Context, tx *db.Tx, source string) error {
	_, err := MoveMoney(ctx, tx, Moving{Community: v.Community, Kind: Suspended, Means: v.Means, Fen: v.Fen, Against: []Share{{ledger.Account{Kind: ledger.Suspense}, v.Fen}}, Source: source, Number: v.Reference, Party: v.Payer, Words: v.Words})
	return err
}

// lastMove is what the money was booked to suspense by the last time: each time
// after the first is told apart by the one before.
func (v Suspense) lastMove(ctx context.Context, tx *db.Tx) (m Move, err error) {
	for source := v.subject(); ; source = v.again(m) {
		next, err := moveBySource(ctx, tx, v.Community, source)
		if errors.Is(err, db.ErrNotFound) && m.ID != 0 {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		m = next
	}
}

func (v Suspense) again(m Move) string { return v.subject() + ":" + m.ID.String() }

// reopened has money wait in suspense again whose payment was voided: it came,
// and is nobody's once more (PAY-02b).
func (p Payment) reopened(ctx context.Context, tx *db.Tx, reason string) error {
	v, err := db.One[Suspense](ctx, tx, `SELECT `+db.Columns[Suspense]("")+` FROM suspense WHERE community_id = $1 AND payment_id = $2 AND {scope}`, p.Community, p.ID)
	if err != nil {
		return err
	}
	m, err := v.lastMove(ctx, tx)
	if err != nil {
		return err
	}
	if err := v.moved(ctx, tx, v.again(m)); err != nil {
		return err
	}
	tx.Note(v.Community, v.subject(), map[string]any{"state": v.State, "payment": p.ID}, map[string]any{"state": "open", "reason": reason})
	tx.Emit(Changed{v.Community, v.Room})
	v.State, v.Room, v.Payment, v.Reason, v.Asker, v.Decider, v.EndedAt = "open", 0, 0, "", "", "", nil
	return db.Save(ctx, tx, "suspense", &v)
}

// Known takes money out of suspense that was booked as a payment after all,
// under the source that it was suspended with; where there is none nothing is done.
func Known(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string, as PaymentID) error {
	all, err := db.All[Suspense](ctx, tx, `SELECT `+db.Columns[Suspense]("")+` FROM suspense WHERE community_id = $1 AND source = $2 AND state IN ('open', 'asked') AND {scope}`, community, source)
	if err != nil || len(all) == 0 {
		return err
	}
	v := all[0]
	m, err := v.lastMove(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := undoMove(ctx, tx, m, source); err != nil {
		return err
	}
	v.State, v.Payment, v.EndedAt = "released", as, &tx.Now
	tx.Note(community, v.subject(), map[string]any{"state": "open"}, map[string]any{"state": v.State, "payment": as})
	return db.Save(ctx, tx, "suspense", &v)
}

// Unknown is money that somebody books to suspense by hand.
type Unknown struct {
	Community authz.CommunityID `json:"community"`
	Means     ledger.Kind       `json:"means" enum:"bank,cheque,pos,wechat,alipay"`
	Amount    money.Fen         `json:"amount"`
	Came      clock.Day         `json:"cameOn"`
	Payer     string            `json:"payer,omitempty" maxLength:"200"`
	Reference string            `json:"reference" maxLength:"400" doc:"of the bank; the same is booked once"`
	Words     string            `json:"words,omitempty" maxLength:"800"`
}

// ErrKnown says that the same reference was booked before.
var ErrKnown = errs.New(errs.Conflict, "cashier.suspense_known", "money with this reference is in the books already")

// BookUnknown books money that cannot be identified to suspense. A reference
// that is in the books, as a payment or in suspense, is refused.
func (s *Service) BookUnknown(ctx context.Context, who authz.Actor, in Unknown) (v Suspense, err error) {
	var wrong errs.Fields
	if in.Amount <= 0 || in.Amount > mostAtOnce {
		wrong.Add("amount", "wrong_form", nil)
	}
	wrong.Words("payer", &in.Payer, 50, false)
	wrong.Words("reference", &in.Reference, 100, true)
	wrong.Words("words", &in.Words, 200, false)
	if in.Came.IsZero() {
		wrong.Add("cameOn", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		now, err := today(ctx, tx, in.Community)
		if err != nil {
			return err
		}
		if in.Came.After(now) {
			return errs.ErrFields.At(errs.Field{Name: "cameOn", Code: "cashier.slip_future"})
		}
		n, err := db.One[int64](ctx, tx, `SELECT (SELECT COUNT(*) FROM payment p WHERE p.community_id = $1 AND p.means = $2 AND p.reference_key = $3 AND p.reference_key <> '' AND p.reversed_at IS NULL) + (SELECT COUNT(*) FROM suspense s WHERE s.community_id = $1 AND s.means = $2 AND s.reference_key = $3 AND s.state <> 'returned')
			FROM (SELECT id, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, in.Community, string(in.Means), ledger.Number(in.Reference))
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.ErrFields.At(errs.Field{Name: "reference", Code: ErrKnown.Code})
		}
		key := db.NewID[Suspense](tx)
		x := Suspense{ID: key, Community: in.Community, Means: in.Means, Fen: in.Amount, Came: in.Came, Payer: in.Payer, Reference: in.Reference, Words: in.Words, Source: "desk:" + key.String()}
		if err := Suspend(ctx, tx, x); err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = suspended(ctx, tx, key)
		v.Payer = customer.SightOf(who, v.Community).Name(v.Payer, false)
		return err
	})
	return v, err
}

func suspended(ctx context.Context, tx *db.Tx, id SuspenseID) (Suspense, error) {
	return db.One[Suspense](ctx, tx, `SELECT `+db.Columns[Suspense]("")+` FROM suspense WHERE id = $1 AND {scope}`, id)
}

// InSuspense lists money in suspense, the latest first.
func (s *Service) InSuspense(ctx context.Context, who authz.Actor, community authz.CommunityID, state string, before SuspenseID, limit int) (out []Suspense, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		type row struct {
			Suspense
			Label string `db:"label"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Suspense]("s")+`, COALESCE(o.label, '') AS label FROM suspense s LEFT JOIN room o ON o.community_id = s.community_id AND o.id = s.room_id
			WHERE s.community_id = $1 AND (s.id < $2 OR $2 = 0) AND ($3 = 'all' OR $3 = 'ended' AND s.state IN ('released', 'returned') OR $3 = '' AND s.state IN ('open', 'asked')) AND {scope:s} ORDER BY s.id DESC LIMIT $4`, community, int64(before), state, limit+1)
		see := customer.SightOf(who, community)
		for _, r := range all {
			one := r.Suspense
			one.Label, one.Payer = r.Label, see.Name(r.Payer, false)
			out = append(out, one)
		}
		return err
	})
	return out, err
}

// Finding is what somebody found out about money in suspense.
type Finding struct {
	Room      housing.RoomID `json:"roomId,omitempty" doc:"whose it is; left out: it goes back"`
	Reference string         `json:"reference,omitempty" maxLength:"400" doc:"of the transfer that sends it back"`
	Reason    string         `json:"reason" maxLength:"800" doc:"how that was found out"`
}

// AskRelease asks a second person to release money in suspense to a household,
// or to have it sent back.
func (s *Service) AskRelease(ctx context.Context, who authz.Actor, id SuspenseID, match web.Match, in Finding) (v Suspense, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &in.Reason, 200, true)
	wrong.Words("reference", &in.Reference, 100, in.Room == 0)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		if v, err = suspended(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(v.Version); err != nil {
			return err
		}
		if v.State != "open" {
			return ErrNotNow
		}
		about := v.Reference
		if in.Room != 0 {
			r, err := housing.RoomIn(ctx, tx, in.Room)
			if err != nil || r.Community != v.Community {
				return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
			}
			about, v.Label = r.Short, r.Label
		}
		v.State, v.Room, v.BackRef, v.Reason, v.Asker = "asked", in.Room, in.Reference, in.Reason, who.Name
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindSuspense, Community: v.Community, Subject: v.subject(), About: about, Data: releasing{v.ID}, Reason: in.Reason, Amount: &v.Fen}); err != nil {
			return err
		}
		tx.Note(v.Community, v.subject(), map[string]any{"state": "open"}, map[string]any{"state": v.State, "room": v.Room})
		tx.Emit(Changed{v.Community, v.Room})
		if err := db.Save(ctx, tx, "suspense", &v); err != nil {
			return err
		}
		v.Payer = customer.SightOf(who, v.Community).Name(v.Payer, false)
		tx.Answer(&v)
		return nil
	})
	return v, err
}

type releasing struct {
	Suspense SuspenseID `json:"suspense"`
}

func (s *Service) approveSuspense(a *approval.Service) {
	a.Register(approval.Kind{Name: kindSuspense, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.releaseEnded, Describe: s.describeRelease})
}

func (s *Service) releaseEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var a releasing
	if err := q.Data.Unmarshal(&a); err != nil {
		return err
	}
	v, err := suspended(ctx, tx, a.Suspense)
	if err != nil || v.State != "asked" {
		return err
	}
	room := v.Room
	switch {
	case q.State != approval.Approved:
		v.State, v.Room, v.BackRef, v.Reason, v.Asker = "open", 0, "", "", ""
	case v.Room != 0:
		err = v.release(ctx, tx)
	default:
		v.State = "returned"
		_, err = MoveMoney(ctx, tx, Moving{
			Community: v.Community, Kind: SentBack, Means: v.Means, Fen: -v.Fen, Against: []Share{{ledger.Account{Kind: ledger.Suspense}, v.Fen}}, Source: "returned:" + v.ID.String(), Number: v.BackRef, Party: v.Payer, Words: v.Reason,
		})
	}
	if err != nil {
		return err
	}
	if v.State != "open" {
		v.Decider, v.EndedAt = q.Decider, &tx.Now
	}
	tx.Note(v.Community, v.subject(), map[string]any{"state": "asked"}, map[string]any{"state": v.State, "payment": v.Payment})
	tx.Emit(Changed{v.Community, room})
	return db.Save(ctx, tx, "suspense", &v)
}

// release takes the money out of suspense and takes it as a payment of the
// household, as of the day it came: what is due is paid, what is over is prepaid.
func (v *Suspense) release(ctx context.Context, tx *db.Tx) error {
	m, err := v.lastMove(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := undoMove(ctx, tx, m, v.Reason); err != nil {
		return err
	}
	r, err := housing.RoomIn(ctx, tx, v.Room)
	if err != nil {
		return err
	}
	owner, err := payerOf(ctx, tx, r)
	if err != nil {
		return err
	}
	payer := v.Payer
	if payer == "" {
		names, err := customer.OwnersOf(ctx, tx, r.Community, []housing.RoomID{r.ID})
		if err != nil {
			return err
		}
		payer = names[r.ID]
	}
	p, err := Take(ctx, tx, Taking{Community: v.Community, Room: v.Room, Customer: owner, Payer: payer, Fen: v.Fen, Means: v.Means, Reference: v.Reference, Source: m.Source, Day: v.Came, Words: v.Reason})
	v.State, v.Payment = "released", p.ID
	return err
}

func (s *Service) describeRelease(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var a releasing
	if err := q.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	v, err := db.One[Suspense](ctx, g, `SELECT `+db.Columns[Suspense]("")+` FROM suspense WHERE id = $1 AND community_id = $2`, a.Suspense, q.Community)
	if err != nil {
		return nil, err
	}
	to := "–"
	if v.Room != 0 {
		if to, err = db.One[string](ctx, g, `SELECT label FROM room WHERE community_id = $1 AND id = $2`, v.Community, v.Room); err != nil {
			return nil, err
		}
	}
	return []approval.Line{{Label: "suspense.to", To: to}, {Label: "means", To: string(v.Means)}, {Label: "suspense.came", To: v.Came.String()}, {Label: "payer", To: customer.SightOf(tx.Who, q.Community).Name(v.Payer, false)}, {Label: "suspense.reference", To: v.Reference}, {Label: "suspense.back", To: v.BackRef}}, nil
}
