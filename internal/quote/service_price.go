package quote

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

func items(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Item, error) {
	return db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("")+` FROM price_item WHERE community_id = $1 AND {scope} ORDER BY kind, code`, community)
}

// AddItem puts something on the price list.
func (s *Service) AddItem(ctx context.Context, who authz.Actor, community authz.CommunityID, t Terms) (it Item, err error) {
	if t, err = t.checked(); err != nil {
		return it, err
	}
	err = s.DB.Write(ctx, who, ActPrices, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		it = Item{db.NewID[Item](tx), community, 1, t}
		tx.Note(community, "price:"+it.ID.String(), nil, t)
		tx.Answer(&it)
		return taken(db.Insert(ctx, tx, "price_item", it))
	})
	return it, err
}

// EditItem changes an item; what was quoted keeps its terms.
func (s *Service) EditItem(ctx context.Context, who authz.Actor, id ItemID, expect func(int64) error, t Terms) (it Item, err error) {
	if t, err = t.checked(); err != nil {
		return it, err
	}
	err = s.DB.Write(ctx, who, ActPrices, func(tx *db.Tx) error {
		if it, err = db.One[Item](ctx, tx, `SELECT `+db.Columns[Item]("")+` FROM price_item WHERE id = $1 AND {scope}`, id); err != nil {
			return err
		}
		if err := expect(it.Version); err != nil {
			return err
		}
		tx.Note(it.Community, "price:"+it.ID.String(), it.Terms, t)
		it.Terms = t
		tx.Answer(&it)
		return taken(db.Save(ctx, tx, "price_item", &it))
	})
	return it, err
}

func taken(err error) error {
	if db.Unique(err, "price_item_community_id_code", "price_item.community_id, price_item.code") {
		return ErrCodeTaken.At(errs.Field{Name: "code", Code: ErrCodeTaken.Code})
	}
	return err
}
