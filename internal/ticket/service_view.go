package ticket

import (
	"context"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// Person is somebody by name, as a list shows them.
type Person struct {
	ID      staff.ID `json:"id"`
	Name    string   `json:"name"`
	AgentNo string   `json:"agentNo,omitempty"`
}

// RowView is a ticket in a list, with its clock as of now.
type RowView struct {
	Ticket
	Short    string   `json:"short,omitempty"`
	Customer string   `json:"customerName,omitempty"`
	Assignee *Person  `json:"assignee,omitempty"`
	Clock    Clock    `json:"clock"`
	Rating   *float64 `json:"rating,omitempty" doc:"1.0 to 5.0"`
}

// View makes a list's view of a row, as far as who may see the contact.
func (r Row) View(who authz.Actor, now clock.Instant) RowView {
	r.Ticket = r.Shown(who)
	v := RowView{Ticket: r.Ticket, Short: r.Short, Customer: r.ContactName, Clock: r.First(now), Rating: stars(r.Rating)}
	if r.Assignee != 0 {
		v.Assignee = &Person{ID: r.Assignee, Name: r.AssigneeName}
	}
	return v
}

// stars turns tenths into the decimal that people read; it is no money.
func stars(tenths *int64) *float64 {
	if tenths == nil {
		return nil
	}
	f := float64(*tenths) / 10
	return &f
}

// Full is one ticket with everything its page shows.
type Full struct {
	RowView
	ContactMobile string      `json:"contactMobileMasked,omitempty" doc:"in full for who may see numbers"`
	MayReveal     bool        `json:"mayReveal" doc:"the caller may ask for the contact in full"`
	Owner         Person      `json:"owner"`
	Knows         *Person     `json:"knows,omitempty" doc:"who did it before it was opened again"`
	Clocks        []Clock     `json:"clocks"`
	Durations     Durations   `json:"durations"`
	Actions       []Step      `json:"actions" doc:"what the caller may do now"`
	ReopenAsks    bool        `json:"reopenAsks" doc:"opening it again needs a supervisor's yes"`
	CancelAsks    bool        `json:"cancelAsks" doc:"ending it without work needs the mentor's yes"`
	MentorAsks    []Step      `json:"mentorAsks" enum:"cancel,grade,hold" doc:"steps that need the mentor's yes now; grade: to lower it"`
	Mentor        *Person     `json:"mentor,omitempty" doc:"of the caller, who is asked then"`
	Visits        bool        `json:"visits" doc:"somebody goes there"`
	Missing       []string    `json:"missing" doc:"what resolve still lacks"`
	InterimDue    bool        `json:"interimDue" doc:"what is done for now should be recorded: the resolve clock runs out (TIC-04a)"`
	Asks          []Proof     `json:"asks" enum:"parts,minutes" doc:"what must be told when the work is ended"`
	Timeline      []EntryView `json:"timeline"`
	Photos        []Photo     `json:"photos"`
	Stamps        bool        `json:"stamps" doc:"its customer is an organisation, whose stamp counts as signature (TIC-07d)"`
	Position      *Spot       `json:"position,omitempty" doc:"where the public place is that was reported (TIC-01)"`
	Otherwise     bool        `json:"signedOtherwise" doc:"cause, remedy or advice are not what the customer signed (TIC-07d)"`
	Recordings    []Photo     `json:"recordings" doc:"voice and video"`
	Tasks         []TaskView  `json:"tasks" doc:"its parts (TIC-06)"`

	Appointments []Appointment  `json:"appointments" doc:"what was promised, the latest first (TIC-07c)"`
	MayOverbook  bool           `json:"mayOverbook" doc:"the caller may give a window that is full"`
	Expected     *clock.Instant `json:"expectedAt,omitempty" doc:"by when somebody is to come: the time that was told, else the end of the window"`
	MayTask      bool           `json:"mayTask" doc:"the caller may give parts of it to others"`

	Earlier *Ref  `json:"earlier,omitempty" doc:"the ended ticket whose matter it takes up (TIC-04)"`
	Later   []Ref `json:"later" doc:"tickets that took up its matter since it ended"`

	Beyond
	FollowUp *FollowUpBrief `json:"followup,omitempty"`
}

// ETag implements web.Versioned.
func (f Full) ETag() int64 { return f.Version }

// EntryView is a line of the timeline with who wrote it.
type EntryView struct {
	Entry
	By     *Person `json:"by,omitempty"`
	System bool    `json:"system"`
}

// Get returns one ticket as its page shows it.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v Full, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if v, err = full(ctx, tx, t); err != nil {
			return err
		}
		m, err := mentoredOn(ctx, tx, t)
		if err != nil {
			return err
		}
		v.MentorAsks = m.asks()
		if v.Position, err = s.spot(ctx, tx, t); err != nil {
			return err
		}
		if v.Earlier, v.Later, err = related(ctx, tx, t); err != nil {
			return err
		}
		if v.CancelAsks = slices.Contains(v.MentorAsks, StepCancel); len(v.MentorAsks) > 0 {
			v.Mentor = &Person{ID: m.mentor.ID, Name: m.mentor.Name, AgentNo: m.mentor.AgentNo}
		}
		if v.Beyond, err = s.beyond(ctx, tx, t); err != nil {
			return err
		}
		v.MayTask = t.mayHaveTasks() == nil && tx.Who.Scope(ActTask).Sees(t.Community)
		if v.Tasks, err = tasksOf(ctx, tx, t); err != nil || t.mayHaveTasks() != nil {
			return err
		}
		lacks, err := s.lacks(ctx, tx, t)
		v.Missing = append(v.Missing, lacks...)
		return err
	})
	if err == nil && s.FollowUpOf != nil {
		v.FollowUp, err = s.FollowUpOf(ctx, who, id)
	}
	return v, err
}

