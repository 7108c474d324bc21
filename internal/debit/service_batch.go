package debit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// BatchDraft says what is to be collected.
type BatchDraft struct {
	Community authz.CommunityID `json:"community"`
	Bank      string            `json:"bank" maxLength:"240"`
	Till      clock.Day         `json:"dueTill" doc:"lines that are due by then"`
	On        clock.Day         `json:"collectOn" doc:"the day of collection, today or later"`
}

const (
	mostItems   = 1000
	furthest    = 60 // days
	roomsAtOnce = 300
)

// MakeBatch gathers what is due of the mandates of a bank into a draft. What
// failed in an earlier batch is due still, and so comes along by itself.
func (s *Service) MakeBatch(ctx context.Context, who authz.Actor, d BatchDraft) (b Batch, err error) {
	var wrong errs.Fields
	wrong.Words("bank", &d.Bank, 60, true)
	if d.Till.IsZero() {
		wrong.Add("dueTill", "required", nil)
	}
	if d.On.IsZero() {
		wrong.Add("collectOn", "required", nil)
	}
	if err := wrong.Err(); err != nil {
		return b, err
	}
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if err := tx.In(ctx, d.Community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, d.Community)
		if err != nil {
			return err
		}
		if d.On.Before(today) || d.On.After(today.Add(furthest)) {
			return errs.ErrFields.At(errs.Field{Name: "collectOn", Code: ErrCollect.Code})
		}
		n, err := tx.Number(ctx, d.Community, "DK"+today.String())
		if err != nil {
			return err
		}
		b = Batch{ID: db.NewID[Batch](tx), Community: d.Community, Number: fmt.Sprintf("DK%s%03d", strings.ReplaceAll(today.String(), "-", ""), n), Bank: d.Bank, Till: d.Till, On: d.On, State: "draft", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1, Left: &Left{}}
		items, lines, err := b.gather(ctx, tx)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return ErrNothing
		}
		for _, i := range items {
			b.N, b.Fen = b.N+1, b.Fen+i.Fen
		}
		tx.Note(b.Community, b.subject(), nil, map[string]any{"number": b.Number, "bank": b.Bank, "items": b.N, "amount": b.Fen})
		tx.Emit(Changed{b.Community, b.ID})
		if err := db.Insert(ctx, tx, "debit_batch", b); err != nil {
			return err
		}
		if err := db.InsertAll(ctx, tx, "debit_item", items); err != nil {
			return err
		}
		if err := db.InsertAll(ctx, tx, "debit_line", lines); err != nil {
			return err
		}
		tx.Answer(&b)
		return b.summed(ctx, tx)
	})
	if db.Unique(err, "debit_line_live", "debit_line.community_id, debit_line.line_id") {
		err = ErrTaken
	}
	return b, err
}

// gather makes the items of a batch.
func (b Batch) gather(ctx context.Context, tx *db.Tx) (items []Item, lines []line, err error) {
	all, err := db.All[Mandate](ctx, tx, `SELECT `+db.Columns[Mandate]("")+` FROM debit_mandate WHERE community_id = $1 AND bank = $2 AND state = 'active' AND {scope} ORDER BY id`, b.Community, b.Bank)
	if err != nil {
		return nil, nil, err
	}
	mandatesFirst(all)
	taken, err := onTheWay(ctx, tx, b.Community)
	if err != nil {
		return nil, nil, err
	}
	before, err := failures(ctx, tx, b.Community)
	if err != nil {
		return nil, nil, err
	}
	due, err := b.due(ctx, tx, all)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		if len(items) == mostItems { // the next batch takes the rest
			break
		}
		of, sum := m.gather(due[m.Room], b.Till, taken, b.Left)
		if len(of) == 0 {
			continue
		}
		i := Item{ID: db.NewID[Item](tx), Community: b.Community, Batch: b.ID, N: int64(len(items) + 1), Mandate: m.ID, Fen: sum, State: "waiting", Version: 1}
		for _, o := range of {
			i.Tries = max(i.Tries, before[o.ID])
			lines = append(lines, line{ID: db.NewID[line](tx), Community: b.Community, Item: i.ID, Line: o.ID, Fen: principal(o), Late: o.Late, State: "live"})
		}
		items = append(items, i)
	}
	return items, lines, nil
}

// due is what is open in the rooms of some mandates on the day of collection.
func (b Batch) due(ctx context.Context, tx *db.Tx, all []Mandate) (map[housing.RoomID][]cashier.Open, error) {
	var rooms []housing.RoomID
	for _, m := range all {
		rooms = append(rooms, m.Room)
	}
	slices.Sort(rooms)
	out := map[housing.RoomID][]cashier.Open{}
	for some := range slices.Chunk(slices.Compact(rooms), roomsAtOnce) {
		found, err := cashier.Due(ctx, tx, b.Community, some, b.On)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out[o.Room] = append(out[o.Room], o)
		}
	}
	return out, nil
}

