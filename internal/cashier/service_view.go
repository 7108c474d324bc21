package cashier

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// PaymentView is a payment as people see it.
type PaymentView struct {
	Payment
	Label  string     `json:"label"`
	Number string     `json:"number,omitempty" doc:"of the receipt; what was deducted has none"`
	Print  ReceiptID  `json:"receiptId,omitempty"`
	Copies int64      `json:"copies"`
	Kind   string     `json:"kind" doc:"the first word of its source: desk, paper, deposit, prepaid, released, handed, wechat…"`
	Waits  bool       `json:"voidWaits,omitempty" doc:"voided while who had asked had no shift: it goes back out of their next one"`
	From   string     `json:"handedFrom,omitempty" doc:"of what was handed over: who had paid it ahead"`
	Change money.Fen  `json:"change" doc:"handed back"`
	Off    money.Fen  `json:"earlyOff,omitzero" doc:"taken off besides, because it was paid early"`
	Parts  []PartView `json:"parts"`
}

// PartView is a part with what it was for.
type PartView struct {
	Part
	ItemName   string    `db:"item_name" json:"itemName,omitempty"`
	ItemNameEN string    `db:"item_name_en" json:"itemNameEn,omitempty"`
	Label      string    `db:"label" json:"label"`
	Period     string    `db:"period" json:"period,omitempty"`
	From       clock.Day `db:"from_on" json:"from,omitzero"`
	To         clock.Day `db:"to_on" json:"to,omitzero"`
}

func receiptOf(ctx context.Context, tx *db.Tx, p Payment) (Receipt, error) {
	r, err := db.One[Receipt](ctx, tx, `SELECT `+db.Columns[Receipt]("")+` FROM receipt WHERE community_id = $1 AND payment_id = $2 AND {scope}`, p.Community, p.ID)
	if errors.Is(err, db.ErrNotFound) {
		err = nil
	}
	return r, err
}

// view is a payment with its parts and receipt.
func view(ctx context.Context, tx *db.Tx, p Payment) (v PaymentView, err error) {
	all, err := views(ctx, tx, []Payment{p})
	if err != nil {
		return v, err
	}
	return all[0], nil
}

// views are payments of one community with their parts and receipts.
func views(ctx context.Context, tx *db.Tx, all []Payment) ([]PaymentView, error) {
	out := make([]PaymentView, len(all))
	if len(all) == 0 {
		return out, nil
	}
	at, ids := map[PaymentID]int{}, make([]PaymentID, len(all))
	for i, p := range all {
		see := customer.SightOf(tx.Who, p.Community)
		out[i] = PaymentView{Payment: p, Kind: kindOf(p.Source), Parts: []PartView{}}
		out[i].Payer, at[p.ID], ids[i] = see.Name(p.Payer, false), i, p.ID
		out[i].Waits = p.ReversedAt != nil && p.VoidAsked != 0 && p.VoidShift == 0
		if p.Tendered > 0 {
			out[i].Change = p.Tendered - p.Fen
		}
	}
	off, err := offOf(ctx, tx, all[0].Community, ids)
	if err != nil {
		return nil, err
	}
	for id, fen := range off {
		out[at[id]].Off = fen
	}
	args := []any{all[0].Community}
	marks := db.Among(&args, ids)
	parts, err := db.All[PartView](ctx, tx, `SELECT `+db.Columns[Part]("x")+`, COALESCE(i.name, '') AS item_name, COALESCE(i.name_en, '') AS item_name_en, o.label, COALESCE(l.period, '') AS period, l.from_on, l.to_on FROM payment_part x
		JOIN room o ON o.community_id = x.community_id AND o.id = x.room_id LEFT JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id LEFT JOIN charge_item i ON i.community_id = x.community_id AND i.id = x.item_id
		WHERE x.community_id = $1 AND x.payment_id IN `+marks+` AND {scope:x} ORDER BY x.id`, args...)
	if err != nil {
		return nil, err
	}
	for _, x := range parts {
		v := &out[at[x.Payment]]
		v.Parts = append(v.Parts, x)
	}
	type more struct {
		Payment PaymentID `db:"payment_id"`
		Receipt ReceiptID `db:"receipt_id"`
		Number  string    `db:"number"`
		Copies  int64     `db:"copies"`
		Label   string    `db:"label"`
	}
	rows, err := db.All[more](ctx, tx, `SELECT p.id AS payment_id, r.id AS receipt_id, COALESCE(r.number, '') AS number, COALESCE(r.copies, 0) AS copies, o.label FROM payment p JOIN room o ON o.community_id = p.community_id AND o.id = p.room_id
		LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id WHERE p.community_id = $1 AND p.id IN `+marks+` AND {scope:p}`, args...)
	for _, m := range rows {
		v := &out[at[m.Payment]]
		v.Label, v.Number, v.Copies, v.Print = m.Label, m.Number, m.Copies, m.Receipt
	}
	if err != nil {
		return nil, err
	}
	return out, handedFrom(ctx, tx, out)
}

