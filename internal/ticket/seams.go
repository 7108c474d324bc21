package ticket

import (
	"context"

	"guanjia/internal/platform/db"
)

// What a ticket's page asks of domains on higher floors; package app plugs them
// in where the program has them. A nil one is a domain that is not there:
// nothing is asked and nothing shown.
type (
	// Incidents knows the incident that a ticket is part of, or could be joined
	// to (TIC-11, chapter 07); nil: none.
	Incidents interface {
		Around(ctx context.Context, tx *db.Tx, t Ticket) (*Linked, error)
	}
	// Stock knows what was drawn from stores for a ticket (TIC-07, chapter 12).
	Stock interface {
		DrawnFor(ctx context.Context, tx *db.Tx, t Ticket) ([]Drawn, error)
	}
	// Contacts knows the call, visit or message that a ticket came of (TIC-01, chapter 03); nil: none.
	Contacts interface {
		ContactOf(ctx context.Context, tx *db.Tx, t Ticket) (*Linked, error)
	}
	// Patrols knows the finding that a ticket was opened for (TIC-13, chapter 12); nil: none.
	Patrols interface {
		SourceOf(ctx context.Context, tx *db.Tx, t Ticket) (*Linked, error)
	}
)

// Linked is something else that a ticket belongs to.
type Linked struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Drawn is a part from stock.
type Drawn struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Beyond is what those domains say of a ticket.
type Beyond struct {
	Incident *Linked `json:"incident,omitempty" doc:"that it is part of, or could be"`
	Drawn    []Drawn `json:"drawn,omitempty" doc:"from stock"`
	Contact  *Linked `json:"contact,omitempty" doc:"the call, visit or message it came of"`
	Source   *Linked `json:"source,omitempty" doc:"the patrol's finding it was opened for"`
}

func (s *Service) beyond(ctx context.Context, tx *db.Tx, t Ticket) (b Beyond, err error) {
	if s.Incidents != nil {
		if b.Incident, err = s.Incidents.Around(ctx, tx, t); err != nil {
			return b, err
		}
	}
	if s.Stock != nil {
		if b.Drawn, err = s.Stock.DrawnFor(ctx, tx, t); err != nil {
			return b, err
		}
	}
	if s.Contacts != nil {
		if b.Contact, err = s.Contacts.ContactOf(ctx, tx, t); err != nil {
			return b, err
		}
	}
	if s.Patrols != nil {
		b.Source, err = s.Patrols.SourceOf(ctx, tx, t)
	}
	return b, err
}