// Drop takes an item out of a draft.
func (s *Service) Drop(ctx context.Context, who authz.Actor, id ItemID, match web.Match) (b Batch, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		i, err := db.One[Item](ctx, tx, `SELECT `+db.Columns[Item]("")+` FROM debit_item WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		if err := match.Expect(i.Version); err != nil {
			return err
		}
		if b, err = batch(ctx, tx, i.Batch); err != nil {
			return err
		}
		if b.State != "draft" || i.State != "waiting" {
			return ErrNotNow
		}
		b.N, b.Fen = b.N-1, b.Fen-i.Fen
		if err := i.drop(ctx, tx, "hand"); err != nil {
			return err
		}
		return b.save(ctx, tx, "draft", &b)
	})
	return b, err
}

func (i *Item) drop(ctx context.Context, tx *db.Tx, why string) error {
	i.State, i.Problem = "dropped", why
	if err := i.marked(ctx, tx, "dropped"); err != nil {
		return err
	}
	return db.Save(ctx, tx, "debit_item", i)
}

// save stores the next state of a batch and answers with it.
func (b *Batch) save(ctx context.Context, tx *db.Tx, before string, answer *Batch) error {
	tx.Note(b.Community, b.subject(), map[string]any{"state": before}, map[string]any{"state": b.State, "items": b.N, "amount": b.Fen, "reason": b.EndedWhy})
	tx.Emit(Changed{b.Community, b.ID})
	if err := db.Save(ctx, tx, "debit_batch", b); err != nil {
		return err
	}
	tx.Answer(answer)
	return b.summed(ctx, tx)
}

// Cancel gives a draft up; its lines are free again.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id BatchID, match web.Match, why string) (b Batch, err error) {
	return s.end(ctx, who, id, match, why, "draft", "cancelled", func(ctx context.Context, tx *db.Tx, i *Item) error {
		if i.State != "waiting" {
			return nil
		}
		return i.drop(ctx, tx, "hand")
	})
}

// noAnswer is the reason of items that the bank never answered.
const noAnswer = "银行未回盘"

// Close ends a batch whose bank answers no more: what has no answer counts as
// failed and is free for the next batch. An answer that comes after all goes to
// suspense.
func (s *Service) Close(ctx context.Context, who authz.Actor, id BatchID, match web.Match, why string) (b Batch, err error) {
	return s.end(ctx, who, id, match, why, "released", "done", func(ctx context.Context, tx *db.Tx, i *Item) error {
		if i.State != "sent" {
			return nil
		}
		i.State, i.Problem = "failed", noAnswer
		if err := i.marked(ctx, tx, "failed"); err != nil {
			return err
		}
		return db.Save(ctx, tx, "debit_item", i)
	})
}

func (s *Service) end(ctx context.Context, who authz.Actor, id BatchID, match web.Match, why, from, to string, do func(context.Context, *db.Tx, *Item) error) (b Batch, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return b, err
	}
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if b, err = batch(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(b.Version); err != nil {
			return err
		}
		if b.State != from {
			return ErrNotNow
		}
		all, err := itemsOf(ctx, tx, b)
		if err != nil {
			return err
		}
		for i := range all {
			if err := do(ctx, tx, &all[i]); err != nil {
				return err
			}
		}
		b.State, b.EndedWhy = to, why
		return b.save(ctx, tx, from, &b)
	})
	return b, err
}

// Batches are the batches of a community, the latest first.
func (s *Service) Batches(ctx context.Context, who authz.Actor, community authz.CommunityID, before BatchID, limit int) (out []Batch, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Batch](ctx, tx, `SELECT `+db.Columns[Batch]("")+` FROM debit_batch WHERE community_id = $1 AND (id < $2 OR $2 = 0) AND {scope} ORDER BY id DESC LIMIT $3`, community, int64(before), limit+1)
		if err != nil {
			return err
		}
		return sumsOf(ctx, tx, community, out)
	})
	return out, err
}

// One is a batch with the sums of its items.
func (s *Service) One(ctx context.Context, who authz.Actor, id BatchID) (b Batch, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if b, err = batch(ctx, tx, id); err != nil {
			return err
		}
		return b.summed(ctx, tx)
	})
	return b, err
}

// ItemFilter narrows the list of items.
type ItemFilter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Batch     BatchID           `query:"batch"`
	State     string            `query:"state" enum:"waiting,dropped,sent,paid,failed,conflict,"`
}

// Items are items of batches, the latest first.
func (s *Service) Items(ctx context.Context, who authz.Actor, f ItemFilter, before ItemID, limit int) (out []ItemView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = items(ctx, tx, f.Community, `(i.batch_id = $2 OR $2 = 0) AND ($3 = '' OR i.state = $3) AND (i.id < $4 OR $4 = 0)`, ` ORDER BY i.id DESC LIMIT $5`, int64(f.Batch), f.State, int64(before), limit+1)
		return err
	})
	return out, err
}
