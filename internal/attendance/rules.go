package attendance

import (
	"cmp"
	"math"
	"slices"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

const (
	before = 3 * time.Hour  // so long before a duty somebody may have come for it
	after  = 6 * time.Hour  // so long after it somebody may go
	twice  = time.Minute    // the same again within it is a second press
	lasts  = 30             // seconds that a code is shown
	late   = 45 * time.Hour // a lone way out is looked for so far back; two nights and a day
)

// shipped is how people check in where nobody has set anything.
func shipped() Terms { return Terms{Radius: 500, Grace: 5} }

// meters between two positions in millionths of a degree, on the mean sphere;
// within a town that is right to the metre.
func meters(lat1, lon1, lat2, lon2 int64) int64 {
	const radian, radius = math.Pi / 180 / 1e6, 6_371_008.8
	dLat, dLon := float64(lat2-lat1)*radian, float64(lon2-lon1)*radian
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(float64(lat1)*radian)*math.Cos(float64(lat2)*radian)*math.Pow(math.Sin(dLon/2), 2)
	return int64(math.Round(2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))))
}

// judged is what became of a duty: the first way in from three hours before it,
// the last way out until six hours after it. Late is who came after the grace,
// and then from the beginning on.
func judged(d roster.Line, marks []Mark, now clock.Instant, grace int64) Day {
	out := Day{Day: d.Day, Shift: d.ShiftName, From: &d.From, To: &d.To}
	for _, p := range d.Problems {
		if p.Kind == roster.Away {
			out.State, out.Leave = "away", p.Leave
			return out
		}
	}
	for _, m := range marks {
		if m.Staff != d.Staff {
			continue
		}
		if at := m.At; m.Kind == In && at >= d.From.Add(-before) && at < d.To && (out.In == nil || at < *out.In) {
			out.In = &at
		}
	}
	for _, m := range marks {
		if at := m.At; m.Staff == d.Staff && m.Kind == Out && at > d.From && at <= d.To.Add(after) && (out.In == nil || at > *out.In) && (out.Out == nil || at > *out.Out) {
			out.Out = &at
		}
	}
	switch {
	case d.From > now && out.In == nil:
		out.State = "ahead"
		return out
	case out.In == nil && out.Out == nil && d.To <= now:
		out.State = "absent"
		return out
	case out.In == nil && out.Out == nil:
		out.State = "on"
		out.Lacks = In
		return out
	case d.To > now && out.Out == nil:
		out.State = "on"
	default:
		out.State = "present"
	}
	if out.In == nil {
		out.Lacks = In
	} else if wait := out.In.Sub(d.From); wait > time.Duration(grace)*time.Minute {
		out.Late = int64(wait / time.Minute)
	}
	if out.Out != nil && *out.Out < d.To {
		out.Early = int64((d.To.Sub(*out.Out) + time.Minute - 1) / time.Minute)
	} else if out.Out == nil && d.To.Add(after) <= now {
		out.Lacks = Out
	}
	if out.In != nil && out.Out != nil {
		out.Minutes = int64(out.Out.Sub(*out.In) / time.Minute)
	}
	return out
}

// days are the duties of somebody, and when they came without one.
func days(who staff.ID, duties []roster.Line, marks []Mark, now clock.Instant, grace int64, zone *time.Location) []Day {
	out := []Day{}
	used := map[clock.Instant]bool{}
	for _, d := range duties {
		if d.Staff != who || d.State != roster.StatePlanned {
			continue
		}
		day := judged(d, marks, now, grace)
		for _, m := range marks {
			if m.Staff == who && m.At >= d.From.Add(-before) && m.At <= d.To.Add(after) {
				used[m.At] = true
			}
		}
		out = append(out, day)
	}
	var open *Mark
	for i, m := range marks {
		if m.Staff != who || used[m.At] {
			continue
		}
		if m.Kind == In {
			if open != nil {
				out = append(out, extra(*open, nil, zone))
			}
			open = &marks[i]
			continue
		}
		if open != nil && m.At.Sub(open.At) < late {
			out = append(out, extra(*open, &marks[i], zone))
			open = nil
		}
	}
	if open != nil {
		out = append(out, extra(*open, nil, zone))
	}
	slices.SortStableFunc(out, func(a, b Day) int { return a.Day.Compare(b.Day) })
	return out
}

// extra is work without a duty.
func extra(in Mark, out *Mark, zone *time.Location) Day {
	d := Day{Day: clock.DayOf(in.At, zone), In: &in.At, State: "present"}
	if out == nil {
		d.Lacks = Out
		return d
	}
	d.Out, d.Minutes = &out.At, int64(out.At.Sub(in.At)/time.Minute)
	return d
}

// summed are the figures of some days.
func summed(all []Day) (s Sums) {
	for _, d := range all {
		s.Minutes += d.Minutes
		if d.Lacks != "" && d.State != "on" {
			s.Lacking++
		}
		if d.From == nil {
			continue
		}
		switch d.State {
		case "away":
			s.Away++
			continue
		case "absent":
			s.Absent++
			s.Duties++
			continue
		case "present":
			s.Present++
			s.Duties++
		default:
			continue
		}
		if d.Late > 0 {
			s.Late++
			s.LateMinutes += d.Late
		}
		if d.Early > 0 {
			s.Early++
		}
	}
	return s
}

func (s *Sums) add(o Sums) {
	s.Duties, s.Present, s.Late, s.LateMinutes, s.Early = s.Duties+o.Duties, s.Present+o.Present, s.Late+o.Late, s.LateMinutes+o.LateMinutes, s.Early+o.Early
	s.Absent, s.Away, s.Lacking, s.Minutes = s.Absent+o.Absent, s.Away+o.Away, s.Lacking+o.Lacking, s.Minutes+o.Minutes
}

// teams are the sums of each post.
func teams(people []Person) []PostSums {
	out := []PostSums{}
	for _, p := range people {
		i := slices.IndexFunc(out, func(t PostSums) bool { return t.Post == p.Post })
		if i < 0 {
			out, i = append(out, PostSums{Post: p.Post}), len(out)
		}
		out[i].People++
		out[i].add(p.Sums)
	}
	slices.SortFunc(out, func(a, b PostSums) int { return cmp.Compare(a.Post, b.Post) })
	return out
}
