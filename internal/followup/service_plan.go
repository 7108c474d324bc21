package followup

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

// PlanForTicket creates the follow-up of a resolved ticket, if the community's
// rules ask for one (FUP-01); it handles ticket.Solved.
func (s *Service) PlanForTicket(ctx context.Context, tx *db.Tx, e ticket.Solved) error {
	t, err := ticket.In(ctx, tx, e.Ticket)
	if err != nil || t.Status != ticket.Resolved || *t.ResolvedAt != e.At {
		return err // taken up again meanwhile; resolved once more, it was told again
	}
	if t.Channel == ticket.ByPlan && t.Customer == 0 {
		return ticket.Unasked(ctx, tx, t.ID)
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return err
	}
	vip, err := tagged(ctx, tx, t.Customer, set.VIPTags)
	if err != nil {
		return err
	}
	p, ok := set.For(Case{t.ID, t.Kind, t.ArrivedAt != nil, vip, e.At})
	if !ok {
		return nil
	}
	return plan(ctx, tx, FollowUp{Community: t.Community, Ticket: t.ID, Round: t.Reopened, Room: t.Room, Customer: t.Customer, Rule: p.Rule, DueAt: p.Due, CompleteBy: &p.CompleteBy})
}

// tagged says whether a customer has one of some tags.
func tagged(ctx context.Context, tx *db.Tx, who customer.ID, tags []string) (bool, error) {
	if who == 0 || len(tags) == 0 {
		return false, nil
	}
	c, err := customer.In(ctx, tx, who)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return slices.ContainsFunc(c.Tags, func(t string) bool { return slices.Contains(tags, t) }), err
}

func plan(ctx context.Context, tx *db.Tx, f FollowUp) error {
	f.ID, f.State, f.Version = db.NewID[FollowUp](tx), Due, 1
	tx.Emit(Changed{f.ID, f.Community, f.Ticket, Due})
	return db.Insert(ctx, tx, "follow_up", f)
}

// planOnce plans what has no ticket, unless it is planned already.
func planOnce(ctx context.Context, tx *db.Tx, f FollowUp) error {
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM follow_up WHERE community_id = $1 AND source = $2 AND {scope}`, f.Community, f.Source)
	if err != nil || n > 0 {
		return err
	}
	f.CompleteBy = &f.DueAt
	return plan(ctx, tx, f)
}

// Received is a room that was handed over.
type Received struct {
	Community authz.CommunityID
	Handover  string
	Room      housing.RoomID
	Customer  customer.ID
	At        clock.Instant
}

// PlanForRoom asks who received a room how it is, within the days that the
// community has set (FUP-01).
func (s *Service) PlanForRoom(ctx context.Context, tx *db.Tx, e Received) error {
	set, err := settingsIn(ctx, tx, e.Community)
	if err != nil || set.HandoverDays == 0 {
		return err
	}
	return planOnce(ctx, tx, FollowUp{Community: e.Community, Room: e.Room, Customer: e.Customer, Rule: RuleHandover, Source: "handover:" + e.Handover, DueAt: e.At.Add(time.Duration(set.HandoverDays) * day)})
}

// Schedule plans the calls at households in care, once a day.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actCare), 12*time.Hour, func(ctx context.Context) error { return s.planCare(ctx) })
}

const actCare authz.Action = "followup.care"

// mostCare is how many households in care are planned in one transaction.
const mostCare = 500

// planCare plans the next call at each household in care of which none is due:
// so many days after the last one, at once for a new one (FUP-01).
func (s *Service) planCare(ctx context.Context) error {
	who := authz.System("followup", actCare)
	var places []authz.CommunityID
	err := s.DB.Read(ctx, who, actCare, func(tx *db.Tx) (err error) {
		places, err = db.All[authz.CommunityID](ctx, tx.Global("the job looks at every community"), `SELECT id FROM community ORDER BY id`)
		return err
	})
	for _, place := range places {
		for more := err == nil; more && err == nil; {
			err = s.DB.Write(ctx, who, actCare, func(tx *db.Tx) (err error) {
				tx.Silent("what is planned is told by its event")
				more, err = planCareIn(ctx, tx, place)
				return err
			})
		}
	}
	return err
}

func planCareIn(ctx context.Context, tx *db.Tx, place authz.CommunityID) (more bool, err error) {
	set, err := settingsIn(ctx, tx, place)
	if err != nil || set.CareDays == 0 || len(set.CareTags) == 0 {
		return false, err
	}
	type someone struct {
		ID   customer.ID    `db:"id"`
		Room housing.RoomID `db:"room_id"`
		Last clock.Instant  `db:"last"`
	}
	args := []any{place, mostCare}
	var has []string
	for _, t := range set.CareTags {
		args = append(args, `%"`+t+`"%`)
		has = append(has, "c.tags LIKE $"+strconv.Itoa(len(args)))
	}
	all, err := db.All[someone](ctx, tx, `SELECT c.id, MIN(l.room_id) AS room_id, COALESCE((SELECT MAX(f.done_at) FROM follow_up f WHERE f.customer_id = c.id AND f.rule = 'care'), 0) AS last
		FROM customer c JOIN relation l ON l.community_id = c.community_id AND l.customer_id = c.id AND l.to_on IS NULL
		WHERE c.community_id = $1 AND c.merged_into IS NULL AND c.erased_at IS NULL AND (`+strings.Join(has, " OR ")+`)
			AND NOT EXISTS (SELECT 1 FROM follow_up d WHERE d.customer_id = c.id AND d.rule = 'care' AND d.state = 'due') AND {scope:c}
		GROUP BY c.id ORDER BY c.id LIMIT $2`, args...)
	if err != nil {
		return false, err
	}
	for _, c := range all {
		due := tx.Now.Add(day)
		if c.Last != 0 {
			due = max(due, c.Last.Add(time.Duration(set.CareDays)*day))
		}
		f := FollowUp{Community: place, Room: c.Room, Customer: c.ID, Rule: RuleCare, Source: "care:" + c.ID.String() + ":" + strconv.FormatInt(int64(c.Last), 10), DueAt: due}
		if err := planOnce(ctx, tx, f); err != nil {
			return false, err
		}
	}
	return len(all) == mostCare, nil
}

// Drop ends the follow-up of a ticket that is taken up again; it handles ticket.Reopened.
func (s *Service) Drop(ctx context.Context, tx *db.Tx, e ticket.Reopened) error {
	open, err := db.All[View](ctx, tx, views+`WHERE f.ticket_id = $1 AND f.state = 'due' AND f.round < t.reopened AND {scope:f}`, e.Ticket)
	if err != nil {
		return err
	}
	for _, v := range open {
		v.State, v.DoneAt, v.NextAt = Void, &tx.Now, nil
		tx.Emit(Changed{v.ID, v.Community, v.Ticket, Void})
		if err := db.Save(ctx, tx, "follow_up", &v.FollowUp); err != nil {
			return err
		}
	}
	return nil
}
