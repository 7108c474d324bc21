package roster

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// ShiftDraft is what people write of a shift.
type ShiftDraft struct {
	Name    string      `json:"name" maxLength:"20"`
	Post    Post        `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Start   int64       `json:"startMinute" minimum:"0" maximum:"1439"`
	Minutes int64       `json:"minutes" minimum:"15" maximum:"1440"`
	Skills  staff.Words `json:"skills,omitempty" maxItems:"14"`
	Least   int64       `json:"least" minimum:"0" maximum:"500"`
}

func (s Shift) with(d ShiftDraft) (Shift, error) {
	s.Name, s.Post, s.Start, s.Minutes, s.Skills, s.Least = d.Name, d.Post, d.Start, d.Minutes, d.Skills, d.Least
	return s.checked()
}

// AddShift makes a shift that people can be planned for.
func (s *Service) AddShift(ctx context.Context, who authz.Actor, community authz.CommunityID, d ShiftDraft) (out Shift, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if out, err = (Shift{ID: db.NewID[Shift](tx), Community: community, Active: true, Version: 1}).with(d); err != nil {
			return err
		}
		tx.Note(community, "shift:"+out.ID.String(), nil, out)
		tx.Answer(&out)
		tx.Emit(Changed{event{community}})
		return db.Insert(ctx, tx, "roster_shift", out)
	})
	return out, shiftTaken(err)
}

// ChangeShift changes a shift. Duties that are planned keep their hours.
func (s *Service) ChangeShift(ctx context.Context, who authz.Actor, id ShiftID, match web.Match, d ShiftDraft, active bool) (out Shift, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		old, err := shift(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if out, err = old.with(d); err != nil {
			return err
		}
		out.Active = active
		tx.Note(out.Community, "shift:"+id.String(), old, out)
		tx.Emit(Changed{event{out.Community}})
		return db.Save(ctx, tx, "roster_shift", &out)
	})
	return out, shiftTaken(err)
}

func shiftTaken(err error) error {
	if db.Unique(err, "roster_shift_name", "roster_shift.community_id, roster_shift.name") {
		return errs.ErrFields.At(errs.Field{Name: "name", Code: ErrShiftName.Code})
	}
	return err
}

// PatternDraft is what people write of a pattern.
type PatternDraft struct {
	Name     string    `json:"name" maxLength:"40"`
	Days     int64     `json:"days" minimum:"1" maximum:"56"`
	StartsOn clock.Day `json:"startsOn"`
	Turns    Turns     `json:"turns" maxItems:"300"`
}

func (p Pattern) with(ctx context.Context, tx *db.Tx, d PatternDraft) (Pattern, error) {
	p.Name, p.Days, p.StartsOn, p.Turns = d.Name, d.Days, d.StartsOn, d.Turns
	p, err := p.checked()
	if err != nil {
		return p, err
	}
	var wrong errs.Fields
	known, err := shifts(ctx, tx, p.Community)
	if err != nil {
		return p, err
	}
	at, err := people(ctx, tx, p.Community)
	if err != nil {
		return p, err
	}
	for i, t := range p.Turns {
		if !slices.ContainsFunc(known, func(s Shift) bool { return s.ID == t.Shift }) {
			wrong.Add("turns["+strconv.Itoa(i)+"].shiftId", "roster.shift_unknown", nil)
		}
		if !slices.ContainsFunc(at, func(o Person) bool { return o.ID == t.Staff }) {
			wrong.Add("turns["+strconv.Itoa(i)+"].staffId", "roster.person_unknown", nil)
		}
	}
	return p, wrong.Err()
}

// AddPattern keeps a pattern that weeks can be filled by.
func (s *Service) AddPattern(ctx context.Context, who authz.Actor, community authz.CommunityID, d PatternDraft) (p Pattern, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if p, err = (Pattern{ID: db.NewID[Pattern](tx), Community: community, Version: 1}).with(ctx, tx, d); err != nil {
			return err
		}
		tx.Note(community, "pattern:"+p.ID.String(), nil, p)
		tx.Answer(&p)
		tx.Emit(Changed{event{community}})
		return db.Insert(ctx, tx, "roster_pattern", p)
	})
	return p, patternTaken(err)
}

// ChangePattern changes a pattern; weeks that were filled by it stay as they are.
func (s *Service) ChangePattern(ctx context.Context, who authz.Actor, id PatternID, match web.Match, d PatternDraft) (p Pattern, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		old, err := pattern(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(old.Version); err != nil {
			return err
		}
		if p, err = old.with(ctx, tx, d); err != nil {
			return err
		}
		tx.Note(p.Community, "pattern:"+id.String(), old, p)
		tx.Emit(Changed{event{p.Community}})
		return db.Save(ctx, tx, "roster_pattern", &p)
	})
	return p, patternTaken(err)
}

func patternTaken(err error) error {
	if db.Unique(err, "roster_pattern_name", "roster_pattern.community_id, roster_pattern.name") {
		return errs.ErrFields.At(errs.Field{Name: "name", Code: ErrPatternName.Code})
	}
	return err
}

// RemovePattern forgets a pattern; weeks that were filled by it stay.
func (s *Service) RemovePattern(ctx context.Context, who authz.Actor, id PatternID, match web.Match) error {
	return s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		p, err := pattern(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(p.Version); err != nil {
			return err
		}
		tx.Note(p.Community, "pattern:"+id.String(), p, nil)
		tx.Emit(Changed{event{p.Community}})
		_, err = tx.Exec(ctx, `DELETE FROM roster_pattern WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// AddLeave enters that somebody is away. Duties planned for those days stay,
// and the roster shows that nobody will come.
func (s *Service) AddLeave(ctx context.Context, who authz.Actor, l Leave) (out Leave, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		out = l
		if err := tx.In(ctx, l.Community); err != nil {
			return err
		}
		var wrong errs.Fields
		if _, err := staff.In(ctx, tx, l.Community, l.Staff); err != nil {
			wrong.Add("staffId", "roster.person_unknown", nil)
		}
		if l.FromDay.IsZero() {
			wrong.Add("fromDay", "required", nil)
		}
		if l.ToDay.Before(l.FromDay) || l.ToDay.Sub(l.FromDay) > 366 {
			wrong.Add("toDay", "roster.leave_order", nil)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, l.Community)
		if err != nil {
			return err
		}
		out.ID, out.Version = db.NewID[Leave](tx), 1
		out.From, out.To = l.FromDay.Start(zone), l.ToDay.Add(1).Start(zone)
		tx.Note(l.Community, "leave:"+out.ID.String(), nil, map[string]any{"staff": l.Staff, "from": l.FromDay, "to": l.ToDay})
		tx.Answer(&out)
		tx.Emit(Changed{event{l.Community}})
		return db.Insert(ctx, tx, "roster_leave", out)
	})
	return out, err
}

