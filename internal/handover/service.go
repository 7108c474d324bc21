package handover

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of hand-overs. Each one is one transaction.
type Service struct {
	DB    *db.DB
	Blobs *blob.Store
	// Exports logs what is taken out.
	Exports *audit.Service
	// DefectFound is told of each new defect in the transaction that records
	// it; nil: nobody asks. The service desk makes a ticket of it.
	DefectFound func(ctx context.Context, tx *db.Tx, d Defect) error
}

// Board is the progress by building, and who comes today.
type Board struct {
	Today     clock.Day  `json:"today"`
	Buildings []Progress `json:"buildings"`
	Coming    []Row      `json:"coming" doc:"today's appointments by hour"`
	Defects   int        `json:"defects" doc:"not mended yet"`
}

// mostComing is how many of today's appointments the board shows.
const mostComing = 200

// Board shows how far a community's hand-overs have come (HOU-02).
func (s *Service) Board(ctx context.Context, who authz.Actor, community authz.CommunityID) (b Board, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if b.Today, err = org.Today(ctx, tx, community); err != nil {
			return err
		}
		if b.Buildings, err = progress(ctx, tx, community); err != nil {
			return err
		}
		if b.Defects, err = db.One[int](ctx, tx, `SELECT COUNT(*) FROM handover_item WHERE community_id = $1 AND result = 'defect' AND fixed_on IS NULL AND {scope}`, community); err != nil {
			return err
		}
		b.Coming, err = list(ctx, tx, Filter{Community: community, On: b.Today, Limit: mostComing})
		slices.SortStableFunc(b.Coming, func(x, y Row) int { return strings.Compare(x.Slot, y.Slot) })
		return err
	})
	return b, err
}

// List lists the rooms of the board in the order of the register, one more
// than the limit if there is one.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter) (out []Row, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = list(ctx, tx, f)
		return err
	})
	return out, err
}

// Get returns the hand-over of a room.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (f Full, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		h, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err = full(ctx, tx, h)
		return err
	})
	return f, err
}

// Invitation is which rooms are invited: whole buildings, single rooms.
type Invitation struct {
	Community authz.CommunityID    `json:"community"`
	Buildings []housing.BuildingID `json:"buildings,omitempty" maxItems:"200"`
	Rooms     []housing.RoomID     `json:"rooms,omitempty" maxItems:"500"`
}

// InvitedRooms is how many rooms an Invite reached, and which if it was one.
type InvitedRooms struct {
	Rooms    int `json:"rooms"`
	Handover ID  `json:"handoverId,omitempty" doc:"where one room was invited"`
}

// mostInvited bounds how many rooms one invitation reaches.
const mostInvited = 5000

// Invite begins the hand-over of rooms that are sold and wait for it. Others
// among those named are left alone.
func (s *Service) Invite(ctx context.Context, who authz.Actor, in Invitation) (out InvitedRooms, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		day, err := org.Today(ctx, tx, in.Community)
		if err != nil {
			return err
		}
		args, where := []any{in.Community}, `1 = 0`
		if len(in.Buildings) > 0 {
			where += ` OR r.building_id IN ` + db.Among(&args, in.Buildings)
		}
		if len(in.Rooms) > 0 {
			where += ` OR r.id IN ` + db.Among(&args, in.Rooms)
		}
		args = append(args, mostInvited)
		rooms, err := db.All[housing.RoomID](ctx, tx, `SELECT r.id`+onBoard+` AND h.id IS NULL AND r.state = 'sold' AND (`+where+`) ORDER BY r.sort_key, r.id LIMIT $`+strconv.Itoa(len(args)), args...)
		if err != nil {
			return err
		}
		if len(rooms) == 0 {
			return ErrNobody
		}
		rows := make([]Handover, len(rooms))
		for i, r := range rooms {
			rows[i] = Handover{ID: db.NewID[Handover](tx), Community: in.Community, Room: r, State: Invited, InvitedOn: day, Version: 1}
		}
		if err := db.InsertAll(ctx, tx, "handover", rows); err != nil {
			return err
		}
		out = InvitedRooms{Rooms: len(rooms)}
		if len(rooms) == 1 {
			out.Handover = rows[0].ID
		}
		tx.Answer(&out)
		tx.Note(in.Community, "community:"+in.Community.String(), nil, map[string]any{"invited": len(rooms)})
		tx.Emit(Changed{in.Community, rooms[0]})
		return nil
	})
	return out, err
}

// change is the frame of every step of a hand-over.
func (s *Service) change(ctx context.Context, who authz.Actor, id ID, match web.Match, step func(tx *db.Tx, was Handover, items []Item, day clock.Day) (Handover, error)) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		was, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(was.Version); err != nil {
			return err
		}
		items, err := itemsOf(ctx, tx, was)
		if err != nil {
			return err
		}
		day, err := org.Today(ctx, tx, was.Community)
		if err != nil {
			return err
		}
		is, err := step(tx, was, items, day)
		if err != nil {
			return err
		}
		tx.Note(is.Community, "handover:"+id.String(), was.trail(), is.trail())
		tx.Emit(Changed{is.Community, is.Room})
		if err := db.Save(ctx, tx, "handover", &is); err != nil {
			return err
		}
		f, err = full(ctx, tx, is)
		tx.Answer(&f)
		return err
	})
	return f, err
}

// trail is what the trail may hold of a hand-over: free words may name people.
func (h Handover) trail() map[string]any {
	return map[string]any{"state": h.State, "appointedOn": h.AppointedOn, "slot": h.Slot, "customer": h.Customer, "feeFrom": h.FeeFrom, "finishedOn": h.FinishedOn}
}

