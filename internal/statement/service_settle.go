package statement

import (
	"context"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Settling is what a person says a line is.
type Settling struct {
	As     string    `json:"as" enum:"payment,move,suspense,deposit,banked,several,aside,open" doc:"what in the books it is; several: all of parts together; aside: nothing of them, with a reason; open: undo"`
	To     db.ID     `json:"toId,omitempty" doc:"which one"`
	Parts  []Piece   `json:"parts,omitempty" maxItems:"500"`
	Fee    money.Fen `json:"fee,omitempty" doc:"of parts that came by POS or a gateway: what was kept of their sum"`
	Reason string    `json:"reason,omitempty" maxLength:"800"`
}

// Settle has a line be what a person says it is. The amounts must be the same,
// and one in the books is one line only.
func (s *Service) Settle(ctx context.Context, who authz.Actor, id LineID, match web.Match, in Settling) (l Line, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &in.Reason, 200, in.As == "aside")
	switch in.As {
	case "aside", "open":
	case toSeveral:
		in.checkedParts(&wrong)
	default:
		if in.To == 0 {
			wrong.Add("toId", "required", nil)
		}
	}
	if err := wrong.Err(); err != nil {
		return l, err
	}
	l, err = s.change(ctx, who, id, match, func(ctx context.Context, tx *db.Tx, l *Line) error {
		switch in.As {
		case "open":
			if l.State == Open || l.State == Suspended && l.Reason != "" {
				return ErrNotNow
			}
			return l.reopened(ctx, tx)
		case "aside":
			if l.State != Open {
				return ErrNotNow
			}
			l.State, l.Reason = Aside, in.Reason
			return nil
		case toSeveral:
			return l.joinSeveral(ctx, tx, in)
		}
		return l.join(ctx, tx, in)
	})
	if db.Unique(err, "statement_line_to", "statement_line.community_id, statement_line.to_kind, statement_line.to_id") {
		err = ErrTaken
	}
	if db.Unique(err, "statement_match_to", "statement_match.community_id, statement_match.means, statement_match.to_kind, statement_match.to_id") {
		err = ErrTaken
	}
	return l, err
}

// join matches a line to what a person chose.
func (l *Line) join(ctx context.Context, tx *db.Tx, in Settling) error {
	if l.State != Open {
		return ErrNotNow
	}
	all, err := booked(ctx, tx, l.Community, l.Means, l.Day.Add(-farthest), l.Day.Add(farthest), mostBooked)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Kind != in.As || b.ID != in.To {
			continue
		}
		if b.Fen != l.Fen {
			return ErrAmount.With("line", l.Fen.String()).With("booked", b.Fen.String())
		}
		l.matched(b.Kind, b.ID)
		return nil
	}
	n, err := db.One[int64](ctx, tx, `SELECT (SELECT COUNT(*) FROM statement_line l WHERE l.community_id = $1 AND l.to_kind = $2 AND l.to_id = $3 AND {scope:l}) + (SELECT COUNT(*) FROM statement_match h WHERE h.community_id = $1 AND h.to_kind = $2 AND h.to_id = $3 AND {scope:h})`, l.Community, in.As, in.To)
	if err == nil && n > 0 {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	return errs.ErrFields.At(errs.Field{Name: "toId", Code: db.ErrNotFound.Code})
}

// farthest are the days that a line and what a person matches it to may lie apart.
const farthest = 92

// booked by this package; a person cannot undo it here.
const bySuspend = "suspense"

// Suspend books what came in and nobody knows whose it is to suspense (PAY-02b).
func (s *Service) Suspend(ctx context.Context, who authz.Actor, id LineID, match web.Match) (Line, error) {
	return s.change(ctx, who, id, match, func(ctx context.Context, tx *db.Tx, l *Line) error {
		if l.State != Open || l.Fen <= 0 {
			return ErrNotNow
		}
		reference := l.Serial
		if reference == "" {
			reference = l.ID.String()
		}
		key := db.NewID[cashier.Suspense](tx)
		err := cashier.Suspend(ctx, tx, cashier.Suspense{ID: key, Community: l.Community, Means: l.Means, Fen: l.Fen, Came: l.Day, Payer: l.Party, Reference: short(reference, 100), Words: short(l.Words, 200), Source: "statement:" + l.ID.String()})
		if err != nil {
			return err
		}
		l.matched(toSuspense, db.ID(key))
		l.Reason = bySuspend
		return nil
	})
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// change is one action on a line.
func (s *Service) change(ctx context.Context, who authz.Actor, id LineID, match web.Match, do func(ctx context.Context, tx *db.Tx, l *Line) error) (l Line, err error) {
	err = s.DB.Write(ctx, who, ActMatch, func(tx *db.Tx) error {
		if l, err = lineOf(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(l.Version); err != nil {
			return err
		}
		before := l.State
		if l.State == Open { // what it stood for may be reversed since, or a part of it: the rest is free
			if err := l.reopened(ctx, tx); err != nil {
				return err
			}
		}
		if err := do(ctx, tx, &l); err != nil {
			return err
		}
		l.ByName = who.Name
		tx.Note(l.Community, l.subject(), map[string]any{"state": before}, map[string]any{"state": l.State, "to": l.ToKind, "reason": l.Reason})
		tx.Emit(Changed{l.Community, l.Statement})
		if err := db.Save(ctx, tx, "statement_line", &l); err != nil {
			return err
		}
		l = masked(customer.SightOf(who, l.Community), []Line{l})[0]
		tx.Answer(&l)
		return nil
	})
	return l, err
}
