package extract

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/resident"
)

const (
	everySoOften = 20 * time.Minute
	begins       = 9 // hour of the community's day
	wishesAtOnce = 200
	mostRooms    = 50 // through whose accounts somebody is told
)

var worker = authz.System("statements", actDay)

// Schedule registers the day's look at what goes out.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actDay), everySoOften, s.Day)
}

// Day makes the statements of what has ended, in every community where the set
// day has come. Who has one of the days gets no other, however often the work
// begins anew.
func (s *Service) Day(ctx context.Context) error {
	type place struct {
		org.Local
		On int64 `db:"on_day"`
	}
	wanted := func(tx *db.Tx) ([]place, error) {
		return db.All[place](ctx, tx.Global("the day begins everywhere"), `SELECT c.id, c.zone, COALESCE(r.on_day, 5) AS on_day FROM community c LEFT JOIN extract_rules r ON r.community_id = c.id
			WHERE EXISTS (SELECT 1 FROM extract_preference p WHERE p.community_id = c.id AND p.rhythm <> 'none') ORDER BY c.id`)
	}
	return org.Each(ctx, s.DB, worker, actDay, wanted, func(ctx context.Context, c place, now clock.Instant, zone *time.Location) error {
		local, today := now.In(zone), clock.DayOf(now, zone)
		if _, _, d := today.Date(); int64(d) < c.On || local.Hour() < begins {
			return nil
		}
		for _, r := range []Rhythm{Monthly, Yearly} {
			from, to, ok := r.ended(today)
			if !ok {
				continue
			}
			if err := s.send(ctx, c.ID, r, from, to); err != nil {
				return err
			}
		}
		return nil
	})
}

