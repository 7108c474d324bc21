package collection

import (
	"cmp"
	"context"
	"slices"
	"time"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Odd is a payment that somebody should look at, and why (ARR-06). Nothing is
// wrong with it yet; what is unusual twice stands first.
type Odd struct {
	ID       cashier.PaymentID `db:"id" json:"paymentId"`
	At       clock.Instant     `db:"at" json:"at"`
	Day      clock.Day         `db:"on_day" json:"day"`
	Paid     clock.Day         `db:"paid_on" json:"paidOn"`
	Room     housing.RoomID    `db:"room_id" json:"roomId"`
	Label    string            `db:"label" json:"label"`
	Number   string            `db:"number" json:"receipt,omitempty"`
	Means    string            `db:"means" json:"means"`
	Fen      money.Fen         `db:"amount" json:"amount"`
	By       authz.AccountID   `db:"by_id" json:"-"`
	ByName   string            `db:"by_name" json:"by"`
	Reversed clock.Day         `db:"reversed_on" json:"reversedOn,omitzero"`
	Same     bool              `db:"same" json:"-"`
	Why      []string          `db:"-" json:"why" doc:"round: cash in whole hundreds from 500.00 on; off_hours: taken between 21:00 and 07:00; late_entry: entered more than three days after it was paid; voids_of_cashier: voided, one of three and more of this cashier; voids_of_room: voided, one of two and more of this room; same_number: entered with the number of another payment by the same means"`
}

// What is unusual.
const (
	roundFrom   = 500_00 // fen
	roundStep   = 100_00
	opensAt     = 7 // o'clock
	closesAt    = 21
	lateDays    = 3
	cashierMost = 3 // voids
	roomMost    = 2
	mostOdd     = 500
)

// OddEntries looks through the payments of a period that people took.
func (s *Service) OddEntries(ctx context.Context, who authz.Actor, a Asked) (out []Odd, err error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, a.Community); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, a.Community)
		if err != nil {
			return err
		}
		all, err := db.All[Odd](ctx, tx, `SELECT y.id, y.at, y.on_day, y.paid_on, y.room_id, o.label, COALESCE(e.number, '') AS number, y.means, y.amount, y.by_id, y.by_name, y.reversed_on,
				y.reference <> '' AND y.reversed_at IS NULL AND y.means IN ('bank', 'cheque', 'pos', 'wechat', 'alipay') AND EXISTS (SELECT 1 FROM payment z
					WHERE z.community_id = y.community_id AND z.reference_key = y.reference_key AND z.reference_key <> '' AND z.means = y.means AND z.id <> y.id AND z.reversed_at IS NULL) AS same
			FROM payment y JOIN room o ON o.community_id = y.community_id AND o.id = y.room_id LEFT JOIN receipt e ON e.community_id = y.community_id AND e.payment_id = y.id
			WHERE y.community_id = $1 AND y.on_day >= $2 AND y.on_day < $3 AND y.by_id IS NOT NULL AND y.means NOT IN ('prepaid', 'early') AND {scope:y} ORDER BY y.id`, a.Community, a.first(), a.end())
		out = odd(all, zone)
		return err
	})
	return out, err
}

func odd(all []Odd, zone *time.Location) []Odd {
	cashiers, rooms := map[authz.AccountID]int{}, map[housing.RoomID]int{}
	for _, p := range all {
		if !p.Reversed.IsZero() {
			cashiers[p.By]++
			rooms[p.Room]++
		}
	}
	out := []Odd{}
	for _, p := range all {
		hour := p.At.In(zone).Hour()
		for _, c := range []struct {
			why string
			is  bool
		}{
			{"round", p.Means == "cash" && p.Fen >= roundFrom && p.Fen%roundStep == 0},
			{"off_hours", hour < opensAt || hour >= closesAt},
			{"late_entry", p.Day.Sub(p.Paid) > lateDays},
			{"same_number", p.Same},
			{"voids_of_cashier", !p.Reversed.IsZero() && cashiers[p.By] >= cashierMost},
			{"voids_of_room", !p.Reversed.IsZero() && rooms[p.Room] >= roomMost},
		} {
			if c.is {
				p.Why = append(p.Why, c.why)
			}
		}
		if len(p.Why) > 0 {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Odd) int { return cmp.Compare(len(b.Why), len(a.Why)) })
	return out[:min(len(out), mostOdd)]
}
