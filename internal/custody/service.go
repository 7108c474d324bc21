package custody

import (
	"context"
	"fmt"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

// Service holds the use cases. Each one is one transaction.
type Service struct{ DB *db.DB }

// Taking is what is written down when something is taken away.
type Taking struct {
	What      string         `json:"what" maxLength:"800"`
	State     string         `json:"state" maxLength:"2000"`
	Back      clock.Instant  `json:"backAt" doc:"when it is to be back"`
	Name      string         `json:"name" maxLength:"200" doc:"who agrees"`
	Signature ticket.PhotoID `json:"signature" doc:"a picture of the ticket of kind signature or stamp"`
}

// Receiving is what is written down when it is brought back.
type Receiving struct {
	Name string `json:"name" maxLength:"200" doc:"who receives it"`
	Note string `json:"note,omitempty" maxLength:"2000"`
}

// backJob reminds of what should be back.
const backJob = "custody.back_due"

type due struct {
	Piece     ID                `json:"piece"`
	Community authz.CommunityID `json:"community"`
}

// Where belongs to the community in the list of jobs.
func (d due) Where() authz.CommunityID { return d.Community }

// Schedule registers the reminders.
func (s *Service) Schedule(r *jobs.Runner) { jobs.Handle(r, backJob, backDue) }

// backDue reminds of a piece that should be back and is not.
func backDue(ctx context.Context, tx *db.Tx, d due) error {
	tx.Silent("the reminder stands in the ticket's timeline")
	p, err := get(ctx, tx, d.Piece)
	if err != nil || p.ReturnedAt != nil {
		return err
	}
	t, err := ticket.In(ctx, tx, p.Ticket)
	if err != nil {
		return err
	}
	return ticket.BackDue(ctx, tx, t, p.Number)
}

// prefix of the receipts' numbers: 取件.
const prefix = "QJ"

var at = []ticket.Status{ticket.Arrived, ticket.Working, ticket.Held}

func get(ctx context.Context, tx *db.Tx, id ID) (Piece, error) {
	return db.One[Piece](ctx, tx, `SELECT `+db.Columns[Piece]("")+` FROM custody WHERE id = $1 AND {scope}`, id)
}

func of(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]Piece, error) {
	return db.All[Piece](ctx, tx, `SELECT `+db.Columns[Piece]("")+` FROM custody WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id`, t.Community, t.ID)
}

// OfTicket lists what was taken away for a ticket.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, id ticket.ID) (out []Piece, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = of(ctx, tx, t)
		for i := range out {
			out[i] = out[i].shown(who)
		}
		return err
	})
	return out, err
}

// Take notes that something is taken away with the customer's consent; its
// number is that of the receipt.
func (s *Service) Take(ctx context.Context, who authz.Actor, id ticket.ID, in Taking) (p Piece, err error) {
	var wrong errs.Fields
	wrong.Words("what", &in.What, 200, true)
	wrong.Words("state", &in.State, 500, true)
	wrong.Words("name", &in.Name, 50, true)
	if err := wrong.Err(); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ticket.ActResolve, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := t.Theirs(who); err != nil {
			return err
		}
		if !slices.Contains(at, t.Status) {
			return ErrNotNow
		}
		if in.Back <= tx.Now {
			return errs.ErrFields.At(errs.Field{Name: "backAt", Code: "ticket.past"})
		}
		picture, err := ticket.PhotoIn(ctx, tx, in.Signature)
		if err != nil || picture.Ticket != t.ID || !picture.Signs() {
			return errs.ErrFields.At(errs.Field{Name: "signature", Code: "quote.no_signature"})
		}
		number, err := receipt(ctx, tx, t.Community)
		if err != nil {
			return err
		}
		p = Piece{
			ID: db.NewID[Piece](tx), Community: t.Community, Ticket: t.ID, Number: number, What: in.What, State: in.State, Back: in.Back,
			SignedName: in.Name, Photo: picture.ID, TakenAt: tx.Now, By: who.ID, ByName: who.Name, Version: 1,
		}
		if err := db.Insert(ctx, tx, "custody", p); err != nil {
			return err
		}
		if err := jobs.At(ctx, tx, backJob, p.ID.String(), p.Back, due{p.ID, p.Community}); err != nil {
			return err
		}
		tx.Note(t.Community, "custody:"+p.ID.String(), nil, map[string]any{"ticket": t.Number, "number": number})
		shown := p.shown(who)
		tx.Answer(&shown)
		p = shown
		return ticket.Told(ctx, tx, t, "taken", in.What, ticket.Data{"number": number, "back": in.Back})
	})
	return p, err
}

