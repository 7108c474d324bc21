package roster

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// reach is how far around a duty others matter to it: the longest shift and a rest.
const reach = 48 * time.Hour

const lines = `, s.name AS shift_name, s.post, m.name AS staff_name FROM roster_duty d JOIN roster_shift s ON s.community_id = d.community_id AND s.id = d.shift_id
	JOIN staff m ON m.community_id = d.community_id AND m.id = d.staff_id `

func line(ctx context.Context, tx *db.Tx, id DutyID) (Line, error) {
	return db.One[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.id = $1 AND {scope:d}`, id)
}

// between lists the duties planned in a community that touch a stretch of time.
func between(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) ([]Line, error) {
	// No shift is longer than a day, so the index on the beginning finds them.
	return db.All[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.community_id = $1 AND d.state = 'planned' AND d.from_at > $2 AND d.from_at < $3 AND d.to_at > $4 AND {scope:d}
		ORDER BY d.from_at, d.shift_id, m.agent_no`, community, from.Add(-24*time.Hour-1), to, from)
}

func shifts(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Shift, error) {
	return db.All[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM roster_shift WHERE community_id = $1 AND {scope} ORDER BY active DESC, post, start_minute, id`, community)
}

func shift(ctx context.Context, tx *db.Tx, id ShiftID) (Shift, error) {
	return db.One[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM roster_shift WHERE id = $1 AND {scope}`, id)
}

func patterns(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Pattern, error) {
	return db.All[Pattern](ctx, tx, `SELECT `+db.Columns[Pattern]("")+` FROM roster_pattern WHERE community_id = $1 AND {scope} ORDER BY id`, community)
}

func pattern(ctx context.Context, tx *db.Tx, id PatternID) (Pattern, error) {
	return db.One[Pattern](ctx, tx, `SELECT `+db.Columns[Pattern]("")+` FROM roster_pattern WHERE id = $1 AND {scope}`, id)
}

// leaves lists who is away in a stretch of time.
func leaves(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) ([]Leave, error) {
	return db.All[Leave](ctx, tx, `SELECT `+db.Columns[Leave]("")+` FROM roster_leave WHERE community_id = $1 AND to_at > $2 AND from_at < $3 AND {scope} ORDER BY from_at, id`, community, from, to)
}

// people lists who is at work in a community, by agent number.
func people(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]Person, error) {
	out, err := db.All[Person](ctx, tx, `SELECT m.id, m.name, m.agent_no, m.position, m.skills, COALESCE(d.kind, '') AS dept FROM staff m LEFT JOIN department d ON d.id = m.department_id
		WHERE m.community_id = $1 AND m.state = 'active' AND {scope:m} ORDER BY m.agent_no`, community)
	for i := range out {
		out[i].Post = postOf(out[i].Dept)
	}
	return out, err
}

func swap(ctx context.Context, tx *db.Tx, id SwapID) (Swap, error) {
	return db.One[Swap](ctx, tx, `SELECT `+db.Columns[Swap]("")+` FROM roster_swap WHERE id = $1 AND {scope}`, id)
}

// book is what planning needs to know of a community around some time.
type book struct {
	community authz.CommunityID
	zone      *time.Location
	now       clock.Instant
	shifts    []Shift
	people    []Person
	duties    []Line
	leaves    []Leave
}

// open reads the book of a community between two instants, and what is near them.
func open(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) (b *book, err error) {
	if err := tx.In(ctx, community); err != nil {
		return nil, err
	}
	b = &book{community: community, now: tx.Now}
	if b.zone, err = org.Zone(ctx, tx, community); err != nil {
		return nil, err
	}
	if b.shifts, err = shifts(ctx, tx, community); err != nil {
		return nil, err
	}
	if b.people, err = people(ctx, tx, community); err != nil {
		return nil, err
	}
	if b.duties, err = between(ctx, tx, community, from.Add(-reach), to.Add(reach)); err != nil {
		return nil, err
	}
	b.leaves, err = leaves(ctx, tx, community, from.Add(-reach), to.Add(reach))
	return b, err
}

// openWeek is open for the seven days from a day on.
func openWeek(ctx context.Context, tx *db.Tx, community authz.CommunityID, from clock.Day) (*book, error) {
	return open(ctx, tx, community, from.Start(time.UTC), from.Add(7).Start(time.UTC))
}

func (b *book) shift(id ShiftID) (Shift, bool) {
	i := slices.IndexFunc(b.shifts, func(s Shift) bool { return s.ID == id })
	if i < 0 {
		return Shift{}, false
	}
	return b.shifts[i], true
}

func (b *book) person(id staff.ID) (Person, bool) {
	i := slices.IndexFunc(b.people, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return b.people[i], true
}

// problems finds what is wrong with a duty as it stands in the book.
func (b *book) problems(d Duty) []Problem {
	s, _ := b.shift(d.Shift)
	p, ok := b.person(d.Staff)
	if !ok {
		p = Person{ID: d.Staff, Skills: s.Skills} // somebody who has left: the list of people says so
	}
	return Check(d, s, p, b.duties, b.leaves)
}

// drawn is the duty that a slot means, and what is wrong with it.
func (b *book) drawn(old Duty, slot Slot) (Line, error) {
	var wrong errs.Fields
	s, known := b.shift(slot.Shift)
	if !known || !s.Active && old.Shift != s.ID {
		wrong.Add("shiftId", "roster.shift_unknown", nil)
	}
	p, known := b.person(slot.Staff)
	if !known {
		wrong.Add("staffId", "roster.person_unknown", nil)
	}
	if slot.Day.IsZero() {
		wrong.Add("day", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return Line{}, err
	}
	d := old
	d.Community, d.Shift, d.Staff, d.Day, d.State = b.community, s.ID, p.ID, slot.Day, StatePlanned
	d.From, d.To = s.times(slot.Day, b.zone)
	if d.To <= b.now {
		return Line{}, ErrPast.At(errs.Field{Name: "day", Code: ErrPast.Code})
	}
	return Line{d, s.Name, s.Post, p.Name, b.problems(d)}, nil
}
