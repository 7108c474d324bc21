package debit

import (
	"context"
	"io"
	"slices"

	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Answered is what an answer file says. With problems nothing of it is booked.
type Answered struct {
	Rows     int       `json:"rows"`
	Paid     int       `json:"paid" doc:"that were not known yet"`
	Fen      money.Fen `json:"amount" doc:"of these"`
	Failed   int       `json:"failed"`
	Conflict int       `json:"conflict" doc:"money that came for what was paid otherwise: in suspense; known once it is booked"`
	Same     int       `json:"same" doc:"that are known already"`
	Problems []Problem `json:"problems"`
	Kept     bool      `json:"kept"`
}

// answer is a row with its item.
type answer struct {
	result
	of Item
}

// Import reads the bank's answer to a batch, and books it when keep says so and
// no row is wrong: each amount once, whatever comes again.
func (s *Service) Import(ctx context.Context, who authz.Actor, id BatchID, keep bool, file io.Reader) (a Answered, err error) {
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return a, err
	}
	if len(data) > MaxBytes {
		return a, atFile(ErrFile)
	}
	rows, problems, err := parse(data)
	if err != nil {
		return a, atFile(err)
	}
	do := s.DB.Read
	if keep {
		do = s.DB.Bulk
	}
	err = do(ctx, who, ActRun, func(tx *db.Tx) error {
		b, err := batch(ctx, tx, id)
		if err != nil {
			return err
		}
		if b.State != "released" && b.State != "done" {
			return ErrNotNow
		}
		all, err := itemsOf(ctx, tx, b)
		if err != nil {
			return err
		}
		a = Answered{Rows: len(rows) + len(problems), Problems: append([]Problem{}, problems...)}
		today, err := org.Today(ctx, tx, b.Community)
		if err != nil {
			return err
		}
		news := a.compare(b, all, rows, today)
		if !keep {
			return nil
		}
		tx.Answer(&a)
		if len(a.Problems) > 0 {
			tx.Silent("nothing was booked")
			return nil
		}
		a.Kept = true
		return s.book(ctx, tx, b, news, &a)
	})
	return a, err
}

// compare holds rows against the items of a batch; what is new comes back.
func (a *Answered) compare(b Batch, all []Item, rows []result, today clock.Day) (news []answer) {
	known := map[ItemID]Item{}
	for _, i := range all {
		known[i.ID] = i
	}
	seen := map[ItemID]bool{}
	for _, r := range rows {
		i, there := known[r.item]
		code := i.says(r, b.Number)
		switch {
		case r.batch != b.Number:
			code = "batch"
		case !there:
			code = "unknown"
		case seen[r.item]:
			code = "twice"
		case code == "" && r.paid && (r.on.After(today) || b.On.After(today)): // nothing was collected yet
			code = "day"
		}
		seen[r.item] = true
		switch {
		case code == "same":
			a.Same++
		case code != "":
			value := r.fen.String()
			switch code {
			case "batch":
				value = r.batch
			case "day":
				value = r.on.String()
			}
			a.Problems = append(a.Problems, Problem{Row: r.row, Item: r.text, Code: code, Value: value})
		case r.paid:
			a.Paid, a.Fen = a.Paid+1, a.Fen+r.fen
			news = append(news, answer{r, i})
		default:
			a.Failed++
			news = append(news, answer{r, i})
		}
	}
	slices.SortStableFunc(a.Problems, func(x, y Problem) int { return x.Row - y.Row })
	return news
}

// book books the news of an answer; a batch without an item at the bank is done.
func (s *Service) book(ctx context.Context, tx *db.Tx, b Batch, news []answer, a *Answered) error {
	if len(news) == 0 {
		tx.Silent("all of it was known")
		return nil
	}
	lines, err := linesIn(ctx, tx, b)
	if err != nil {
		return err
	}
	mandates := map[MandateID]Mandate{}
	for _, n := range news {
		if mandates[n.of.Mandate].ID == 0 {
			if mandates[n.of.Mandate], err = mandate(ctx, tx, n.of.Mandate); err != nil {
				return err
			}
		}
	}
	// Rooms are held in one order, so that two who take money of several do not wait for each other.
	slices.SortStableFunc(news, func(x, y answer) int {
		return int(min(max(int64(mandates[x.of.Mandate].Room)-int64(mandates[y.of.Mandate].Room), -1), 1))
	})
	for _, n := range news {
		i := n.of
		if err := i.settle(ctx, tx, b, mandates[i.Mandate], lines[i.ID], n.result); err != nil {
			return err
		}
		if i.State == "conflict" {
			a.Conflict++
		}
	}
	before := b.State
	left, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM debit_item WHERE community_id = $1 AND batch_id = $2 AND state = 'sent' AND {scope}`, b.Community, b.ID)
	if err != nil {
		return err
	}
	if left == 0 {
		b.State = "done"
	}
	tx.Note(b.Community, b.subject(), map[string]any{"state": before}, map[string]any{"state": b.State, "paid": a.Paid, "failed": a.Failed, "conflict": a.Conflict, "amount": a.Fen})
	tx.Emit(Changed{b.Community, b.ID})
	return db.Save(ctx, tx, "debit_batch", &b)
}

// settle books one answer.
func (i *Item) settle(ctx context.Context, tx *db.Tx, b Batch, m Mandate, lines []line, r result) error {
	if !r.paid {
		i.State, i.Problem, i.On = "failed", r.reason, r.on
		if err := i.marked(ctx, tx, "failed"); err != nil {
			return err
		}
		return db.Save(ctx, tx, "debit_item", i)
	}
	holder, _, err := m.open(tx)
	if err != nil {
		return err
	}
	if err := cashier.HoldRoom(ctx, tx, m.Community, m.Room); err != nil {
		return err
	}
	due, err := cashier.Due(ctx, tx, m.Community, []housing.RoomID{m.Room}, b.On)
	if err != nil {
		return err
	}
	now := byLine(due)
	i.On, i.Reference = r.on, r.reference
	source := "debit:" + i.ID.String()
	if len(lines) == 0 || !fits(lines, now) {
		i.State, i.Problem = "conflict", ""
		if err := cashier.Suspend(ctx, tx, cashier.Suspense{Community: m.Community, Means: ledger.Bank, Fen: i.Fen, Came: r.on, Payer: holder, Reference: r.reference, Words: "代扣 " + b.Number + " " + itoa(i.N), Source: source}); err != nil {
			return err
		}
		if err := i.marked(ctx, tx, "conflict"); err != nil {
			return err
		}
		return db.Save(ctx, tx, "debit_item", i)
	}
	t := cashier.Taking{Community: m.Community, Room: m.Room, Customer: m.payer(lines, now), Payer: holder, Only: true, NoRest: true, Fen: i.Fen, Means: ledger.Bank, Source: source, Reference: r.reference, Day: b.On, Words: "代扣 " + b.Number}
	for _, l := range lines {
		t.Lines = append(t.Lines, l.Line)
	}
	p, err := cashier.Take(ctx, tx, t)
	if err != nil {
		return err
	}
	i.State, i.Problem, i.Payment = "paid", "", p.ID
	if err := i.marked(ctx, tx, "paid"); err != nil {
		return err
	}
	return db.Save(ctx, tx, "debit_item", i)
}
