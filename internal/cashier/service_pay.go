package cashier

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Paying is what a cashier says: what is meant and what was seen. The amount of
// what is due is never theirs (PAY-01).
type Paying struct {
	Room      housing.RoomID   `json:"roomId" doc:"whom the payment is for"`
	Rooms     []housing.RoomID `json:"rooms,omitempty" maxItems:"50" doc:"whose bills may be paid; left out: the room's"`
	Way       string           `json:"way" enum:"lines,until,amount,ahead" doc:"these lines; all that is due up to a day; an amount; nothing but paid ahead"`
	Lines     []billing.LineID `json:"lines,omitempty" maxItems:"500" doc:"of way amount: what it goes to; left out: all"`
	Until     clock.Day        `json:"until,omitzero"`
	Amount    money.Fen        `json:"amount,omitzero" doc:"of ways amount and ahead"`
	Expected  money.Fen        `json:"expected" doc:"the total of the lines that the cashier saw; of way ahead 0"`
	Means     ledger.Kind      `json:"means" enum:"cash,bank,cheque,pos,wechat,alipay,prepaid"`
	Tendered  money.Fen        `json:"tendered,omitzero" doc:"cash that was handed over; left out: exactly"`
	Reference string           `json:"reference,omitempty" maxLength:"400" doc:"needed of all but cash and prepaid"`
	Payer     string           `json:"payer" maxLength:"200"`
	Rest      bool             `json:"restAhead,omitempty" doc:"what is over is paid ahead"`
	Item      billing.ItemID   `json:"itemId,omitempty" doc:"what is paid ahead is for it; left out: for anything"`
	Words     string           `json:"words,omitempty" maxLength:"800"`
}

const mostAtOnce = 100_000_000_00 // a hundred million yuan

func (in *Paying) checked() error {
	var wrong errs.Fields
	wrong.Words("payer", &in.Payer, 50, true)
	wrong.Words("words", &in.Words, 200, false)
	bare := in.Means == ledger.Cash || in.Means == ledger.Prepaid
	wrong.Words("reference", &in.Reference, 100, !bare)
	typed := in.Way == "amount" || in.Way == "ahead"
	if typed && (in.Amount <= 0 || in.Amount > mostAtOnce) {
		wrong.Add("amount", "wrong_form", nil)
	}
	if in.Way == "until" && in.Until.IsZero() {
		wrong.Add("until", "required", nil)
	}
	if in.Way == "lines" && len(in.Lines) == 0 {
		wrong.Add("lines", "required", nil)
	}
	if in.Way == "ahead" && in.Means == ledger.Prepaid {
		wrong.Add("means", "wrong_form", nil)
	}
	if in.Tendered < 0 || in.Tendered > mostAtOnce || in.Tendered > 0 && in.Means != ledger.Cash {
		wrong.Add("tendered", "wrong_form", nil)
	}
	if !slices.Contains(in.Rooms, in.Room) {
		in.Rooms = append(slices.Clone(in.Rooms), in.Room)
	}
	return wrong.Err()
}

// Pay takes money at the desk, in the shift that the cashier has open. The
// amount is computed here; where it is not what the cashier saw, nothing is
// booked: ErrPaid says who took it meanwhile, ErrChanged what is due now.
func (s *Service) Pay(ctx context.Context, who authz.Actor, in Paying) (v PaymentView, err error) {
	if err := in.checked(); err != nil {
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
		if err := hold(ctx, tx, r.Community, in.Rooms); err != nil {
			return err
		}
		t, err := in.taking(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := in.notTooFar(ctx, tx, t); err != nil {
			return err
		}
		t.Source, t.Shift = "desk:"+db.NewID[Payment](tx).String(), shift.ID
		p, err := take(ctx, tx, t)
		if err != nil {
			return err
		}
		tx.Answer(&v)
		v, err = view(ctx, tx, p)
		return err
	})
	return v, err
}

// take books money of any means, also what was paid ahead.
func take(ctx context.Context, tx *db.Tx, t Taking) (Payment, error) {
	if t.Means == ledger.Prepaid {
		return apply(ctx, tx, t)
	}
	return Take(ctx, tx, t)
}

