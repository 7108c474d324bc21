package followup

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/ticket"
)

// Case is what decides whether and when a customer is asked about a ticket.
type Case struct {
	Ticket   ticket.ID
	Kind     ticket.Kind
	Visited  bool // somebody was there
	VIP      bool
	Resolved clock.Instant
}

// Plan is when a customer is to be asked, and by which rule.
type Plan struct {
	Rule       string
	Due        clock.Instant // of the first attempt
	CompleteBy clock.Instant
}

const day = 24 * time.Hour

// For says whether, when and why a customer is asked about a resolved ticket
// (FUP-01). Of two rules the earlier counts; ok is false if nobody is asked.
func (s Settings) For(c Case) (p Plan, ok bool) {
	by := func(rule string, within time.Duration) {
		due := c.Resolved.Add(within)
		if !ok || due < p.Due {
			p, ok = Plan{rule, due, due}, true
		}
	}
	switch c.Kind {
	case ticket.Repair:
		by(RuleRepair, time.Duration(s.RepairHours)*time.Hour)
	case ticket.Chore:
		if c.Visited {
			by(RuleVisit, time.Duration(s.VisitDays)*day)
		} else {
			by(RuleService, time.Duration(s.ServiceHours)*time.Hour)
		}
	case ticket.Complaint:
		by(RuleComplaint, time.Duration(s.ComplaintHours)*time.Hour)
		p.CompleteBy = c.Resolved.Add(time.Duration(s.ComplaintDays) * day)
	case ticket.Inquiry:
		if sampled(c.Ticket, s.InquiryPercent) {
			by(RuleSample, time.Duration(s.InquiryHours)*time.Hour)
		}
	}
	if c.VIP {
		by(RuleVIP, time.Duration(s.VIPDays)*day)
	}
	return p, ok
}

// sampled draws so many of a hundred tickets. The same ticket is always drawn
// or never: an event that is told twice plans nothing else.
func sampled(t ticket.ID, percent int64) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(t.String())) // it never fails
	return int64(h.Sum32()%100) < percent
}

// bands are the parts of a day in which somebody can be reached, by their
// beginning, in minutes (FUP-02, PRO-02b).
var bands = []int64{9 * 60, 14 * 60, 18*60 + 30}

// nextTry is when to try again somebody who was not reached now: in another
// part of the day, within the hours that the customer likes if any are known.
func nextTry(now clock.Instant, zone *time.Location, from, to *int64) clock.Instant {
	starts := bands
	if from != nil && to != nil && *from < *to {
		inside := func(m int64) bool { return m >= *from && m < *to }
		if starts = slices.DeleteFunc(slices.Clone(bands), func(m int64) bool { return !inside(m) }); len(starts) == 0 {
			starts = []int64{*from}
		}
	}
	today := clock.DayOf(now, zone)
	for ahead := 0; ; ahead++ {
		for _, m := range starts {
			if at := today.Add(ahead).Start(zone).Add(time.Duration(m) * time.Minute); at >= now.Add(time.Hour) {
				return at
			}
		}
	}
}

// Ratings are the three answers, 1 to 5 in half steps (FUP-03).
type Ratings struct{ Attitude, Speed, Effect float64 }

// halves turns a rating into doubled half steps; ok is false for anything else.
func halves(r float64) (n int64, ok bool) {
	n = int64(r * 2)
	return n, float64(n) == r*2 && n >= 2 && n <= 10
}

// Mean is the rating in tenths: the mean of the three, one decimal, halves up.
func Mean(attitude, speed, effect int64) int64 {
	// Doubled half steps: mean = sum/6, in tenths sum*10/6 = sum*5/3.
	return ((attitude+speed+effect)*10 + 3) / 6
}

// Satisfied is the least rating of somebody who is content, in tenths (FUP-05).
const Satisfied = 40

// Answers are what a customer said.
type Answers struct {
	Channel string // phone, visit, app or link
	Solved  bool
	Ratings
	Words                   string
	Topics                  []string
	Punctual, Tidy, Conduct *bool // after a visit
}

// complete records the answers.
func (f FollowUp) complete(who authz.Actor, a Answers, now clock.Instant) (FollowUp, error) {
	if f.State != Due {
		return f, ErrEnded
	}
	var wrong errs.Fields
	read := func(field string, v float64) *int64 {
		n, ok := halves(v)
		if !ok {
			wrong.Add(field, errRating, nil)
		}
		return &n
	}
	f.Attitude, f.Speed, f.Effect = read("attitude", a.Attitude), read("speed", a.Speed), read("effect", a.Effect)
	for _, t := range a.Topics {
		if !slices.Contains(KnownTopics, t) {
			wrong.Add("topics", "followup.topic", nil)
		}
	}
	if err := wrong.Err(); err != nil {
		return f, err
	}
	rating := Mean(*f.Attitude, *f.Speed, *f.Effect)
	f.State, f.DoneAt, f.DoneBy, f.By, f.Solved, f.Rating, f.Words = Done, &now, who.ID, who.Name, &a.Solved, &rating, strings.TrimSpace(a.Words)
	f.Channel, f.Topics, f.Punctual, f.Tidy, f.Conduct, f.NextAt = a.Channel, a.Topics, a.Punctual, a.Tidy, a.Conduct, nil
	if f.FirstAt == nil {
		f.FirstAt = &now
	}
	return f, nil
}

// attempt notes that nobody was reached; after the most attempts it ends so (FUP-02).
func (f FollowUp) attempt(most int64, next, now clock.Instant) (FollowUp, error) {
	if f.State != Due {
		return f, ErrEnded
	}
	if f.FirstAt == nil {
		f.FirstAt = &now
	}
	f.NextAt = &next
	if f.Attempts++; f.Attempts >= most {
		f.State, f.DoneAt, f.NextAt = NotReached, &now, nil
	}
	return f, nil
}
