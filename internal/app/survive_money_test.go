package app

import (
	"path/filepath"
	"testing"
	"time"

	"guanjia/internal/platform/dbtest"
)

// QUA-10, PAY-03: killed while money is taken, every payment that was
// acknowledged is in the books exactly once, under the receipt that was named,
// and the numbers of receipts have no gap.
func TestKilledWhileMoneyIsTaken(t *testing.T) {
	run := func(t *testing.T, c Config, nodes int) {
		t.Parallel()
		c.DataDir = t.TempDir()
		c.Keys = filepath.Join(c.DataDir, "keys.json")
		made := c
		made.SetupCode = setupCode
		a, err := New(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{App: a, t: t, ids: map[string]string{}}
		h.start()
		h.housed()
		h.admin.do("POST", "/cashier-shifts", object{"community": h.here, "opening": "0"}).is(201)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		l := newLoad(t, h.admin, h.here, nodes)
		l.ask = func(title string) (string, any) {
			return "/payments", object{"roomId": h.ids["rooms"], "way": "ahead", "amount": "1.23", "expected": "0", "means": "cash", "payer": title}
		}
		l.killed(c, *kills)
		l.inTheBooks(c)
	}
	onNodes(t, run)
}

// inTheBooks opens the database once more and counts.
func (l *load) inTheBooks(c Config) {
	t := l.t
	t.Helper()
	c.Now = func() time.Time { return time.Now().Add(time.Hour) } // the leases of those who were killed are over
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if len(l.odd) > 0 {
		t.Errorf("unexpected: %v", l.odd)
	}
	n := int64(len(l.acked))
	for what, q := range map[string]string{
		"payments":                   `SELECT COUNT(*) FROM payment WHERE payer LIKE 'load %'`,
		"payers":                     `SELECT COUNT(DISTINCT payer) FROM payment WHERE payer LIKE 'load %'`,
		"parts":                      `SELECT COUNT(*) FROM payment_part WHERE amount = 123`,
		"receipts":                   `SELECT COUNT(*) FROM receipt`,
		"numbers without a gap":      `SELECT MAX(n) - MIN(n) + 1 FROM receipt`,
		"transactions in the ledger": `SELECT COUNT(*) FROM ledger_txn WHERE kind = 'payment'`,
		"entries, each of 1.23":      `SELECT CAST(SUM(amount) AS BIGINT) / 123 FROM ledger_entry`,
		"keys of requests":           `SELECT COUNT(*) FROM idempotency WHERE key LIKE 'load %'`,
	} {
		if got := dbtest.One[int64](t, a.db, q); got != n {
			t.Errorf("%d %s, %d were acknowledged", got, what, n)
		}
	}
	for payer, number := range l.acked {
		if got := dbtest.One[string](t, a.db, `SELECT r.number FROM receipt r JOIN payment p ON p.id = r.payment_id WHERE p.payer = $1`, payer); got != number {
			t.Errorf("%s was acknowledged under %s and is %s", payer, number, got)
		}
	}
	if _, err := a.ledger.Seal(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := a.ledger.Verify(t.Context())
	if err != nil || len(r.Broken) > 0 || r.Unsealed != 0 || r.Txns != n {
		t.Errorf("the ledger: %+v %v", r, err)
	}
}
