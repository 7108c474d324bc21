package arrears_test

import (
	"fmt"
	"strings"
	"testing"

	"guanjia/internal/arrears"
	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// CUS-04, ACC-09: what was written down about somebody who owes is in their own
// export and goes with them; what is about the owner before them stays.
func TestWordsAboutWhoOwesAreTheirsAndGoWithThem(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		for id, name := range map[int]string{71: "李静", 72: "王前"} {
			dbtest.Exec(t, e.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES ($1, 1, $2, 'person', $3, '', '', '[]', '', 1)`, id, fmt.Sprint(id), name)
		}
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, version) VALUES (81, 1, 71, 101, 'owner', '', '2026-11-01', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version) VALUES (82, 1, 72, 101, 'owner', '', '2020-01-01', '2026-10-31', 1)`)
		dbtest.Exec(t, e.d, `INSERT INTO pay_promise (id, community_id, room_id, amount, on_day, made_on, at, by_name, words, state, version) VALUES (91, 1, 101, 100, '2026-06-01', '2026-05-01', 1, '', '前业主的话', 'kept', 1)`)
		dbtest.Exec(t, e.d, `UPDATE bill_line SET customer_id = 71 WHERE id = $1`, e.lines["101/2026-11"])
		ctx := t.Context()
		if _, err := e.svc.Promise(ctx, e.clerk, 101, arrears.Instalment{Fen: 100, On: day("2026-11-25")}, 0, "发工资后交"); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.SetHardship(ctx, e.clerk, 101, day("2026-12-31"), "住院"); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.Open(ctx, e.clerk, e.lines["101/2026-11"], "电梯停了半个月"); err != nil {
			t.Fatal(err)
		}
		words := func(of customer.ID) (out string) {
			t.Helper()
			err := e.d.Read(ctx, e.clerk, arrears.ActView, func(tx *db.Tx) error {
				rows, err := arrears.OwnSection.Rows(ctx, tx, customer.Customer{ID: of, Community: here})
				out = fmt.Sprint(rows)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		own := words(71)
		for _, w := range []string{"发工资后交", "住院", "电梯停了半个月"} {
			if !strings.Contains(own, w) {
				t.Errorf("their own export lacks %s: %s", w, own)
			}
		}
		if strings.Contains(own, "前业主的话") || !strings.Contains(words(72), "前业主的话") {
			t.Errorf("an owner reads what was said about another: %s / %s", own, words(72))
		}
		if err := e.d.Write(ctx, e.clerk, arrears.ActWork, func(tx *db.Tx) error {
			tx.Note(here, "test", nil, nil)
			return arrears.ErasureGuard.Erase(ctx, tx, customer.Customer{ID: 71, Community: here}, nil)
		}); err != nil {
			t.Fatal(err)
		}
		left := dbtest.One[string](t, e.d, `SELECT (SELECT words FROM pay_promise WHERE id <> 91) || (SELECT words FROM hardship) || (SELECT reason FROM bill_dispute)`)
		if left != "" || words(72) == "[]" {
			t.Errorf("%q is left of who is erased; of the owner before %s", left, words(72))
		}
	})
}
