package ticket_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// TIC-06: several hands, and the whole is done when every part is.
func TestATicketResolvesWhenAllItsPartsAreDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		ctx := t.Context()
		owner := with(h.agent, ticket.ActTask, ticket.ActTaskDone, ticket.ActResolve, ticket.ActAccept)
		hands := with(h.chen, ticket.ActTaskDone)
		tk := h.open(t, ticket.Inquiry)
		due := c.Instant().Add(2 * time.Hour)
		part := ticket.Part{Title: " 查图纸 ", Assignee: h.chen.ID, DueAt: due}
		if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, ticket.Part{Title: "", Assignee: 9999, DueAt: due}); errs.Of(err).Code != errs.ErrFields.Code {
			t.Errorf("without words: %v", err)
		}
		if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, ticket.Part{Title: "x", Assignee: 9999, DueAt: due}); !errors.Is(err, ticket.ErrOffDuty) {
			t.Errorf("to nobody: %v", err)
		}
		if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, ticket.Part{Title: "x", Assignee: h.chen.ID, DueAt: c.Instant()}); errs.Of(err).Code != errs.ErrFields.Code {
			t.Errorf("for a time that has come: %v", err)
		}
		for range 2 {
			if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, part); err != nil {
				t.Fatal(err)
			}
		}
		full, err := h.tickets.Get(ctx, owner, tk.ID)
		if err != nil || len(full.Tasks) != 2 || !slices.Equal(full.Missing, []string{"task:查图纸", "task:查图纸"}) {
			t.Fatalf("%+v, missing %v, %v", full.Tasks, full.Missing, err)
		}
		if _, err := h.tickets.Resolve(ctx, owner, tk.ID, any1, ticket.Outcome{Remedy: "答复"}); !errors.Is(err, ticket.ErrMissing) || !strings.Contains(fmt.Sprint(errs.Of(err).Params["missing"]), "查图纸") {
			t.Errorf("while parts are open: %v", err)
		}
		mine, err := h.tickets.Tasks(ctx, hands)
		if err != nil || len(mine) != 2 || mine[0].Number != tk.Number || !mine[0].MayDo {
			t.Fatalf("in the list of who does it: %+v %v", mine, err)
		}
		c.Advance(3 * time.Hour)
		if _, err := h.tickets.DoneTask(ctx, hands, full.Tasks[0].ID, any1, "图在档案柜"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.DoneTask(ctx, hands, full.Tasks[0].ID, any1, ""); !errors.Is(err, ticket.ErrTaskEnded) {
			t.Errorf("twice: %v", err)
		}
		other := dbtest.Actor(4711, []authz.CommunityID{place}, ticket.ActTaskDone)
		if _, err := h.tickets.DoneTask(ctx, other, full.Tasks[1].ID, any1, ""); !errors.Is(err, ticket.ErrNotYours) {
			t.Errorf("by a third person: %v", err)
		}
		if _, err := h.tickets.DoneTask(ctx, with(h.stranger, ticket.ActTaskDone), full.Tasks[1].ID, any1, ""); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another community: %v", err)
		}
		if _, err := h.tickets.CancelTask(ctx, owner, full.Tasks[1].ID, any1, ""); err == nil {
			t.Error("given up without a reason")
		}
		if _, err := h.tickets.CancelTask(ctx, owner, full.Tasks[1].ID, any1, "不需要了"); err != nil {
			t.Fatal(err)
		}
		full, err = h.tickets.Get(ctx, owner, tk.ID)
		if err != nil || len(full.Missing) != 0 || !full.Tasks[0].Late || full.Tasks[0].AssigneeName != h.chen.Name || full.Tasks[1].State != ticket.TaskCancelled {
			t.Errorf("%+v, missing %v, %v (TIC-07b)", full.Tasks, full.Missing, err)
		}
		verbs := ""
		for _, e := range full.Timeline {
			verbs += e.Verb + " "
		}
		if !strings.Contains(verbs, "task_added task_added task_done task_cancelled") {
			t.Errorf("the timeline says %s", verbs)
		}
		if _, err := h.tickets.Resolve(ctx, owner, tk.ID, any1, ticket.Outcome{Remedy: "答复"}); err != nil {
			t.Errorf("when all are done: %v", err)
		}
		if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, ticket.Part{Title: "晚了", Assignee: h.chen.ID, DueAt: c.Instant().Add(time.Hour)}); !errors.Is(err, ticket.ErrTransition) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// ACC-08: who leaves hands over their parts too; what is done stays theirs.
func TestPartsAreHandedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := build(t, d, c)
		ctx := t.Context()
		owner := with(h.agent, ticket.ActTask, ticket.ActTaskDone)
		tk := h.open(t, ticket.Inquiry)
		for _, title := range []string{"甲", "乙"} {
			if _, err := h.tickets.AddTask(ctx, owner, tk.ID, any1, ticket.Part{Title: title, Assignee: h.chen.ID, DueAt: c.Instant().Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		full, err := h.tickets.Get(ctx, owner, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.DoneTask(ctx, owner, full.Tasks[0].ID, any1, ""); err != nil {
			t.Fatal(err)
		}
		system := authz.System("test", "staff.edit")
		if err := d.Write(ctx, system, "staff.edit", func(tx *db.Tx) error {
			n, err := ticket.TasksOf(ctx, tx, h.chen.ID)
			if n != 1 {
				t.Errorf("%d open", n)
			}
			if err != nil {
				return err
			}
			_, err = ticket.HandOverTasks(ctx, tx, staff.Member{ID: h.chen.ID, Name: h.chen.Name}, staff.Member{ID: h.agent.ID, Name: h.agent.Name})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		full, err = h.tickets.Get(ctx, owner, tk.ID)
		if err != nil || full.Tasks[0].AssigneeName != h.chen.Name || full.Tasks[1].AssigneeName != h.agent.Name {
			t.Errorf("%+v %v", full.Tasks, err)
		}
	})
}

func with(who authz.Actor, acts ...authz.Action) authz.Actor {
	g := who.Grants[0]
	more := map[authz.Action]bool{}
	for a := range g.Actions {
		more[a] = true
	}
	for _, a := range acts {
		more[a] = true
	}
	who.Grants = []authz.Grant{{Actions: more, Everywhere: g.Everywhere, Communities: g.Communities}}
	return who
}

func (h house) open(t *testing.T, kind ticket.Kind) ticket.Ticket {
	t.Helper()
	tk, err := h.tickets.Open(t.Context(), h.agent, ticket.Intake{Community: place, Kind: kind, Room: h.room, Category: "facilities.water", Grade: ticket.C, Title: "水压多少", Channel: "phone", ContactName: "李"})
	if err != nil {
		t.Fatal(err)
	}
	return tk
}
