package ticket

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

const (
	// acceptJob waits for an answer: that of who was chosen, or anybody's claim.
	acceptJob = "ticket.accept_due"
	// leftOutFor is how long somebody who refused, or did not answer, is not asked about the same ticket again.
	leftOutFor = 12 * time.Hour
	// lastKnown is for how long it counts where somebody was.
	lastKnown = 12 * time.Hour
)

// awaited is the payload of the timer; To is zero when it is offered for claiming.
type awaited struct {
	event
	To     staff.ID `json:"to"`
	ByHand bool     `json:"byHand,omitempty"` // somebody chose who; it stays with them
}

// AutoDispatch lets a new ticket come to who does the work, as the mode of its
// category says (TIC-05). It handles Opened, Returned and Reopened; not is who
// has just given it back.
func (s *Service) AutoDispatch(ctx context.Context, tx *db.Tx, id ID, not staff.ID) error {
	t, err := get(ctx, tx, id)
	if err != nil || t.Status != New || !Policies[t.Kind].Visits {
		return err // gone on by hand meanwhile, or for the desk itself
	}
	set, err := settingsIn(ctx, tx, t.Community)
	if err != nil {
		return err
	}
	if t.remoteFirst() {
		tx.Silent("a visit waits for the leader's yes")
		return nil
	}
	if t.early(set, tx.Now) {
		tx.Silent("somebody is chosen for the appointment shortly before it")
		return jobs.At(ctx, tx, chooseJob, t.ID.String(), set.visits().chosenAt(*t.VisitFrom), event{t.ID, t.Community})
	}
	switch set.mode(t.Category) {
	case ByHand:
		tx.Silent("a dispatcher gives it")
		return nil
	case ToQueue:
		c, _ := TreeOf(tx).ByID(t.Category)
		return tellLeader(ctx, tx, t, "queued", Data{"dept": c.Dept})
	case ByClaim:
		return s.offer(ctx, tx, t, set)
	}
	return s.auto(ctx, tx, t, set, not, true)
}

// OnDuty looks for work for somebody who came on duty.
func (s *Service) OnDuty(ctx context.Context, tx *db.Tx, e staff.DutyChanged) error {
	if !e.OnDuty {
		return nil
	}
	return s.DispatchWaiting(ctx, tx, e.Community)
}

// DispatchWaiting gives what waits to who is on duty now: somebody came, or a
// shift began.
func (s *Service) DispatchWaiting(ctx context.Context, tx *db.Tx, community authz.CommunityID) error {
	all, err := waiting(ctx, tx, community, 50)
	if err != nil {
		return err
	}
	set, err := settingsIn(ctx, tx, community)
	if err != nil {
		return err
	}
	for _, t := range all {
		if !Policies[t.Kind].Visits || set.mode(t.Category) != Automatic || t.remoteFirst() || t.early(set, tx.Now) {
			continue
		}
		if err := s.auto(ctx, tx, t, set, 0, false); err != nil {
			return err
		}
	}
	return nil
}

// auto chooses somebody, or tells the leader that nobody is free.
func (s *Service) auto(ctx context.Context, tx *db.Tx, t Ticket, set Settings, not staff.ID, complain bool) error {
	need, err := needOf(ctx, tx, t)
	if err != nil {
		return err
	}
	all, err := candidates(ctx, tx, t, set, not)
	if err != nil {
		return err
	}
	best, why, ok := Choose(all, need)
	if !ok {
		if !complain {
			return nil
		}
		return tellLeader(ctx, tx, t, "no_one_free", Data{"skill": need.Skill})
	}
	old := t
	if t.Doer != best.ID {
		why.Knows = t.DoerName
	}
	if t.VisitState == Booked {
		why.Slot = t.VisitSlot
	}
	if t, err = give(ctx, tx, t, best.ID, best.Name, why); err != nil {
		return err
	}
	if err := wait(ctx, tx, t, set, best.ID, best.Since); err != nil {
		return err
	}
	return save(ctx, tx, old, &t)
}

// wait sets the timer after which the dispatch goes on. Who was chosen for an
// appointment before their shift begins is waited for from then on.
func wait(ctx context.Context, tx *db.Tx, t Ticket, set Settings, to staff.ID, since clock.Instant) error {
	return waitFor(ctx, tx, set.acceptWithin(t.Grade), since, awaited{event: event{t.ID, t.Community}, To: to})
}

func waitFor(ctx context.Context, tx *db.Tx, within time.Duration, since clock.Instant, w awaited) error {
	return jobs.At(ctx, tx, acceptJob, w.Ticket.String(), max(tx.Now, since).Add(within), w)
}

// answering is how long somebody who is given work by hand has to answer (TIC-07b).
type answering struct {
	set   Settings
	since clock.Instant // of their next shift, if they are on none now
}

func answeringOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, who staff.ID) (a answering, err error) {
	if a.set, err = settingsIn(ctx, tx, community); err != nil {
		return a, err
	}
	a.since, err = roster.NextOn(ctx, tx, community, who, tx.Now)
	return a, err
}

