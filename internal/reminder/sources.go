package reminder

import (
	"context"

	"guanjia/internal/belonging"
	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/lease"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Own are the sources of the domains below this one. Contracts and fees are
// plugged in by package app when their domains are there.
func Own() []Source {
	return []Source{
		{Name: "birthday", Act: customer.ActView, Ahead: 1, Due: dueBirthdays},
		{Name: "lease_end", Act: lease.ActView, Back: 60, Ahead: 30, Due: dueLeases},
		{Name: "lease_verify", Act: lease.ActView, Back: 60, Due: dueVerifications},
		{Name: "licence", Act: belonging.ActView, Back: 60, Ahead: 30, Due: dueBelongings(belonging.Licence)},
		{Name: "vaccination", Act: belonging.ActView, Back: 60, Ahead: 14, Due: dueBelongings(belonging.Vaccination)},
		{Name: "warranty", Act: belonging.ActView, Back: 7, Ahead: 30, Due: dueBelongings(belonging.Warranty)},
		{Name: "maintenance", Act: belonging.ActView, Back: 60, Ahead: 7, Due: dueBelongings(belonging.Maintenance)},
		{Name: "permit", Act: parking.ActView, Back: 30, Ahead: 30, Due: duePermits},
		{Name: "defect_warranty", Act: handover.ActView, Back: 30, Ahead: 30, Due: dueDefects},
		{Name: "facility_check", Act: facility.ActView, Back: 60, Ahead: 7, Due: dueChecks},
		{Name: "callback", Act: ActView, Back: 60, Due: dueCallbacks},
	}
}

func dueBirthdays(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
	found, err := customer.Birthdays(ctx, tx, community, from, to)
	out := make([]Item, len(found))
	for i, b := range found {
		out[i] = Item{Subject: "customer:" + b.ID.String(), Day: b.Day, Room: b.Room, Label: b.Label, Customer: b.ID, Name: b.Name}
	}
	return out, err
}

func dueLeases(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) (out []Item, err error) {
	ending, _, err := lease.Due(ctx, tx, community, from, to)
	for _, l := range ending {
		out = append(out, Item{Subject: "lease:" + l.ID.String(), Day: l.To, Room: l.Room, Label: l.Label})
	}
	return out, err
}

func dueVerifications(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) (out []Item, err error) {
	_, unverified, err := lease.Due(ctx, tx, community, from, to)
	for _, l := range unverified {
		out = append(out, Item{Subject: "lease:" + l.ID.String(), Day: l.VerifiedOn, Room: l.Room, Label: l.Label})
	}
	return out, err
}

func dueBelongings(what belonging.DueKind) func(context.Context, *db.Tx, authz.CommunityID, clock.Day, clock.Day) ([]Item, error) {
	return func(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
		found, err := belonging.DueIn(ctx, tx, community, what, from, to)
		out := make([]Item, len(found))
		for i, d := range found {
			name := d.Name
			for _, part := range []string{d.Model, d.Number} {
				if name == "" {
					name = part
				}
			}
			out[i] = Item{Subject: "belonging:" + d.ID.String(), Day: d.Day, Room: d.Room, Label: d.Label, Customer: d.Customer, Name: d.Owner, Detail: name, Kind: string(d.Kind)}
		}
		return out, err
	}
}

func duePermits(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
	found, err := parking.Expiring(ctx, tx, community, from, to)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	out, rooms := make([]Item, len(found)), map[housing.RoomID]string{}
	for i, e := range found {
		out[i] = Item{Subject: "vehicle:" + e.Vehicle.String(), Day: e.Day, Room: e.Room, Customer: e.Customer, Detail: e.Plate}
		rooms[e.Room] = ""
	}
	args := make([]any, 0, len(rooms))
	for id := range rooms {
		args = append(args, id)
	}
	type named struct {
		ID    housing.RoomID `db:"id"`
		Label string         `db:"label"`
	}
	labels, err := db.All[named](ctx, tx, `SELECT o.id, o.label FROM room o WHERE o.id IN `+db.Marks(1, len(args))+` AND {scope:o}`, args...)
	for _, l := range labels {
		rooms[l.ID] = l.Label
	}
	for i := range out {
		out[i].Label = rooms[out[i].Room]
	}
	return out, err
}

// dueDefects are faults found at the hand-over that nobody has mended yet and
// whose warranty ends: the developer must still mend them (HOU-02).
func dueDefects(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
	found, err := handover.Expiring(ctx, tx, community, from, to)
	out := make([]Item, len(found))
	for i, f := range found {
		out[i] = Item{Subject: "handover_item:" + f.ID.String(), Day: f.Day, Room: f.Room, Label: f.Label, Detail: f.Zh, DetailEn: f.En, Link: f.Handover.String()}
	}
	return out, err
}

// dueChecks are the inspections of facilities (HOU-04).
func dueChecks(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
	found, err := facility.Due(ctx, tx, community, from, to)
	out := make([]Item, len(found))
	for i, f := range found {
		out[i] = Item{Subject: "facility_check:" + f.ID.String(), Day: f.Day, Detail: f.Facility + " " + f.Name, Link: f.Of.String()}
	}
	return out, err
}

func dueCallbacks(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Item, error) {
	type found struct {
		Callback
		Name  string        `db:"name"`
		Legal customer.Kind `db:"kind"`
		Label string        `db:"label"`
		To    string        `db:"assignee_name"`
	}
	all, err := db.All[found](ctx, tx, `SELECT `+db.Columns[Callback]("b")+`, COALESCE(c.name, '') AS name, COALESCE(c.kind, '') AS kind, COALESCE(o.label, '') AS label, COALESCE(m.name, '') AS assignee_name
		FROM callback b LEFT JOIN customer c ON c.community_id = b.community_id AND c.id = b.customer_id LEFT JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id
		LEFT JOIN staff m ON m.id = b.assignee_id WHERE b.community_id = $1 AND b.day >= $2 AND b.day <= $3 AND {scope:b} ORDER BY b.day, b.id LIMIT 1000`, community, from, to)
	see := customer.SightOf(tx.Who, community)
	out := make([]Item, len(all))
	for i, f := range all {
		out[i] = Item{
			Subject: "callback:" + f.ID.String(), Day: f.Day, Minute: f.Minute, Room: f.Room, Label: f.Label, Customer: f.Customer,
			Name: see.Name(f.Name, f.Legal == customer.Organisation), Detail: f.Words, Assignee: f.Assignee, ToName: f.To,
		}
	}
	return out, err
}
