package ticket

import (
	"context"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Ref is another ticket of the same matter.
type Ref struct {
	ID     ID     `db:"id" json:"id"`
	Number string `db:"number" json:"number"`
	Status Status `db:"status" json:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
}

// OpenIn opens a matter in another domain's transaction, whose action must allow
// it; from is the ticket that it came of, if any.
func OpenIn(ctx context.Context, tx *db.Tx, in Intake, from ID) (Ticket, error) {
	if _, forced := ForcedBy(in.words()); forced {
		in.Grade = A // nobody is asked here
	}
	planned := tx.Who.ID == 0
	if c, known := TreeOf(tx).ByID(in.Category); planned && known {
		in.Grade = min(in.Grade, c.Lowest()) // the class may ask for more than when it was planned
	}
	in, err := in.checked(TreeOf(tx), planned)
	if err != nil {
		return Ticket{}, err
	}
	if err := lookUp(ctx, tx, &in); err != nil {
		return Ticket{}, err
	}
	if tx.Who.ID == 0 { // a timer: somebody of the house answers for it
		if in.owner, err = receiver(ctx, tx, in.Community); err != nil {
			return Ticket{}, err
		}
	}
	t, err := insert(ctx, tx, in)
	if err != nil || from == 0 {
		return t, err
	}
	return t, write(ctx, tx, t, "linked", false, "", "", Data{"from": from})
}

// refers checks that what an intake takes up again is an ended ticket of the same
// community: what is not ended goes on itself (TIC-04).
func refers(ctx context.Context, tx *db.Tx, in *Intake) error {
	if in.Earlier == 0 {
		return nil
	}
	t, err := get(ctx, tx, in.Earlier)
	if err != nil || t.Community != in.Community {
		return errs.ErrFields.At(errs.Field{Name: "earlierId", Code: db.ErrNotFound.Code})
	}
	if t.EndedAt == nil {
		return errs.ErrFields.At(errs.Field{Name: "earlierId", Code: "ticket.not_ended", Params: map[string]any{"number": t.Number}})
	}
	return nil
}

// related are the ticket that t took up again, and those that took up t since.
func related(ctx context.Context, tx *db.Tx, t Ticket) (earlier *Ref, later []Ref, err error) {
	later, err = db.All[Ref](ctx, tx, `SELECT id, number, status FROM ticket WHERE community_id = $1 AND earlier_id = $2 AND {scope} ORDER BY id LIMIT 20`, t.Community, t.ID)
	if err != nil || t.Earlier == 0 {
		return nil, append([]Ref{}, later...), err
	}
	all, err := db.All[Ref](ctx, tx, `SELECT id, number, status FROM ticket WHERE community_id = $1 AND id = $2 AND {scope}`, t.Community, t.Earlier)
	if len(all) > 0 { // it may have been thrown away since (ACC-13)
		earlier = &all[0]
	}
	return earlier, append([]Ref{}, later...), err
}
