package fee

import (
	"errors"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
)

// Parking is what standing for a time costs (BIL-01). By entry: one price,
// however long. By time: every step that has begun costs the price of the hours
// in which it began; what comes together in a day is capped.
type Parking struct {
	By        string    `json:"by" enum:"entry,time"`
	Free      int       `json:"free,omitempty" minimum:"0" maximum:"1440" doc:"minutes; who leaves within them pays nothing"`
	FreeOff   bool      `json:"freeOff,omitempty" doc:"of time: longer stays are counted from the end of the free minutes; else from the entry"`
	Entry     money.Fen `json:"entry,omitzero" doc:"of by entry: the price"`
	Step      int       `json:"step,omitempty" minimum:"0" maximum:"1440" doc:"minutes"`
	Price     money.Fen `json:"price,omitzero" doc:"of a step by day"`
	NightStep int       `json:"nightStep,omitempty" minimum:"0" maximum:"1440" doc:"minutes; 0: there is no night"`
	Night     money.Fen `json:"night,omitzero" doc:"of a step by night"`
	NightFrom int       `json:"nightFrom,omitempty" minimum:"0" maximum:"1439" doc:"minute of the day"`
	NightTo   int       `json:"nightTo,omitempty" minimum:"0" maximum:"1439" doc:"minute of the day; the first that is day again"`
	Cap       money.Fen `json:"cap,omitzero" doc:"the most of a day; 0: none"`
	CapBy     string    `json:"capBy,omitempty" enum:"entry,calendar," doc:"a day is 24 hours from the entry, or a day of the calendar; where free minutes are taken off, from their end"`
}

// StayDay is what of a stay fell into one day of the cap.
type StayDay struct {
	Day    int       `json:"day" doc:"from 1"`
	On     clock.Day `json:"on" doc:"the day on which it began"`
	Steps  int       `json:"steps"`
	Nights int       `json:"nights" doc:"steps by night"`
	Before money.Fen `json:"before" doc:"as the steps say"`
	Fen    money.Fen `json:"amount" doc:"not above the cap"`
}

// Stay is what a stay costs, and how that came about.
type Stay struct {
	Minutes int       `json:"minutes" doc:"begun ones count"`
	Free    bool      `json:"free,omitempty" doc:"it ended within the free minutes"`
	Days    []StayDay `json:"days,omitempty"`
	Fen     money.Fen `json:"amount"`
}

// Refusals of a stay.
var (
	ErrStayEnds = errors.New("the exit lies before the entry")
	ErrStayLong = errors.New("the stay is longer than a year")
	ErrParking  = errors.New("the rule of parking has no step or no day for its cap")
)

const mostStay = 366 * 24 * time.Hour

// Park reckons a stay by a rule, in the time of a place. Time never lowers it;
// within the free minutes it is 0; it is at most the cap times the days begun.
func Park(p Parking, in, out clock.Instant, loc *time.Location) (s Stay, err error) {
	length := out.Sub(in)
	switch {
	case length < 0:
		return s, ErrStayEnds
	case length > mostStay:
		return s, ErrStayLong
	}
	s.Minutes = int((length + time.Minute - 1) / time.Minute)
	if free := time.Duration(p.Free) * time.Minute; length <= free {
		s.Free = true
		return s, nil
	} else if p.By == "time" && p.FreeOff {
		in = in.Add(free)
	}
	if p.By == "entry" {
		s.Fen = p.Entry
		return s, nil
	}
	if p.Step <= 0 || p.NightStep < 0 || p.Cap > 0 && p.CapBy == "" {
		return s, ErrParking
	}
	p.steps(&s, in, out, loc)
	return s, nil
}

// steps goes from step to step; each belongs to the day in which it began.
func (p Parking) steps(s *Stay, in, out clock.Instant, loc *time.Location) {
	for at := in; at.Before(out); {
		day := int(at.Sub(in)/(24*time.Hour)) + 1
		on := clock.DayOf(at, loc)
		if p.CapBy == "calendar" {
			day = on.Sub(clock.DayOf(in, loc)) + 1
		}
		if n := len(s.Days); n == 0 || s.Days[n-1].Day != day {
			s.Days = append(s.Days, StayDay{Day: day, On: on})
		}
		d := &s.Days[len(s.Days)-1]
		if p.night(at.In(loc)) {
			d.Nights, d.Before, at = d.Nights+1, d.Before+p.Night, at.Add(time.Duration(p.NightStep)*time.Minute)
		} else {
			d.Steps, d.Before, at = d.Steps+1, d.Before+p.Price, at.Add(time.Duration(p.Step)*time.Minute)
		}
	}
	for i := range s.Days {
		d := &s.Days[i]
		if d.Fen = d.Before; p.Cap > 0 && d.Fen > p.Cap {
			d.Fen = p.Cap
		}
		s.Fen += d.Fen
	}
}

// night reports whether a step that begins then is one of the night. Hours from
// 22:00 to 06:00 go over midnight.
func (p Parking) night(at time.Time) bool {
	if p.NightStep == 0 || p.NightFrom == p.NightTo {
		return false
	}
	minute := at.Hour()*60 + at.Minute()
	if p.NightFrom < p.NightTo {
		return minute >= p.NightFrom && minute < p.NightTo
	}
	return minute >= p.NightFrom || minute < p.NightTo
}
