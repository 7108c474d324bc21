package clock

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

var (
	// ErrPlan says that opening hours contradict themselves.
	ErrPlan = errors.New("wrong service hours")
	// ErrNegative says that time was asked for that runs backwards.
	ErrNegative = errors.New("a negative duration")
)

// Window is a part of a day, from minute From until before minute To, both
// minutes of the day on the wall clock; To may be 1440. Written "08:30-18:00".
// Hours over midnight are two windows on two days.
type Window struct{ From, To int16 }

const dayMinutes = 24 * 60

// ParseWindow reads "08:30-18:00"; "00:00-24:00" is the whole day.
func ParseWindow(s string) (Window, error) {
	if len(s) != len("08:30-18:00") || s[5] != '-' {
		return Window{}, fmt.Errorf("%w: want 08:30-18:00, got %.40q", ErrPlan, s)
	}
	from, errFrom := parseMinute(s[:5])
	to, errTo := parseMinute(s[6:])
	if err := errors.Join(errFrom, errTo); err != nil {
		return Window{}, err
	}
	w := Window{from, to}
	return w, w.check()
}

func parseMinute(s string) (int16, error) {
	if s == "24:00" {
		return dayMinutes, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, fmt.Errorf("%w: no time of day: %q", ErrPlan, s)
	}
	return int16(t.Hour()*60 + t.Minute()), nil
}

func (w Window) check() error {
	if w.From < 0 || w.From >= w.To || w.To > dayMinutes {
		return fmt.Errorf("%w: %s ends before it begins", ErrPlan, w)
	}
	return nil
}

// String is "08:30-18:00".
func (w Window) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w.From/60, w.From%60, w.To/60, w.To%60)
}

// MarshalText writes "08:30-18:00".
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads "08:30-18:00".
func (w *Window) UnmarshalText(text []byte) (err error) {
	*w, err = ParseWindow(string(text))
	return err
}

// Plan says when a community serves its customers. An empty list means closed.
type Plan struct {
	Workdays []Window                  `json:"workdays"`           // workdays of the calendar, make-up workdays too
	Weekends []Window                  `json:"weekends,omitempty"` // Saturdays and Sundays neither worked nor part of a holiday
	Holidays []Window                  `json:"holidays,omitempty"` // the days off of a public holiday
	Weekdays map[time.Weekday][]Window `json:"weekdays,omitempty"` // instead, for that day of an ordinary week; 0 is Sunday
}

// Hours is the service-hours calendar of one community (TIC-03). The zero
// Hours is real time: always open.
type Hours struct {
	zone *time.Location
	cal  Calendar
	plan Plan
	same bool // every day alike: the calendar need not be asked
	open bool // days of a year that the calendar does not know are open all day
}

// NewHours checks plan and binds it to a zone and a calendar. A window that
// ends before it begins, windows that overlap, and a plan that is never open
// on a workday give ErrPlan.
func NewHours(zone *time.Location, cal Calendar, plan Plan) (Hours, error) {
	if zone == nil {
		return Hours{}, fmt.Errorf("%w: no zone", ErrPlan)
	}
	h := Hours{zone: zone, cal: cal, plan: Plan{Weekdays: map[time.Weekday][]Window{}}}
	var err error
	for _, part := range []struct {
		from []Window
		to   *[]Window
	}{{plan.Workdays, &h.plan.Workdays}, {plan.Weekends, &h.plan.Weekends}, {plan.Holidays, &h.plan.Holidays}} {
		if *part.to, err = ordered(part.from); err != nil {
			return Hours{}, err
		}
	}
	for day, windows := range plan.Weekdays {
		if day < time.Sunday || day > time.Saturday {
			return Hours{}, fmt.Errorf("%w: weekday %d", ErrPlan, day)
		}
		if h.plan.Weekdays[day], err = ordered(windows); err != nil {
			return Hours{}, err
		}
	}
	if len(h.plan.Workdays) == 0 {
		return Hours{}, fmt.Errorf("%w: never open on a workday", ErrPlan)
	}
	h.same = len(plan.Weekdays) == 0 &&
		slices.Equal(h.plan.Workdays, h.plan.Weekends) && slices.Equal(h.plan.Workdays, h.plan.Holidays)
	return h, nil
}

