package belonging

import (
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// drawn returns b with what p says, or every field of p that is wrong.
func (b Belonging) drawn(p Particulars) (Belonging, error) {
	var wrong errs.Fields
	p.Number = strings.ToUpper(p.Number)
	for field, text := range map[string]*string{"name": &p.Name, "model": &p.Model, "number": &p.Number, "notes": &p.Notes} {
		*text = strings.TrimSpace(*text)
		if !utf8.ValidString(*text) || strings.ContainsFunc(*text, func(r rune) bool { return r < ' ' && r != '\n' || r >= '\u202a' && r <= '\u202e' }) {
			wrong.Add(field, "wrong_form", nil)
		}
	}
	switch p.Kind {
	case Card:
		if p.Number == "" {
			wrong.Add("number", "required", nil)
		}
	case Bicycle, EBike:
		if p.Name == "" && p.Model == "" && p.Number == "" {
			wrong.Add("number", "required", nil)
		}
	default:
		if p.Name == "" && p.Model == "" {
			wrong.Add("name", "required", nil)
		}
	}
	if !p.LastOn.IsZero() && !p.InstalledOn.IsZero() && p.LastOn.Before(p.InstalledOn) {
		wrong.Add("lastOn", "belonging.before_installed", nil)
	}
	if p.EveryMonths != nil && p.LastOn.IsZero() && p.InstalledOn.IsZero() {
		wrong.Add("lastOn", "belonging.since", nil)
	}
	b.Particulars = p
	b.NextOn = b.next()
	return b, wrong.Err()
}

// next is the day on which something is to be cared for: so many months after
// the last time, or after it was installed.
func (b Belonging) next() clock.Day {
	since := b.LastOn
	if since.IsZero() {
		since = b.InstalledOn
	}
	if b.EveryMonths == nil || since.IsZero() {
		return clock.Day{}
	}
	return after(since, int(*b.EveryMonths))
}

// after is the same day of a later month, or the last of a shorter one.
func after(d clock.Day, months int) clock.Day {
	y, m, dom := d.Date()
	first := int(m) - 1 + months
	y, month := y+first/12, time.Month(first%12+1)
	for ; dom > 28; dom-- {
		if day, err := clock.NewDay(y, month, dom); err == nil {
			return day
		}
	}
	day, err := clock.NewDay(y, month, dom)
	if err != nil { // beyond the calendar
		return clock.Day{}
	}
	return day
}