// send makes the statements of a rhythm, some people at a time.
func (s *Service) send(ctx context.Context, community authz.CommunityID, r Rhythm, from, to clock.Day) error {
	after := PreferenceID(0)
	for more := true; more; {
		if err := s.DB.Bulk(ctx, worker, actDay, func(tx *db.Tx) error {
			all, err := db.All[Preference](ctx, tx, `SELECT `+db.Columns[Preference]("p")+` FROM extract_preference p JOIN customer c ON c.community_id = p.community_id AND c.id = p.customer_id
				WHERE p.community_id = $1 AND p.rhythm = $2 AND p.since_on <= $3 AND p.id > $4 AND c.erased_at IS NULL AND c.merged_into IS NULL
				AND NOT EXISTS (SELECT 1 FROM extract_made m WHERE m.community_id = p.community_id AND m.customer_id = p.customer_id AND m.from_on = $5 AND m.to_on = $3) AND {scope:p} ORDER BY p.id LIMIT $6`,
				community, string(r), to, int64(after), from, wishesAtOnce)
			if err != nil {
				return err
			}
			if more = len(all) == wishesAtOnce; len(all) > 0 {
				after = all[len(all)-1].ID
			}
			made := 0
			for _, p := range all {
				n, err := p.make(ctx, tx, from, to)
				if err != nil {
					return err
				}
				made += n
			}
			if made == 0 {
				tx.Silent("nobody had anything to be told")
				return nil
			}
			tx.Note(community, "extract:"+from.String(), nil, map[string]any{"made": made, "from": from, "to": to})
			tx.Emit(Changed{Community: community})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// make writes the statements of one who pays: one of everything, or one for
// each room. To who was never billed anything there is nothing to say.
func (p Preference) make(ctx context.Context, tx *db.Tx, from, to clock.Day) (int, error) {
	one := Made{Community: p.Community, Customer: p.Customer, Form: p.Form, From: from, To: to, Lang: p.Lang, At: tx.Now, State: "waiting"}
	var all []Made
	if p.Form == ByRoom {
		rooms, err := homes(ctx, tx, p.Community, p.Customer, to)
		if err != nil {
			return 0, err
		}
		ids := make([]housing.RoomID, len(rooms))
		for i, r := range rooms {
			ids[i] = r.Room
		}
		accounts, err := ofRooms(ctx, tx, p.Community, ids)
		if err != nil {
			return 0, err
		}
		billed := roomsOf(accounts)
		for _, r := range rooms {
			if one.Room = r.Room; slices.Contains(billed, r.Room) {
				all = append(all, one)
			}
		}
	} else {
		x := subject{since: map[housing.RoomID]clock.Day{}, statement: Statement{From: from, To: to, AsOf: to}}
		if err := x.archive(ctx, tx, archive{ID: p.Customer, Community: p.Community}, p.Form == ByCompany); err != nil {
			return 0, err
		}
		if len(x.accounts) > 0 {
			all = append(all, one)
		}
	}
	for i := range all {
		all[i].ID = db.NewID[Made](tx)
		tx.Emit(Due{p.Community, all[i].ID})
	}
	return len(all), db.InsertAll(ctx, tx, "extract_made", all)
}

func made(ctx context.Context, tx *db.Tx, id MadeID) (Made, error) {
	return db.One[Made](ctx, tx, `SELECT `+db.Columns[Made]("")+` FROM extract_made WHERE id = $1 AND {scope}`, id)
}

// MadeIn is a statement that was made, in another domain's transaction.
func MadeIn(ctx context.Context, tx *db.Tx, id MadeID) (Made, error) { return made(ctx, tx, id) }

// Audience are the accounts of whom a statement is for: who pays, and owners of
// the room who were bound without an archive.
func Audience(ctx context.Context, tx *db.Tx, m Made) (out []authz.AccountID, err error) {
	rooms := []housing.RoomID{m.Room}
	if m.Room == 0 {
		all, err := homes(ctx, tx, m.Community, m.Customer, m.To)
		if err != nil {
			return nil, err
		}
		if m.Form == ByCompany {
			let, err := rented(ctx, tx, m.Community, m.Customer, m.To)
			if err != nil {
				return nil, err
			}
			all = append(all, let...)
		}
		rooms = nil
		for _, h := range all[:min(len(all), mostRooms)] {
			rooms = append(rooms, h.Room)
		}
	}
	for _, room := range rooms {
		all, err := resident.Of(ctx, tx, m.Community, room)
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			theirs := b.Customer == m.Customer || m.Room != 0 && b.Customer == 0 && b.Kind == customer.Owner
			if theirs && b.InvitedBy == 0 && !slices.Contains(out, b.Account) {
				out = append(out, b.Account)
			}
		}
	}
	return out, nil
}

const actTrim authz.Action = "extract.trim"

// Trim forgets that statements were sent before an instant (ACC-13); the books
// they were read from stay.
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	err = s.DB.Bulk(ctx, authz.System("statements", actTrim), actTrim, func(tx *db.Tx) (err error) {
		tx.Silent("what it said stands in the ledger")
		n, err = tx.Exec(ctx, `DELETE FROM extract_made WHERE at < $1 AND {scope}`, before)
		return err
	})
	return n, err
}

// ToldBy notes by which ways somebody was told that their statement is there;
// by none it is for the desk to print.
func ToldBy(ctx context.Context, tx *db.Tx, id MadeID, channels string) error {
	m, err := made(ctx, tx, id)
	if err != nil {
		return err
	}
	state := "told"
	if channels == "" {
		state = "unreached"
	}
	tx.Emit(Changed{m.Community, m.Customer})
	_, err = tx.Exec(ctx, `UPDATE extract_made SET state = $1, channels = $2 WHERE id = $3 AND state = 'waiting' AND {scope}`, state, channels, id)
	return err
}

// Tell is a statement that was sent as it reads now, in another domain's
// transaction: for the letter to whom it is for.
func Tell(ctx context.Context, tx *db.Tx, id MadeID) (Made, Statement, error) {
	m, err := made(ctx, tx, id)
	if err != nil {
		return m, Statement{}, err
	}
	st, err := m.statement(ctx, tx)
	return m, st, err
}

// statement reads a statement that was sent anew: corrections show.
func (m Made) statement(ctx context.Context, tx *db.Tx) (Statement, error) {
	a := Asked{Form: m.Form, Room: m.Room, Customer: m.Customer, From: m.From, To: m.To, Lang: m.Lang}
	if m.Form != ByRoom {
		return statement(ctx, tx, a, false, true)
	}
	// Of the room only what is theirs: nobody gets what others before them owed.
	home := Home{Community: m.Community, Customer: m.Customer, Owner: true}
	all, err := homes(ctx, tx, m.Community, m.Customer, m.To)
	for _, h := range all {
		if h.Room == m.Room {
			home.Since = h.Since
		}
	}
	if err != nil {
		return Statement{}, err
	}
	if home.Whose, err = ownersOn(ctx, tx, m); err != nil {
		return Statement{}, err
	}
	return ownRoom(ctx, tx, home, a)
}

// ownersOn are the owners of a statement's room on its last day, whom it is for first.
func ownersOn(ctx context.Context, tx *db.Tx, m Made) ([]customer.ID, error) {
	all, err := db.All[customer.ID](ctx, tx, `SELECT DISTINCT r.customer_id FROM relation r WHERE r.community_id = $1 AND r.room_id = $2 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $3 AND (r.to_on IS NULL OR r.to_on > $3) AND {scope:r} ORDER BY r.customer_id`, m.Community, m.Room, m.To)
	out := []customer.ID{m.Customer}
	for _, id := range all {
		if id != m.Customer {
			out = append(out, id)
		}
	}
	return out, err
}

// OwnMade are the statements that the caller was sent of a room, or of all that
// is billed to them, the latest first.
func (s *Service) OwnMade(ctx context.Context, who authz.Actor, room housing.RoomID) (out []Made, err error) {
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		home, err := s.Home(ctx, tx, room)
		if err != nil {
			return err
		}
		out = []Made{}
		if !home.Owner {
			return nil
		}
		all, err := db.All[Made](ctx, tx, `SELECT `+db.Columns[Made]("m")+` FROM extract_made m WHERE m.community_id = $1 AND (m.room_id = $2 OR m.room_id IS NULL AND m.customer_id = $3) AND {scope:m} ORDER BY m.id DESC LIMIT 60`, home.Community, room, home.Customer)
		for _, m := range all {
			if slices.Contains(home.Whose, m.Customer) || m.Customer == home.Customer {
				out = append(out, m)
			}
		}
		return err
	})
	return out, err
}

// OwnOne is a statement that the caller was sent, as it reads now.
func (s *Service) OwnOne(ctx context.Context, who authz.Actor, id MadeID) (out Statement, err error) {
	err = s.DB.Read(ctx, who, ActOwn, func(tx *db.Tx) error {
		m, err := made(ctx, tx, id)
		if err != nil {
			return err
		}
		mine, err := Audience(ctx, tx, m)
		if err != nil {
			return err
		}
		if !slices.Contains(mine, who.ID) {
			return db.ErrNotFound
		}
		out, err = m.statement(ctx, tx)
		return err
	})
	return out, err
}
