package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/platform/id"
)

const (
	bookRooms = 20_000
	bookItems = 3
)

// bookBills is the first half of QUA-04: a run of 60,000 lines is booked in
// short transactions with progress, against the bare INSERT … SELECT of the same
// rows (lines, postings, entries) in one transaction on the same database.
func bookBills(ctx context.Context, s settings) error {
	for _, engine := range engines {
		b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, "qua04b")}, engine, "")
		if err != nil {
			return err
		}
		err = b.bookBills(ctx)
		b.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) bookBills(ctx context.Context) error {
	place := int64(b.community)
	if err := b.town(ctx, place, bookRooms); err != nil {
		return err
	}
	svc := &billing.Service{DB: b.app.DB()}
	for round := range rounds {
		bare, booked := int64(7200+2*round), int64(7201+2*round)
		for _, run := range []int64{bare, booked} {
			if err := b.drafts4(ctx, place, run, 2026+round, run == booked); err != nil {
				return err
			}
		}
		begin := time.Now()
		if err := b.bareBook(ctx, bare); err != nil {
			return err
		}
		limit := time.Since(begin)
		begin = time.Now()
		if err := svc.Work(ctx, billing.RunID(booked)); err != nil {
			return err
		}
		took := time.Since(begin)
		fmt.Printf("QUA-04 book %s lines=%d s=%.1f bare_s=%.1f ratio=%.2f of=0.70\n", b.engine, bookRooms*bookItems, took.Seconds(), limit.Seconds(), limit.Seconds()/took.Seconds())
	}
	return nil
}

// town is a building of rooms that nobody has bought yet, with the items that are billed for them.
func (b *bench) town(ctx context.Context, place int64, rooms int) error {
	return b.all(ctx, []any{place},
		`INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (7001, $1, 'Q', 'Q', 'Q', 1)`,
		`INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, building_area, notes, version)
			WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < `+fmt.Sprint(rooms)+`)
			SELECT 70000000 + n, $1, 7001, 'Q' || CAST(n AS TEXT), 'Q' || CAST(n AS TEXT), 'Q-' || CAST(n AS TEXT), 'Q' || CAST(n AS TEXT), 'home', 'unsold', 8915, '', 1 FROM g`,
		`INSERT INTO charge_item (id, community_id, code, name, name_en, basis, meter_kind, share_by, formula, room_types, starts, period, due_day, first_month, last_month, round_unit, round_mode, tax_rate, late_per_day, late_grace, late_from, late_cap, price_kind, cap, cap_document, state, version)
			WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < `+fmt.Sprint(bookItems)+`)
			SELECT 7100 + n, $1, 'Q' || CAST(n AS TEXT), 'Q', '', 'building_area', '', '', '', '[]', 'always', 'month', 1, 'by_day', 'by_day', 'fen', 'half_up', '0', '0', 0, 'due', '0', 'market', '', '', 'active', 1 FROM g`,
		`INSERT INTO tariff (id, community_id, item_id, room_type, from_on, price, tiers, document, explanation, state, asked_at, asked_by_name, decided_by_name, decision, version)
			SELECT id + 100, $1, id, '', '2020-01-01', '2.8', '[]', 'Q', 'Q', 'approved', 0, 'Q', 'Q', '', 1 FROM charge_item WHERE community_id = $1 AND code LIKE 'Q%'`)
}

// drafts4 makes a run with its drafts; later is a month of its own, so that both are new.
func (b *bench) drafts4(ctx context.Context, place, run int64, year int, later bool) error {
	month := "01"
	if later {
		month = "02"
	}
	period := fmt.Sprintf("%d-%s", year, month)
	base := run * 1_000_000_000_000
	return b.all(ctx, []any{place},
		fmt.Sprintf(`INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version) VALUES (%d, $1, '%s', '[]', '%s', '{}', 0, %d, 0, 0, 'Q', '', '', '', 1)`,
			run, period, map[bool]string{true: "booking", false: "dropped"}[later], bookRooms*bookItems),
		fmt.Sprintf(`INSERT INTO bill_draft (id, community_id, run_id, n, room_id, item_id, debtor, period, from_on, to_on, due_on, price, quantity, amount, tax, explain, txn_id, debit_id, credit_id)
			WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < %d)
			SELECT %d + n, $1, %d, n, 70000001 + (n - 1) / %d, 7101 + (n - 1) %% %d, 'developer', '%s', '%s-01', '%s-28', '%s-15', '2.8', '89.15', 24962, 1413, '{"basis":"building_area","rounding":{}}',
				%d + n * %d, 900000000 + n, 910000000 + (n - 1) %% %d FROM g`,
			bookRooms*bookItems, base, run, bookItems, bookItems, period, period, period, period, base, 2*id.Stride, bookItems))
}

// bareBook is what booking writes, in one transaction and without anything around it.
func (b *bench) bareBook(ctx context.Context, run int64) error {
	tx, err := b.bare.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	from := fmt.Sprintf(` FROM bill_draft WHERE run_id = %d`, run)
	for _, q := range []string{
		`INSERT INTO bill_line (id, community_id, run_id, n, room_id, item_id, debtor, period, from_on, to_on, due_on, price, quantity, amount, tax, explain, txn_id) SELECT id, community_id, run_id, n, room_id, item_id, debtor, period, from_on, to_on, due_on, price, quantity, amount, tax, explain, txn_id` + from,
		`INSERT INTO ledger_account (id, community_id, kind, room_id, debtor, item_id, key) SELECT debit_id, community_id, 'receivable', room_id, debtor, item_id, 'receivable|' || CAST(room_id AS TEXT) || '|' || debtor || '|' || CAST(item_id AS TEXT)` + from + ` ON CONFLICT DO NOTHING`,
		`INSERT INTO ledger_account (id, community_id, kind, debtor, item_id, key) SELECT DISTINCT credit_id, community_id, 'income', '', item_id, 'income|0||' || CAST(item_id AS TEXT)` + from + ` ON CONFLICT DO NOTHING`,
		`INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) SELECT txn_id, community_id, 0, '2026-01-01', 'bill', 'bill:' || CAST(id AS TEXT), period, 'Q', 1, amount` + from,
		`INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) SELECT txn_id + ` + fmt.Sprint(id.Stride) + `, community_id, txn_id, debit_id, credit_id, amount` + from,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%w in %s", err, q)
		}
	}
	return tx.Commit()
}

// all runs statements of a fixture.
func (b *bench) all(ctx context.Context, args []any, statements ...string) error {
	for _, q := range statements {
		if _, err := b.bare.ExecContext(ctx, q, args...); err != nil {
			return fmt.Errorf("%w in %.200s", err, q)
		}
	}
	return nil
}
