package improvement

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
)

// Service holds the use cases of this package.
type Service struct{ DB *db.DB }

var worker = authz.System("improvement", ActView, actWrite)

// writesAt is the hour of the first of a month from which on the last is written.
const writesAt = 8

// Schedule registers the summary that is written by itself on the first.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actWrite), 20*time.Minute, s.WriteMonths)
}

// WriteMonths writes the months that ended, once, in every community that has
// repairs; the first that is written has some. A program that was off on the first does so when it is back.
func (s *Service) WriteMonths(ctx context.Context) error {
	repaired := func(tx *db.Tx) ([]place, error) { return places(ctx, tx) }
	return org.Each(ctx, s.DB, worker, actWrite, repaired, func(ctx context.Context, c place, now clock.Instant, zone *time.Location) error {
		var failed []error
		for _, p := range missing(c.Last, clock.PeriodOf(now.Add(-writesAt*time.Hour), zone).Add(-1)) {
			failed = append(failed, s.writeMonth(ctx, c.ID, p, zone, c.Last.IsZero()))
		}
		return errors.Join(failed...)
	})
}

func (s *Service) writeMonth(ctx context.Context, community authz.CommunityID, p clock.Period, zone *time.Location, first bool) error {
	var all []fault
	if err := s.DB.Read(ctx, worker, actWrite, func(tx *db.Tx) (err error) {
		all, err = faults(ctx, tx, community, p.First().Start(zone), p.Add(1).First().Start(zone))
		return err
	}); err != nil || first && len(all) == 0 { // nothing was mended here yet
		return err
	}
	return s.DB.Write(ctx, worker, actWrite, func(tx *db.Tx) error {
		m := Month{db.NewID[Month](tx), community, p, tx.Now, int64(len(all)), summarise(all), Answers{}, 1}
		err := db.Insert(ctx, tx, "fault_month", m)
		if db.Unique(err, "fault_month_once", "fault_month.community_id, fault_month.period") {
			tx.Silent("another node has written it")
			return nil
		}
		tx.Note(community, "improvement:"+p.String(), nil, map[string]any{"faults": m.Faults})
		tx.Emit(Written{event{community, m.ID, p, m.Faults}})
		return err
	})
}

// shownInList is how many lines the list of months shows of each.
const shownInList = 3

// Months are the summaries of a community, the latest first.
func (s *Service) Months(ctx context.Context, who authz.Actor, community authz.CommunityID, before ID, limit int) (out []Month, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = list(ctx, tx, community, before, limit)
		return err
	})
	for i := range out {
		out[i].Lines = out[i].Lines[:min(shownInList, len(out[i].Lines))]
	}
	return out, err
}

// Month is one summary with every line.
func (s *Service) Month(ctx context.Context, who authz.Actor, id ID) (m Month, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		m, err = get(ctx, tx, id)
		return err
	})
	return m, err
}

// Answer adds what is done about it; what was answered before stays.
func (s *Service) Answer(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, words string) (m Month, err error) {
	var f errs.Fields
	switch words = strings.TrimSpace(words); {
	case words == "":
		f.Add("text", "missing", nil)
	case utf8.RuneCountInString(words) > 2000:
		f.Add("text", "too_long", nil)
	}
	if err := f.Err(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActAnswer, func(tx *db.Tx) error {
		if m, err = get(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(m.Version); err != nil {
			return err
		}
		m.Answers = append(m.Answers, Answer{words, who.Name, tx.Now})
		tx.Note(m.Community, "improvement:"+m.Period.String(), nil, map[string]any{"answer": words})
		tx.Emit(Answered{event{m.Community, m.ID, m.Period, m.Faults}})
		if err := db.Save(ctx, tx, "fault_month", &m); err != nil {
			return err
		}
		tx.Answer(&m)
		return nil
	})
	return m, err
}