func full(ctx context.Context, tx *db.Tx, t Ticket) (v Full, err error) {
	short, err := db.All[string](ctx, tx, `SELECT label_key FROM room WHERE id = $1 AND {scope}`, t.Room)
	if err != nil {
		return v, err
	}
	row := Row{Ticket: t}
	if len(short) > 0 {
		row.Short = short[0]
	}
	v = Full{RowView: row.View(tx.Who, tx.Now), Owner: Person{ID: t.Owner, Name: t.OwnerName}, Clocks: t.Clocks(tx.Now), Durations: t.Durations(), Timeline: []EntryView{}}
	if t.Doer != 0 {
		v.Knows = &Person{ID: t.Doer, Name: t.DoerName}
	}
	number, err := ContactNumber(tx.Vault(), t.ID, t.ContactClear, t.ContactSealed)
	if err != nil {
		return v, err
	}
	v.ContactMobile = t.sight(tx.Who).Number(number)
	v.MayReveal = number != "" && tx.Who.Scope(ActReveal).Sees(t.Community) && (t.Assignee == tx.Who.ID || tx.Who.Scope(customer.ActReveal).Sees(t.Community))
	agent, err := db.All[string](ctx, tx, `SELECT agent_no FROM staff WHERE id = $1 AND {scope}`, t.Owner)
	if err != nil {
		return v, err
	}
	if len(agent) > 0 {
		v.Owner.AgentNo = agent[0]
	}
	if v.Appointments, err = appointmentsOf(ctx, tx, t); err != nil {
		return v, err
	}
	v.MayOverbook, v.Expected = tx.Who.Scope(ActOverbook).Sees(t.Community), t.expected(tx.Now)
	lines, err := timeline(ctx, tx, t)
	if err != nil {
		return v, err
	}
	for _, e := range lines {
		line := EntryView{Entry: e, System: e.By == 0}
		if e.By != 0 {
			line.By = &Person{ID: e.By, Name: e.ByName}
		}
		v.Timeline = append(v.Timeline, line)
	}
	v.InterimDue = t.interimDue(lines, tx.Now)
	files, err := photos(ctx, tx, t)
	if err != nil {
		return v, err
	}
	v.Photos, v.Recordings = apart(files)
	v.Otherwise = t.otherwise(v.Photos)
	v.ReopenAsks, v.Visits = t.may(StepReopen) && !t.freelyReopened(tx.Now), Policies[t.Kind].Visits
	if v.Stamps, err = t.stamps(ctx, tx); err != nil {
		return v, err
	}
	v.Missing, v.Asks, v.Actions = t.missing(byKind(v.Photos)), t.asks(), t.actions(tx.Who, tx.Now)
	return v, nil
}

// actionOf is the permission of each step; a step that is not here belongs to another package.
var actionOf = map[Step]authz.Action{
	StepDispatch: ActDispatch, StepAccept: ActAccept, StepRefuse: ActRefuse, StepTell: ActTell, StepAttempt: ActTell, StepArrive: ActArrive,
	StepStart: ActStart, StepResolve: ActResolve, StepNote: ActNote, StepCancel: ActCancel, StepMerge: ActMerge, StepPart: ActMerge, StepGrade: ActGrade, StepFollowUp: "followup.record",
	StepDepart: ActDepart, StepHold: ActHold, StepResume: ActHold, StepInterim: ActInterim, StepVerify: ActVerify, StepReopen: ActReopen,
	StepArchive: ActArchive, StepAppoint: ActAppoint, StepComplex: ActAsk, StepExtend: ActAsk, StepExcuse: ActExcuse, StepVisit: ActAsk,
}

