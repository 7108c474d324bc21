package handover

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

//go:embed checklist.yaml
var shipped []byte

// Check is a line of the checklist that a community looks at in its rooms.
type Check struct {
	Code   string             `yaml:"code" json:"code" minLength:"1" maxLength:"30" pattern:"^[a-z0-9_]+$"`
	Zh     string             `yaml:"zh" json:"zh" minLength:"1" maxLength:"100"`
	En     string             `yaml:"en" json:"en,omitempty" maxLength:"100"`
	Months int64              `yaml:"months" json:"months" minimum:"0" maximum:"600"`
	Types  []housing.RoomType `yaml:"types" json:"types,omitempty" maxItems:"5" doc:"for which rooms; none: for all"`
}

// Shipped is the checklist that comes with the product.
var Shipped = sync.OnceValues(func() ([]Check, error) {
	var file struct {
		Version int     `yaml:"version"`
		Items   []Check `yaml:"items"`
	}
	err := yaml.Unmarshal(shipped, &file)
	return file.Items, err
})

// checked finds what is wrong with a list that a community wrote.
func checked(list []Check) error {
	var wrong errs.Fields
	seen := map[string]bool{}
	for i := range list {
		c := &list[i]
		if c.Zh = strings.TrimSpace(c.Zh); c.Zh == "" {
			wrong.Add(fmt.Sprintf("items[%d].zh", i), "missing", nil)
		}
		if seen[c.Code] {
			wrong.Add(fmt.Sprintf("items[%d].code", i), "handover.code_twice", nil)
		}
		seen[c.Code] = true
	}
	return wrong.Err()
}

// linesFor are the lines of a list that concern a type of rooms.
func linesFor(list []Check, t housing.RoomType) (out []Check) {
	for _, c := range list {
		if len(c.Types) == 0 || slices.Contains(c.Types, t) {
			out = append(out, c)
		}
	}
	return out
}

// Appointment is when a room is handed over, and to whom.
type Appointment struct {
	Day      clock.Day   `json:"day"`
	Slot     string      `json:"slot" maxLength:"5" doc:"09:30"`
	Customer customer.ID `json:"customerId,omitempty"`
	Notes    string      `json:"notes,omitempty" maxLength:"500"`
}

var slotForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// appointed makes or moves an appointment.
func (h Handover) appointed(a Appointment) (Handover, error) {
	if h.State != Invited && h.State != Appointed && h.State != Refused {
		return h, ErrNotNow
	}
	var wrong errs.Fields
	if a.Day.IsZero() {
		wrong.Add("day", "missing", nil)
	}
	if !slotForm.MatchString(a.Slot) {
		wrong.Add("slot", "wrong_form", nil)
	}
	if a.Notes = strings.TrimSpace(a.Notes); utf8.RuneCountInString(a.Notes) > 500 {
		wrong.Add("notes", "too_long", nil)
	}
	h.State, h.AppointedOn, h.Slot, h.Customer, h.Notes, h.RefusedWhy = Appointed, a.Day, a.Slot, a.Customer, a.Notes, ""
	return h, wrong.Err()
}

// Record is what was found and handed out at the appointment.
type Record struct {
	Items     []ItemRecord `json:"items" maxItems:"200"`
	Keys      []Key        `json:"keys" maxItems:"20"`
	Readings  []Reading    `json:"readings" maxItems:"20"`
	Documents []string     `json:"documents" maxItems:"30"`
	Notes     string       `json:"notes,omitempty" maxLength:"500"`
}

// ItemRecord is what was found at one line of the checklist.
type ItemRecord struct {
	ID     ItemID `json:"id"`
	Result string `json:"result" enum:",ok,defect"`
	Note   string `json:"note,omitempty" maxLength:"500"`
	Months *int64 `json:"warrantyMonths,omitempty" minimum:"0" maximum:"600"`
}

// recorded writes r into h and its items; it is inspected when every line was
// looked at. A defect says what it is.
func (h Handover) recorded(items []Item, r Record, today clock.Day) (Handover, []Item, error) {
	if h.State != Appointed && h.State != Inspected {
		return h, nil, ErrNotNow
	}
	var wrong errs.Fields
	out := slices.Clone(items)
	for n, given := range r.Items {
		i := slices.IndexFunc(out, func(it Item) bool { return it.ID == given.ID })
		if i < 0 {
			wrong.Add(fmt.Sprintf("items[%d].id", n), "not_found", nil)
			continue
		}
		it := &out[i]
		it.Result, it.Note = given.Result, strings.TrimSpace(given.Note)
		if given.Months != nil {
			it.Months = *given.Months
		}
		it.Party = ""
		if it.Result == "defect" {
			it.Party = "developer"
			if it.Note == "" {
				wrong.Add(fmt.Sprintf("items[%d].note", n), "handover.defect_note", nil)
			}
		}
	}
	for i := range r.Documents {
		r.Documents[i] = strings.TrimSpace(r.Documents[i])
		if n := utf8.RuneCountInString(r.Documents[i]); n == 0 || n > 100 {
			wrong.Add(fmt.Sprintf("documents[%d]", i), "wrong_form", nil)
		}
	}
	h.Documents, h.Notes, h.State, h.InspectedOn = r.Documents, strings.TrimSpace(r.Notes), Appointed, clock.Day{}
	if len(unlooked(out)) == 0 {
		h.State, h.InspectedOn = Inspected, today
	}
	return h, out, wrong.Err()
}

// unlooked are the lines that nobody looked at.
func unlooked(items []Item) (out []Item) {
	for _, it := range items {
		if it.Result == "" {
			out = append(out, it)
		}
	}
	return out
}

// refused says that the owner does not take the room as it is.
func (h Handover) refused(why string) (Handover, error) {
	if h.State != Appointed && h.State != Inspected {
		return h, ErrNotNow
	}
	if why = strings.TrimSpace(why); why == "" || utf8.RuneCountInString(why) > 500 {
		return h, errs.ErrFields.At(errs.Field{Name: "why", Code: "missing"})
	}
	h.State, h.RefusedWhy = Refused, why
	return h, nil
}

// Finish is how a hand-over ends.
type Finish struct {
	FeeFrom clock.Day     `json:"feeFrom,omitzero" doc:"left out: the day of the hand-over"`
	State   housing.State `json:"state,omitempty" enum:"vacant,renovating,occupied,let" default:"vacant"`
}

// finished ends the hand-over; what is defective stays on record.
func (h Handover) finished(items []Item, f Finish, today clock.Day) (Handover, error) {
	if left := unlooked(items); h.State == Appointed && len(left) > 0 {
		return h, ErrUnlooked.With("n", len(left))
	}
	if h.State != Inspected {
		return h, ErrNotNow
	}
	if h.FeeFrom = f.FeeFrom; h.FeeFrom.IsZero() {
		h.FeeFrom = today
	}
	h.State, h.FinishedOn = Done, today
	return h, nil
}

// warrantyEnd is the last day the developer answers for a defect.
func warrantyEnd(from clock.Day, months int64) clock.Day {
	if from.IsZero() || months == 0 {
		return clock.Day{}
	}
	year, month, day := from.Date()
	for n := day; n > 0; n-- { // 31 January and one month is the last day of February
		if d, err := clock.NewDay(year+(int(month)-1+int(months))/12, time.Month((int(month)-1+int(months))%12+1), n); err == nil {
			return d
		}
	}
	return clock.Day{}
}
