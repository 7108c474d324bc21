package extract

import (
	"context"
	"slices"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// leave has nothing told of what earlier owners paid ahead for some rooms: it is
// theirs still (PAY-05).
func (x *subject) leave(rooms []holding) {
	if x.apart == nil {
		x.apart = map[housing.RoomID]bool{}
	}
	for _, r := range rooms {
		x.apart[r.Room] = true
	}
}

// apartIn are the touches that take off a statement what earlier owners paid ahead.
func (x *subject) apartIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, of map[ledger.AccountID]account) (out []touch, err error) {
	var rooms []housing.RoomID
	for _, a := range of {
		if a.Account == ledger.Prepaid && x.apart[a.Room] {
			rooms = append(rooms, a.Room)
		}
	}
	slices.Sort(rooms)
	moves, err := cashier.AheadOfEarlier(ctx, tx, community, slices.Compact(rooms), x.on())
	for _, m := range moves {
		a, is := of[ledger.Account{Community: community, Kind: ledger.Prepaid, Room: db.ID(m.Room), Item: db.ID(m.Item)}.ID()]
		if !is {
			continue
		}
		out = append(out, touch{account: a, Day: m.Day, Txn: m.Txn, Debited: m.Fen, apart: true})
		if m.Reversal != 0 {
			out = append(out, touch{account: a, Day: m.Reversed, Txn: m.Reversal, Debited: -m.Fen, apart: true})
		}
	}
	return out, err
}
