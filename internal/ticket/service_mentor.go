package ticket

import (
	"context"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// AskMentorKind is asked of a mentor before a step that a community has named.
const AskMentorKind = "ticket.mentor"

// MentorRules are what a new colleague asks their mentor for, besides ending a
// matter without work, which is always asked for (TIC-05a).
type MentorRules struct {
	Grade bool `json:"grade" doc:"lowering the grade: the customer waits longer"`
	Hold  bool `json:"hold" doc:"letting the work wait"`
}

// ShippedMentor applies where a community has set nothing.
var ShippedMentor = MentorRules{Grade: true}

// asks reports whether a step needs the mentor's yes.
func (m MentorRules) asks(step Step) bool {
	return step == StepCancel || step == StepGrade && m.Grade || step == StepHold && m.Hold
}

func (s Settings) mentor() MentorRules {
	if s.Mentor == nil {
		return ShippedMentor
	}
	return *s.Mentor
}

// leave is a mentor's yes to one step of one person, until it is used.
type leave struct {
	ID        id.Of[leave]      `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Ticket    ID                `db:"ticket_id"`
	Staff     staff.ID          `db:"staff_id"`
	Step      Step              `db:"step"`
	At        clock.Instant     `db:"at"`
	ByName    string            `db:"by_name"`
}

// mentorOf is who must be asked before the caller takes a step; none where
// nobody need be, or their yes is there already.
func mentorOf(ctx context.Context, tx *db.Tx, t Ticket, step Step) (m staff.Member, granted []id.Of[leave], err error) {
	if m, err = staff.MentorOf(ctx, tx, t.Community, tx.Who.ID); err != nil || m.ID == 0 {
		return staff.Member{}, nil, err
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil || !set.mentor().asks(step) {
		return staff.Member{}, nil, err
	}
	granted, err = db.All[id.Of[leave]](ctx, tx, `SELECT id FROM ticket_leave WHERE community_id = $1 AND ticket_id = $2 AND staff_id = $3 AND step = $4 AND {scope} ORDER BY id`, t.Community, t.ID, tx.Who.ID, string(step))
	if len(granted) > 0 {
		m = staff.Member{}
	}
	return m, granted, err
}

// mayStep refuses what a new colleague has to ask their mentor for; a yes is used up.
func mayStep(ctx context.Context, tx *db.Tx, t Ticket, step Step) error {
	m, granted, err := mentorOf(ctx, tx, t, step)
	if err != nil {
		return err
	}
	if m.ID != 0 {
		return ErrMentor
	}
	if len(granted) > 0 {
		_, err = tx.Exec(ctx, `DELETE FROM ticket_leave WHERE id = $1 AND {scope}`, granted[0])
	}
	return err
}

// mentorAsks are the steps of t for which the caller asks their mentor now.
func mentorAsks(ctx context.Context, tx *db.Tx, t Ticket) (out []Step, m staff.Member, err error) {
	out = []Step{}
	for _, step := range []Step{StepCancel, StepGrade, StepHold} {
		one, _, err := mentorOf(ctx, tx, t, step)
		if err != nil {
			return out, m, err
		}
		if one.ID != 0 {
			out, m = append(out, step), one
		}
	}
	return out, m, nil
}

// AskMentor asks the mentor for their yes to a step that the community has
// named; with it the caller may take that step once.
func (s *Service) AskMentor(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, step Step, reason string) (Ticket, error) {
	var mentor staff.ID
	return s.ask(ctx, who, id, expect, step, reason, asked{Ticket: id, Step: step, Who: who.ID, mentor: &mentor}, func(tx *db.Tx, t Ticket) error {
		if !slices.Contains([]Step{StepGrade, StepHold}, step) {
			return ErrMentorFreely
		}
		m, _, err := mentorOf(ctx, tx, t, step)
		if err == nil && m.ID == 0 {
			err = ErrMentorFreely
		}
		mentor = m.ID
		return err
	})
}

// grant keeps a mentor's yes until it is used.
func grant(ctx context.Context, tx *db.Tx, t Ticket, a asked, by string) error {
	return db.Insert(ctx, tx, "ticket_leave", leave{db.NewID[leave](tx), t.Community, t.ID, a.Who, a.Step, tx.Now, by})
}
