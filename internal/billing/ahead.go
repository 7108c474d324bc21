package billing

import (
	"context"
	"math/big"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// MostAhead is for how many months a community lets households pay ahead (BIL-02); 0: for as many as they like.
func MostAhead(ctx context.Context, tx *db.Tx, community authz.CommunityID) (int64, error) {
	r, err := discountRules(ctx, tx, community)
	return r.Ahead, err
}

// MonthCharge is what a room is charged by time for a month at the prices of a
// day, of one item or, with 0, of all: a quarter's is a third of it, rounded up.
// What is metered or shared cannot be known ahead and counts nothing.
func MonthCharge(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, item ItemID, on clock.Day) (money.Fen, error) {
	list, err := db.All[roomIn](ctx, tx, `SELECT `+roomColumns+` FROM room o WHERE o.community_id = $1 AND o.id = $2 AND {scope:o}`, community, room)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	all, err := items(ctx, tx, community)
	if err != nil {
		return 0, err
	}
	prices, err := tariffs(ctx, tx, community)
	if err != nil {
		return 0, err
	}
	if err := known(ctx, tx, Run{Community: community, Period: on.Period()}, list); err != nil {
		return 0, err
	}
	sum := new(big.Rat)
	for _, i := range all {
		if i.State != "active" || item != 0 && i.ID != item || i.Basis == ByMeter || i.Basis == ByShare {
			continue
		}
		b := book{period: on.Period(), items: []Item{i}, tariffs: prices}
		for range i.months() - 1 {
			if _, _, ok := i.due(b.period); ok {
				break
			}
			b.period = b.period.Add(-1)
		}
		rows, _ := b.bill(list[0])
		for _, r := range rows {
			sum.Add(sum, big.NewRat(int64(r.Fen), int64(i.months())))
		}
	}
	return money.Round(sum, money.Rounding{Unit: money.UnitFen, Mode: money.Ceil})
}
