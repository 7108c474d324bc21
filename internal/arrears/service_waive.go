package arrears

import (
	"context"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// The kinds of requests; who asks never decides.
const (
	kindWaive  = "arrears.waive"
	kindSettle = "arrears.settle"
)

// Approve registers what somebody else decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindWaive, Decide: ActDecide, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.waiveEnded, Describe: s.describeWaiver})
	a.Register(approval.Kind{Name: kindSettle, Decide: ActDecide, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.settleEnded, Describe: s.describeSettling})
}

// waiver is what is asked for.
type waiver struct {
	Line   billing.LineID `json:"line"`
	Room   housing.RoomID `json:"room"`
	Source string         `json:"source"`
	Fen    money.Fen      `json:"fen"`
}

func lineSubject(l billing.LineID) string { return "bill_line:" + l.String() }

// mayWaive is what the actor may waive of a line in a community without asking.
func mayWaive(ctx context.Context, tx *db.Tx, community authz.CommunityID, set Rules) (money.Fen, error) {
	if !tx.Who.Scope(ActWaive).Sees(community) {
		return 0, nil
	}
	roles, err := auth.RolesAt(ctx, tx, tx.Who.ID, community)
	most, _ := set.Limits.Most(roles)
	return most, err
}

// Waive takes an amount off the late fee of a line: at once up to the limit of
// the actor's roles, above it when somebody else has approved it (ARR-01).
func (s *Service) Waive(ctx context.Context, who authz.Actor, id billing.LineID, fen money.Fen, reason string) (h Household, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 500, true)
	if fen <= 0 {
		wrong.Add("amount", "arrears.negative", nil)
	}
	if err := wrong.Err(); err != nil {
		return h, err
	}
	err = s.DB.Write(ctx, who, ActWaive, func(tx *db.Tx) error {
		o, err := openLine(ctx, tx, id)
		if err != nil {
			return err
		}
		if o.Late == 0 {
			return ErrNoFee
		}
		if fen > o.Late {
			return errs.ErrFields.At(errs.Field{Name: "amount", Code: "arrears.over_fee", Params: map[string]any{"most": o.Late.String()}})
		}
		set, err := rules(ctx, tx, o.Community)
		if err != nil {
			return err
		}
		limit, err := mayWaive(ctx, tx, o.Community, set)
		if err != nil {
			return err
		}
		w := waiver{id, o.Room, "waiver:" + db.NewID[waiver](tx).String(), fen}
		if fen+o.Waived <= limit { // small pieces do not get round the limit
			err = s.waive(ctx, tx, o, w, reason)
		} else {
			_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindWaive, Community: o.Community, Subject: lineSubject(id), About: o.Label + " " + o.Period.String() + " " + o.ItemName, Data: w, Reason: reason, Amount: &fen})
		}
		if err != nil {
			return err
		}
		tx.Emit(Changed{o.Community, o.Room})
		tx.Answer(&h)
		h, err = household(ctx, tx, o.Room)
		return err
	})
	return h, err
}

// openLine is a line of which something is open, as of today, while nobody else
// takes money of its room: who pays reads at READ COMMITTED, so being serializable
// would not show that the line is being paid.
func openLine(ctx context.Context, tx *db.Tx, id billing.LineID) (o cashier.Open, err error) {
	l, err := billing.LineIn(ctx, tx, id)
	if err != nil {
		return o, err
	}
	if err := cashier.HoldRoom(ctx, tx, l.Community, l.Room); err != nil {
		return o, err
	}
	today, err := org.Today(ctx, tx, l.Community)
	if err != nil {
		return o, err
	}
	all, err := cashier.Due(ctx, tx, l.Community, []housing.RoomID{l.Room}, today)
	for _, one := range all {
		if one.ID == id {
			return one, err
		}
	}
	if err == nil {
		err = ErrNothing
	}
	return o, err
}

// waive books a waiver: the fee is shown as income and as waived, so that both can be read from the books.
func (s *Service) waive(ctx context.Context, tx *db.Tx, o cashier.Open, w waiver, reason string) error {
	if err := cashier.Waive(ctx, tx, o.Community, w.Line, w.Fen, reason, w.Source); err != nil {
		return err
	}
	day, err := cashier.BookDay(ctx, tx, o.Community)
	if err != nil {
		return err
	}
	_, err = ledger.Post(ctx, tx, ledger.Draft{
		Community: o.Community, Kind: "waiver", Source: w.Source, Day: day, Words: reason,
		Lines: []ledger.Line{{
			Debit:  ledger.Account{Community: o.Community, Kind: ledger.Waived, Room: db.ID(o.Room), Item: db.ID(o.Item)},
			Credit: ledger.Account{Community: o.Community, Kind: ledger.LateIncome, Item: db.ID(o.Item)}, Fen: w.Fen,
		}},
	})
	return err
}

// waiveEnded waives what was approved, as far as it still stands.
func (s *Service) waiveEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var w waiver
	if err := q.Data.Unmarshal(&w); err != nil {
		return err
	}
	tx.Emit(Changed{q.Community, w.Room})
	if q.State != approval.Approved {
		return nil
	}
	g := tx.Global("who may decide was looked at by the inbox")
	o, err := openLine(ctx, g, w.Line)
	if err != nil {
		return err
	}
	if w.Fen > o.Late {
		return ErrNoFee
	}
	return s.waive(ctx, g, o, w, q.Reason)
}

func (s *Service) describeWaiver(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var w waiver
	if err := q.Data.Unmarshal(&w); err != nil {
		return nil, err
	}
	l, err := billing.LineIn(ctx, tx.Global("who may read was looked at by the inbox"), w.Line)
	return []approval.Line{{Label: "room", To: l.Label}, {Label: "bill", To: l.Period.String() + " " + l.ItemName}, {Label: "waived", To: w.Fen.Grouped()}}, err
}

// waiving is what is asked to be waived of a room's lines.
func waiving(ctx context.Context, tx *db.Tx, room housing.Room) (map[billing.LineID]money.Fen, error) {
	all, err := db.All[approval.Data](ctx, tx, `SELECT a.data FROM approval a WHERE a.community_id = $1 AND a.kind = $2 AND a.state = 'pending' AND {scope:a} ORDER BY a.id`, room.Community, kindWaive)
	out := map[billing.LineID]money.Fen{}
	for _, raw := range all {
		var w waiver
		if err := raw.Unmarshal(&w); err != nil {
			return nil, err
		}
		if w.Room == room.ID {
			out[w.Line] = w.Fen
		}
	}
	return out, err
}
