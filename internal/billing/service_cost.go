package billing

import (
	"context"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Costs lists the public costs of a month.
func (s *Service) Costs(ctx context.Context, who authz.Actor, community authz.CommunityID, period clock.Period) (out []Cost, err error) {
	err = s.DB.Read(ctx, who, ActMeters, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = costs(ctx, tx, community, period)
		return err
	})
	return out, err
}

// mostCost is a hundred million yuan: more is a slip of the finger.
const mostCost money.Fen = 100_000_000_00

// AddCost enters a public cost that rooms will share (BIL-05).
func (s *Service) AddCost(ctx context.Context, who authz.Actor, community authz.CommunityID, d CostDraft) (c Cost, err error) {
	var wrong errs.Fields
	wrong.Words("name", &d.Name, 100, true)
	wrong.Words("document", &d.Document, 200, false)
	fen, err := money.Parse(strings.TrimSpace(d.Amount))
	if err != nil || fen <= 0 || fen > mostCost {
		wrong.Add("amount", "wrong_form", nil)
	}
	if d.Period.IsZero() {
		wrong.Add("period", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return c, err
	}
	err = s.DB.Write(ctx, who, ActMeterEdit, func(tx *db.Tx) error {
		i, err := item(ctx, tx, d.Item)
		if err != nil || i.Community != community || i.Basis != ByShare {
			return errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
		}
		if err := inBuilding(ctx, tx, community, d.Building); err != nil {
			return err
		}
		c = Cost{db.NewID[Cost](tx), community, d.Item, d.Building, d.Period, d.Name, fen, d.Document, d.Excluded, tx.Now, who.Name, 1}
		if err := c.unbilled(ctx, tx); err != nil {
			return err
		}
		tx.Note(community, "cost:"+c.ID.String(), nil, c)
		tx.Emit(Changed{community})
		tx.Answer(&c)
		return db.Insert(ctx, tx, "public_cost", c)
	})
	return c, err
}

// RemoveCost takes a cost back that was not billed yet.
func (s *Service) RemoveCost(ctx context.Context, who authz.Actor, id CostID, expect func(int64) error) error {
	return s.DB.Write(ctx, who, ActMeterEdit, func(tx *db.Tx) error {
		c, err := db.One[Cost](ctx, tx, `SELECT `+db.Columns[Cost]("c")+` FROM public_cost c WHERE c.id = $1 AND {scope:c}`, id)
		if err != nil {
			return err
		}
		if err := expect(c.Version); err != nil {
			return err
		}
		if err := c.unbilled(ctx, tx); err != nil {
			return err
		}
		tx.Note(c.Community, "cost:"+c.ID.String(), c, nil)
		tx.Emit(Changed{c.Community})
		_, err = tx.Exec(ctx, `DELETE FROM public_cost WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// unbilled refuses to touch the costs of a month that was billed: the shares
// that were booked add up to them.
func (c Cost) unbilled(ctx context.Context, tx *db.Tx) error {
	found, err := db.All[int](ctx, tx, `SELECT 1 FROM bill_line l WHERE l.community_id = $1 AND l.period = $2 AND l.item_id = $3 AND l.reversed_at IS NULL AND {scope:l} LIMIT 1`, c.Community, c.Period, c.Item)
	if err == nil && len(found) == 0 { // or a run that somebody is deciding about
		found, err = db.All[int](ctx, tx, `SELECT 1 FROM bill_run r WHERE r.community_id = $1 AND r.period = $2 AND r.state IN ('pending', 'booking') AND {scope:r} LIMIT 1`, c.Community, c.Period)
	}
	if err == nil && len(found) > 0 {
		err = ErrBooked
	}
	return err
}
