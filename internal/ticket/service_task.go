package ticket

import (
	"context"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Check tells what another domain still lacks before a ticket is resolved
// (TIC-07a), each as "kind:words" for the screen; package app plugs it in.
type Check func(ctx context.Context, tx *db.Tx, t Ticket) ([]string, error)

// lacks is what a ticket waits for besides the evidence of its kind: its open
// parts (TIC-06), and what other domains say.
func (s *Service) lacks(ctx context.Context, tx *db.Tx, t Ticket) ([]string, error) {
	open, err := openTasks(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(open))
	for _, title := range open {
		out = append(out, "task:"+title)
	}
	for _, check := range s.Checks {
		more, err := check(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// PicturesOf lists the pictures of a ticket inside another domain's transaction.
func PicturesOf(ctx context.Context, tx *db.Tx, t Ticket) ([]Photo, error) {
	files, err := photos(ctx, tx, t)
	pictures, _ := apart(files)
	return pictures, err
}

// Works reports whether somebody works on a ticket: it is theirs, or a part of it that has not ended.
func Works(ctx context.Context, tx *db.Tx, t Ticket, who staff.ID) (bool, error) {
	if who == 0 || t.Assignee == who {
		return who != 0, nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM ticket_task WHERE community_id = $1 AND ticket_id = $2 AND assignee_id = $3 AND state = 'open' AND {scope}`, t.Community, t.ID, who)
	return n > 0, err
}

// Part is what somebody is asked to do of a ticket.
type Part struct {
	Title    string
	Assignee staff.ID
	DueAt    clock.Instant
}

// AddTask gives a part of a ticket to somebody (TIC-06); the first-contact
// owner keeps the whole.
func (s *Service) AddTask(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, p Part) (Ticket, error) {
	if err := needed("title", &p.Title, 200); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActTask, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		if err := t.mayHaveTasks(); err != nil {
			return t, err
		}
		m, err := staff.In(ctx, tx, t.Community, p.Assignee)
		if err != nil {
			return t, ErrOffDuty.At(errs.Field{Name: "assignee", Code: "ticket.assignee_unknown"})
		}
		if p.DueAt <= tx.Now {
			return t, errs.ErrFields.At(errs.Field{Name: "dueAt", Code: "ticket.past"})
		}
		k := Task{
			ID: db.NewID[Task](tx), Community: t.Community, Ticket: t.ID, Title: p.Title, Department: org.DepartmentID(m.Department), Assignee: m.ID, AssigneeName: m.Name,
			DueAt: p.DueAt, State: TaskOpen, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1,
		}
		tx.Emit(Tasked{event{t.ID, t.Community}, m.ID})
		if err := db.Insert(ctx, tx, "ticket_task", k); err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "task_added", false, "", p.Title, Data{"toName": m.Name, "due": p.DueAt})
	})
}

// DoneTask ticks a part off.
func (s *Service) DoneTask(ctx context.Context, who authz.Actor, id TaskID, expect func(int64) error, words string) (Task, error) {
	if err := optional("words", &words, 1000); err != nil {
		return Task{}, err
	}
	return s.endTask(ctx, who, ActTaskDone, id, expect, TaskDone, words)
}

// CancelTask gives a part up, with a reason.
func (s *Service) CancelTask(ctx context.Context, who authz.Actor, id TaskID, expect func(int64) error, reason string) (Task, error) {
	if err := needed("reason", &reason, 500); err != nil {
		return Task{}, err
	}
	return s.endTask(ctx, who, ActTask, id, expect, TaskCancelled, reason)
}

func (s *Service) endTask(ctx context.Context, who authz.Actor, act authz.Action, id TaskID, expect func(int64) error, state, words string) (k Task, err error) {
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		if k, err = task(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(k.Version); err != nil {
			return err
		}
		t, err := get(ctx, tx, k.Ticket)
		if err != nil {
			return err
		}
		if err := t.mayHaveTasks(); err != nil {
			return err
		}
		if err := k.theirs(who); err != nil {
			return err
		}
		if k, err = k.ended(state, words, who, tx.Now); err != nil {
			return err
		}
		tx.Note(t.Community, "ticket:"+t.ID.String(), map[string]any{"task": k.ID, "state": TaskOpen}, map[string]any{"task": k.ID, "state": state, "assignee": k.Assignee})
		tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
		tx.Answer(&k)
		if err := write(ctx, tx, t, "task_"+state, false, "", words, Data{"title": k.Title, "toName": k.AssigneeName, "late": tx.Now > k.DueAt}); err != nil {
			return err
		}
		return db.Save(ctx, tx, "ticket_task", &k)
	})
	return k, err
}

// Tasks lists the open parts that the caller does, the first due first.
func (s *Service) Tasks(ctx context.Context, who authz.Actor) (out []MyTask, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = tasksFor(ctx, tx, who.ID)
		return err
	})
	return out, err
}

// TasksOf counts the open parts that somebody has in hand (ACC-08).
func TasksOf(ctx context.Context, tx *db.Tx, of staff.ID) (int64, error) {
	all, err := tasksInHand(ctx, tx, of)
	return int64(len(all)), err
}

// HandOverTasks gives the open parts in somebody's hands to a colleague; what is done stays theirs (TIC-07b).
func HandOverTasks(ctx context.Context, tx *db.Tx, from, to staff.Member) (int64, error) {
	all, err := tasksInHand(ctx, tx, from.ID)
	if err != nil {
		return 0, err
	}
	for _, k := range all {
		k.Assignee, k.AssigneeName, k.Department = to.ID, to.Name, org.DepartmentID(to.Department)
		tx.Emit(Tasked{event{k.Ticket, k.Community}, to.ID})
		if err := db.Save(ctx, tx, "ticket_task", &k); err != nil {
			return 0, err
		}
		if err := write(ctx, tx, Ticket{ID: k.Ticket, Community: k.Community}, "handed_over", false, "", k.Title, Data{"to": to.ID, "toName": to.Name, "fromName": from.Name}); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}