// RemoveLeave takes a leave back.
func (s *Service) RemoveLeave(ctx context.Context, who authz.Actor, id LeaveID, match web.Match) error {
	return s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		l, err := db.One[Leave](ctx, tx, `SELECT `+db.Columns[Leave]("")+` FROM roster_leave WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		if err := match.Expect(l.Version); err != nil {
			return err
		}
		tx.Note(l.Community, "leave:"+id.String(), map[string]any{"staff": l.Staff, "from": l.FromDay, "to": l.ToDay}, nil)
		tx.Emit(Changed{event{l.Community}})
		_, err = tx.Exec(ctx, `DELETE FROM roster_leave WHERE id = $1 AND {scope}`, id)
		return err
	})
}

// Propose says what a pattern, or last week, would put into the week of a day.
// Nothing is saved; what is planned already, and what has been, is left out.
func (s *Service) Propose(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day, by PatternID) (out []Line, err error) {
	err = s.DB.Read(ctx, who, ActPlan, func(tx *db.Tx) error {
		from := Monday(day)
		b, err := openWeek(ctx, tx, community, from)
		if err != nil {
			return err
		}
		slots, err := b.slots(ctx, tx, from, by)
		if err != nil {
			return err
		}
		out = b.proposed(slots)
		return nil
	})
	return out, err
}

// ByLoad is a proposal for a week with what it rests on.
type ByLoad struct {
	Items []Line `json:"items"`
	Needs []Need `json:"needs" doc:"each shift of each day; where have is below need, nobody is left who may"`
}

// ProposeByLoad says who should be on duty in the week of a day, by the load
// that is expected and the rules of Check and of the law (STA-01). Nothing is
// saved; what is planned already stays.
func (s *Service) ProposeByLoad(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (out ByLoad, err error) {
	err = s.DB.Read(ctx, who, ActPlan, func(tx *db.Tx) error {
		from := Monday(day)
		b, err := openWeek(ctx, tx, community, from)
		if err != nil {
			return err
		}
		before := from // what has not been is no history
		if today := clock.DayOf(tx.Now, b.zone); today.Before(before) {
			before = today
		}
		past, err := s.Load(ctx, tx, community, before.Add(-7*History).Start(b.zone), before.Start(b.zone))
		if err != nil {
			return err
		}
		out.Needs = Forecast(b.shifts, week(from), past, before, b.zone, clock.China())
		out.Items = b.assign(out.Needs, from)
		return nil
	})
	return out, err
}

// slots are the duties that a pattern (or, without one, last week) means for a week.
func (b *book) slots(ctx context.Context, tx *db.Tx, from clock.Day, by PatternID) (out []Slot, err error) {
	if by == 0 {
		last, err := between(ctx, tx, b.community, from.Add(-7).Start(b.zone), from.Start(b.zone))
		for _, d := range last {
			if !d.Day.Before(from.Add(-7)) {
				out = append(out, Slot{d.Staff, d.Shift, d.Day.Add(7)})
			}
		}
		return out, err
	}
	p, err := pattern(ctx, tx, by)
	if err != nil || p.Community != b.community {
		return nil, errs.ErrFields.At(errs.Field{Name: "pattern", Code: db.ErrNotFound.Code})
	}
	for _, day := range week(from) {
		out = append(out, p.On(day)...)
	}
	return out, nil
}

// proposed are the slots that are not planned yet, each with what is wrong with
// it beside the others.
func (b *book) proposed(slots []Slot) []Line {
	out := []Line{}
	for _, slot := range slots {
		if b.has(slot) {
			continue
		}
		l, err := b.drawn(Duty{Version: 1}, slot)
		if err != nil {
			continue // a day that has been, a shift or a person that is no more
		}
		b.duties = append(b.duties, l)
		out = append(out, l)
	}
	return out
}

func (b *book) has(slot Slot) bool {
	return slices.ContainsFunc(b.duties, func(d Line) bool { return d.Staff == slot.Staff && d.Shift == slot.Shift && d.Day == slot.Day })
}

// Filled is what became of a proposal.
type Filled struct {
	Saved int    `json:"saved"`
	Left  []Line `json:"left" doc:"not saved, each with why"`
}

// Fill plans the slots that a planner took from a proposal. What bars itself is
// left out; so are warnings, unless the planner gives a reason.
func (s *Service) Fill(ctx context.Context, who authz.Actor, community authz.CommunityID, slots []Slot, reason string) (f Filled, err error) {
	err = s.DB.Write(ctx, who, ActPlan, func(tx *db.Tx) error {
		f = Filled{Left: []Line{}}
		var wrong errs.Fields
		wrong.Words("reason", &reason, 200, false)
		first := clock.Day{}
		for i, slot := range slots {
			if first.IsZero() || slot.Day.Before(first) {
				first = slot.Day
			}
			if slot.Day.IsZero() {
				wrong.Add("slots["+strconv.Itoa(i)+"].day", "required", nil)
			}
		}
		for i, slot := range slots {
			if slot.Day.Sub(first) > 6 {
				wrong.Add("slots["+strconv.Itoa(i)+"].day", "roster.one_week", nil)
			}
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		b, err := openWeek(ctx, tx, community, first)
		if err != nil {
			return err
		}
		for _, slot := range slots {
			if b.has(slot) {
				continue // somebody else, or a second press, was faster
			}
			l, err := b.drawn(Duty{Version: 1}, slot)
			if err != nil {
				return err
			}
			if l.allowed(Wish{slot, reason}) != nil {
				f.Left = append(f.Left, l)
				continue
			}
			if _, err := b.plan(ctx, tx, Wish{slot, reason}); err != nil {
				return err
			}
			f.Saved++
		}
		if f.Saved == 0 {
			tx.Silent("nothing was planned")
		}
		tx.Answer(&f)
		tx.Emit(Changed{event{community}})
		return nil
	})
	return f, err
}
