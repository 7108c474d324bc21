package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

type (
	taskInput struct {
		Edit
		Body struct {
			Title    string        `json:"title" maxLength:"800"`
			Assignee staff.ID      `json:"assignee"`
			DueAt    clock.Instant `json:"dueAt"`
		}
	}
	// ByTask names a part of a ticket in the path.
	ByTask struct {
		ID TaskID `path:"id"`
	}
)

func (s *Service) taskRoutes(a *web.API) {
	post(s, a, "tasks", ActTask, "Give a part of it to somebody", func(ctx context.Context, who authz.Actor, in *taskInput) (Ticket, error) {
		return s.AddTask(ctx, who, in.ID, in.Expect, Part{in.Body.Title, in.Body.Assignee, in.Body.DueAt})
	})
	web.Get(a, "/ticket-tasks", ActView, func(ctx context.Context, who authz.Actor, _ *struct{}) (web.List[MyTask], error) {
		all, err := s.Tasks(ctx, who)
		return web.All(all), err
	}, web.Summary("The open parts of tickets that the caller does"))
	web.Post(a, "/ticket-tasks/{id}/done", ActTaskDone, func(ctx context.Context, who authz.Actor, in *struct {
		ByTask
		web.Match
		Body struct {
			Words string `json:"words,omitempty" maxLength:"4000"`
		}
	}) (Full, error) {
		k, err := s.DoneTask(ctx, who, in.ID, in.Expect, in.Body.Words)
		return s.after(ctx, who, in.ID, k, err)
	}, web.Summary("Tick a part off"))
	web.Post(a, "/ticket-tasks/{id}/cancel", ActTask, func(ctx context.Context, who authz.Actor, in *struct {
		ByTask
		web.Match
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}) (Full, error) {
		k, err := s.CancelTask(ctx, who, in.ID, in.Expect, in.Body.Reason)
		return s.after(ctx, who, in.ID, k, err)
	}, web.Summary("Give a part up"))
}

// after shows the whole ticket as it is after a change of a part, also to a repeated request.
func (s *Service) after(ctx context.Context, who authz.Actor, id TaskID, k Task, err error) (Full, error) {
	if db.Replayed(err) {
		err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
			k, err = task(ctx, tx, id)
			return err
		})
	}
	if err != nil {
		return Full{}, err
	}
	return s.Get(ctx, who, k.Ticket)
}