// Counter is what the cashier sees of a household.
type Counter struct {
	Room     housing.RoomID    `json:"roomId"`
	Label    string            `json:"label"`
	Where    authz.CommunityID `json:"community"`
	Day      clock.Day         `json:"day" doc:"for which late fees stand"`
	Payer    string            `json:"payer" doc:"the owner, or the tenant who owes all of it"`
	Lines    []Open            `json:"lines" doc:"of all the rooms that were asked for, by due day"`
	Total    money.Fen         `json:"total"`
	MaySet   money.Fen         `json:"mayOffset" doc:"the most that a claim of the owners can be set against: what they owe of this room themselves (Civil Code art. 568)"`
	Ahead    []Ahead           `json:"ahead" doc:"what the room has prepaid"`
	Deposits []DepositView     `json:"deposits"`
	Others   []OtherRoom       `json:"others" doc:"rooms of the same owners"`
	Order    Order             `json:"order" doc:"in which a payment is shared where the payer says nothing"`
}

// OtherRoom is another room of the same owners.
type OtherRoom struct {
	Room  housing.RoomID `db:"room_id" json:"roomId"`
	Label string         `db:"label" json:"label"`
	Sort  string         `db:"sort_key" json:"-"`
	Fen   money.Fen      `db:"-" json:"due"`
}

// onlyTenants reports whether all that is due is one tenant's, who then comes to pay it.
func onlyTenants(due []Open) bool {
	return len(due) > 0 && !slices.ContainsFunc(due, func(o Open) bool { return !o.Tenant || o.Customer != due[0].Customer })
}

// Counter shows what is due of a room, and of others that are paid with it.
func (s *Service) Counter(ctx context.Context, who authz.Actor, room housing.RoomID, also []housing.RoomID) (c Counter, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		c = Counter{Room: r.ID, Label: r.Label, Where: r.Community, Lines: []Open{}, Ahead: []Ahead{}, Others: []OtherRoom{}}
		if c.Day, err = today(ctx, tx, r.Community); err != nil {
			return err
		}
		due, err := Due(ctx, tx, r.Community, append([]housing.RoomID{room}, also...), c.Day)
		if err != nil {
			return err
		}
		c.Lines = append(c.Lines, due...)
		if c.Total, err = sum(due); err != nil {
			return err
		}
		mine, err := Offset{Community: r.Community, Room: r.ID, Day: c.Day}.lines(ctx, tx)
		if err != nil {
			return err
		}
		if c.MaySet, err = sum(mine); err != nil {
			return err
		}
		if c.Order, err = order(ctx, tx, r.Community); err != nil {
			return err
		}
		names, err := customer.OwnersOf(ctx, tx, r.Community, []housing.RoomID{r.ID})
		if err != nil {
			return err
		}
		if c.Payer = names[r.ID]; onlyTenants(due) {
			c.Payer = due[0].Who
		}
		ahead, err := AheadOf(ctx, tx, r.Community, r.ID)
		c.Ahead = append(c.Ahead, ahead...)
		if err != nil {
			return err
		}
		if c.Deposits, err = depositsOf(ctx, tx, r); err != nil {
			return err
		}
		return c.others(ctx, tx, r)
	})
	return c, err
}

