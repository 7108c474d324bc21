package handover

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Ending is a fault that nobody has mended and whose warranty ends on a day (HOU-02).
type Ending struct {
	ID       ItemID         `db:"id"`
	Handover ID             `db:"handover_id"`
	Zh       string         `db:"zh"`
	En       string         `db:"en"`
	Months   int64          `db:"warranty_months"`
	Finished clock.Day      `db:"finished_on"`
	Room     housing.RoomID `db:"room_id"`
	Label    string         `db:"label"`
	Day      clock.Day      `db:"-"`
}

// Expiring lists the faults of a community that nobody has mended and whose
// warranty ends between two days, both included, inside another domain's
// transaction. Months are counted here: no engine's arithmetic of days is asked.
func Expiring(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) (out []Ending, err error) {
	err = db.Each(ctx, tx, `SELECT i.id, i.handover_id, i.zh, i.en, i.warranty_months, h.finished_on, h.room_id, r.label FROM handover_item i
		JOIN handover h ON h.community_id = i.community_id AND h.id = i.handover_id JOIN room r ON r.community_id = h.community_id AND r.id = h.room_id
		WHERE i.community_id = $1 AND i.result = 'defect' AND i.fixed_on IS NULL AND h.finished_on IS NOT NULL AND {scope:i} ORDER BY i.id`, []any{community}, func(e Ending) error {
		if e.Day = warrantyEnd(e.Finished, e.Months); !e.Day.IsZero() && !e.Day.Before(from) && !e.Day.After(to) {
			out = append(out, e)
		}
		return nil
	})
	return out, err
}
