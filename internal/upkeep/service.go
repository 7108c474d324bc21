package upkeep

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/audit"
	"guanjia/internal/facility"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

// Service holds the use cases of this package.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

const (
	// opensAt is the hour of a day from which on its tickets are opened.
	opensAt = 7
	// mostPlans is how many plans a community may have.
	mostPlans = 500
	// mostShown is how many days the calendar shows of one plan.
	mostShown = 100
)

func subject(of ID) string { return "upkeep_plan:" + of.String() }

func get(ctx context.Context, tx *db.Tx, of ID) (Plan, error) {
	return db.One[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("")+` FROM upkeep_plan WHERE id = $1 AND {scope}`, of)
}

// Plans lists the plans of a community, the next to open first, paused ones last.
func (s *Service) Plans(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Plan, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("")+` FROM upkeep_plan WHERE community_id = $1 AND {scope} ORDER BY is_active DESC, next_on, id LIMIT $2`, community, mostPlans)
		return err
	})
	return out, err
}

// Add makes a plan; its first day is the first of its cycle that is not over.
func (s *Service) Add(ctx context.Context, who authz.Actor, community authz.CommunityID, d Draft) (p Plan, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		if d, err = d.checked(today, ticket.TreeOf(tx), ""); err != nil {
			return err
		}
		if err := known(ctx, tx, community, d); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM upkeep_plan WHERE community_id = $1 AND {scope}`, community)
		if err != nil {
			return err
		}
		if n >= mostPlans {
			return errs.ErrFields.At(errs.Field{Name: "title", Code: "upkeep.too_many", Params: map[string]any{"max": mostPlans}})
		}
		p = Plan{ID: db.NewID[Plan](tx), Community: community, Draft: d, Next: d.from(today), Version: 1}
		tx.Note(community, subject(p.ID), nil, p.Draft)
		tx.Emit(Changed{p.ID, community})
		tx.Answer(&p)
		return db.Insert(ctx, tx, "upkeep_plan", p)
	})
	return p, err
}

// known refuses a facility that the community does not have, at its field.
func known(ctx context.Context, tx *db.Tx, community authz.CommunityID, d Draft) error {
	if d.Facility == 0 {
		return nil
	}
	f, err := facility.In(ctx, tx, d.Facility)
	if errors.Is(err, db.ErrNotFound) || err == nil && f.Community != community {
		return errs.ErrFields.At(errs.Field{Name: "facilityId", Code: db.ErrNotFound.Code})
	}
	return err
}

// Edit changes a plan; days that were opened or left out stay as they are.
func (s *Service) Edit(ctx context.Context, who authz.Actor, of ID, expect func(int64) error, d Draft) (p Plan, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if p, err = get(ctx, tx, of); err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, p.Community)
		if err != nil {
			return err
		}
		if d, err = d.checked(today, ticket.TreeOf(tx), p.Category); err != nil {
			return err
		}
		if err := known(ctx, tx, p.Community, d); err != nil {
			return err
		}
		before := p.Draft
		p.Draft = d
		if p.Next, err = next(ctx, tx, p, today); err != nil {
			return err
		}
		tx.Note(p.Community, subject(p.ID), before, p.Draft)
		tx.Emit(Changed{p.ID, p.Community})
		tx.Answer(&p)
		return db.Save(ctx, tx, "upkeep_plan", &p)
	})
	return p, err
}

// next is the first day of a plan, from a day on, of which nothing became yet.
func next(ctx context.Context, tx *db.Tx, p Plan, from clock.Day) (clock.Day, error) {
	last, err := db.All[struct {
		Due clock.Day `db:"due_on"`
	}](ctx, tx, `SELECT due_on FROM upkeep_run WHERE community_id = $1 AND plan_id = $2 AND due_on >= $3 AND {scope} ORDER BY due_on DESC LIMIT 1`, p.Community, p.ID, from)
	if err == nil && len(last) > 0 {
		from = last[0].Due.Add(1)
	}
	return p.from(from), err
}

// Skip leaves the next day of a plan out, with a reason.
func (s *Service) Skip(ctx context.Context, who authz.Actor, of ID, expect func(int64) error, reason string) (p Plan, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return p, errs.ErrFields.At(errs.Field{Name: "reason", Code: "missing"})
	}
	if utf8.RuneCountInString(reason) > 500 {
		return p, errs.ErrFields.At(errs.Field{Name: "reason", Code: "too_long", Params: map[string]any{"max": 500}})
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if p, err = get(ctx, tx, of); err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		if !p.Active {
			return ErrPaused
		}
		r := run{db.NewID[run](tx), p.Community, p.ID, p.Next, 0, reason, tx.Now, tx.Who.Name}
		tx.Note(p.Community, subject(p.ID), nil, map[string]any{"skipped": p.Next, "reason": reason})
		tx.Emit(Changed{p.ID, p.Community})
		if err := db.Insert(ctx, tx, "upkeep_run", r); err != nil {
			return err
		}
		p.Next = p.from(p.Next.Add(1))
		tx.Answer(&p)
		return db.Save(ctx, tx, "upkeep_plan", &p)
	})
	return p, err
}

var worker = authz.System("upkeep", actOpen)

// Schedule registers the opening of what is due.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actOpen), 10*time.Minute, s.OpenDue)
}

// OpenDue opens a ticket for each plan of which a day has come, from seven in
// the morning on, in its community's clock. One plan that cannot keeps no other.
func (s *Service) OpenDue(ctx context.Context) error {
	return org.Each(ctx, s.DB, worker, actOpen, func(tx *db.Tx) ([]org.Local, error) { return org.Every(ctx, tx) }, func(ctx context.Context, c org.Local, now clock.Instant, zone *time.Location) error {
		today := clock.DayOf(now.Add(-opensAt*time.Hour), zone)
		var due []ID
		if err := s.DB.Read(ctx, worker, actOpen, func(tx *db.Tx) (err error) {
			due, err = db.All[ID](ctx, tx, `SELECT id FROM upkeep_plan WHERE community_id = $1 AND is_active AND next_on <= $2 AND {scope} ORDER BY next_on, id`, c.ID, today)
			return err
		}); err != nil {
			return err
		}
		var failed []error
		for _, of := range due {
			failed = append(failed, s.open(ctx, of, today))
		}
		return errors.Join(failed...)
	})
}

// open opens the ticket of a plan's day and goes on to the day after today.
func (s *Service) open(ctx context.Context, of ID, today clock.Day) error {
	return s.DB.Write(ctx, worker, actOpen, func(tx *db.Tx) error {
		p, err := get(ctx, tx, of)
		if err != nil || !p.Active || p.Next.After(today) {
			tx.Silent("somebody has changed it, or another node has opened it")
			return err
		}
		t, err := ticket.OpenIn(ctx, tx, ticket.Intake{
			Community: p.Community, Kind: p.Kind, Category: p.Category, Grade: p.Grade, Title: p.Title, Description: p.Words, Place: p.Place, Facility: p.Facility, Channel: ticket.ByPlan,
		}, 0)
		if err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "upkeep_run", run{db.NewID[run](tx), p.Community, p.ID, p.Next, t.ID, "", tx.Now, ""}); err != nil {
			return err
		}
		p.Next = p.from(today.Add(1))
		tx.Emit(Changed{p.ID, p.Community})
		return db.Save(ctx, tx, "upkeep_plan", &p)
	})
}

// SourceOf names the plan that a ticket was opened by, if one did.
func SourceOf(ctx context.Context, tx *db.Tx, t ticket.Ticket) (*ticket.Linked, error) {
	if t.Channel != ticket.ByPlan {
		return nil, nil
	}
	all, err := db.All[struct {
		ID    ID     `db:"id"`
		Title string `db:"title"`
	}](ctx, tx, `SELECT p.id, p.title FROM upkeep_run r JOIN upkeep_plan p ON p.community_id = r.community_id AND p.id = r.plan_id WHERE r.community_id = $1 AND r.ticket_id = $2 AND {scope:r}`, t.Community, t.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &ticket.Linked{ID: all[0].ID.String(), Title: all[0].Title}, nil
}

// Calendar lists the days of a community's plans from one day to another: what
// became of those that were, and those to come of plans that are not paused.
func (s *Service) Calendar(ctx context.Context, who authz.Actor, community authz.CommunityID, from, to clock.Day) (out []Occurrence, err error) {
	if n := to.Sub(from); from.IsZero() || to.IsZero() || n < 0 || n > 400 {
		return nil, errs.ErrFields.At(errs.Field{Name: "to", Code: "upkeep.span"})
	}
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Occurrence](ctx, tx, `SELECT r.plan_id, r.due_on, p.title, p.category, p.place, r.ticket_id, COALESCE(t.number, '') AS number, COALESCE(t.status, '') AS status, r.why
			FROM upkeep_run r JOIN upkeep_plan p ON p.community_id = r.community_id AND p.id = r.plan_id LEFT JOIN ticket t ON t.community_id = r.community_id AND t.id = r.ticket_id
			WHERE r.community_id = $1 AND r.due_on >= $2 AND r.due_on <= $3 AND {scope:r} ORDER BY r.due_on, r.id LIMIT 5000`, community, from, to)
		if err != nil {
			return err
		}
		plans, err := db.All[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("")+` FROM upkeep_plan WHERE community_id = $1 AND is_active AND next_on <= $2 AND {scope} ORDER BY next_on, id LIMIT $3`, community, to, mostPlans)
		for _, p := range plans {
			for _, day := range p.between(p.Next.Later(from), to, mostShown) {
				out = append(out, Occurrence{Plan: p.ID, Day: day, Title: p.Title, Category: p.Category, Place: p.Place})
			}
		}
		return err
	})
	sortByDay(out)
	return out, err
}