// wait sets the timer after which the leader hears that nobody has answered.
func (a answering) wait(ctx context.Context, tx *db.Tx, t Ticket) error {
	return waitFor(ctx, tx, a.set.acceptWithin(t.Grade), a.since, awaited{event{t.ID, t.Community}, t.Assignee, true})
}

// tellLeader notes verb in the timeline and tells the leader at once.
func tellLeader(ctx context.Context, tx *db.Tx, t Ticket, verb string, data Data) error {
	to, names, err := addressees(ctx, tx, t, []string{ToLeader})
	if err != nil {
		return err
	}
	if len(names) > 0 {
		data["told"] = names
	}
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	if len(to) > 0 {
		tx.Emit(Escalated{event{t.ID, t.Community}, "dispatch", 0, to})
	}
	return write(ctx, tx, t, verb, false, "", "", data)
}

// available lists who is on duty: by the roster where the community plans one
// for the day, otherwise who has switched their duty on. The shift's name is
// known by the roster only.
func available(ctx context.Context, tx *db.Tx, community authz.CommunityID) (out []Candidate, err error) {
	planned, err := roster.Planned(ctx, tx, community, tx.Now)
	if err != nil {
		return nil, err
	}
	if !planned {
		duty, err := staff.AvailableIn(ctx, tx, community)
		for _, d := range duty {
			out = append(out, Candidate{OnDuty: d})
		}
		return out, err
	}
	lines, err := roster.OnDuty(ctx, tx, community, tx.Now)
	if err != nil {
		return nil, err
	}
	able, err := staff.ActiveIn(ctx, tx, community)
	for _, d := range able {
		if i := slices.IndexFunc(lines, func(l roster.Line) bool { return l.Staff == d.ID }); i >= 0 {
			out = append(out, Candidate{OnDuty: d, Shift: lines[i].ShiftName})
		}
	}
	return out, err
}

