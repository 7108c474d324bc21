package staffing

import (
	"context"
	"strconv"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/roster"
)

// kindPlan is the request to approve a plan; who asks never decides.
const kindPlan = "staffing.plan"

// Approve registers what the property manager decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindPlan, Decide: ActDecide, TimeLimit: 72 * time.Hour, FourEyes: true, Ended: s.ended, Describe: s.describe})
}

func (p Plan) subject() string { return "staffing_plan:" + p.ID.String() }

func plan(ctx context.Context, tx *db.Tx, id PlanID) (Plan, error) {
	return db.One[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("")+` FROM staffing_plan WHERE id = $1 AND {scope}`, id)
}

// Plans are the plans of a community, the latest first, with what roster and load ask for.
type Plans struct {
	Items   []Plan         `json:"items"`
	Needs   []roster.Heads `json:"needs" doc:"people by post: there are, and an ordinary week takes"`
	Profile []Group        `json:"profile" doc:"what candidates are interviewed against"`
}

// Plans lists the plans of a community.
func (s *Service) Plans(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Plans, err error) {
	err = s.DB.Read(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if out.Items, err = db.All[Plan](ctx, tx, `SELECT `+db.Columns[Plan]("")+` FROM staffing_plan WHERE community_id = $1 AND {scope} ORDER BY id DESC LIMIT 100`, community); err != nil {
			return err
		}
		out.Profile = Profile()
		out.Needs, err = s.Heads(ctx, tx, community)
		return err
	})
	return out, err
}

// Full is a plan with its candidates.
type Full struct {
	Plan
	Candidates []Candidate `json:"candidates"`
}

// Plan shows a plan with its candidates.
func (s *Service) Plan(ctx context.Context, who authz.Actor, id PlanID) (f Full, err error) {
	err = s.DB.Read(ctx, who, ActEdit, func(tx *db.Tx) error {
		if f.Plan, err = plan(ctx, tx, id); err != nil {
			return err
		}
		f.Candidates, err = db.All[Candidate](ctx, tx, `SELECT `+db.Columns[Candidate]("")+` FROM staffing_candidate WHERE community_id = $1 AND plan_id = $2 AND {scope} ORDER BY id`, f.Community, id)
		for i := range f.Candidates {
			f.Candidates[i].Groups = f.Candidates[i].Ratings.means()
		}
		return err
	})
	return f, err
}

// Add writes a new plan down.
func (s *Service) Add(ctx context.Context, who authz.Actor, community authz.CommunityID, d PlanDraft) (p Plan, err error) {
	if d, err = d.checked(); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		p = Plan{ID: db.NewID[Plan](tx), Community: community, PlanDraft: d, State: Draft, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		tx.Note(community, p.subject(), nil, map[string]any{"title": p.Title, "lines": len(p.Lines)})
		tx.Emit(Changed{community, p.ID})
		tx.Answer(&p)
		return db.Insert(ctx, tx, "staffing_plan", p)
	})
	return p, err
}

// Edit changes a plan that is not with its approver.
func (s *Service) Edit(ctx context.Context, who authz.Actor, id PlanID, expect func(int64) error, d PlanDraft) (p Plan, err error) {
	if d, err = d.checked(); err != nil {
		return p, err
	}
	return s.change(ctx, who, id, expect, func(_ *db.Tx, p *Plan) error {
		p.PlanDraft, p.State = d, Draft
		return nil
	})
}

// Submit lays a plan before the property manager.
func (s *Service) Submit(ctx context.Context, who authz.Actor, id PlanID, expect func(int64) error) (Plan, error) {
	return s.change(ctx, who, id, expect, func(tx *db.Tx, p *Plan) error {
		if len(p.Lines) == 0 {
			return ErrNoLines
		}
		p.State, p.DecidedAt, p.Decider, p.Decision = Submitted, nil, "", ""
		_, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindPlan, Community: p.Community, Subject: p.subject(), About: p.Title, Data: p.ID, Reason: p.Reason})
		return err
	})
}

