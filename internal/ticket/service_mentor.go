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

// mentored is what somebody who has a mentor asks for on a ticket, and what of
// it was granted. Of who has none it is empty.
type mentored struct {
	mentor  staff.Member
	rules   MentorRules
	granted []leave
}

func mentoredOn(ctx context.Context, tx *db.Tx, t Ticket) (m mentored, err error) {
	if m.mentor, err = staff.MentorOf(ctx, tx, t.Community, tx.Who.ID); err != nil || m.mentor.ID == 0 {
		return m, err
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return m, err
	}
	m.rules = set.mentor()
	m.granted, err = db.All[leave](ctx, tx, `SELECT `+db.Columns[leave]("")+` FROM ticket_leave WHERE community_id = $1 AND ticket_id = $2 AND staff_id = $3 AND {scope} ORDER BY id`, t.Community, t.ID, tx.Who.ID)
	return m, err
}

// yes is the mentor's yes to a step that needs one; asks, whether it is missing.
func (m mentored) yes(step Step) (granted leave, asks bool) {
	if m.mentor.ID == 0 || !m.rules.asks(step) {
		return leave{}, false
	}
	i := slices.IndexFunc(m.granted, func(l leave) bool { return l.Step == step })
	if i < 0 {
		return leave{}, true
	}
	return m.granted[i], false
}

// mayStep refuses what a new colleague has to ask their mentor for; a yes is used up.
func mayStep(ctx context.Context, tx *db.Tx, t Ticket, step Step) error {
	m, err := mentoredOn(ctx, tx, t)
	if err != nil {
		return err
	}
	granted, asks := m.yes(step)
	if asks {
		return ErrMentor
	}
	if granted.ID != 0 {
		_, err = tx.Exec(ctx, `DELETE FROM ticket_leave WHERE id = $1 AND {scope}`, granted.ID)
	}
	return err
}

// asks are the steps for which the mentor is asked now.
func (m mentored) asks() []Step {
	return slices.DeleteFunc([]Step{StepCancel, StepGrade, StepHold}, func(step Step) bool { _, asks := m.yes(step); return !asks })
}

// AskMentor asks the mentor for their yes to a step that the community has
// named; with it the caller may take that step once.
func (s *Service) AskMentor(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, step Step, reason string) (Ticket, error) {
	var mentor staff.ID
	return s.ask(ctx, who, id, expect, step, reason, asked{Ticket: id, Step: step, Who: who.ID, mentor: &mentor}, func(tx *db.Tx, t Ticket) error {
		if !slices.Contains([]Step{StepGrade, StepHold}, step) {
			return ErrMentorFreely
		}
		m, err := mentoredOn(ctx, tx, t)
		if err != nil {
			return err
		}
		if _, asks := m.yes(step); !asks {
			return ErrMentorFreely
		}
		mentor = m.mentor.ID
		return nil
	})
}

// grant keeps a mentor's yes until it is used.
func grant(ctx context.Context, tx *db.Tx, t Ticket, a asked, by string) error {
	return db.Insert(ctx, tx, "ticket_leave", leave{db.NewID[leave](tx), t.Community, t.ID, a.Who, a.Step, tx.Now, by})
}
