package message_test

import (
	"strings"
	"testing"

	"guanjia/internal/extract"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/paper/papertest"
)

// stated has Ms Li's statement of February made, in which she was billed 123.45.
func (w *town) stated() {
	w.t.Helper()
	statements := &extract.Service{DB: w.d}
	jobs.On(w.run, "message.extract_due", w.messages.Extracted)
	dbtest.Exec(w.t, w.d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (9, 1, 'A9', 'person', '李女士', '', '', '[]', '', 1)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, version) VALUES (8, 1, 9, 1502, 'owner', '', 1)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO ledger_account (id, community_id, kind, room_id, debtor, item_id, key) VALUES (71, 1, 'receivable', 1502, 'owner:0000000000009', 1, 'a'), (72, 1, 'income', NULL, '', 1, 'b')`)
	dbtest.Exec(w.t, w.d, `INSERT INTO ledger_txn (id, community_id, at, on_day, kind, source, words, by_name, entries, total) VALUES (73, 1, 0, '2026-02-05', 'bill', 'bill:60', '2026-02', '', 1, 12345)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO ledger_entry (id, community_id, txn_id, debit_id, credit_id, amount) VALUES (74, 1, 73, 71, 72, 12345)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO extract_preference (id, community_id, customer_id, form, rhythm, lang, since_on, at, by_name, version) VALUES (75, 1, 9, 'room', 'month', 'zh', '2026-01-01', 0, '', 1)`)
	dbtest.Exec(w.t, w.d, `INSERT INTO extract_rules (id, community_id, on_day, version) VALUES (1, 1, 1, 1)`)
	for range 2 { // the day is looked at again and again
		w.must(statements.Day(w.t.Context()))
		w.drain()
	}
}

func (w *town) made() (state, channels string) {
	w.t.Helper()
	return dbtest.One[string](w.t, w.d, `SELECT state FROM extract_made`), dbtest.One[string](w.t, w.d, `SELECT channels FROM extract_made`)
}

// BIL-08: the statement goes with the letter, once; no locked screen shows an amount.
func TestAStatementGoesWithTheLetter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		before := len(w.smtp.Letters())
		w.stated()
		if state, ways := w.made(); state != "told" || ways != "app,mail" {
			t.Error(state, ways)
		}
		letters := w.smtp.Letters()[before:]
		if len(letters) != 1 || letters[0].Subject != "对账单" || !strings.Contains(letters[0].Text, "2026-02-01 至 2026-02-28") || !strings.Contains(letters[0].Text, "123.45") || !strings.Contains(letters[0].Text, "/r/extract/") {
			t.Fatalf("%+v", letters)
		}
		if files := letters[0].Files; len(files) != 1 || !strings.HasPrefix(files[0].Type, "application/pdf") || files[0].Name != "statement-2026-02-01-2026-02-28.pdf" {
			t.Fatalf("%+v", files)
		}
		if text := papertest.Text(t, letters[0].Files[0].Data); !strings.Contains(text, "李女士") || !strings.Contains(text, "123.45") {
			t.Errorf("%s", text)
		}
	})
}

// Who has an account and wants no messages finds it in the app; it is told all the same.
func TestAStatementStandsInTheAppOfWhoWantsNoMessages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.stated()
		if state, ways := w.made(); state != "told" || ways != "app" {
			t.Error(state, ways)
		}
	})
}

// Who has no account is reached by nobody: the desk sees that it is to be printed.
func TestAStatementThatReachesNobodySaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		dbtest.Exec(t, d, `DELETE FROM resident_binding`)
		w.stated()
		if state, ways := w.made(); state != "unreached" || ways != "" {
			t.Error(state, ways)
		}
	})
}
