package cashier

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Order is how a payment is shared over what is owed where the payer says
// nothing: as the contract has it, else as the law does: late fees before
// principal, earliest due first (Civil Code art. 560, 561; FAR-11). What was
// booked before stays as it was shared.
type Order struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	OrderDraft
	At      clock.Instant `db:"at" json:"at,omitzero"`
	ByName  string        `db:"by_name" json:"by,omitempty"`
	Version int64         `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (o Order) ETag() int64 { return o.Version }

// OrderDraft is what people write of an order.
type OrderDraft struct {
	Late     string `db:"late" json:"late" enum:"first,last" doc:"late fees before the principal, as the law has it, or after it"`
	Items    Items  `db:"items" json:"items,omitempty" maxItems:"50" doc:"paid whole one after the other, before what is not named"`
	Document string `db:"document" json:"document,omitempty" maxLength:"200" doc:"the contract that says so; needed where it is not the law's order"`
}

// Items are charge items in an order, kept as JSON.
type Items []billing.ItemID

// Value implements driver.Valuer.
func (i Items) Value() (driver.Value, error) { return db.ToText(append([]billing.ItemID{}, i...)) }

// Scan implements sql.Scanner.
func (i *Items) Scan(src any) error { return db.FromText(src, (*[]billing.ItemID)(i)) }

// usual reports whether it is the law's order.
func (d OrderDraft) usual() bool { return d.Late != "last" && len(d.Items) == 0 }

// pay is the order as fee.Allocate takes it.
func (d OrderDraft) pay() (out fee.PayOrder) {
	if d.Late == "last" {
		out.Parts = []fee.DebtPart{fee.Costs, fee.Principal, fee.LateFees}
	}
	for _, i := range d.Items {
		out.Items = append(out.Items, i.String())
	}
	return out
}

func order(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Order, error) {
	o, err := db.One[Order](ctx, tx, `SELECT `+db.Columns[Order]("")+` FROM pay_order WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Order{ID: community, Community: community, OrderDraft: OrderDraft{Late: "first"}}, nil
	}
	return o, err
}

// Order is a community's order of allocation.
func (s *Service) Order(ctx context.Context, who authz.Actor, community authz.CommunityID) (o Order, err error) {
	err = s.DB.Read(ctx, who, billing.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		o, err = order(ctx, tx, community)
		return err
	})
	return o, err
}

// SetOrder changes it for payments to come (PAY-01).
func (s *Service) SetOrder(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, d OrderDraft) (o Order, err error) {
	var wrong errs.Fields
	wrong.Words("document", &d.Document, 200, !d.usual())
	if d.usual() {
		d.Document = ""
	}
	err = s.DB.Write(ctx, who, billing.ActApprove, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		wrong := slices.Clone(wrong)
		for n, id := range d.Items {
			field := fmt.Sprintf("items[%d]", n)
			i, err := billing.ItemIn(ctx, tx, id)
			switch {
			case errors.Is(err, db.ErrNotFound) || err == nil && i.Community != community:
				wrong.Add(field, db.ErrNotFound.Code, nil)
			case err != nil:
				return err
			case slices.Index(d.Items, id) < n:
				wrong.Add(field, "cashier.order_twice", nil)
			}
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if o, err = order(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(o.Version); err != nil {
			return err
		}
		before := o.OrderDraft
		o.OrderDraft, o.At, o.ByName = d, tx.Now, who.Name
		tx.Note(community, "pay_order:"+community.String(), before, d)
		tx.Emit(billing.Changed{Community: community})
		if o.Version == 0 {
			o.Version = 1
			return db.Insert(ctx, tx, "pay_order", o)
		}
		return db.Save(ctx, tx, "pay_order", &o)
	})
	if db.Unique(err, "pay_order", "pay_order.id") {
		err = db.ErrStale
	}
	return o, err
}
