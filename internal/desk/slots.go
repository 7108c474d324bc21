package desk

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Slot is a part of the household page that another domain fills (CUS-02):
// vehicles, leases, later contacts, bills and notices. Package app plugs them
// in, in the order of the page; whoever may not do Act sees nothing of it.
type Slot struct {
	Name string // the faces have the words
	Act  authz.Action
	Load func(ctx context.Context, tx *db.Tx, h Subject) (Filled, error)
}

// Subject is the household that a slot is asked about.
type Subject struct {
	Room   housing.Room
	People []customer.ID // who belongs to it today
	Today  clock.Day
	Zone   *time.Location // of the community
}

// Filled is what a slot has to say.
type Filled struct {
	Lines []Line
	Next  []Next
}

// Say is a sentence of the faces with its data.
type Say struct {
	Word   string         `json:"word"`
	Params map[string]any `json:"params,omitempty"`
}

// Line is one thing in a slot: what it is called, what is to be said of it.
type Line struct {
	Title string `json:"title" doc:"a plate, a document, a name: data, the same in every language"`
	Note  *Say   `json:"note,omitempty"`
	Right *Say   `json:"right,omitempty"`
	Warn  bool   `json:"warn,omitempty" doc:"what stands at the right needs attention"`
	Link  *Link  `json:"link,omitempty"`
}

// Link leads to the record behind a line.
type Link struct {
	Kind string `json:"kind"`
	ID   db.ID  `json:"id"`
}

// Next is something that should be done for this household (CUS-02).
type Next struct {
	Say
	Due  clock.Instant `json:"due" doc:"when, at the latest"`
	Late bool          `json:"late"`
	Link *Link         `json:"link,omitempty"`
}

// FilledSlot is a slot on the page.
type FilledSlot struct {
	Name  string `json:"name"`
	Lines []Line `json:"lines"`
}

// mostNext is how many next actions a page shows, the most urgent.
const mostNext = 6

// fill asks every slot for its part.
func (s *Service) fill(ctx context.Context, who authz.Actor, h *Household, now clock.Instant, zone *time.Location) error {
	of := Subject{Room: h.Room, Today: clock.DayOf(now, zone), Zone: zone}
	for _, p := range h.People {
		if p.To.IsZero() && !slices.Contains(of.People, p.Customer) {
			of.People = append(of.People, p.Customer)
		}
	}
	for _, slot := range s.Slots {
		if who.May(slot.Act) != nil {
			continue
		}
		if err := s.DB.Read(ctx, who, slot.Act, func(tx *db.Tx) error {
			f, err := slot.Load(ctx, tx, of)
			if err == nil && len(f.Lines) > 0 {
				h.Slots = append(h.Slots, FilledSlot{slot.Name, f.Lines})
			}
			h.Next = append(h.Next, f.Next...)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// urgent puts what is due first first, and keeps the most urgent.
func urgent(list []Next, now clock.Instant) []Next {
	for i := range list {
		list[i].Late = list[i].Due < now
	}
	slices.SortStableFunc(list, func(a, b Next) int { return int(a.Due - b.Due) })
	return list[:min(len(list), mostNext)]
}
