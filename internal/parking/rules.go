package parking

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// SpaceBody is what can be said of a space, besides who has it.
type SpaceBody struct {
	Number  string `json:"number" maxLength:"30"`
	Area    string `json:"area,omitempty" maxLength:"50"`
	Kind    string `json:"kind" enum:"owned,rented,public"`
	Place   string `json:"place" enum:"standard,tandem,small,accessible,charger"`
	Room    string `json:"room,omitempty" maxLength:"100" doc:"label of the register's record, in any usual writing"`
	Blocked bool   `json:"blocked,omitempty"`
	Notes   string `json:"notes,omitempty" maxLength:"500"`
}

// HolderBody is who gets a space.
type HolderBody struct {
	Customer customer.ID `json:"customerId"`
	State    State       `json:"state" enum:"sold,let"`
	From     clock.Day   `json:"from,omitzero"`
	To       clock.Day   `json:"to,omitzero" doc:"of a lease: its last day"`
}

// VehicleBody is what can be said of a vehicle.
type VehicleBody struct {
	Plate      string      `json:"plate,omitempty" maxLength:"30"`
	Kind       string      `json:"kind" enum:"car,truck,motorcycle,other"`
	Brand      string      `json:"brand,omitempty" maxLength:"50"`
	Colour     string      `json:"colour,omitempty" maxLength:"20"`
	Room       string      `json:"room,omitempty" maxLength:"100" doc:"the household, in any usual writing"`
	Customer   customer.ID `json:"customerId,omitempty"`
	Space      string      `json:"space,omitempty" maxLength:"30" doc:"number of the space"`
	PermitFrom clock.Day   `json:"permitFrom,omitzero"`
	PermitTo   clock.Day   `json:"permitTo,omitzero"`
	Notes      string      `json:"notes,omitempty" maxLength:"500"`
}

// text trims what was typed and finds what is wrong with it.
func text(f *errs.Fields, name string, s *string, most int, needed bool) {
	*s = strings.TrimSpace(*s)
	switch {
	case needed && *s == "":
		f.Add(name, "missing", nil)
	case utf8.RuneCountInString(*s) > most:
		f.Add(name, "too_long", nil)
	case strings.ContainsFunc(*s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }):
		f.Add(name, "wrong_form", nil)
	}
}

// with returns s as b says, or every field that is wrong.
func (s Space) with(b SpaceBody) (Space, error) {
	var wrong errs.Fields
	s.Number, s.Area, s.Kind, s.Place, s.Notes = strings.ToUpper(b.Number), b.Area, b.Kind, b.Place, b.Notes
	text(&wrong, "number", &s.Number, 30, true)
	text(&wrong, "area", &s.Area, 50, false)
	text(&wrong, "notes", &s.Notes, 500, false)
	s.SortKey = strings.TrimLeft(housing.Label{Room: s.Number}.SortKey(), " ")
	switch {
	case b.Blocked && s.Customer != 0:
		wrong.Add("blocked", ErrSpaceHeld.Code, nil)
	case b.Blocked:
		s.State = Blocked
	case s.State == Blocked || s.State == "":
		s.State = Free
	}
	if s.Kind == "public" && s.State == Sold {
		wrong.Add("kind", "parking.public_sold", nil)
	}
	return s, wrong.Err()
}

// given returns s in somebody's hands.
func (s Space) given(b HolderBody) (Space, error) {
	var wrong errs.Fields
	if b.Customer == 0 {
		wrong.Add("customerId", "missing", nil)
	}
	if s.Kind == "public" && b.State == Sold {
		wrong.Add("state", "parking.public_sold", nil)
	}
	wrongPeriod(&wrong, "to", b.From, b.To)
	s.Customer, s.State, s.From, s.To = b.Customer, b.State, b.From, b.To
	return s, wrong.Err()
}

func wrongPeriod(f *errs.Fields, name string, from, to clock.Day) {
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		f.Add(name, ErrPeriod.Code, nil)
	}
}

// with returns v as b says, without what must be looked up (room, space).
func (v Vehicle) with(b VehicleBody) (Vehicle, error) {
	var wrong errs.Fields
	plate, err := Plate(b.Plate)
	if err != nil {
		wrong.Add("plate", errs.Of(err).Code, nil)
	}
	v.Plate, v.Tail, v.Kind, v.Brand, v.Colour, v.Customer, v.PermitFrom, v.PermitTo, v.Notes = plate, tail(plate), b.Kind, b.Brand, b.Colour, b.Customer, b.PermitFrom, b.PermitTo, b.Notes
	text(&wrong, "brand", &v.Brand, 50, false)
	text(&wrong, "colour", &v.Colour, 20, false)
	text(&wrong, "notes", &v.Notes, 500, false)
	wrongPeriod(&wrong, "permitTo", b.PermitFrom, b.PermitTo)
	if b.PermitTo.IsZero() != b.PermitFrom.IsZero() {
		wrong.Add("permitTo", "parking.permit_half", nil)
	}
	if strings.TrimSpace(b.Room) == "" && b.Customer == 0 {
		wrong.Add("room", "parking.nobodys", nil)
	}
	return v, wrong.Err()
}

// permit says how a permit stands on a day.
func (v Vehicle) permit(today clock.Day, remindDays int64) string {
	switch {
	case v.PermitTo.IsZero():
		return "none"
	case v.PermitTo.Before(today):
		return "expired"
	case v.PermitTo.Sub(today) <= int(remindDays):
		return "soon"
	}
	return "valid"
}

// renewed returns v with a permit to a later day. A permit that has not ended
// goes on, one that has begins anew.
func (v Vehicle) renewed(from, to, today clock.Day) (Vehicle, error) {
	if from.IsZero() {
		from = today
		if !v.PermitTo.Before(today) {
			from = v.PermitTo.Add(1)
		}
	}
	var wrong errs.Fields
	switch {
	case to.IsZero():
		wrong.Add("to", "missing", nil)
	case to.Before(from), !v.PermitTo.IsZero() && !to.After(v.PermitTo):
		wrong.Add("to", ErrPeriod.Code, nil)
	}
	v.PermitFrom, v.PermitTo = from, to
	return v, wrong.Err()
}

// nameFor shows somebody beside what is theirs, to whom may see customers at all.
func (n nameOf) nameFor(who authz.Actor, community authz.CommunityID) string {
	if !who.Scope(customer.ActView).Sees(community) {
		return ""
	}
	return customer.SightOf(who, community).Name(n.Name, n.Who == customer.Organisation)
}

// defaults are the settings of a community that has none of its own.
func defaults(community authz.CommunityID) Settings {
	return Settings{Community: community, MostPerSpace: 2, RemindDays: 30}
}

func (s Settings) check() error {
	var wrong errs.Fields
	if s.MostPerSpace < 1 || s.MostPerSpace > 10 {
		wrong.Add("mostPerSpace", "wrong_form", nil)
	}
	if s.RemindDays < 1 || s.RemindDays > 180 {
		wrong.Add("remindDays", "wrong_form", nil)
	}
	return wrong.Err()
}

func subject(kind string, id fmt.Stringer) string { return kind + ":" + id.String() }
