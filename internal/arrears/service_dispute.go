package arrears

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

func (d Dispute) subject() string { return "bill_dispute:" + d.ID.String() }

func (d Dispute) source() string { return "dispute:" + d.ID.String() }

func required(name string, words *string, must bool) error {
	var wrong errs.Fields
	wrong.Words(name, words, 1000, must)
	return wrong.Err()
}

func wrongDay(field string) error {
	return errs.ErrFields.At(errs.Field{Name: field, Code: "arrears.past"})
}

// Open notes that somebody says a line is wrong: its late fee and dunning stop
// at once (ARR-04).
func (s *Service) Open(ctx context.Context, who authz.Actor, id billing.LineID, reason string) (h Household, err error) {
	if err := required("reason", &reason, true); err != nil {
		return h, err
	}
	err = s.DB.Write(ctx, who, ActWork, func(tx *db.Tx) error {
		o, err := openLine(ctx, tx, id)
		if err != nil {
			return err
		}
		d := Dispute{ID: db.NewID[Dispute](tx), Community: o.Community, Line: id, Room: o.Room, State: "open", Reason: reason, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		if err := db.Insert(ctx, tx, "bill_dispute", d); err != nil {
			return err
		}
		if err := d.noted(ctx, tx, "opened", reason); err != nil {
			return err
		}
		today, err := todayAt(ctx, tx, o.Community)
		if err != nil {
			return err
		}
		if err := cashier.Pause(ctx, tx, o.Community, id, today, "dispute", d.source()); err != nil {
			return err
		}
		if err := closeIdle(ctx, tx, o.Community, o.Room); err != nil {
			return err
		}
		tx.Note(o.Community, d.subject(), nil, map[string]any{"line": id, "state": d.State})
		tx.Emit(Changed{o.Community, o.Room})
		tx.Answer(&h)
		h, err = household(ctx, tx, o.Room)
		return err
	})
	if db.Unique(err, "bill_dispute_live", "bill_dispute.community_id, bill_dispute.line_id") {
		err = ErrDisputed
	}
	return h, err
}

func (d Dispute) noted(ctx context.Context, tx *db.Tx, verb, words string) error {
	return db.Insert(ctx, tx, "bill_dispute_step", DisputeStep{ID: db.NewID[DisputeStep](tx), Community: d.Community, Dispute: d.ID, Verb: verb, Words: words, At: tx.Now, ByName: tx.Who.Name})
}

// Step notes what was done about a dispute: the basis was sent, there was a
// meeting, or a third party mediated.
func (s *Service) Step(ctx context.Context, who authz.Actor, id DisputeID, expect func(int64) error, verb, words string) (h Household, err error) {
	if err := required("words", &words, true); err != nil {
		return h, err
	}
	err = s.onDispute(ctx, who, id, expect, &h, func(tx *db.Tx, d *Dispute) error {
		if d.EndedAt != nil {
			return ErrSettled
		}
		return d.noted(ctx, tx, verb, words)
	})
	return h, err
}

// mostCorrected is a hundred million yuan: more is a slip of the finger.
const mostCorrected money.Fen = 100_000_000_00

// Settle ends a dispute. Who upholds the bill ends it alone; who says that it is
// corrected or waived asks somebody else (BIL-10).
func (s *Service) Settle(ctx context.Context, who authz.Actor, id DisputeID, expect func(int64) error, outcome string, fen money.Fen, words string) (h Household, err error) {
	if err := required("words", &words, true); err != nil {
		return h, err
	}
	err = s.onDispute(ctx, who, id, expect, &h, func(tx *db.Tx, d *Dispute) error {
		if d.State != "open" {
			return ErrSettled
		}
		if outcome == "uphold" {
			d.Outcome = outcome
			return d.end(ctx, tx, "upheld", words)
		}
		l, err := billing.LineIn(ctx, tx, d.Line)
		if err != nil {
			return err
		}
		if outcome == "waive" {
			fen = 0
		} else if fen <= 0 || fen == l.Fen {
			return errs.ErrFields.At(errs.Field{Name: "amount", Code: "arrears.same_amount"})
		} else if fen > mostCorrected {
			return errs.ErrFields.At(errs.Field{Name: "amount", Code: "too_big", Params: map[string]any{"max": mostCorrected.Grouped()}})
		}
		d.State, d.Outcome, d.Fen = "asked", outcome, fen
		if err := d.noted(ctx, tx, "asked", words); err != nil {
			return err
		}
		_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindSettle, Community: d.Community, Subject: d.subject(), About: l.Label + " " + l.Period.String() + " " + l.ItemName, Data: settling{d.ID, d.Room}, Reason: words, Amount: &l.Fen})
		return err
	})
	return h, err
}

