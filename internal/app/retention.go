package app

import (
	"context"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/retention"
)

// keeps is what is kept how long, on one screen (ACC-13); the faces have the
// names. The ledger's ten years and what other domains keep come with them.
func (a *App) keeps() []retention.Kind {
	return []retention.Kind{
		{Name: "ticket_photo", Days: 730, Least: 30, Erase: a.tickets.ErasePhotos},
		{Name: "ticket_position", Days: 365, Least: 1, Erase: a.tickets.ErasePositions},
		{Name: "slip", Days: 1825, Least: 365, Erase: a.slips.Trim},
		{Name: "import_file", Days: 30, Least: 1, Erase: a.imports.Expire},
		{Name: "handover_photo", Days: 1825, Least: 365, Erase: a.handovers.ErasePhotos},
		{Name: "meter_photo", Days: 1095, Least: 90, Erase: a.bills.ErasePhotos}, // as long as a bill is argued about
		{Name: "vehicle_ended", Days: 1095, Least: 30, Erase: a.parking.EraseEnded},
		{Name: "reminder", Days: 730, Least: 90, Erase: a.reminders.Trim},
		{Name: "notice", Days: 90, Least: 7, Erase: a.notices.Trim},
		{Name: "candidate", Days: 365, Least: 30, Erase: a.staffing.Trim},
		{Name: "daily_log", Days: 1095, Least: 365, Erase: a.daily.Trim},
		{Name: "extract", Days: 1095, Least: 400, Erase: a.extracts.Trim}, // last year's is sent once
		{Name: "message", Days: 180, Least: 7, Erase: a.messages.Trim},
		{Name: "audit", Days: 1095, Least: 180, Law: "ACC-10", Erase: a.audit.Trim},
		{Name: "export_log", Days: 1095, Least: 180, Law: "ACC-10", Erase: a.audit.TrimExports},
	}
}

const actSweep authz.Action = "blob.sweep"

// namedIn asks every table that names files.
const namedIn = `SELECT blob FROM ticket_photo WHERE blob IN ? UNION SELECT blob FROM import WHERE blob IN ? UNION SELECT blob FROM site_plan WHERE blob IN ? UNION SELECT blob FROM site_plan_item WHERE blob IN ? UNION SELECT blob FROM handover_photo WHERE blob IN ? UNION SELECT blob FROM room_paper WHERE blob IN ? UNION SELECT blob FROM refund_file WHERE blob IN ? UNION SELECT blob FROM bill_fix_file WHERE blob IN ? UNION SELECT blob FROM settlement WHERE blob IN ? UNION SELECT blob FROM bill_visit_photo WHERE blob IN ? UNION SELECT blob FROM publicity_file WHERE blob IN ? UNION SELECT blob FROM meter_photo WHERE blob IN ?`

// named tells which of some stored files a record still names.
func (a *App) named(ctx context.Context, hashes []string) (map[string]bool, error) {
	args, marks := make([]any, len(hashes)), db.Marks(1, len(hashes))
	for i, h := range hashes {
		args[i] = h
	}
	out := map[string]bool{}
	err := a.db.Read(ctx, authz.System("blobs", actSweep), actSweep, func(tx *db.Tx) error {
		found, err := db.All[string](ctx, tx.Global("files are stored once for all communities"),
			strings.ReplaceAll(namedIn, "?", marks), args...)
		for _, h := range found {
			out[h] = true
		}
		return err
	})
	return out, err
}
