package billing

import (
	"context"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

func (r Run) subject() string { return "bill_run:" + r.ID.String() }

// Runs lists the runs of a community, the latest first.
func (s *Service) Runs(ctx context.Context, who authz.Actor, community authz.CommunityID, before RunID, limit int) (out []Run, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = runs(ctx, tx, community, before, limit+1)
		return err
	})
	return out, err
}

// Run returns a run.
func (s *Service) Run(ctx context.Context, who authz.Actor, id RunID) (r Run, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		r, err = run(ctx, tx, id)
		return err
	})
	return r, err
}

// RunLines are the lines of a run.
func (s *Service) RunLines(ctx context.Context, who authz.Actor, id RunID, item ItemID, after int64, limit int) (out []LineView, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = ofRun(ctx, tx, r, item, after, limit+1)
		return err
	})
	return out, err
}

// mostOfRoom is how many lines the page of a household's bills shows.
const mostOfRoom = 400

// Bills are what a room was billed, the latest month first.
func (s *Service) Bills(ctx context.Context, who authz.Actor, room housing.RoomID) (out []LineView, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		out, err = ofRoom(ctx, tx, r, mostOfRoom)
		return err
	})
	return out, err
}

// Bill is one line with how it came about.
func (s *Service) Bill(ctx context.Context, who authz.Actor, id LineID) (v LineView, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		v, err = line(ctx, tx, id)
		return err
	})
	return v, err
}

// Calculate begins a dry run of a month; items narrows it. Nothing is owed by it.
func (s *Service) Calculate(ctx context.Context, who authz.Actor, community authz.CommunityID, period clock.Period, only []ItemID) (r Run, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if period.IsZero() {
			return errs.ErrFields.At(errs.Field{Name: "period", Code: "required"})
		}
		day, err := today(ctx, tx, community)
		if err != nil {
			return err
		}
		if period.Sub(day.Period()) > 12 || day.Period().Sub(period) > 60 {
			return errs.ErrFields.At(errs.Field{Name: "period", Code: "billing.period_far"})
		}
		r = Run{ID: db.NewID[Run](tx), Community: community, Period: period, Kind: "period", State: Calculating, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		for _, id := range only {
			i, err := item(ctx, tx, id)
			if err != nil || i.Community != community {
				return errs.ErrFields.At(errs.Field{Name: "items", Code: db.ErrNotFound.Code})
			}
			r.Items = append(r.Items, id.String())
		}
		slices.Sort(r.Items)
		tx.Note(community, r.subject(), nil, map[string]any{"period": period, "state": r.State, "items": r.Items})
		tx.Answer(&r)
		if err := db.Insert(ctx, tx, "bill_run", r); err != nil {
			return err
		}
		return r.enqueue(ctx, tx)
	})
	return r, atWork(err)
}

func atWork(err error) error {
	if db.Unique(err, "bill_run_at_work", "bill_run.community_id") {
		return ErrAtWork
	}
	return err
}

const workKind = "bill.work"

type payload struct {
	Run       RunID             `json:"run"`
	Community authz.CommunityID `json:"community"`
}

// Where belongs to the community in the list of jobs.
func (p payload) Where() authz.CommunityID { return p.Community }

// enqueue has the run worked on, if its state is one of work, and tells.
func (r Run) enqueue(ctx context.Context, tx *db.Tx) error {
	tx.Emit(Moved{r.ID, r.Community, r.State})
	if r.State != Calculating && r.State != Booking && r.State != Cancelling {
		return nil
	}
	return jobs.At(ctx, tx, workKind, r.ID.String(), tx.Now, payload{r.ID, r.Community})
}

// move changes a run in one of some states.
func (s *Service) move(ctx context.Context, who authz.Actor, id RunID, match web.Match, from []State, fn func(ctx context.Context, tx *db.Tx, r *Run) error) (r Run, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if r, err = run(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(r.Version); err != nil {
			return err
		}
		if !slices.Contains(from, r.State) || r.Kind != "period" {
			return ErrNotNow
		}
		before := r.State
		if err := fn(ctx, tx, &r); err != nil {
			return err
		}
		tx.Note(r.Community, r.subject(), map[string]any{"state": before}, map[string]any{"state": r.State, "reason": r.Reason})
		tx.Answer(&r)
		if err := db.Save(ctx, tx, "bill_run", &r); err != nil {
			return err
		}
		return r.enqueue(ctx, tx)
	})
	return r, atWork(err)
}