// others are the rooms that the owners of a room have besides, with what is due of them.
func (c *Counter) others(ctx context.Context, tx *db.Tx, r housing.Room) error {
	all, err := db.All[OtherRoom](ctx, tx, `SELECT DISTINCT o.id AS room_id, o.label, o.sort_key FROM relation a JOIN relation b ON b.community_id = a.community_id AND b.customer_id = a.customer_id JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id
		WHERE a.community_id = $1 AND a.room_id = $2 AND a.kind = 'owner' AND a.to_on IS NULL AND b.kind = 'owner' AND b.to_on IS NULL AND b.room_id <> a.room_id AND {scope:a} ORDER BY o.sort_key LIMIT 50`, r.Community, r.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	ids, at := make([]housing.RoomID, len(all)), map[housing.RoomID]int{}
	for i, o := range all {
		ids[i], at[o.Room] = o.Room, i
	}
	due, err := Due(ctx, tx, r.Community, ids, c.Day)
	for _, o := range due {
		all[at[o.Room]].Fen += o.Total()
	}
	c.Others = append(c.Others, all...)
	return err
}

// Sums are a room's money at a glance.
type Sums struct{ Due, Ahead, Held money.Fen }

// Brief is a payment in a line.
type Brief struct {
	ID         PaymentID      `db:"id"`
	Day        clock.Day      `db:"on_day"`
	Means      ledger.Kind    `db:"means"`
	Fen        money.Fen      `db:"amount"`
	Number     string         `db:"number"`
	ReversedAt *clock.Instant `db:"reversed_at"`
}

// BriefOf are a room's sums and its last five payments.
func BriefOf(ctx context.Context, tx *db.Tx, r housing.Room) (s Sums, last []Brief, err error) {
	day, err := today(ctx, tx, r.Community)
	if err != nil {
		return s, nil, err
	}
	due, err := Due(ctx, tx, r.Community, []housing.RoomID{r.ID}, day)
	if err != nil {
		return s, nil, err
	}
	for _, o := range due {
		if s.Due, err = money.Sum(s.Due, o.Total()); err != nil {
			return s, nil, err
		}
	}
	ahead, err := AheadOf(ctx, tx, r.Community, r.ID)
	if err != nil {
		return s, nil, err
	}
	for _, a := range ahead {
		if a.Of == "" {
			s.Ahead += a.Fen
		}
	}
	deposits, err := depositsOf(ctx, tx, r)
	if err != nil {
		return s, nil, err
	}
	for _, d := range deposits {
		s.Held += d.Held
	}
	last, err = db.All[Brief](ctx, tx, `SELECT p.id, p.on_day, p.means, p.amount, COALESCE(r.number, '') AS number, p.reversed_at FROM payment p LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id
		WHERE p.community_id = $1 AND p.room_id = $2 AND {scope:p} ORDER BY p.id DESC LIMIT 5`, r.Community, r.ID)
	return s, last, err
}

// mostOfRoom is how many payments the page of a household shows.
const mostOfRoom = 200

// OfRoom are the payments for a room, the latest first.
func (s *Service) OfRoom(ctx context.Context, who authz.Actor, room housing.RoomID) (out []PaymentView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		all, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND (p.room_id = $2 OR p.id IN (SELECT x.payment_id FROM payment_part x WHERE x.community_id = $1 AND x.room_id = $2)) AND {scope:p} ORDER BY p.id DESC LIMIT $3`, r.Community, r.ID, mostOfRoom)
		if err != nil {
			return err
		}
		out, err = views(ctx, tx, all)
		return err
	})
	return out, err
}

// Filter narrows the list of payments.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Day       clock.Day         `query:"day" doc:"of the books"`
	Means     ledger.Kind       `query:"means" enum:"cash,bank,cheque,pos,wechat,alipay,prepaid,offset"`
	Shift     ShiftID           `query:"shift"`
	Number    string            `query:"number" maxLength:"30" doc:"of the receipt"`
}

// Payments lists the payments of a community, the latest first.
func (s *Service) Payments(ctx context.Context, who authz.Actor, f Filter, before PaymentID, limit int) (out []PaymentView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		if before == 0 {
			before = 1<<63 - 1
		}
		args := []any{f.Community, int64(before)}
		where := ""
		add := func(cond string, v any) {
			args = append(args, v)
			where += " AND " + strings.ReplaceAll(cond, "?", mark(len(args)))
		}
		if !f.Day.IsZero() {
			add("p.on_day = ?", f.Day)
		}
		if f.Means != "" {
			add("p.means = ?", string(f.Means))
		}
		if f.Shift != 0 {
			add("p.shift_id = ?", f.Shift)
		}
		if f.Number != "" {
			add("p.id IN (SELECT r.payment_id FROM receipt r WHERE r.community_id = $1 AND r.number = ?)", strings.ToUpper(strings.TrimSpace(f.Number)))
		}
		args = append(args, limit+1)
		all, err := db.All[Payment](ctx, tx, `SELECT `+db.Columns[Payment]("p")+` FROM payment p WHERE p.community_id = $1 AND p.id < $2`+where+` AND {scope:p} ORDER BY p.id DESC LIMIT `+mark(len(args)), args...)
		if err != nil {
			return err
		}
		out, err = views(ctx, tx, all)
		return err
	})
	return out, err
}

// One is a payment with its parts.
func (s *Service) One(ctx context.Context, who authz.Actor, id PaymentID) (v PaymentView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err := payment(ctx, tx, id)
		if err != nil {
			return err
		}
		v, err = view(ctx, tx, p)
		return err
	})
	return v, err
}