func (s *Service) change(ctx context.Context, who authz.Actor, id PlanID, expect func(int64) error, fn func(*db.Tx, *Plan) error) (p Plan, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if p, err = plan(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		if p.State != Draft && p.State != Returned {
			return ErrNotNow
		}
		before := p.State
		if err := fn(tx, &p); err != nil {
			return err
		}
		tx.Note(p.Community, p.subject(), map[string]any{"state": before}, map[string]any{"state": p.State, "lines": len(p.Lines)})
		tx.Emit(Changed{p.Community, p.ID})
		tx.Answer(&p)
		return db.Save(ctx, tx, "staffing_plan", &p)
	})
	return p, err
}

func (s *Service) ended(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var id PlanID
	if err := r.Data.Unmarshal(&id); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	p, err := db.One[Plan](ctx, g, `SELECT `+db.Columns[Plan]("")+` FROM staffing_plan WHERE id = $1 AND community_id = $2`, id, r.Community)
	if err != nil || p.State != Submitted {
		return err
	}
	p.State, p.DecidedAt, p.Decider, p.Decision = Returned, &tx.Now, tx.Who.Name, r.Decision
	if r.State == approval.Approved {
		p.State = Approved
	}
	tx.Note(p.Community, p.subject(), map[string]any{"state": Submitted}, map[string]any{"state": p.State})
	tx.Emit(Changed{p.Community, p.ID})
	return db.Save(ctx, g, "staffing_plan", &p)
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) (out []approval.Line, err error) {
	var id PlanID
	if err := r.Data.Unmarshal(&id); err != nil {
		return nil, err
	}
	p, err := db.One[Plan](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Plan]("")+` FROM staffing_plan WHERE id = $1 AND community_id = $2`, id, r.Community)
	out = append(out, approval.Line{Label: "staffing.span", To: p.From.String() + " – " + p.To.String()})
	for _, l := range p.Lines {
		out = append(out, approval.Line{Label: "staffing.position", From: l.Position + " " + strconv.FormatInt(l.Filled, 10), To: strconv.FormatInt(l.Needed, 10)})
	}
	return out, err
}

// Rate writes down an interview; id 0: of somebody new.
func (s *Service) Rate(ctx context.Context, who authz.Actor, of PlanID, id CandidateID, expect func(int64) error, d CandidateDraft) (c Candidate, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if id != 0 {
			if c, err = db.One[Candidate](ctx, tx, `SELECT `+db.Columns[Candidate]("")+` FROM staffing_candidate WHERE id = $1 AND {scope}`, id); err != nil {
				return err
			}
			of = c.Plan
			if err := expect(c.Version); err != nil {
				return err
			}
		}
		p, err := plan(ctx, tx, of)
		if err != nil {
			return err
		}
		if p.State != Approved {
			return ErrNotNow
		}
		if d, err = d.checked(p); err != nil {
			return err
		}
		c.CandidateDraft, c.At, c.ByName, c.Groups = d, tx.Now, who.Name, d.Ratings.means()
		tx.Emit(Changed{p.Community, p.ID})
		tx.Answer(&c)
		if id != 0 {
			tx.Note(p.Community, p.subject(), nil, map[string]any{"candidate": c.ID, "state": c.State})
			return db.Save(ctx, tx, "staffing_candidate", &c)
		}
		c.ID, c.Community, c.Plan, c.Version = db.NewID[Candidate](tx), p.Community, p.ID, 1
		tx.Note(p.Community, p.subject(), nil, map[string]any{"candidate": c.ID, "state": c.State})
		return db.Insert(ctx, tx, "staffing_candidate", c)
	})
	return c, err
}

// Trim forgets candidates whose sheet was not touched since; how long they are
// kept is a setting (ACC-13).
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	err = s.DB.Bulk(ctx, authz.System("staffing", actTrim), actTrim, func(tx *db.Tx) (err error) {
		tx.Silent("how many were erased stands in the log of retention")
		n, err = tx.Exec(ctx, `DELETE FROM staffing_candidate WHERE at < $1 AND {scope}`, before)
		return err
	})
	return n, err
}