// Again calculates a run anew, after what was wrong was seen to.
func (s *Service) Again(ctx context.Context, who authz.Actor, id RunID, match web.Match) (Run, error) {
	return s.move(ctx, who, id, match, []State{Calculated}, func(_ context.Context, _ *db.Tx, r *Run) error {
		r.State, r.Done, r.Total = Calculating, 0, 0
		return nil
	})
}

// Submit asks somebody else to have the run booked. Rooms that could not be
// computed are left out knowingly, or not at all.
func (s *Service) Submit(ctx context.Context, who authz.Actor, id RunID, match web.Match, reason string, despite bool) (Run, error) {
	return s.move(ctx, who, id, match, []State{Calculated}, func(ctx context.Context, tx *db.Tx, r *Run) error {
		if r.Total == 0 {
			return ErrNothing
		}
		if r.Summary.Errors > 0 && !despite {
			return ErrHasErrors
		}
		r.State = Pending
		_, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindBook, Community: r.Community, Subject: r.subject(), About: r.Period.String(), Data: payload{r.ID, r.Community}, Reason: reason, Amount: &r.Amount})
		return err
	})
}

// Drop throws a dry run away, also one that does not come to its end.
func (s *Service) Drop(ctx context.Context, who authz.Actor, id RunID, match web.Match) (Run, error) {
	return s.move(ctx, who, id, match, []State{Calculating, Calculated}, func(ctx context.Context, tx *db.Tx, r *Run) error {
		r.State = Dropped
		_, err := tx.Exec(ctx, `DELETE FROM bill_draft WHERE community_id = $1 AND run_id = $2 AND {scope}`, r.Community, r.ID)
		return err
	})
}

// AskCancel asks somebody else to have a booked run reversed as a whole.
func (s *Service) AskCancel(ctx context.Context, who authz.Actor, id RunID, match web.Match, reason string) (Run, error) {
	return s.move(ctx, who, id, match, []State{BookedRun}, func(ctx context.Context, tx *db.Tx, r *Run) error {
		r.State, r.Reason = CancelAsked, reason
		_, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindCancel, Community: r.Community, Subject: r.subject(), About: r.Period.String(), Data: payload{r.ID, r.Community}, Reason: reason, Amount: &r.Amount})
		return err
	})
}

func (s *Service) bookEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	return s.decided(ctx, tx, q, Pending, Booking, Calculated)
}

func (s *Service) cancelEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	return s.decided(ctx, tx, q, CancelAsked, Cancelling, BookedRun)
}

func (s *Service) decided(ctx context.Context, tx *db.Tx, q approval.Request, from, approved, refused State) error {
	var p payload
	if err := q.Data.Unmarshal(&p); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	r, err := db.One[Run](ctx, g, `SELECT `+db.Columns[Run]("")+` FROM bill_run WHERE id = $1 AND community_id = $2`, p.Run, q.Community)
	if err != nil {
		return err
	}
	if r.State != from {
		return nil
	}
	if r.State = refused; q.State == approval.Approved {
		r.State, r.Done = approved, 0
	}
	if r.DecidedAt, r.Decision = &tx.Now, q.Decision; from == Pending {
		r.Decider = q.Decider
	}
	tx.Note(r.Community, r.subject(), map[string]any{"state": from}, map[string]any{"state": r.State})
	if err := db.Save(ctx, g, "bill_run", &r); err != nil {
		return atWork(err)
	}
	return r.enqueue(ctx, tx)
}

func (s *Service) describeRun(ctx context.Context, tx *db.Tx, q approval.Request) (out []approval.Line, err error) {
	var p payload
	if err := q.Data.Unmarshal(&p); err != nil {
		return nil, err
	}
	r, err := db.One[Run](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Run]("")+` FROM bill_run WHERE id = $1 AND community_id = $2`, p.Run, q.Community)
	for _, i := range r.Summary.Items {
		out = append(out, approval.Line{Label: i.Name, From: i.Before.Grouped(), To: i.Amount.Grouped()})
	}
	return append(out, approval.Line{Label: "total", To: r.Amount.Grouped()}), err
}
