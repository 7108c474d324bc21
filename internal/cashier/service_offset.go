package cashier

import (
	"context"
	"errors"
	"slices"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// OffsetID identifies an offset.
type OffsetID = id.Of[Offset]

// Offset sets what a household has to get from the company against what it owes
// (PAY-01; Civil Code art. 568, 569): no money moves, the ledger has an account
// of its own for it. It counts from the day on which it was declared.
//
//	within the limit of who asks ──────────────────────────→ booked: a payment with a receipt, voided like any other
//	above it: asked ─approve (four eyes, levels by amount)→ booked
//	                  └─ refuse → refused
type Offset struct {
	ID        OffsetID          `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Fen       money.Fen         `db:"amount" json:"amount"`
	Claim     string            `db:"claim" json:"claim" enum:"rent,damages,goods,elsewhere,other" doc:"what the household has to get: rent of what it let to the company, damages that were agreed, goods or work, money that came in by another account"`
	Document  string            `db:"document" json:"document" doc:"what proves the claim"`
	Reason    string            `db:"reason" json:"reason"`
	Day       clock.Day         `db:"on_day" json:"day" doc:"on which it was declared; counts for late fees"`
	State     string            `db:"state" json:"state" enum:"asked,booked,refused"`
	Payment   PaymentID         `db:"payment_id" json:"paymentId,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	DecidedAt *clock.Instant    `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string            `db:"decided_by_name" json:"decidedBy,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

func (o Offset) subject() string { return "offset:" + o.ID.String() }

// OffsetView is an offset in a list.
type OffsetView struct {
	Offset
	Label  string `db:"label" json:"label" doc:"of the room"`
	Number string `db:"number" json:"number,omitempty" doc:"of the receipt"`
	Voided bool   `db:"voided" json:"voided,omitempty" doc:"the payment was voided: both debts stand again"`
}

// Offsetting is an offset to be booked.
type Offsetting struct {
	Room     housing.RoomID `json:"roomId"`
	Claim    string         `json:"claim" enum:"rent,damages,goods,elsewhere,other"`
	Amount   money.Fen      `json:"amount"`
	Document string         `json:"document" maxLength:"400" doc:"number and name of what proves the claim"`
	Reason   string         `json:"reason" maxLength:"800"`
}

// ErrOffsetOver says that less is due than is to be set against it.
var ErrOffsetOver = errs.New(errs.Conflict, "cashier.offset_over", "less is due than is to be set against it")

const kindOffset = "cashier.offset"

type offsetting struct {
	Offset OffsetID `json:"offset"`
}

func (s *Service) approveOffset(a *approval.Service) {
	a.Register(approval.Kind{
		Name: kindOffset, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.offsetEnded, Describe: s.describeOffset,
		Levels: []approval.Level{
			{Roles: []string{"finance", "property_manager", "administrator"}, UpTo: &returnLimits[0]},
			{Roles: []string{"property_manager", "administrator"}, UpTo: &returnLimits[1]},
			{Roles: []string{"general_manager", "administrator"}},
		},
	})
}

// SetOff sets a claim of a household against what it owes today, or asks
// somebody else first where it is more than one person may; small pieces within
// thirty days count together. More than is due is refused: ErrOffsetOver.
func (s *Service) SetOff(ctx context.Context, who authz.Actor, in Offsetting) (v OffsetView, err error) {
	var wrong errs.Fields
	if in.Amount <= 0 || in.Amount > mostAtOnce {
		wrong.Add("amount", "wrong_form", nil)
	}
	wrong.Words("document", &in.Document, 100, true)
	wrong.Words("reason", &in.Reason, 200, true)
	if err := wrong.Err(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, in.Room)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err := hold(ctx, tx, r.Community, []housing.RoomID{r.ID}); err != nil {
			return err
		}
		day, err := today(ctx, tx, r.Community)
		if err != nil {
			return err
		}
		o := Offset{ID: db.NewID[Offset](tx), Community: r.Community, Room: r.ID, Fen: in.Amount, Claim: in.Claim, Document: in.Document, Reason: in.Reason, Day: day, State: "asked", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		if err := o.covered(ctx, tx); err != nil {
			return err
		}
		if err := s.declare(ctx, tx, r, &o); err != nil {
			return err
		}
		tx.Emit(Changed{o.Community, o.Room})
		tx.Answer(&v)
		all, err := offsets(ctx, tx, OffsetFilter{OfCommunity: OfCommunity{o.Community}, State: "all"}, 0, o.ID, 1)
		if err == nil && len(all) == 1 {
			v = all[0]
		}
		return err
	})
	return v, err
}

// declare books an offset within the limit of who asks, and asks somebody else above it.
func (s *Service) declare(ctx context.Context, tx *db.Tx, r housing.Room, o *Offset) error {
	before, err := db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE(SUM(x.amount), 0) AS BIGINT) FROM claim_offset x LEFT JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id
		WHERE x.community_id = $1 AND x.room_id = $2 AND x.state <> 'refused' AND p.reversed_at IS NULL AND x.at > $3 AND {scope:x}`, o.Community, o.Room, tx.Now.Add(-pieces))
	if err != nil {
		return err
	}
	all, err := money.Sum(before, o.Fen)
	if err != nil {
		return err
	}
	f, err := office(ctx, tx, o.Community)
	if err != nil {
		return err
	}
	alone, err := f.offsetAlone(ctx, tx)
	if err != nil {
		return err
	}
	tx.Note(o.Community, o.subject(), nil, map[string]any{"amount": o.Fen, "claim": o.Claim, "document": o.Document, "room": o.Room})
	if all > alone {
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindOffset, Community: o.Community, Subject: o.subject(), About: r.Short, Data: offsetting{o.ID}, Reason: o.Reason, Amount: &all}); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "claim_offset", *o)
	}
	if err := o.book(ctx, tx, r); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "claim_offset", *o)
}

// covered refuses what is more than the household owes: what is over would be
// money paid ahead that never came in.
func (o Offset) covered(ctx context.Context, tx *db.Tx) error {
	lines, err := o.lines(ctx, tx)
	if err != nil {
		return err
	}
	due, err := sum(lines)
	if err == nil && o.Fen > due {
		err = errs.ErrFields.At(errs.Field{Name: "amount", Code: ErrOffsetOver.Code, Params: map[string]any{"due": due.String()}})
	}
	return err
}

// lines are what the owners of today owe: only between the same two can one debt
// be set against the other (Civil Code art. 568), so neither what the developer
// nor what an earlier owner owes.
func (o Offset) lines(ctx context.Context, tx *db.Tx) ([]Open, error) {
	all, err := Due(ctx, tx, o.Community, []housing.RoomID{o.Room}, o.Day)
	if err != nil {
		return nil, err
	}
	owners, err := db.All[db.ID](ctx, tx, `SELECT customer_id FROM relation WHERE community_id = $1 AND room_id = $2 AND kind = 'owner' AND to_on IS NULL AND {scope}`, o.Community, o.Room)
	return slices.DeleteFunc(all, func(l Open) bool { return !slices.Contains(owners, l.Customer) }), err
}

// book takes the offset as a payment of no money.
func (o *Offset) book(ctx context.Context, tx *db.Tx, r housing.Room) error {
	names, err := customer.OwnersOf(ctx, tx, r.Community, []housing.RoomID{r.ID})
	if err != nil {
		return err
	}
	owner, err := payerOf(ctx, tx, r)
	if err != nil {
		return err
	}
	lines, err := o.lines(ctx, tx)
	if err != nil {
		return err
	}
	if len(lines) == 0 { // none named would mean any
		return ErrOffsetOver
	}
	named := make([]billing.LineID, len(lines))
	for i, l := range lines {
		named[i] = l.ID
	}
	p, err := Take(ctx, tx, Taking{Lines: named, Only: true, Community: o.Community, Room: o.Room, Customer: owner, Payer: names[r.ID], Fen: o.Fen, Means: ledger.Offset, Source: o.subject(), Reference: o.Document, Day: o.Day, NoRest: true, Words: o.Reason})
	o.State, o.Payment = "booked", p.ID
	return err
}

func (s *Service) offsetEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var a offsetting
	if err := q.Data.Unmarshal(&a); err != nil {
		return err
	}
	o, err := db.One[Offset](ctx, tx, `SELECT `+db.Columns[Offset]("")+` FROM claim_offset WHERE id = $1 AND {scope}`, a.Offset)
	if err != nil || o.State != "asked" {
		return err
	}
	o.DecidedAt, o.Decider = &tx.Now, q.Decider
	if o.State = "refused"; q.State == approval.Approved {
		r, err := housing.RoomIn(ctx, tx, o.Room)
		if err != nil {
			return err
		}
		if err := o.book(ctx, tx, r); errors.Is(err, ErrOver) {
			return ErrOffsetOver
		} else if err != nil {
			return err
		}
	}
	tx.Note(o.Community, o.subject(), map[string]any{"state": "asked"}, map[string]any{"state": o.State, "payment": o.Payment})
	tx.Emit(Changed{o.Community, o.Room})
	return db.Save(ctx, tx, "claim_offset", &o)
}

func (s *Service) describeOffset(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var a offsetting
	if err := q.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	o, err := db.One[Offset](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Offset]("")+` FROM claim_offset WHERE id = $1 AND community_id = $2`, a.Offset, q.Community)
	out := []approval.Line{{Label: "claim", To: o.Claim}, {Label: "offset.document", To: o.Document}, {Label: "offset.day", To: o.Day.String()}}
	if q.Amount == nil || *q.Amount != o.Fen { // asked about with the pieces of thirty days
		out = slices.Insert(out, 1, approval.Line{Label: "amount", To: o.Fen.Grouped()})
	}
	return out, err
}

// OffsetFilter chooses offsets.
type OffsetFilter struct {
	OfCommunity
	State string         `query:"state" enum:"asked,booked,refused,all," doc:"left out: all"`
	Room  housing.RoomID `query:"room"`
}

func offsets(ctx context.Context, tx *db.Tx, f OffsetFilter, before, only OffsetID, limit int) ([]OffsetView, error) {
	return db.All[OffsetView](ctx, tx, `SELECT `+db.Columns[Offset]("x")+`, o.label, COALESCE(r.number, '') AS number, p.reversed_at IS NOT NULL AS voided FROM claim_offset x JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id
		LEFT JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id LEFT JOIN receipt r ON r.community_id = x.community_id AND r.payment_id = x.payment_id
		WHERE x.community_id = $1 AND (x.id < $2 OR $2 = 0) AND (x.id = $3 OR $3 = 0) AND (x.room_id = $4 OR $4 = 0) AND ($5 = '' OR $5 = 'all' OR x.state = $5) AND {scope:x} ORDER BY x.id DESC LIMIT $6`, f.Community, int64(before), int64(only), int64(f.Room), f.State, limit)
}

// Offsets lists offsets of a community, the latest first.
func (s *Service) Offsets(ctx context.Context, who authz.Actor, f OffsetFilter, before OffsetID, limit int) (out []OffsetView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = offsets(ctx, tx, f, before, 0, limit+1)
		return err
	})
	return out, err
}

// The words of the export, in Chinese and in English.
var offsetsSaid = [2]map[string]string{
	{"rent": "租金", "damages": "赔偿款", "goods": "货款或劳务", "elsewhere": "误付至其他账户的款项", "other": "其他", "asked": "待审批", "booked": "已抵账", "refused": "未同意", "voided": "已作废"},
	{"rent": "rent", "damages": "damages", "goods": "goods or work", "elsewhere": "paid into another account", "other": "other", "asked": "to be decided", "booked": "set off", "refused": "refused", "voided": "voided"},
}

func (s *Service) exportedOffsets(ctx context.Context, who authz.Actor, f OffsetFilter) audit.Table {
	words := web.Pick(ctx, offsetsSaid[0], offsetsSaid[1])
	heads := web.Pick(ctx, []string{"日期", "房屋", "债权", "金额", "依据", "事由", "状态", "收据号", "经办人", "审批人"}, []string{"Day", "Room", "Claim", "Amount", "Document", "Reason", "State", "Receipt", "Asked by", "Decided by"})
	rows := sheet.Walk(func(after OffsetID) ([]OffsetView, error) {
		return s.Offsets(ctx, who, f, after, exportPage)
	}, func(v OffsetView) OffsetID { return v.ID }, func(v OffsetView) []any {
		state := words[v.State]
		if v.Voided {
			state = words["voided"]
		}
		return []any{v.Day, v.Label, words[v.Claim], sheet.Decimal(v.Fen.String()), v.Document, v.Reason, state, v.Number, v.ByName, v.Decider}
	})
	return audit.Table{Name: "offsets.xlsx", What: "offsets", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "抵账", "Offsets"), heads, rows)}}
}
