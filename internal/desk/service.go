package desk

import (
	"context"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// Household returns a room with its people and, for whom may see them, its tickets.
func (s *Service) Household(ctx context.Context, who authz.Actor, id housing.RoomID) (h Household, err error) {
	h.OpenTickets, h.PastTickets, h.Ratings = []ticket.RowView{}, []ticket.RowView{}, []Rating{}
	h.Habits, h.Next, h.Slots = []Habit{}, []Next{}, []FilledSlot{}
	var zone *time.Location
	var now clock.Instant
	err = s.DB.Read(ctx, who, customer.ActView, func(tx *db.Tx) error {
		if h.Room, err = housing.RoomIn(ctx, tx, id); err != nil {
			return err
		}
		if zone, err = org.Zone(ctx, tx, h.Room.Community); err != nil {
			return err
		}
		now = tx.Now
		h.People, err = customer.PeopleOf(ctx, tx, h.Room)
		return err
	})
	if err != nil {
		return h, err
	}
	for _, part := range []struct {
		act authz.Action
		add func(tx *db.Tx) error
	}{
		{ticket.ActView, func(tx *db.Tx) error { return h.addTickets(ctx, tx, zone) }},
		{followup.ActView, func(tx *db.Tx) error { return h.addFollowUps(ctx, tx) }},
	} {
		if who.May(part.act) != nil {
			continue
		}
		if err := s.DB.Read(ctx, who, part.act, part.add); err != nil {
			return h, err
		}
	}
	err = s.fill(ctx, who, &h, now, zone)
	h.Next = urgent(h.Next, now)
	return h, err
}

// mostHits is how many things a search answers with.
const mostHits = 20

// Search finds rooms, people and tickets, the surest first. community 0 is
// everywhere the actor may look.
func (s *Service) Search(ctx context.Context, who authz.Actor, community authz.CommunityID, q string) ([]Hit, error) {
	want := parse(q)
	f := &finder{community: community, seen: map[db.ID]bool{}}
	if err := s.DB.Read(ctx, who, housing.ActView, func(tx *db.Tx) error {
		if community == 0 {
			return nil
		}
		return tx.In(ctx, community)
	}); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		act  authz.Action
		find func(context.Context, *db.Tx, sought) error
	}{
		{housing.ActView, f.room},
		{ticket.ActView, f.ticket},
		{customer.ActView, f.people},
		{parking.ActView, f.cars},
		{ticket.ActView, f.ticketTail},
		{housing.ActView, f.roomsFrom},
	} {
		if want.text == "" || who.May(step.act) != nil || len(f.sure) >= mostHits {
			continue
		}
		if err := s.DB.Read(ctx, who, step.act, func(tx *db.Tx) error { return step.find(ctx, tx, want) }); err != nil {
			return nil, err
		}
	}
	hits := f.ranked()
	if who.May(customer.ActView) == nil {
		if err := s.DB.Read(ctx, who, customer.ActView, func(tx *db.Tx) error { return nameRooms(ctx, tx, hits) }); err != nil {
			return nil, err
		}
	}
	return hits, nil
}
