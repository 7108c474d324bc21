package daily

import (
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

const (
	// noon is the minute of the day from which on yesterday should be signed.
	noon = 12 * 60
	// mostBack is how many days back an entry may be written.
	mostBack = 31
	// mostDays is how many days that nobody opened are begun at once.
	mostDays = 31
	// mostEntries and mostTasks are of one day.
	mostEntries, mostTasks = 200, 100
	// mostLines is how many lines of one kind a day shows.
	mostLines = 200
)

// Draft is what people write of an entry.
type Draft struct {
	Minute    int64  `json:"minute" minimum:"0" maximum:"1439" doc:"of the day, when it was"`
	Words     string `json:"words" maxLength:"8000"`
	Important bool   `json:"important,omitempty"`
	Form      Form   `json:"form,omitzero"`
}

// checked says what is wrong with an entry of a day, field by field. Who
// reports an important event says where it was, what was done and who was told.
func (d Draft) checked(day clock.Day, now clock.Instant, zone *time.Location) (Draft, error) {
	var wrong errs.Fields
	wrong.Words("words", &d.Words, 2000, true)
	today := clock.DayOf(now, zone)
	at := now.In(zone)
	if day == today && d.Minute > int64(at.Hour()*60+at.Minute()) {
		wrong.Add("minute", "daily.ahead", nil)
	}
	if day.After(today) || today.Sub(day) > mostBack {
		wrong.Add("day", "daily.day", map[string]any{"max": mostBack})
	}
	if !d.Important {
		d.Form = Form{}
		return d, wrong.Err()
	}
	wrong.Words("form.place", &d.Form.Place, 100, true)
	wrong.Words("form.affected", &d.Form.Affected, 500, false)
	wrong.Words("form.measures", &d.Form.Measures, 2000, true)
	wrong.Words("form.next", &d.Form.Next, 2000, false)
	wrong.Words("form.told", &d.Form.Told, 500, true)
	return d, wrong.Err()
}

// TaskDraft is what people write of a follow-up task.
type TaskDraft struct {
	Part  Part      `json:"part" enum:"complaints,patrols,log"`
	Words string    `json:"words" maxLength:"2000"`
	To    staff.ID  `json:"to" doc:"who is to do it"`
	Due   clock.Day `json:"due"`
}

func (d TaskDraft) checked(today clock.Day) (TaskDraft, errs.Fields) {
	var wrong errs.Fields
	wrong.Words("words", &d.Words, 500, true)
	if d.Due.IsZero() || d.Due.Before(today) || d.Due.Sub(today) > 366 {
		wrong.Add("due", "daily.due", nil)
	}
	return d, wrong
}

// ended reports whether a day is over.
func ended(day clock.Day, now clock.Instant, zone *time.Location) bool {
	return day.Before(clock.DayOf(now, zone))
}

// late reports whether the noon after a day has passed.
func late(day clock.Day, now clock.Instant, zone *time.Location) bool {
	return now >= day.Add(1).At(noon, zone)
}

// toSign are the parts asked for that are not signed yet, each once, in their order.
func toSign(asked []Part, signed []Sign) (out []Part) {
	for _, p := range Parts {
		done := slices.ContainsFunc(signed, func(s Sign) bool { return s.Part == p })
		if slices.Contains(asked, p) && !done {
			out = append(out, p)
		}
	}
	return out
}

// begun are the days to begin, the first first: all since the last one that was
// begun up to today, and where none was, today.
func begun(last, today clock.Day) (out []clock.Day) {
	from := today
	if !last.IsZero() {
		from = last.Add(max(1, today.Sub(last)-mostDays+1))
	}
	for d := from; !d.After(today); d = d.Add(1) {
		out = append(out, d)
	}
	return out
}
