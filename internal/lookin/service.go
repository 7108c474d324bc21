package lookin

import (
	"context"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Service holds the use cases. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
}

const (
	subject = "look_in:"
	most    = 200
)

func get(ctx context.Context, tx *db.Tx, id ID) (LookIn, error) {
	return db.One[LookIn](ctx, tx, `SELECT `+db.Columns[LookIn]("")+` FROM look_in WHERE id = $1 AND {scope}`, id)
}

// running are the states of work that can be looked at.
var running = []ticket.Status{ticket.Accepted, ticket.EnRoute, ticket.Arrived, ticket.Working, ticket.Held}

// List lists what is to be looked at in a community, the next first; or, of a
// ticket, all there ever was.
func (s *Service) List(ctx context.Context, who authz.Actor, community authz.CommunityID, of ticket.ID) (out []View, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[View](ctx, tx, `SELECT `+db.Columns[LookIn]("l")+`, t.number, t.title, t.place, t.grade FROM look_in l JOIN ticket t ON t.community_id = l.community_id AND t.id = l.ticket_id
			WHERE l.community_id = $1 AND (l.ticket_id = $2 OR $2 = 0 AND l.state = 'planned' AND t.resolved_at IS NULL AND t.ended_at IS NULL) AND {scope:l} ORDER BY l.due_at, l.id LIMIT $3`, community, int64(of), most)
		for i := range out {
			out[i].Mine = out[i].Staff == who.ID
		}
		return err
	})
	return out, err
}

// Plan plans a look-in on running work.
func (s *Service) Plan(ctx context.Context, who authz.Actor, of ticket.ID, due clock.Instant, to staff.ID) (l LookIn, err error) {
	err = s.DB.Write(ctx, who, Act, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, of)
		if err != nil {
			return err
		}
		if !slices.Contains(running, t.Status) {
			return ErrEnded
		}
		if due < tx.Now {
			return errs.ErrFields.At(errs.Field{Name: "dueAt", Code: "ticket.past"})
		}
		m, err := staff.In(ctx, tx, t.Community, to)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "to", Code: ticket.ErrOffDuty.Code})
		}
		l = LookIn{ID: db.NewID[LookIn](tx), Community: t.Community, Ticket: t.ID, DueAt: due, Staff: m.ID, StaffName: m.Name, State: Planned, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		tx.Note(t.Community, subject+l.ID.String(), nil, map[string]any{"ticket": t.Number, "due": due, "staff": m.ID})
		tx.Emit(Changed{l.ID, l.Community})
		tx.Answer(&l)
		return db.Insert(ctx, tx, "look_in", l)
	})
	return l, err
}

// Record notes what was found, with a picture of the ticket; the customer is told
// (TIC-09).
func (s *Service) Record(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, finding string, photo ticket.PhotoID) (LookIn, error) {
	return s.close(ctx, who, id, expect, Done, finding, func(tx *db.Tx, t ticket.Ticket, l *LookIn) error {
		if photo != 0 {
			p, err := ticket.PhotoIn(ctx, tx, photo)
			if err != nil || p.Ticket != t.ID {
				return errs.ErrFields.At(errs.Field{Name: "photoId", Code: db.ErrNotFound.Code})
			}
			l.Photo = p.ID
		}
		return ticket.Reported(ctx, tx, t, "looked_in", finding)
	})
}

// Cancel takes a look-in back, with a reason.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, reason string) (LookIn, error) {
	return s.close(ctx, who, id, expect, Cancelled, reason, func(*db.Tx, ticket.Ticket, *LookIn) error { return nil })
}

func (s *Service) close(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, as State, words string, then func(*db.Tx, ticket.Ticket, *LookIn) error) (l LookIn, err error) {
	field := map[State]string{Done: "finding", Cancelled: "reason"}[as]
	var wrong errs.Fields
	wrong.Words(field, &words, 1000, true)
	if err := wrong.Err(); err != nil {
		return l, err
	}
	err = s.DB.Write(ctx, who, Act, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		t, err := ticket.In(ctx, tx, old.Ticket)
		if err != nil {
			return err
		}
		if l, err = old.record(as, words, tx.Now); err != nil {
			return err
		}
		if err := then(tx, t, &l); err != nil {
			return err
		}
		tx.Note(l.Community, subject+l.ID.String(), map[string]any{"state": old.State}, map[string]any{"state": l.State})
		tx.Emit(Changed{l.ID, l.Community})
		tx.Answer(&l)
		return db.Save(ctx, tx, "look_in", &l)
	})
	return l, err
}

// OwnSection is what was found at looks into a person's matters, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"现场查看", "Looks into running work"}, Heads: [2][]string{{"单号", "时间", "查看人", "情况"}, {"Number", "When", "By", "Finding"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := db.All[struct {
			Number  string        `db:"number"`
			At      clock.Instant `db:"done_at"`
			By      string        `db:"staff_name"`
			Finding string        `db:"finding"`
		}](ctx, tx, `SELECT t.number, l.done_at, l.staff_name, l.finding FROM look_in l JOIN ticket t ON t.community_id = l.community_id AND t.id = l.ticket_id
			WHERE l.community_id = $1 AND t.customer_id = $2 AND l.state = 'done' AND {scope:l} ORDER BY l.id`, c.Community, c.ID)
		var rows [][]any
		for _, l := range all {
			rows = append(rows, []any{l.Number, l.At.String(), l.By, l.Finding})
		}
		return rows, err
	},
}
