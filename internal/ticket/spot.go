package ticket

import (
	"context"
	"errors"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Spot is where the public place is that was reported (TIC-01), as far as its
// reporter let the phone say it. A home has none: its room says where it is.
type Spot struct {
	Latitude  int64  `json:"latitude" doc:"millionths of a degree, WGS 84"`
	Longitude int64  `json:"longitude" doc:"millionths of a degree, WGS 84"`
	Meters    *int64 `json:"meters,omitempty" doc:"from the community's point, where that is set"`
}

// located notes what is wrong with the position of an intake: half of one, or one
// of a home, which nobody asks for.
func (in *Intake) located(f *errs.Fields) {
	at := in.At
	switch {
	case at == nil:
	case at.Latitude == nil && at.Longitude == nil:
		in.At = nil
	case at.Latitude == nil || at.Longitude == nil:
		f.Add("position", "ticket.position_half", nil)
	case !in.Outside && (in.Room != 0 || in.RoomLabel != ""):
		f.Add("position", "ticket.position_home", nil)
	}
}

func (s *Service) spot(ctx context.Context, tx *db.Tx, t Ticket) (*Spot, error) {
	if t.Latitude == nil || t.Longitude == nil {
		return nil, nil
	}
	at := &Spot{Latitude: *t.Latitude, Longitude: *t.Longitude}
	if s.Distance == nil {
		return at, nil
	}
	var err error
	at.Meters, err = s.Distance(ctx, tx, t.Community, at.Latitude, at.Longitude)
	return at, err
}

// position is what is known of the place in figures, latitude first.
func (t Ticket) position() string {
	if t.Latitude == nil || t.Longitude == nil {
		return ""
	}
	return degrees(*t.Latitude) + ", " + degrees(*t.Longitude)
}

// degrees writes millionths of a degree as people read them.
func degrees(millionths int64) string {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	return fmt.Sprintf("%s%d.%06d", sign, millionths/1_000_000, millionths%1_000_000)
}

const actUnplace authz.Action = "ticket.erase_positions"

// ErasePositions forgets where the places were of tickets that had ended before an
// instant (ACC-13); the words that say where it is stay.
func (s *Service) ErasePositions(ctx context.Context, before clock.Instant) (int64, error) {
	return s.DB.Piecewise(ctx, actUnplace, `UPDATE ticket SET report_latitude = NULL, report_longitude = NULL WHERE {scope} AND id IN (
		SELECT id FROM ticket WHERE report_latitude IS NOT NULL AND COALESCE(ended_at, resolved_at) < $1 ORDER BY id LIMIT $2)`, before)
}

// Signs reports whether p stands for the customer's signature: drawn, of a signed
// form, or the stamp of an organisation (TIC-07d).
func (p Photo) Signs() bool { return p.Kind == "signature" || p.Kind == "stamp" }

// Inside reports whether p is between colleagues: what one of them signed for another.
func (p Photo) Inside() bool { return p.Kind == "slip" }

// ForSlip reports whether p may go with a form of the ticket: what the customer
// signed, or what somebody else of the company signed on it.
func (p Photo) ForSlip() bool { return p.Signs() || p.Inside() }

// stamps reports whether t's customer is an organisation: a person has no stamp.
func (t Ticket) stamps(ctx context.Context, tx *db.Tx) (bool, error) {
	if t.Customer == 0 {
		return false, nil
	}
	c, err := customer.In(ctx, tx, t.Customer)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return c.Kind == customer.Organisation, err
}