// candidates are those on duty with the skill who were not asked about t lately,
// each with what they have in hand and where they were. For an appointment they
// are on duty in its window, and have not as many in it as one can do.
func candidates(ctx context.Context, tx *db.Tx, t Ticket, set Settings, not staff.ID) (out []Candidate, err error) {
	skill := TreeOf(tx).SkillFor(t.Category)
	duty, err := dutyFor(ctx, tx, t, set)
	if err != nil {
		return nil, err
	}
	left, err := leftOut(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	for _, c := range duty {
		if c.ID == not || slices.Contains(left, c.ID) || !slices.Contains(c.Skills, skill) {
			continue
		}
		if c.Load, c.Urgent, err = inHands(ctx, tx, c.ID); err != nil {
			return nil, err
		}
		if c.Last, err = lastPlace(ctx, tx, c.ID); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// leftOut lists who refused a ticket, or let it wait, within the last hours.
func leftOut(ctx context.Context, tx *db.Tx, t Ticket) (out []staff.ID, err error) {
	lines, err := db.All[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("")+` FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 AND verb IN ('refused', 'timed_out') AND at > $3 AND {scope}`,
		t.Community, t.ID, tx.Now.Add(-leftOutFor))
	for _, e := range lines {
		var who staff.ID
		if text, ok := e.Data["of"].(string); ok && who.UnmarshalText([]byte(text)) == nil {
			out = append(out, who)
		} else if e.By != 0 { // as older programs wrote it
			out = append(out, e.By)
		}
	}
	return out, err
}

// mostCounted: whoever has so many in hand is as busy as can be.
const mostCounted = 100

// inHands counts what somebody has in hand, and the emergencies of it.
func inHands(ctx context.Context, tx *db.Tx, of staff.ID) (all, urgent int64, err error) {
	type count struct {
		All    int64 `db:"n"`
		Urgent int64 `db:"urgent"`
	}
	c, err := db.One[count](ctx, tx, `SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE grade = 'A') AS urgent FROM (
		SELECT grade FROM ticket WHERE assignee_id = $1 AND sort_due < $2 AND {scope} ORDER BY sort_due, id LIMIT `+strconv.Itoa(mostCounted)+`) t`, of, idle) // written out: what is bound there is compiled at every call (SQLite)
	return c.All, c.Urgent, err
}

// lastPlace is the building where somebody checked in at last; 0: none, or too long ago.
func lastPlace(ctx context.Context, tx *db.Tx, of staff.ID) (staff.BuildingID, error) {
	last, err := db.All[staff.BuildingID](ctx, tx, `SELECT building_id FROM ticket WHERE assignee_id = $1 AND arrived_at > $2 AND arrived_at IS NOT NULL AND {scope} ORDER BY arrived_at DESC LIMIT 1`, of, tx.Now.Add(-lastKnown))
	if len(last) == 0 {
		return 0, err
	}
	return last[0], err
}

// overdue is what happens when nobody answered: who was chosen is left out and
// the dispatch goes on; what nobody claimed comes to the leader, and what somebody
// gave by hand comes to their notice.
func (s *Service) overdue(ctx context.Context, tx *db.Tx, w awaited) error {
	tx.Silent("what happens by itself stands in the ticket's timeline")
	old, err := get(ctx, tx, w.Ticket)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if w.To == 0 {
		if old.Status != New {
			return nil
		}
		return tellLeader(ctx, tx, old, "unclaimed", Data{})
	}
	if old.Status != Dispatched || old.Assignee != w.To {
		return nil
	}
	name := old.AssigneeName
	if w.ByHand {
		return tellLeader(ctx, tx, old, "unanswered", Data{"of": w.To, "toName": name})
	}
	t, err := old.refuse()
	if err != nil {
		return err
	}
	tx.Emit(Returned{event{t.ID, t.Community}, w.To})
	if err := write(ctx, tx, t, "timed_out", false, "", "", Data{"of": w.To, "toName": name}); err != nil {
		return err
	}
	return save(ctx, tx, old, &t)
}

// offer lets those on duty claim a ticket. Where none of them could, the leader
// is told at once.
func (s *Service) offer(ctx context.Context, tx *db.Tx, t Ticket, set Settings) error {
	skill := TreeOf(tx).SkillFor(t.Category)
	all, err := candidates(ctx, tx, t, set, 0)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return tellLeader(ctx, tx, t, "no_one_free", Data{"skill": skill})
	}
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	if err := write(ctx, tx, t, "offered", false, "", "", Data{"skill": skill, "n": len(all)}); err != nil {
		return err
	}
	return wait(ctx, tx, t, set, 0, 0)
}

// Claims are the tickets that somebody could claim now.
type Claims struct {
	OnDuty bool      `json:"onDuty" doc:"false: nothing is shown to who is not on duty"`
	Items  []RowView `json:"items"`
}

// onDutyNow finds the caller among those on duty.
func onDutyNow(ctx context.Context, tx *db.Tx, community authz.CommunityID) (me Candidate, ok bool, err error) {
	duty, err := available(ctx, tx, community)
	i := slices.IndexFunc(duty, func(c Candidate) bool { return c.ID == tx.Who.ID })
	if i < 0 {
		return me, false, err
	}
	return duty[i], true, err
}

// Claimable lists what the caller could claim now: on duty, and with the skill.
func (s *Service) Claimable(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Claims, err error) {
	err = s.DB.Read(ctx, who, ActClaim, func(tx *db.Tx) error {
		out = Claims{Items: []RowView{}}
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		me, on, err := onDutyNow(ctx, tx, community)
		if err != nil || !on {
			return err
		}
		out.OnDuty = true
		set, err := settingsIn(ctx, tx, community)
		if err != nil {
			return err
		}
		all, err := waiting(ctx, tx, community, 200)
		for _, t := range all {
			if !Policies[t.Kind].Visits || set.mode(t.Category) != ByClaim || !slices.Contains(me.Skills, TreeOf(tx).SkillFor(t.Category)) {
				continue
			}
			if err := mayClaim(ctx, tx, t, me.OnDuty); errors.Is(err, ErrClaimSenior) {
				continue // it would only be refused
			} else if err != nil {
				return err
			}
			out.Items = append(out.Items, Row{Ticket: t}.View(tx.Who, tx.Now))
		}
		return err
	})
	return out, err
}

// Claim takes a ticket that is offered; it is accepted with that. Of two who
// claim at once the first has it, and the other is told who (TIC-05).
func (s *Service) Claim(ctx context.Context, who authz.Actor, id ID) (t Ticket, err error) {
	err = s.DB.Write(ctx, who, ActClaim, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		set, err := settingsIn(ctx, tx, old.Community)
		if err != nil {
			return err
		}
		if !Policies[old.Kind].Visits || set.mode(old.Category) != ByClaim {
			return ErrClaimClosed
		}
		if old.Status != New && old.Assignee != 0 {
			return ErrClaimed.With("name", old.AssigneeName)
		}
		me, on, err := onDutyNow(ctx, tx, old.Community)
		switch {
		case err != nil:
			return err
		case !on:
			return ErrClaimOffDuty
		case !slices.Contains(me.Skills, TreeOf(tx).SkillFor(old.Category)):
			return ErrClaimSkill
		}
		if err := mayClaim(ctx, tx, old, me.OnDuty); err != nil {
			return err
		}
		if t, err = old.dispatch(me.ID, me.Name, tx.Now); err != nil {
			return err
		}
		if t, err = t.accept(tx.Now); err != nil {
			return err
		}
		if err := jobs.Cancel(ctx, tx, acceptJob, t.ID.String()); err != nil {
			return err
		}
		tx.Answer(&t)
		if err := write(ctx, tx, t, "claimed", true, "", "", nil); err != nil {
			return err
		}
		return save(ctx, tx, old, &t)
	})
	return t, err
}
