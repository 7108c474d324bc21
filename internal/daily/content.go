package daily

import (
	"database/sql/driver"

	"guanjia/internal/facility"
	"guanjia/internal/lookin"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

// Content is what the tables know of a day. What is kept of it with a signature
// has no words and no places: those are read where they stand.
type Content struct {
	Figures    Figures    `json:"figures"`
	Complaints []Matter   `json:"complaints" doc:"opened or resolved on the day"`
	Overdue    []Matter   `json:"overdue" doc:"whose time to resolve ran out on the day"`
	OnDuty     []OnDuty   `json:"onDuty"`
	Handovers  []Handover `json:"handovers"`
	LookIns    []LookIn   `json:"lookIns" doc:"due or done on the day"`
	Rounds     []Round    `json:"rounds" doc:"inspections of facilities"`
}

// Value implements driver.Valuer.
func (c Content) Value() (driver.Value, error) { return db.ToText(c) }

// Scan implements sql.Scanner.
func (c *Content) Scan(src any) error { return db.FromText(src, c) }

// Figures count the tickets of a day.
type Figures struct {
	Opened     int64 `json:"opened"`
	Urgent     int64 `json:"urgent" doc:"of those opened, grade A"`
	Resolved   int64 `json:"resolved"`
	Overdue    int64 `json:"overdue" doc:"whose time to resolve ran out on the day"`
	Complaints int64 `json:"complaints" doc:"of those opened"`
	Running    int64 `json:"complaintsRunning" doc:"complaints that nobody has resolved yet"`
}

// Matter is a ticket of a day, as it stood.
type Matter struct {
	ID       ticket.ID      `db:"id" json:"id"`
	Number   string         `db:"number" json:"number"`
	Kind     ticket.Kind    `db:"kind" json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category string         `db:"category" json:"category"`
	Grade    ticket.Grade   `db:"grade" json:"grade" enum:"A,B,C"`
	Status   ticket.Status  `db:"status" json:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
	Assignee string         `db:"assignee_name" json:"assignee,omitempty"`
	Opened   clock.Instant  `db:"opened_at" json:"openedAt"`
	Resolved *clock.Instant `db:"resolved_at" json:"resolvedAt,omitempty"`
	Title    string         `db:"-" json:"title,omitempty"`
	Place    string         `db:"-" json:"place,omitempty"`
}

// OnDuty is somebody's duty that touches the day.
type OnDuty struct {
	Name  string        `json:"name"`
	Post  roster.Post   `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Shift string        `json:"shift"`
	From  clock.Instant `json:"from"`
	To    clock.Instant `json:"to"`
	Away  bool          `json:"away,omitempty" doc:"on leave"`
}

// Handover is one of a shift.
type Handover struct {
	ID     roster.HandoverID `db:"id" json:"id"`
	Post   roster.Post       `db:"post" json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Shift  string            `db:"shift_name" json:"shift"`
	Out    string            `db:"out_name" json:"out"`
	In     string            `db:"in_name" json:"in"`
	State  string            `db:"state" json:"state" enum:"given,returned,taken"`
	Open   int64             `db:"open_count" json:"open" doc:"open tickets of the post"`
	Events string            `db:"-" json:"events,omitempty"`
}

// LookIn is a look at running work.
type LookIn struct {
	ID      lookin.ID      `db:"id" json:"id"`
	Ticket  ticket.ID      `db:"ticket_id" json:"ticketId"`
	Number  string         `db:"number" json:"number"`
	By      string         `db:"staff_name" json:"by"`
	DueAt   clock.Instant  `db:"due_at" json:"dueAt"`
	DoneAt  *clock.Instant `db:"done_at" json:"doneAt,omitempty"`
	State   lookin.State   `db:"state" json:"state" enum:"planned,done,cancelled"`
	Finding string         `db:"-" json:"finding,omitempty"`
	Title   string         `db:"-" json:"title,omitempty"`
	Place   string         `db:"-" json:"place,omitempty"`
}

// Round is an inspection of a facility.
type Round struct {
	ID       id.Of[facility.Record] `db:"id" json:"id"`
	Facility facility.ID            `db:"facility_id" json:"facilityId"`
	Check    string                 `db:"check_name" json:"check,omitempty"`
	Result   string                 `db:"result" json:"result" enum:"ok,problem"`
	By       string                 `db:"by_name" json:"by"`
	Name     string                 `db:"-" json:"name,omitempty"`
	Words    string                 `db:"-" json:"words,omitempty"`
}

// of is what a part shows of a day's content.
func (c Content) of(p Part) Content {
	out := none()
	switch p {
	case Complaints:
		out.Complaints, out.Figures.Complaints, out.Figures.Running = c.Complaints, c.Figures.Complaints, c.Figures.Running
	case Patrols:
		out.LookIns, out.Rounds = c.LookIns, c.Rounds
	case Journal:
		out.Figures, out.Overdue, out.OnDuty, out.Handovers = c.Figures, c.Overdue, c.OnDuty, c.Handovers
	}
	return out
}

// with is c where a part stands as it was signed.
func (c Content) with(s Sign) Content {
	was := s.Content
	switch s.Part {
	case Complaints:
		c.Complaints = was.Complaints
	case Patrols:
		c.LookIns, c.Rounds = was.LookIns, was.Rounds
	case Journal:
		c.Figures, c.Overdue, c.OnDuty, c.Handovers = was.Figures, was.Overdue, was.OnDuty, was.Handovers
	}
	return c
}

func none() Content {
	return Content{Complaints: []Matter{}, Overdue: []Matter{}, OnDuty: []OnDuty{}, Handovers: []Handover{}, LookIns: []LookIn{}, Rounds: []Round{}}
}
