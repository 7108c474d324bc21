package cashier

import (
	"context"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// float books what of the cash at the beginning of a shift the books do not have
// yet: all cash in them that lies in no other open till is what a shift may
// begin with. Less than that stays in the safe, and in the books.
func (s Shift) float(ctx context.Context, tx *db.Tx) error {
	have, err := cashOf(ctx, tx, s.Community)
	if err != nil {
		return err
	}
	open, err := db.All[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM cashier_shift WHERE community_id = $1 AND state = 'open' AND {scope}`, s.Community)
	if err != nil {
		return err
	}
	for _, o := range open {
		counts, err := reckoned(ctx, tx, o)
		if err != nil {
			return err
		}
		have -= cashIn(counts)
	}
	more := s.Opening - have // below 0: floats of before that the books never had
	if more <= 0 || s.Opening == 0 {
		return nil
	}
	_, err = MoveMoney(ctx, tx, Moving{
		Community: s.Community, Kind: Float, Means: ledger.Cash, Fen: more, Against: []Share{{ledger.Account{Kind: ledger.Float}, more}}, Source: "float:" + s.ID.String(), Shift: s.ID,
	})
	return err
}

// cashOf is the cash that the books of a community have.
func cashOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (money.Fen, error) {
	a := ledger.Account{Community: community, Kind: ledger.Cash}.ID()
	return db.One[money.Fen](ctx, tx, `SELECT CAST(COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.community_id = $1 AND e.debit_id = $2), 0) - COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.community_id = $1 AND e.credit_id = $2), 0) AS BIGINT)
		FROM (SELECT id, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, community, a)
}

func cashIn(all Counts) money.Fen {
	for _, c := range all {
		if c.Means == ledger.Cash {
			return c.Expected
		}
	}
	return 0
}

// enough refuses to pay more cash out than the till has: it is brought there first.
func (s Shift) enough(ctx context.Context, tx *db.Tx, means ledger.Kind, fen money.Fen) error {
	if means != ledger.Cash {
		return nil
	}
	counts, err := reckoned(ctx, tx, s)
	if err != nil {
		return err
	}
	if have := cashIn(counts); fen > have {
		return errs.ErrFields.At(errs.Field{Name: "amount", Code: "cashier.till_less", Params: map[string]any{"have": have.String()}})
	}
	return nil
}

// Till is cash that a cashier spends from the till, or that is brought to it.
type Till struct {
	Community authz.CommunityID `json:"community"`
	Kind      MoveKind          `json:"kind" enum:"petty,top_up" doc:"petty: small spending; top_up: cash brought to the till"`
	Amount    money.Fen         `json:"amount"`
	Number    string            `json:"number" maxLength:"200" doc:"of the voucher"`
	Party     string            `json:"party" maxLength:"200" doc:"who got it, or brought it"`
	Words     string            `json:"words" maxLength:"800" doc:"what for"`
}

// Petty books small spending from the till against its voucher, or cash that is
// brought to it, in the cashier's own shift (PAY-02b). No more is spent than the
// till has.
func (s *Service) Petty(ctx context.Context, who authz.Actor, in Till) (m Move, err error) {
	var wrong errs.Fields
	if in.Amount <= 0 || in.Amount > mostAtOnce {
		wrong.Add("amount", "wrong_form", nil)
	}
	wrong.Words("number", &in.Number, 50, true)
	wrong.Words("party", &in.Party, 50, true)
	wrong.Words("words", &in.Words, 200, in.Kind == Petty)
	if err := wrong.Err(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		shift, err := atWork(ctx, tx, in.Community, who.ID)
		if err != nil {
			return err
		}
		fen, other := in.Amount, ledger.Account{Kind: ledger.Float}
		if in.Kind == Petty {
			if err := shift.enough(ctx, tx, ledger.Cash, in.Amount); err != nil {
				return err
			}
			fen, other = -in.Amount, ledger.Account{Kind: ledger.Petty}
		}
		m, err = MoveMoney(ctx, tx, Moving{
			Community: in.Community, Kind: in.Kind, Means: ledger.Cash, Fen: fen, Against: []Share{{other, in.Amount}}, Source: string(in.Kind) + ":" + db.NewID[Move](tx).String(), Number: in.Number, Party: in.Party, Words: in.Words, Shift: shift.ID,
		})
		tx.Answer(&m)
		return err
	})
	return m, err
}