type settling struct {
	Dispute DisputeID      `json:"dispute"`
	Room    housing.RoomID `json:"room"`
}

// end ends a dispute: the late fee counts again from tomorrow on, the days of
// the dispute stay out of it (R15).
func (d *Dispute) end(ctx context.Context, tx *db.Tx, state, words string) error {
	today, err := todayAt(ctx, tx, d.Community)
	if err != nil {
		return err
	}
	d.State, d.EndedAt = state, &tx.Now
	if err := d.noted(ctx, tx, state, words); err != nil {
		return err
	}
	return cashier.Resume(ctx, tx, d.Community, d.source(), today)
}

// settleEnded takes the effect of what was decided about a dispute.
func (s *Service) settleEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var p settling
	if err := q.Data.Unmarshal(&p); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	d, err := db.One[Dispute](ctx, g, `SELECT `+db.Columns[Dispute]("")+` FROM bill_dispute WHERE id = $1 AND community_id = $2`, p.Dispute, q.Community)
	if err != nil || d.State != "asked" {
		return err
	}
	if q.State == approval.Approved {
		if _, err := cashier.Correct(ctx, g, d.Line, d.Fen, q.Reason); err != nil {
			return err
		}
		err = d.end(ctx, g, map[string]string{"correct": "corrected", "waive": "waived"}[d.Outcome], q.Decision)
	} else {
		d.State, d.Outcome, d.Fen = "open", "", 0
		err = d.noted(ctx, g, "refused", q.Decision)
	}
	if err != nil {
		return err
	}
	tx.Note(d.Community, d.subject(), map[string]any{"state": "asked"}, map[string]any{"state": d.State})
	tx.Emit(Changed{d.Community, d.Room})
	return db.Save(ctx, g, "bill_dispute", &d)
}

func (s *Service) describeSettling(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var p settling
	if err := q.Data.Unmarshal(&p); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	d, err := db.One[Dispute](ctx, g, `SELECT `+db.Columns[Dispute]("")+` FROM bill_dispute WHERE id = $1 AND community_id = $2`, p.Dispute, q.Community)
	if err != nil {
		return nil, err
	}
	l, err := db.One[money.Fen](ctx, g, `SELECT amount FROM bill_line WHERE id = $1 AND community_id = $2`, d.Line, q.Community)
	return []approval.Line{{Label: "dispute", To: d.Reason}, {Label: "amount", From: l.Grouped(), To: d.Fen.Grouped()}}, err
}

// onDispute changes a dispute that stands.
func (s *Service) onDispute(ctx context.Context, who authz.Actor, id DisputeID, expect func(int64) error, h *Household, fn func(tx *db.Tx, d *Dispute) error) error {
	return s.DB.Write(ctx, who, ActWork, func(tx *db.Tx) error {
		d, err := dispute(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		before := d.State
		if err := fn(tx, &d); err != nil {
			return err
		}
		tx.Note(d.Community, d.subject(), map[string]any{"state": before}, map[string]any{"state": d.State, "outcome": d.Outcome})
		tx.Emit(Changed{d.Community, d.Room})
		if err := db.Save(ctx, tx, "bill_dispute", &d); err != nil {
			return err
		}
		tx.Answer(h)
		*h, err = household(ctx, tx, d.Room)
		return err
	})
}

func todayAt(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	return org.Today(ctx, tx, community)
}