// taking works out what is meant, now that nobody else can take it.
func (in Paying) taking(ctx context.Context, tx *db.Tx, r housing.Room) (t Taking, err error) {
	t = Taking{
		Community: r.Community, Room: r.ID, Rooms: in.Rooms, Payer: in.Payer, Means: in.Means, Reference: in.Reference, Item: in.Item, Words: in.Words, Tendered: in.Tendered, Fen: in.Amount, Only: true, NoRest: !in.Rest,
	}
	if in.Item != 0 {
		if i, err := billing.ItemIn(ctx, tx, in.Item); err != nil || i.Community != r.Community {
			return t, errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
		}
	}
	if in.Way == "ahead" {
		t.NoRest = false
	} else if err := in.settle(ctx, tx, r, &t); err != nil {
		return t, err
	}
	if t.Tendered > 0 && t.Tendered < t.Fen {
		return t, errs.ErrFields.At(errs.Field{Name: "tendered", Code: "cashier.tendered_less", Params: map[string]any{"amount": t.Fen.String()}})
	}
	if t.Customer == 0 {
		t.Customer, err = payerOf(ctx, tx, r)
	}
	return t, err
}

// settle finds the lines that are meant and compares their total with what was seen.
func (in Paying) settle(ctx context.Context, tx *db.Tx, r housing.Room, t *Taking) error {
	day, err := today(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	due, err := Due(ctx, tx, r.Community, in.Rooms, day)
	if err != nil {
		return err
	}
	meant := due
	switch {
	case in.Way == "until":
		meant = slices.DeleteFunc(slices.Clone(due), func(o Open) bool { return o.Due.After(in.Until) })
	case len(in.Lines) > 0:
		meant = only(due, in.Lines)
	}
	total, err := sum(meant)
	if err != nil {
		return err
	}
	if total != in.Expected || in.Way == "lines" && len(meant) < len(in.Lines) {
		return changed(ctx, tx, r.Community, in, total)
	}
	if total <= 0 {
		return ErrNothing
	}
	t.Lines = nil
	for _, o := range meant {
		t.Lines = append(t.Lines, o.ID)
		if t.Customer == 0 || t.Customer == o.Customer {
			t.Customer = o.Customer
		}
	}
	if in.Way != "amount" {
		t.Fen = total
	}
	if t.Fen > total && t.NoRest {
		return ErrOver.With("rest", (t.Fen - total).String())
	}
	if t.Fen <= total {
		return nil
	}
	return t.rest(ctx, tx, r, day)
}

// rest leaves what is over with who pays: who pays bills of somebody that neither
// owns nor rents the room any more is its owner.
func (t *Taking) rest(ctx context.Context, tx *db.Tx, r housing.Room, day clock.Day) error {
	home, err := ownedBy(ctx, tx, r.Community, r.ID)
	if err != nil || home.lives(t.Customer, day) {
		return err
	}
	owner, err := payerOf(ctx, tx, r)
	if owner != 0 {
		t.Customer = owner
	}
	return err
}

// changed says why what is due is not what was seen: somebody took it, or it grew.
func changed(ctx context.Context, tx *db.Tx, community authz.CommunityID, in Paying, now money.Fen) error {
	args := []any{community}
	var of string
	if len(in.Lines) > 0 {
		of = `x.line_id IN ` + db.Among(&args, in.Lines)
	} else {
		of = `x.room_id IN ` + db.Among(&args, in.Rooms)
	}
	last, err := db.One[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.reversed_at IS NULL
		AND p.id IN (SELECT x.payment_id FROM payment_part x WHERE x.community_id = $1 AND x.line_id IS NOT NULL AND x.reversed_at IS NULL AND `+of+`) AND {scope:p} ORDER BY p.id DESC LIMIT 1`, args...)
	if errors.Is(err, db.ErrNotFound) || err == nil && now >= in.Expected {
		return ErrChanged.With("now", now.String()).With("was", in.Expected.String())
	}
	if err != nil {
		return err
	}
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return err
	}
	return ErrPaid.With("by", last.ByName).With("at", last.At.Time().In(zone).Format("2006-01-02 15:04"))
}

// payerOf is the room's only owner today; 0 where there is none or more.
func payerOf(ctx context.Context, tx *db.Tx, r housing.Room) (db.ID, error) {
	all, err := db.All[db.ID](ctx, tx, `SELECT customer_id FROM relation WHERE community_id = $1 AND room_id = $2 AND kind = 'owner' AND to_on IS NULL AND {scope} ORDER BY id LIMIT 2`, r.Community, r.ID)
	if err != nil || len(all) != 1 {
		return 0, err
	}
	return all[0], nil
}
