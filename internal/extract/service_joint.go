package extract

import (
	"context"
	"slices"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// answers notes rooms of whose tenants' bills the statement tells.
func (x *subject) answers(community authz.CommunityID, rooms []holding) {
	if x.joint == nil {
		x.joint = map[authz.CommunityID][]holding{}
	}
	x.joint[community] = append(x.joint[community], rooms...)
}

// jointly adds what tenants of an owner's rooms did not pay: the owner is
// jointly liable for it (物业管理条例 article 41), since the room is theirs. It
// stands in no sum, and names nobody.
func (x *subject) jointly(ctx context.Context, tx *db.Tx) error {
	const roomsAtOnce = 200
	s := &x.statement
	for community, all := range x.joint {
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(all, roomsAtOnce) {
			ids, at := make([]housing.RoomID, len(some)), map[housing.RoomID]holding{}
			for i, h := range some {
				ids[i], at[h.Room] = h.Room, h
			}
			due, err := cashier.Due(ctx, tx, community, ids, today)
			if err != nil {
				return err
			}
			for _, o := range due {
				h := at[o.Room]
				if !o.Joint() || o.Total() <= 0 || o.From.Before(h.Since) || slices.Contains(x.own, o.Debtor) {
					continue
				}
				label := h.Label
				if place := x.places[community]; place != "" {
					label = place + " " + label
				}
				s.Joint = append(s.Joint, Open{Room: label, Item: o.ItemName, ItemEN: o.ItemNameEN, Period: o.Period, Due: o.Due, Billed: o.Fen, Open: o.Open, Late: o.Late})
			}
		}
	}
	slices.SortStableFunc(s.Joint, func(a, b Open) int { return a.Due.Compare(b.Due) })
	return nil
}