func ordered(windows []Window) ([]Window, error) {
	out := slices.SortedFunc(slices.Values(windows), func(a, b Window) int { return cmp.Compare(a.From, b.From) })
	for i, w := range out {
		if err := w.check(); err != nil {
			return nil, err
		}
		if i > 0 && w.From < out[i-1].To {
			return nil, fmt.Errorf("%w: %s and %s overlap", ErrPlan, out[i-1], w)
		}
	}
	return out, nil
}

// OpenWhenUnknown is h with the days of years whose holidays nobody has
// published open all day, so that no time is unknown: Add and Between then fail
// only beyond the days there are.
func (h Hours) OpenWhenUnknown() Hours {
	h.open = true
	return h
}

var allDay = []Window{{From: 0, To: 24 * 60}}

// Always reports whether h is real time.
func (h Hours) Always() bool { return h.zone == nil }

// on returns the windows of a day in wall time.
func (h Hours) on(d Day) ([]Window, error) {
	if h.same {
		return h.plan.Workdays, nil
	}
	work, err := h.cal.Workday(d)
	if h.open && errors.Is(err, ErrYearUnknown) {
		return allDay, nil
	}
	if err != nil {
		return nil, err
	}
	if _, holiday := h.cal.Holiday(d); holiday {
		return h.plan.Holidays, nil
	}
	if ordinary, ok := h.plan.Weekdays[d.Weekday()]; ok && work != weekend(d) {
		return ordinary, nil
	}
	if work {
		return h.plan.Workdays, nil
	}
	return h.plan.Weekends, nil
}

// span is an open stretch in real time, end excluded.
type span struct{ from, to Instant }

func (h Hours) spans(d Day) ([]span, error) {
	windows, err := h.on(d)
	if err != nil {
		return nil, err
	}
	out := make([]span, 0, len(windows))
	for _, w := range windows {
		if s := (span{d.At(int(w.From), h.zone), d.At(int(w.To), h.zone)}); s.from < s.to {
			out = append(out, s)
		}
	}
	return out, nil
}

// Open reports whether i lies in service hours.
func (h Hours) Open(i Instant) (bool, error) {
	worked, err := h.Between(i, i+1)
	return worked > 0, err
}

// Add returns the earliest instant at which d of service time has passed since
// start: what is due in 8 working hours at closing time is due at closing
// time, not next morning. The hour that summer time repeats or skips counts
// as the real time it is. A day in a year without published holidays gives
// ErrYearUnknown, a negative d ErrNegative.
func (h Hours) Add(start Instant, d time.Duration) (Instant, error) {
	if d < 0 {
		return 0, ErrNegative
	}
	if start < minInstant || start > maxInstant {
		return 0, ErrInstant
	}
	left := Instant(d.Milliseconds())
	if h.Always() || left == 0 {
		return start + left, nil
	}
	for day := DayOf(start, h.zone); ; day = day.Add(1) {
		if day.n > maxDay {
			return 0, ErrDay
		}
		spans, err := h.spans(day)
		if err != nil {
			return 0, err
		}
		for _, s := range spans {
			from := max(s.from, start)
			if from >= s.to {
				continue
			}
			if left <= s.to-from {
				return from + left, nil
			}
			left -= s.to - from
		}
	}
}

// Between returns the part of the time from a to b that lies in service hours;
// it is negative when b is before a. A day in a year without published
// holidays gives ErrYearUnknown.
func (h Hours) Between(a, b Instant) (time.Duration, error) {
	if b < a {
		d, err := h.Between(b, a)
		return -d, err
	}
	if a < minInstant || b > maxInstant {
		return 0, ErrInstant
	}
	if h.Always() {
		return b.Sub(a), nil
	}
	var sum Instant
	for day := DayOf(a, h.zone); ; day = day.Add(1) {
		if day.n > maxDay || day.Start(h.zone) >= b {
			return time.Duration(sum) * time.Millisecond, nil
		}
		spans, err := h.spans(day)
		if err != nil {
			return 0, err
		}
		for _, s := range spans {
			if from, to := max(s.from, a), min(s.to, b); from < to {
				sum += to - from
			}
		}
	}
}
