package app_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"guanjia/internal/app"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/simulate"
)

// simulated lets a community live for some days in which the product keeps its
// promises at every hour; the seed makes the same days again.
func simulated(t *testing.T, dsn string, o simulate.Options) simulate.Report {
	t.Helper()
	conf := app.Config{DataDir: t.TempDir(), Database: dsn, Now: func() time.Time { return dbtest.Noon }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	r, err := app.Simulate(t.Context(), conf, o)
	t.Logf("seed %d: %+v", o.Seed, r)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Five thousand households for three days. The thirty days are a figure of make
// bench (TIC-30).
func TestThreeSimulatedDays(t *testing.T) {
	t.Parallel()
	r := simulated(t, "", simulate.Options{Seed: 20260302, Days: 3, Households: 5000, PerDay: 300})
	if r.Tickets < 850 || r.Refusals == 0 {
		t.Errorf("%d tickets, %d refusals", r.Tickets, r.Refusals)
	}
	// What did not happen was not checked.
	for _, verb := range []string{"accepted", "refused", "timed_out", "no_one_free", "claimed", "held", "resumed", "customer_said", "quote_signed", "regraded", "cancelled", "merged", "parted", "reopened", "excused", "followed_up", "attempt", "not_reached", "verified", "archived", "decided", "escalated", "report_due"} {
		if r.Verbs[verb] == 0 {
			t.Errorf("nothing was %q", verb)
		}
	}
}

// A day of a small community on both engines: PostgreSQL answers each of the
// many small steps over a connection, so that more of it would make every test
// wait. The same seed gives the same day on both.
func TestTheSameSeedGivesTheSameDay(t *testing.T) {
	t.Parallel()
	o := simulate.Options{Seed: 7, Days: 1, Households: 300, PerDay: 60}
	first := simulated(t, "", o)
	other := "" // SQLite again
	if server := os.Getenv("TEST_POSTGRES"); server != "" {
		other = dbtest.Postgres(t, server)
	} else {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
	}
	if again := simulated(t, other, o); again.Fingerprint != first.Fingerprint || again.Entries != first.Entries {
		t.Errorf("%d lines and %x, the first time %d and %x", again.Entries, again.Fingerprint, first.Entries, first.Fingerprint)
	}
}
