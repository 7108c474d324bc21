package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// TaskView is a part of a ticket as screens show it.
type TaskView struct {
	Task
	DepartmentName string `db:"department" json:"department,omitempty"`
	Late           bool   `db:"-" json:"late" doc:"its time has gone, or had gone when it was done"`
	MayDo          bool   `db:"-" json:"mayDo" doc:"the caller may tick it off"`
}

const taskViews = `, COALESCE((SELECT name FROM department d WHERE d.id = k.department_id), '') AS department FROM ticket_task k `

func tasksOf(ctx context.Context, tx *db.Tx, t Ticket) ([]TaskView, error) {
	out, err := db.All[TaskView](ctx, tx, `SELECT `+db.Columns[Task]("k")+taskViews+`WHERE k.community_id = $1 AND k.ticket_id = $2 AND {scope:k} ORDER BY k.id`, t.Community, t.ID)
	for i := range out {
		out[i] = out[i].shown(tx.Who, tx.Now, t)
	}
	return out, err
}

func (v TaskView) shown(who authz.Actor, now clock.Instant, t Ticket) TaskView {
	v.Late = v.State == TaskOpen && now > v.DueAt || v.State == TaskDone && v.EndedAt != nil && *v.EndedAt > v.DueAt
	v.MayDo = v.State == TaskOpen && t.mayHaveTasks() == nil && who.Scope(ActTaskDone).Sees(v.Community) && v.theirs(who) == nil
	return v
}

func task(ctx context.Context, tx *db.Tx, id TaskID) (Task, error) {
	return db.One[Task](ctx, tx, `SELECT `+db.Columns[Task]("")+` FROM ticket_task WHERE id = $1 AND {scope}`, id)
}

func openTasks(ctx context.Context, tx *db.Tx, t Ticket) ([]string, error) {
	return db.All[string](ctx, tx, `SELECT title FROM ticket_task WHERE community_id = $1 AND ticket_id = $2 AND state = 'open' AND {scope} ORDER BY id`, t.Community, t.ID)
}

// MyTask is a part of a ticket in the list of who does it.
type MyTask struct {
	TaskView
	Number string `db:"number" json:"number"`
	Matter string `db:"matter" json:"matter" doc:"the ticket's title"`
	Place  string `db:"place" json:"place"`
	Grade  Grade  `db:"grade" json:"grade" enum:"A,B,C"`
}

// mostTasks is how many parts one person is shown at once.
const mostTasks = 100

func tasksFor(ctx context.Context, tx *db.Tx, of staff.ID) ([]MyTask, error) {
	out, err := db.All[MyTask](ctx, tx, `SELECT `+db.Columns[Task]("k")+`, t.number, t.title AS matter, t.place, t.grade`+taskViews+`JOIN ticket t ON t.community_id = k.community_id AND t.id = k.ticket_id
		WHERE k.assignee_id = $1 AND k.state = 'open' AND t.resolved_at IS NULL AND t.ended_at IS NULL AND {scope:k} ORDER BY k.due_at, k.id LIMIT $2`, of, mostTasks)
	for i := range out {
		out[i].TaskView = out[i].shown(tx.Who, tx.Now, Ticket{})
	}
	return out, err
}

func tasksInHand(ctx context.Context, tx *db.Tx, of staff.ID) ([]Task, error) {
	return db.All[Task](ctx, tx, `SELECT `+db.Columns[Task]("k")+` FROM ticket_task k JOIN ticket t ON t.community_id = k.community_id AND t.id = k.ticket_id
		WHERE k.assignee_id = $1 AND k.state = 'open' AND t.resolved_at IS NULL AND t.ended_at IS NULL AND {scope:k} ORDER BY k.id`, of)
}
