package debit

import (
	"context"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

const kind = "debit.release"

// Approve registers what somebody else decides: that a batch goes to the bank.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kind, Decide: ActRelease, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe})
}

type releasing struct {
	Batch BatchID `json:"batch"`
}

// AskRelease asks somebody else to release a batch to the bank.
func (s *Service) AskRelease(ctx context.Context, who authz.Actor, id BatchID, match web.Match) (b Batch, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if b, err = batch(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(b.Version); err != nil {
			return err
		}
		if b.State != "draft" || b.N == 0 {
			return ErrNotNow
		}
		b.State = "asked"
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kind, Community: b.Community, Subject: b.subject(), About: b.Number, Data: releasing{b.ID}, Reason: b.Bank + " " + b.On.String(), Amount: &b.Fen, Concerned: b.By}); err != nil {
			return err
		}
		return b.save(ctx, tx, "draft", &b)
	})
	return b, err
}

func (s *Service) decided(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var a releasing
	if err := q.Data.Unmarshal(&a); err != nil {
		return err
	}
	b, err := batch(ctx, tx, a.Batch)
	if err != nil || b.State != "asked" {
		return err
	}
	if q.State != approval.Approved {
		b.State = "draft"
		tx.Note(b.Community, b.subject(), map[string]any{"state": "asked"}, map[string]any{"state": b.State})
		tx.Emit(Changed{b.Community, b.ID})
		return db.Save(ctx, tx, "debit_batch", &b)
	}
	return b.release(ctx, tx, q.Decider)
}

// release looks at every line again, while nobody else takes money of the rooms:
// what was paid or reversed since is dropped, what was paid in part is less.
func (b *Batch) release(ctx context.Context, tx *db.Tx, by string) error {
	all, err := itemsOf(ctx, tx, *b)
	if err != nil {
		return err
	}
	lines, err := linesIn(ctx, tx, *b)
	if err != nil {
		return err
	}
	b.N, b.Fen = 0, 0
	for i := range all {
		if all[i].State != "waiting" {
			continue
		}
		if err := all[i].again(ctx, tx, *b, lines[all[i].ID]); err != nil {
			return err
		}
		if all[i].State == "sent" {
			b.N, b.Fen = b.N+1, b.Fen+all[i].Fen
		}
	}
	b.State, b.ReleasedAt, b.ReleasedBy = "released", &tx.Now, by
	if b.N == 0 {
		b.State, b.EndedWhy = "cancelled", "没有可扣款项"
	}
	tx.Note(b.Community, b.subject(), map[string]any{"state": "asked"}, map[string]any{"state": b.State, "items": b.N, "amount": b.Fen})
	tx.Emit(Changed{b.Community, b.ID})
	return db.Save(ctx, tx, "debit_batch", b)
}

// still are the lines of an item that are collected all the same, as they are now.
func (m Mandate) still(now map[billing.LineID]cashier.Open, lines []line) map[billing.LineID]cashier.Open {
	var meant []cashier.Open
	for _, l := range lines {
		if o, open := now[l.Line]; open && !o.Paused && o.Total() > 0 && (m.Customer == 0 || o.Customer == m.Customer) {
			meant = append(meant, o)
		}
	}
	return byLine(cashier.Together(meant))
}

// again looks at an item at the release.
func (i *Item) again(ctx context.Context, tx *db.Tx, b Batch, lines []line) error {
	m, err := mandate(ctx, tx, i.Mandate)
	if err != nil {
		return err
	}
	if m.State != "active" {
		return i.drop(ctx, tx, "ended")
	}
	if err := cashier.HoldRoom(ctx, tx, m.Community, m.Room); err != nil {
		return err
	}
	due, err := cashier.Due(ctx, tx, m.Community, []housing.RoomID{m.Room}, b.On)
	if err != nil {
		return err
	}
	now := m.still(byLine(due), lines)
	i.Fen = 0
	for _, l := range lines {
		if o, open := now[l.Line]; open {
			l.Fen, l.Late = principal(o), o.Late
			i.Fen += o.Pays()
		} else {
			l.State = "dropped"
		}
		if _, err := tx.Exec(ctx, `UPDATE debit_line SET principal = $1, late_fee = $2, state = $3 WHERE community_id = $4 AND id = $5 AND {scope}`, l.Fen, l.Late, l.State, l.Community, l.ID); err != nil {
			return err
		}
	}
	if i.Fen == 0 {
		return i.drop(ctx, tx, "paid")
	}
	i.State = "sent"
	return db.Save(ctx, tx, "debit_item", i)
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var a releasing
	if err := q.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	b, err := db.One[Batch](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Batch]("")+` FROM debit_batch WHERE id = $1 AND community_id = $2`, a.Batch, q.Community)
	if err != nil {
		return nil, err
	}
	return []approval.Line{{Label: "debit.bank", To: b.Bank}, {Label: "debit.collect", To: b.On.String()}, {Label: "debit.till", To: b.Till.String()}, {Label: "debit.items", To: itoa(b.N)}}, nil
}