// receipt is the next number of the day's receipts.
func receipt(ctx context.Context, tx *db.Tx, community authz.CommunityID) (string, error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return "", err
	}
	day := clock.DayOf(tx.Now, zone)
	n, err := tx.Number(ctx, community, prefix+day.String())
	return db.Serial(prefix, day, n, 4), err
}

// Return notes that it is back with the customer.
func (s *Service) Return(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, in Receiving) (p Piece, err error) {
	var wrong errs.Fields
	wrong.Words("name", &in.Name, 50, true)
	wrong.Words("note", &in.Note, 500, false)
	if err := wrong.Err(); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ticket.ActResolve, func(tx *db.Tx) error {
		if p, err = get(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		t, err := ticket.In(ctx, tx, p.Ticket)
		if err != nil {
			return err
		}
		if err := t.Theirs(who); err != nil {
			return err
		}
		if p.ReturnedAt != nil {
			return ErrReturned
		}
		p.ReturnedAt, p.ReturnedBy, p.ReturnedTo, p.ReturnNote = &tx.Now, who.Name, in.Name, in.Note
		if err := db.Save(ctx, tx, "custody", &p); err != nil {
			return err
		}
		tx.Note(p.Community, "custody:"+p.ID.String(), map[string]any{"returned": false}, map[string]any{"returned": true})
		p = p.shown(who)
		tx.Answer(&p)
		return ticket.Told(ctx, tx, t, "returned", in.Note, ticket.Data{"number": p.Number, "what": p.What})
	})
	return p, err
}

// Out is what a ticket waits for before it is resolved: what is not back yet (TIC-07a).
func Out(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]string, error) {
	all, err := db.All[string](ctx, tx, `SELECT what FROM custody WHERE community_id = $1 AND ticket_id = $2 AND returned_at IS NULL AND {scope} ORDER BY id`, t.Community, t.ID)
	for i := range all {
		all[i] = "taken:" + all[i]
	}
	return all, err
}

// shown is a piece as far as who may see names of customers.
func (p Piece) shown(who authz.Actor) Piece {
	see := customer.SightOf(who, p.Community)
	p.SignedName, p.ReturnedTo = see.Name(p.SignedName, false), see.Name(p.ReturnedTo, false)
	return p
}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"取走的物品", "Things taken away"}, Heads: [2][]string{{"收据", "单号", "物品", "取走", "签字人", "归还", "接收人"}, {"Receipt", "Number", "Thing", "Taken", "Signed by", "Returned", "Received by"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		type row struct {
			Piece
			Of string `db:"of_number"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Piece]("p")+`, t.number AS of_number FROM custody p JOIN ticket t ON t.community_id = p.community_id AND t.id = p.ticket_id
			WHERE p.community_id = $1 AND t.customer_id = $2 AND {scope:p} ORDER BY p.id`, c.Community, c.ID)
		var rows [][]any
		for _, p := range all {
			back := ""
			if p.ReturnedAt != nil {
				back = p.ReturnedAt.String()
			}
			rows = append(rows, []any{p.Number, p.Of, p.What, p.TakenAt.String(), p.SignedName, back, p.ReturnedTo})
		}
		return rows, err
	},
}

// ErasureGuard keeps people whose things are not back, and takes the names of
// who is erased out of the receipts; their signatures go with the pictures.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([]errs.Field, error) {
		away, err := db.All[string](ctx, tx, `SELECT p.number FROM custody p JOIN ticket t ON t.community_id = p.community_id AND t.id = p.ticket_id
			WHERE p.community_id = $1 AND t.customer_id = $2 AND p.returned_at IS NULL AND {scope:p} ORDER BY p.id LIMIT 50`, c.Community, c.ID)
		var out []errs.Field
		for i, number := range away {
			out = append(out, errs.Field{Name: fmt.Sprintf("taken[%d]", i), Code: "custody.erase", Params: map[string]any{"number": number}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		_, err := tx.Exec(ctx, `UPDATE custody SET signed_name = $3, photo_id = NULL, returned_to = CASE WHEN returned_to = '' THEN '' ELSE $3 END
			WHERE community_id = $1 AND ticket_id IN (SELECT id FROM ticket WHERE community_id = $1 AND customer_id = $2)`, c.Community, c.ID, customer.ErasedName)
		return err
	},
}
