package payonline_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// BIL-04, BIL-07: who owes a metered line sees the picture of the meter it rests on; nobody else does.
func TestTheDebtorSeesThePictureOfTheirMeter(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		files, err := blob.Open(t.TempDir())
		e.must(err)
		e.charges.Blobs = files
		e.svc.OpenPhoto = e.charges.File
		line := e.bills(e.li, 1000).Due[0]
		dbtest.Exec(t, e.d, `INSERT INTO meter (id, community_id, kind, number, room_id, place, multiplier, digits, plausible, state, version) VALUES (5000, 1, 'water', 'W-1', 1000, '', '1', 0, '', 'active', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO meter_reading (id, community_id, meter_id, on_day, value, multiplier, digits, old_final, new_initial, usage, estimated, remark, at, by_name) VALUES (5001, 1, 5000, $1, '10', '1', 0, '', '', '', FALSE, '', 0, '')`, line.To)
		dbtest.Exec(t, e.d, `UPDATE bill_line SET meter_id = 5000 WHERE id = $1`, line.ID)
		var picture bytes.Buffer
		e.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))))
		reader := dbtest.Actor(11, []authz.CommunityID{1}, billing.ActRead)
		p, err := e.charges.AddPhoto(t.Context(), reader, 5001, &picture)
		e.must(err)
		for _, l := range e.bills(e.li, 1000).Due {
			if has := slices.Contains(l.Photos, p.ID); has != (l.ID == line.ID) {
				t.Errorf("line %s of %s: picture %v", l.ID, l.Period, has)
			}
		}
		_, r, err := e.svc.Photo(t.Context(), e.li, p.ID)
		e.must(err)
		_ = r.Close()
		for name, who := range map[string]authz.Actor{"a neighbour": e.zhang, "another community": e.far} {
			if _, _, err := e.svc.Photo(t.Context(), who, p.ID); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
