package housing

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of housing. Each one is one transaction.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
	// Owners names the first owner of each room, as far as the actor may see
	// them: customers stand on a higher floor. Plugged in by package app.
	Owners func(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []RoomID) (map[RoomID]string, error)
	// Ties are the tables whose rows hang on a room, by a column room_id; a
	// room with any is not deleted. Plugged in by package app.
	Ties []string
}

// Buildings lists the buildings of a community in the order of the register.
func (s *Service) Buildings(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []BuildingRow, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = buildings(ctx, tx, community)
		return err
	})
	return out, err
}

// Filter chooses rooms of a community.
type Filter struct {
	Community authz.CommunityID `json:"community"`
	Building  BuildingID        `json:"building,omitzero"`
	Unit      UnitID            `json:"unit,omitzero"`
	Parcel    ParcelID          `json:"parcel,omitzero"`
	Floor     *int64            `json:"floor,omitempty"`
	State     State             `json:"state,omitempty"`
	Type      RoomType          `json:"type,omitempty"`
	AreaFrom  Area              `json:"areaFrom,omitzero"`
	AreaTo    Area              `json:"areaTo,omitzero"`
	Without   string            `json:"without,omitempty"` // "owner", "keeper", "cleaning", "greening", "floor"
	Q         string            `json:"q,omitempty"`       // beginning of a label, or of a room's number
	After     Position          `json:"-"`
	Limit     int               `json:"-"`
}

// Position is where a page of rooms begins: after the room with this order.
type Position struct {
	SortKey string `json:"s"`
	ID      RoomID `json:"i"`
}

// Rooms lists rooms in the order of the register, one more than the limit if there is one.
func (s *Service) Rooms(ctx context.Context, who authz.Actor, f Filter) (out []RoomRow, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = s.page(ctx, tx, f)
		return err
	})
	return out, err
}

// page is one page of rooms with what stands beside them.
func (s *Service) page(ctx context.Context, tx *db.Tx, f Filter) ([]RoomRow, error) {
	if err := tx.In(ctx, f.Community); err != nil {
		return nil, err
	}
	found, err := rooms(ctx, tx, f)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]RoomID, len(found))
	for i, r := range found {
		ids[i] = r.ID
	}
	parcels, err := parcelsOf(ctx, tx, f.Community, ids)
	if err != nil {
		return nil, err
	}
	owners, err := s.owners(ctx, tx, f.Community, ids)
	out := make([]RoomRow, len(found))
	for i, r := range found {
		out[i] = RoomRow{Room: r, Owner: owners[r.ID], Parcels: parcels[r.ID]}
	}
	return out, err
}

func (s *Service) owners(ctx context.Context, tx *db.Tx, community authz.CommunityID, ids []RoomID) (map[RoomID]string, error) {
	if s.Owners == nil {
		return nil, nil
	}
	return s.Owners(ctx, tx, community, ids)
}

// Room returns one room.
func (s *Service) Room(ctx context.Context, who authz.Actor, id RoomID) (r RoomRow, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if r.Room, err = RoomIn(ctx, tx, id); err != nil {
			return err
		}
		if r.Parcels, err = ParcelsOf(ctx, tx, r.Room); err != nil {
			return err
		}
		owners, err := s.owners(ctx, tx, r.Community, []RoomID{id})
		r.Owner = owners[id]
		return err
	})
	return r, err
}

// Resolved is the answer to a label: the room, or rooms it may begin.
type Resolved struct {
	Room       *Room  `json:"room,omitempty"`
	Candidates []Room `json:"candidates"`
}

// mostCandidates is how many rooms are offered instead of one that is not there.
const mostCandidates = 8

// Resolve finds the room of a label in any usual writing. The beginning of a
// label, or a room's number alone, gives candidates; a label that names no
// room is an error with the nearest rooms.
func (s *Service) Resolve(ctx context.Context, who authz.Actor, community authz.CommunityID, text string) (out Resolved, err error) {
	out.Candidates = []Room{}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		label, labelErr := ParseLabel(text)
		if labelErr != nil {
			out.Candidates, err = rooms(ctx, tx, Filter{Community: community, Q: text, Limit: mostCandidates - 1})
			if err != nil || len(out.Candidates) > 0 {
				return err
			}
			return atLabel(labelErr)
		}
		room, found, err := find(ctx, tx, community, label)
		if err != nil {
			return err
		}
		if found {
			out.Room = &room
			return nil
		}
		near, err := nearest(ctx, tx, community, label)
		if err != nil {
			return err
		}
		return unknown(label, near)
	})
	return out, err
}

// atLabel says of a label that cannot be read what is wrong with it.
func atLabel(err error) error {
	e := errs.Of(err)
	return e.At(errs.Field{Name: "label", Code: e.Code, Params: e.Params})
}

func unknown(label Label, near []Room) error {
	return ErrRoomUnknown.With("label", label.String()).At(errs.Field{
		Name: "label", Code: ErrRoomUnknown.Code, Params: map[string]any{"label": label.String(), "candidates": near},
	})
}

// UpdateRoom changes what a room is, for whom saw its latest version.
func (s *Service) UpdateRoom(ctx context.Context, who authz.Actor, id RoomID, match web.Match, e Edit) (r Room, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, err := RoomIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		if r, err = before.edited(e); err != nil {
			return err
		}
		// Free words may name people; the trail does without them (ACC-10).
		shown := r
		shown.Notes, before.Notes = "", ""
		tx.Note(r.Community, "room:"+id.String(), before, shown)
		tx.Emit(RoomChanged{Room: id, Community: r.Community})
		return db.Save(ctx, tx, "room", &r)
	})
	return r, err
}
