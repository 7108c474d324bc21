package ticket

import (
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/staff"
)

// Task is a part of a ticket that one department does by a time of its own
// (TIC-06). It counts for its assignee, whoever ticks it off (TIC-07b).
//
//	open ─done→ done   open ─cancel, with a reason→ cancelled
type Task struct {
	ID           TaskID            `db:"id" json:"id"`
	Community    authz.CommunityID `db:"community_id" json:"-"`
	Ticket       ID                `db:"ticket_id" json:"ticketId"`
	Title        string            `db:"title" json:"title"`
	Department   org.DepartmentID  `db:"department_id" json:"departmentId,omitempty" doc:"of the assignee, when it was given"`
	Assignee     staff.ID          `db:"assignee_id" json:"assigneeId"`
	AssigneeName string            `db:"assignee_name" json:"assignee"`
	DueAt        clock.Instant     `db:"due_at" json:"dueAt"`
	State        string            `db:"state" json:"state" enum:"open,done,cancelled"`
	At           clock.Instant     `db:"at" json:"at"`
	By           staff.ID          `db:"by_id" json:"-"`
	ByName       string            `db:"by_name" json:"by"`
	EndedAt      *clock.Instant    `db:"ended_at" json:"endedAt,omitempty"`
	EndedBy      staff.ID          `db:"ended_by" json:"-"`
	EndedByName  string            `db:"ended_by_name" json:"endedBy,omitempty"`
	Words        string            `db:"words" json:"words" doc:"what was done, or why it was given up"`
	Version      int64             `db:"version" json:"version"`
}

// TaskID identifies a part of a ticket.
type TaskID = id.Of[Task]

// States of tasks.
const (
	TaskOpen      = "open"
	TaskDone      = "done"
	TaskCancelled = "cancelled"
)

// The use cases of tasks.
const (
	ActTask     authz.Action = "ticket.task"      // add and give up parts
	ActTaskDone authz.Action = "ticket.task_done" // tick off one's own
)

// ErrTaskEnded says that a task is done or given up.
var ErrTaskEnded = errs.New(errs.Conflict, "ticket.task_ended", "this part is done or was given up")

// Tasked is told when a part of a ticket was given to somebody.
type Tasked struct {
	event
	To staff.ID `json:"to"`
}

// EventName implements db.Event.
func (Tasked) EventName() string { return "ticket.tasked" }

// mayHaveTasks: parts are added while there is work.
func (t Ticket) mayHaveTasks() error {
	if t.ResolvedAt != nil || t.EndedAt != nil {
		return ErrTransition.With("status", string(t.Status)).With("step", "task")
	}
	return nil
}

// ended closes a part; it is done once.
func (k Task) ended(state, words string, who authz.Actor, now clock.Instant) (Task, error) {
	if k.State != TaskOpen {
		return k, ErrTaskEnded
	}
	k.State, k.Words, k.EndedAt, k.EndedBy, k.EndedByName = state, words, &now, who.ID, who.Name
	return k, nil
}

// Theirs refuses a part by anybody but its assignee or who may dispatch.
func (k Task) theirs(who authz.Actor) error {
	if k.Assignee == who.ID && who.ID != 0 || who.Scope(ActDispatch).Sees(k.Community) {
		return nil
	}
	return ErrNotYours
}
