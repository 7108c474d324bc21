package lease

import (
	"context"
	"strconv"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

var views = `SELECT ` + db.Columns[Lease]("l") + `, o.label, o.label_key AS short, o.sort_key, o.state AS room_state FROM lease l JOIN room o ON o.community_id = l.community_id AND o.id = l.room_id `

func get(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	v, err := db.One[View](ctx, tx, views+`WHERE l.id = $1 AND {scope:l}`, id)
	if err != nil {
		return v, err
	}
	all := []View{v}
	err = complete(ctx, tx, all)
	return all[0], err
}

// complete adds people and opens what is sealed, for tenancies of a page.
func complete(ctx context.Context, tx *db.Tx, all []View) error {
	if len(all) == 0 {
		return nil
	}
	at, args := map[ID]int{}, make([]any, len(all))
	for i := range all {
		l := &all[i]
		at[l.ID], args[i] = i, l.ID
		l.Parties = []Party{}
		if l.EmergencySealed != "" {
			number, err := tx.Vault().Open(emergencyPlace(db.ID(l.ID)), l.EmergencySealed)
			if err != nil {
				return err
			}
			l.emergency = number
		}
	}
	type found struct {
		Party
		Known string `db:"known"`
	}
	parties, err := db.All[found](ctx, tx, `SELECT `+db.Columns[Party]("p")+`, COALESCE(c.name, '') AS known FROM lease_party p
		LEFT JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id WHERE p.lease_id IN `+db.Marks(1, len(args))+` AND {scope:p} ORDER BY p.id`, args...)
	for _, p := range parties {
		if p.Known != "" {
			p.Name = p.Known
		}
		if err := p.open(tx); err != nil {
			return err
		}
		all[at[p.Lease]].Parties = append(all[at[p.Lease]].Parties, p.Party)
	}
	return err
}

// shown is a tenancy as far as the actor may see its people.
func (v View) shown(who authz.Actor, today clock.Day, days int64) View {
	see := customer.SightOf(who, v.Community)
	v.Emergency, v.EmergencyMasked = see.Name(v.Emergency, false), see.Number(v.emergency)
	parties := make([]Party, len(v.Parties))
	for i, p := range v.Parties {
		p.Name, p.Number, p.Identity = see.Name(p.Name, false), see.Number(p.number), tail(p.identity)
		parties[i] = p
	}
	v.Parties = parties
	v.Overdue = v.overdue(today, days)
	if !v.To.IsZero() && v.EndedOn.IsZero() {
		left := v.To.Sub(today)
		v.DaysLeft = &left
	}
	return v
}

func tail(number string) string {
	if len(number) <= 4 {
		return ""
	}
	return "****" + number[len(number)-4:]
}

// Filter chooses tenancies of a community.
type Filter struct {
	Community authz.CommunityID  `query:"community" required:"true"`
	View      string             `query:"view" enum:"running,work,expiring,ended,all" default:"running"`
	Q         string             `query:"q" maxLength:"60" doc:"the beginning of a room, or of a name"`
	Building  housing.BuildingID `query:"building"`
	Within    int                `query:"within" minimum:"0" maximum:"365" default:"30" doc:"days, for the view expiring"`
}

// position is where a page of tenancies ends.
type position struct {
	Label string `json:"l"`
	ID    ID     `json:"i"`
}

func list(ctx context.Context, tx *db.Tx, f Filter, after position, limit int, today clock.Day, days int64) ([]View, error) {
	args := []any{f.Community}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q := views + `WHERE l.community_id = $1 AND {scope:l}`
	switch f.View {
	case "running":
		q += ` AND l.ended_on IS NULL`
	case "ended":
		q += ` AND l.ended_on IS NOT NULL`
	case "work":
		q += ` AND l.ended_on IS NULL AND (l.missing <> '' OR l.verified_on IS NULL OR l.verified_on < ` + mark(today.Add(-int(days))) + `)`
	case "expiring":
		q += ` AND l.ended_on IS NULL AND l.to_on <= ` + mark(today.Add(f.Within))
	}
	if f.Building != 0 {
		q += ` AND o.building_id = ` + mark(f.Building)
	}
	if f.Q != "" {
		key := housing.KeyPrefix(f.Q)
		a, b, name, beyond := mark(key), mark(housing.Beyond(key)), mark(f.Q), mark(housing.Beyond(f.Q))
		q += ` AND (` + a + ` <> '' AND (o.label_key >= ` + a + ` AND o.label_key < ` + b + ` OR o.number >= ` + a + ` AND o.number < ` + b + `)
			OR EXISTS (SELECT 1 FROM lease_party p LEFT JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id
				WHERE p.community_id = l.community_id AND p.lease_id = l.id AND COALESCE(c.name, p.name) >= ` + name + ` AND COALESCE(c.name, p.name) < ` + beyond + `))`
	}
	if after.ID != 0 {
		q += ` AND (o.sort_key, l.id) > (` + mark(after.Label) + `, ` + mark(after.ID) + `)`
	}
	out, err := db.All[View](ctx, tx, q+` ORDER BY o.sort_key, l.id LIMIT `+mark(limit), args...)
	if err != nil {
		return nil, err
	}
	return out, complete(ctx, tx, out)
}

func setting(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Setting, error) {
	all, err := db.All[Setting](ctx, tx, `SELECT `+db.Columns[Setting]("")+` FROM lease_setting WHERE community_id = $1 AND {scope}`, community)
	if len(all) > 0 {
		return all[0], err
	}
	return Setting{Community: community, Days: usualDays}, err
}

func counts(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Count, error) {
	out, err := db.All[Count](ctx, tx, `
		SELECT b.id AS building_id, b.name, COUNT(o.id) AS rooms, COUNT(n.room_id) AS let, CAST(COALESCE(SUM(n.people), 0) AS BIGINT) AS occupants
		FROM building b JOIN room o ON o.community_id = b.community_id AND o.building_id = b.id AND o.type NOT IN ('parking', 'storage')
		LEFT JOIN (SELECT l.room_id, COUNT(p.id) AS people FROM lease l LEFT JOIN lease_party p ON p.community_id = l.community_id AND p.lease_id = l.id AND p.role IN ('tenant', 'occupant')
			WHERE l.community_id = $1 AND l.ended_on IS NULL GROUP BY l.room_id) n ON n.room_id = o.id
		WHERE b.community_id = $1 AND {scope:b} GROUP BY b.id, b.name, b.sort_key ORDER BY b.sort_key, b.id`, community)
	for i := range out {
		out[i].Permille = permille(out[i].Let, out[i].Rooms)
	}
	return out, err
}
