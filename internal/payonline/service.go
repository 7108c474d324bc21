package payonline

import (
	"context"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/resident"
)

// sight is what the caller sees of a room's bills.
type sight struct {
	resident.Binding
	whose []db.ID
	since clock.Day // of the owners of today; zero: a tenant, or nobody
}

func (s sight) sees(who db.ID) bool { return who != 0 && slices.Contains(s.whose, who) }

// sightOf finds the caller's binding to a room and whose bills it shows.
func sightOf(ctx context.Context, tx *db.Tx, room housing.RoomID) (out sight, err error) {
	homes, err := resident.OwnRooms(ctx, tx)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(homes, func(b resident.Binding) bool { return b.Room == room })
	if i < 0 {
		return out, db.ErrNotFound
	}
	out.Binding = homes[i]
	today, err := org.Today(ctx, tx, out.Community)
	if err != nil {
		return out, err
	}
	all, err := owners(ctx, tx, out.Community, room, today)
	if err != nil {
		return out, err
	}
	var who []db.ID
	for _, o := range all {
		who = append(who, o.Customer)
	}
	if out.whose = debtors(out.Binding, who); len(all) > 0 && out.Kind != customer.Tenant {
		out.since = slices.MinFunc(all, func(a, b owner) int { return a.From.Compare(b.From) }).From
	}
	return out, nil
}

// Bills are what is due for a room, and how it can be paid.
type Bills struct {
	Room     housing.RoomID `json:"roomId"`
	Label    string         `json:"label"`
	Due      []cashier.Open `json:"due"`
	Joint    []cashier.Open `json:"joint,omitempty" doc:"to an owner: what tenants of the room pay and did not pay yet; the owner is jointly liable and may pay it; in no total"`
	Total    money.Fen      `json:"total"`
	Late     money.Fen      `json:"lateFee" doc:"contained in the total"`
	Off      money.Fen      `json:"earlyOff" doc:"taken off already for who pays all of it today"`
	Prepaid  money.Fen      `json:"prepaid"`
	Channels []string       `json:"channels" enum:"wechat,alipay"`
	Own      bool           `json:"own" doc:"a tenant sees only what is billed to them"`
	Place    Place          `json:"place"`
}

// Bills shows what is due for a room of the caller.
func (s *Service) Bills(ctx context.Context, who authz.Actor, room housing.RoomID) (b Bills, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		see, err := sightOf(ctx, tx, room)
		if err != nil {
			return err
		}
		b = Bills{Room: room, Own: see.Kind == customer.Tenant}
		if b.Due, b.Joint, _, err = dueOf(ctx, tx, see); err != nil {
			return err
		}
		lines := make([]*billing.LineView, len(b.Due))
		for i := range b.Due {
			lines[i] = &b.Due[i].LineView
		}
		if err := billing.Pictured(ctx, tx, see.Community, lines); err != nil {
			return err
		}
		for _, o := range cashier.Together(b.Due) {
			b.Total, b.Late, b.Off = b.Total+o.Pays(), b.Late+o.Late, b.Off+o.Earns()
		}
		if b.Prepaid, err = prepaid(ctx, tx, see); err != nil {
			return err
		}
		if b.Label, err = labelOf(ctx, tx, see.Community, room); err != nil {
			return err
		}
		if b.Channels, err = openChannels(ctx, tx, see.Community); err != nil {
			return err
		}
		b.Place, err = placeOf(ctx, tx, see.Community)
		return err
	})
	return b, err
}

// dueOf are the open lines of a room that its resident sees, as of today: their
// own, and as an owner those of tenants for which they are jointly liable.
func dueOf(ctx context.Context, tx *db.Tx, see sight) (own, joint []cashier.Open, today clock.Day, err error) {
	if today, err = org.Today(ctx, tx, see.Community); err != nil {
		return nil, nil, today, err
	}
	all, err := cashier.Due(ctx, tx, see.Community, []housing.RoomID{see.Room}, today)
	if err != nil {
		return nil, nil, today, err
	}
	joint = see.jointly(all)
	return slices.DeleteFunc(all, func(o cashier.Open) bool { return !see.sees(o.Customer) || o.Total() <= 0 }), joint, today, nil
}

// Bill is a line of a bill of one's own, with what was paid on it.
type Bill struct {
	billing.LineView
	Paid money.Fen `json:"paid"`
	Late money.Fen `json:"latePaid"`
}

// Bill shows one line with how it came about (BIL-07).
func (s *Service) Bill(ctx context.Context, who authz.Actor, id billing.LineID) (b Bill, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		if b.LineView, err = billing.LineIn(ctx, tx, id); err != nil {
			return err
		}
		see, err := sightOf(ctx, tx, b.Room)
		if err != nil {
			return err
		}
		joint := see.liable(b.LineView)
		if !joint && !see.sees(b.Customer) {
			return db.ErrNotFound
		}
		if b.Paid, b.Late, err = cashier.PaidOf(ctx, tx, see.Community, id); err != nil || !joint {
			return err
		}
		if b.Paid >= b.Fen { // what a tenant has paid is theirs alone
			return db.ErrNotFound
		}
		b.LineView = b.Bare()
		return nil
	})
	return b, err
}