// assigneeOnly are the steps of who works on the matter; StepResolve has a rule of its own.
var assigneeOnly = []Step{StepAccept, StepRefuse, StepDepart, StepArrive, StepStart, StepHold, StepResume}

// actions lists what who may do to t now.
func (t Ticket) actions(who authz.Actor, now clock.Instant) []Step {
	out := []Step{}
	for step, act := range actionOf {
		if !t.may(step) || !who.Scope(act).Sees(t.Community) || !t.sensible(step, who, now) {
			continue
		}
		out = append(out, step)
	}
	slices.Sort(out)
	return out
}

// sensible leaves out what the table allows and a rule would refuse.
func (t Ticket) sensible(step Step, who authz.Actor, now clock.Instant) bool {
	switch step {
	case StepResolve:
		return t.does(who) == nil
	case StepComplex:
		return !t.Complex
	case StepVisit:
		return t.remoteFirst()
	case StepAppoint:
		return !t.remoteFirst() && (t.Assignee == 0 || t.Theirs(who) == nil)
	case StepPart:
		return t.MergedInto != 0
	case StepVerify:
		return t.VerifiedAt == nil && t.Assignee != who.ID
	case StepExcuse:
		return t.Assignee != who.ID && slices.ContainsFunc(t.Clocks(now), func(c Clock) bool {
			return c.Kind != "first" && c.Excused == "" && (c.State == "missed" || c.State == "breached")
		})
	}
	return !slices.Contains(assigneeOnly, step) || t.Theirs(who) == nil
}

// List lists tickets, the one whose clock falls due first at the top.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter) (out []RowView, err error) {
	f.Assignee = who.ID
	err = s.DB.Glance(ctx, who, ActView, func(tx *db.Tx) error {
		rows, err := list(ctx, tx, f)
		out = make([]RowView, len(rows))
		for i, r := range rows {
			out[i] = r.View(tx.Who, tx.Now)
		}
		return err
	})
	return out, err
}

// Counts is how many tickets each view holds, at most countMost each.
type Counts struct {
	Mine       int64 `json:"mine" doc:"like every other: 1,000 means that many or more"`
	Mentored   int64 `json:"mentored" doc:"of those whose mentor the caller is"`
	Due        int64 `json:"due"`
	Department int64 `json:"department"`
	Unassigned int64 `json:"unassigned"`
	All        int64 `json:"all"`
	FollowUp   int64 `json:"followup"`
	Breached   int64 `json:"breached"`
	Held       int64 `json:"held"`
	Verify     int64 `json:"verify"`
}

// Counts counts the views of a community (0: all in scope).
func (s *Service) Counts(ctx context.Context, who authz.Actor, community authz.CommunityID) (c Counts, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		for view, into := range map[string]*int64{"mine": &c.Mine, "mentored": &c.Mentored, "department": &c.Department, "due": &c.Due, "unassigned": &c.Unassigned, "all": &c.All, "followup": &c.FollowUp, "breached": &c.Breached, "held": &c.Held, "verify": &c.Verify} {
			if *into, err = count(ctx, tx, Filter{Community: community, View: view, Assignee: who.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// InRoom is how many open tickets a room has, and the most urgent grade among them.
type InRoom struct {
	Room  housing.RoomID `db:"room_id" json:"roomId"`
	N     int64          `db:"n" json:"n"`
	Grade Grade          `db:"grade" json:"grade" enum:"A,B,C"`
}

// OpenIn counts the open tickets of a building's rooms, for its grid (HOU-01).
func (s *Service) OpenIn(ctx context.Context, who authz.Actor, building staff.BuildingID) (out []InRoom, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		place, err := db.One[authz.CommunityID](ctx, tx, `SELECT community_id FROM building WHERE id = $1 AND {scope}`, building)
		if err != nil {
			return err
		}
		// Grades compare as text: "A" is the most urgent.
		out, err = db.All[InRoom](ctx, tx, `SELECT room_id, COUNT(*) AS n, MIN(grade) AS grade FROM ticket
			WHERE community_id = $1 AND sort_due < $2 AND building_id = $3 AND room_id IS NOT NULL AND {scope} GROUP BY room_id ORDER BY room_id`, place, idle, building)
		return err
	})
	return out, err
}

// Each hands every ticket of a filter to fn, for exports; nothing is cut off.
func (s *Service) Each(ctx context.Context, who authz.Actor, f Filter, fn func(RowView) error) error {
	f.Limit, f.Assignee = 500, who.ID
	for {
		var rows []Row
		var now clock.Instant
		err := s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) (err error) {
			now = tx.Now
			rows, err = list(ctx, tx, f)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := fn(r.View(who, now)); err != nil {
				return err
			}
		}
		if len(rows) < f.Limit {
			return nil
		}
		last := rows[len(rows)-1]
		f.After = Position{last.SortDue, last.ID}
	}
}