// Appoint makes or moves the appointment, and lays the checklist out for it.
func (s *Service) Appoint(ctx context.Context, who authz.Actor, id ID, match web.Match, a Appointment) (Full, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Handover, items []Item, _ clock.Day) (Handover, error) {
		is, err := was.appointed(a)
		if err != nil {
			return is, err
		}
		if err := known(ctx, tx, is.Community, a.Customer); err != nil || len(items) > 0 {
			return is, err
		}
		room, err := housing.RoomIn(ctx, tx, is.Room)
		if err != nil {
			return is, err
		}
		c, err := checklist(ctx, tx, is.Community)
		if err != nil {
			return is, err
		}
		for _, line := range linesFor(c.Items, room.Type) {
			items = append(items, Item{ID: db.NewID[Item](tx), Community: is.Community, Handover: id, Code: line.Code, Zh: line.Zh, En: line.En, Months: line.Months})
		}
		return is, db.InsertAll(ctx, tx, "handover_item", items)
	})
}

// Record writes what was found and handed out; each new defect is told.
func (s *Service) Record(ctx context.Context, who authz.Actor, id ID, match web.Match, r Record) (Full, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Handover, items []Item, day clock.Day) (Handover, error) {
		is, found, err := was.recorded(items, r, day)
		if err != nil {
			return is, err
		}
		for i, it := range found {
			if it.Result == items[i].Result && it.Note == items[i].Note && it.Months == items[i].Months {
				continue
			}
			if _, err := tx.Exec(ctx, `UPDATE handover_item SET result = $1, note = $2, party = $3, warranty_months = $4 WHERE id = $5 AND {scope}`, it.Result, it.Note, it.Party, it.Months, it.ID); err != nil {
				return is, err
			}
			if it.Result != "defect" || items[i].Result == "defect" || s.DefectFound == nil {
				continue
			}
			if err := s.DefectFound(ctx, tx, Defect{Item: it.ID, Community: is.Community, Room: is.Room, What: it.Zh, Note: it.Note, Months: it.Months}); err != nil {
				return is, err
			}
		}
		return is, replaceLists(ctx, tx, is, r)
	})
}

// Refuse says that the owner does not take the room as it is.
func (s *Service) Refuse(ctx context.Context, who authz.Actor, id ID, match web.Match, why string) (Full, error) {
	return s.change(ctx, who, id, match, func(_ *db.Tx, was Handover, _ []Item, _ clock.Day) (Handover, error) { return was.refused(why) })
}

// Finish hands the room over: its state and day change in the same transaction.
func (s *Service) Finish(ctx context.Context, who authz.Actor, id ID, match web.Match, end Finish) (Full, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, was Handover, items []Item, day clock.Day) (Handover, error) {
		is, err := was.finished(items, end, day)
		if err != nil {
			return is, err
		}
		tx.Emit(Finished{is.ID, is.Community, is.Room, is.Customer, tx.Now})
		_, err = housing.HandOver(ctx, tx, is.Room, end.State, day)
		return is, err
	})
}

// Mend says that a defect was mended, or that it was not after all.
func (s *Service) Mend(ctx context.Context, who authz.Actor, id ItemID, mended bool) (it Item, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if it, err = item(ctx, tx, id); err != nil {
			return err
		}
		if it.Result != "defect" {
			return ErrNotDefect
		}
		h, err := get(ctx, tx, it.Handover)
		if err != nil {
			return err
		}
		it.FixedOn = clock.Day{}
		if mended {
			if it.FixedOn, err = org.Today(ctx, tx, it.Community); err != nil {
				return err
			}
		}
		tx.Note(it.Community, "handover:"+it.Handover.String(), nil, map[string]any{"item": it.Code, "fixedOn": it.FixedOn})
		tx.Emit(Changed{it.Community, h.Room})
		it.Photos = []Photo{}
		_, err = tx.Exec(ctx, `UPDATE handover_item SET fixed_on = $1 WHERE id = $2 AND {scope}`, it.FixedOn, id)
		return err
	})
	return it, err
}

func item(ctx context.Context, tx *db.Tx, id ItemID) (Item, error) {
	return db.One[Item](ctx, tx, `SELECT `+db.Columns[Item]("i")+` FROM handover_item i WHERE i.id = $1 AND {scope:i}`, id)
}

// Checklist returns what a community looks at in its rooms.
func (s *Service) Checklist(ctx context.Context, who authz.Actor, community authz.CommunityID) (c Checklist, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		c, err = checklist(ctx, tx, community)
		return err
	})
	return c, err
}

// SetChecklist changes what a community looks at from now on.
func (s *Service) SetChecklist(ctx context.Context, who authz.Actor, community authz.CommunityID, match web.Match, items []Check) (c Checklist, err error) {
	err = s.DB.Write(ctx, who, ActChecklist, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		old, err := checklist(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if err := checked(items); err != nil {
			return err
		}
		body, err := json.Marshal(items)
		if err != nil {
			return err
		}
		c = Checklist{items, old.Version + 1}
		tx.Note(community, "community:"+community.String(), map[string]any{"checklist": len(old.Items)}, map[string]any{"checklist": items})
		if old.Version == 0 {
			_, err = tx.Global("checked by In: one row for the community").Exec(ctx, `INSERT INTO handover_checklist (community_id, body, version) VALUES ($1, $2, 1)`, community, string(body))
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE handover_checklist SET body = $1, version = $2 WHERE community_id = $3 AND {scope}`, string(body), c.Version, community)
		return err
	})
	return c, err
}