// Statement is what a room was billed and what was paid in a year.
type Statement struct {
	Year     int         `json:"year"`
	Label    string      `json:"label"`
	Lines    []Bill      `json:"lines"`
	Joint    []Bill      `json:"joint,omitempty" doc:"to an owner: what tenants of the room pay and did not pay yet; the owner is jointly liable; in no sum"`
	Payments []PaidOnce  `json:"payments"`
	Billed   money.Fen   `json:"billed"`
	Paid     money.Fen   `json:"paid" doc:"of these bills, late fees included"`
	Open     money.Fen   `json:"open" doc:"principal of these bills that is not paid"`
	Received money.Fen   `json:"received" doc:"in the year, whatever for"`
	Place    Place       `json:"place"`
	Years    []YearTotal `json:"years" doc:"in which something was billed"`
}

// YearTotal is a year in which something was billed.
type YearTotal struct {
	Year int `db:"year" json:"year"`
}

// Statement is a year of a room of the caller.
func (s *Service) Statement(ctx context.Context, who authz.Actor, room housing.RoomID, year int) (out Statement, err error) {
	first, err := clock.NewDay(year, 1, 1)
	if err != nil {
		return out, err
	}
	last, err := clock.NewDay(year, 12, 31)
	if err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		see, err := sightOf(ctx, tx, room)
		if err != nil {
			return err
		}
		out = Statement{Year: year}
		lines, err := billing.OfPeriods(ctx, tx, see.Community, room, first.Period(), last.Period())
		if err != nil {
			return err
		}
		sums, err := paidOn(ctx, tx, see)
		if err != nil {
			return err
		}
		out.Joint = see.jointBills(lines, sums)
		for _, l := range lines {
			if !see.sees(l.Customer) {
				continue
			}
			b := Bill{l, sums[l.ID][cashier.Principal], sums[l.ID][cashier.LateFee]}
			out.Lines = append(out.Lines, b)
			out.Billed, out.Paid, out.Open = out.Billed+l.Fen, out.Paid+b.Paid+b.Late, out.Open+l.Fen-b.Paid
		}
		if out.Payments, err = payments(ctx, tx, see, first, last); err != nil {
			return err
		}
		for _, p := range out.Payments {
			if p.ReversedAt == nil && p.Means != "prepaid" && p.Means != ledger.Early {
				out.Received += p.Fen
			}
		}
		if out.Years, err = years(ctx, tx, see); err != nil {
			return err
		}
		if out.Label, err = labelOf(ctx, tx, see.Community, room); err != nil {
			return err
		}
		out.Place, err = placeOf(ctx, tx, see.Community)
		return err
	})
	return out, err
}

// Receipt is what is printed of a payment.
type Receipt struct {
	PaidOnce
	Label string       `json:"label"`
	Upper string       `json:"upper" doc:"the amount in words, as receipts have it"`
	Parts []PartOfPaid `json:"parts"`
	Code  string       `json:"code" doc:"proves that it is genuine"`
	Place Place        `json:"place"`
}

// Receipt shows a payment for a room of the caller.
func (s *Service) Receipt(ctx context.Context, who authz.Actor, room housing.RoomID, id cashier.PaymentID) (r Receipt, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		r, _, err = receipt(ctx, tx, room, id)
		return err
	})
	return r, err
}

func receipt(ctx context.Context, tx *db.Tx, room housing.RoomID, id cashier.PaymentID) (r Receipt, see sight, err error) {
	if see, err = sightOf(ctx, tx, room); err != nil {
		return r, see, err
	}
	if r.PaidOnce, err = onePayment(ctx, tx, see, id); err != nil {
		return r, see, err
	}
	if r.Parts, err = partsSeen(ctx, tx, see, id); err != nil {
		return r, see, err
	}
	r.Code, r.Upper = r.PaidOnce.Code, r.Fen.Upper()
	if r.Label, err = labelOf(ctx, tx, see.Community, room); err != nil {
		return r, see, err
	}
	r.Place, err = placeOf(ctx, tx, see.Community)
	return r, see, err
}

// Paper is the receipt of a payment as it is printed on A4 (PAY-01), with the parts that concern who asks.
func (s *Service) Paper(ctx context.Context, who authz.Actor, room housing.RoomID, id cashier.PaymentID) (p cashier.Printed, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		r, see, err := receipt(ctx, tx, room, id)
		if err != nil {
			return err
		}
		p = cashier.Printed{Code: r.Code, Upper: r.Upper, PaymentView: cashier.PaymentView{
			Payment: cashier.Payment{At: tx.Now, Day: r.Day, Means: r.Means, Fen: r.Fen, Payer: r.Payer, ReversedAt: r.ReversedAt}, Number: r.Number, Label: r.Label,
		}}
		for _, x := range r.Parts {
			p.Parts = append(p.Parts, cashier.PartView{Part: cashier.Part{Part: x.Part, Fen: x.Fen}, ItemName: x.Item, ItemNameEN: x.ItemEN, Label: r.Label, Period: x.Period})
		}
		return p.Office(ctx, tx, see.Community)
	})
	return p, err
}

// Orders lists a community's orders, the latest first.
func (s *Service) Orders(ctx context.Context, who authz.Actor, community authz.CommunityID, state string, after Position, limit int) (out []OrderView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = orders(ctx, tx, community, state, after.ID, limit)
		return err
	})
	return out, err
}

// Strangers lists the payments of a community that fit no order, the latest first.
func (s *Service) Strangers(ctx context.Context, who authz.Actor, community authz.CommunityID, state string, after Position, limit int) (out []Strange, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = strangers(ctx, tx, community, state, after.ID, limit)
		return err
	})
	return out, err
}

// One is a strange payment.
func (s *Service) One(ctx context.Context, who authz.Actor, id StrangeID) (x Strange, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		x, err = stranger(ctx, tx, id)
		return err
	})
	return x, err
}
