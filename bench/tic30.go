package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"guanjia/internal/app"
	"guanjia/internal/simulate"
)

// simulatedDays are in the limit; a flag makes them fewer for a trial, whose ratio says nothing.
var simulatedDays = 30

// thirtyDays is the month of simulate: five thousand households, whose promises
// are checked at every hour. On SQLite, without waiting for the disk: what is
// measured is the program.
func thirtyDays(ctx context.Context, s settings) error {
	const limit = 120 * time.Second
	o := simulate.Options{Seed: 20260302, Days: simulatedDays, Households: 5000, PerDay: 300}
	monday := func() time.Time { return time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) }
	start := time.Now()
	r, err := app.Simulate(ctx, app.Config{DataDir: filepath.Join(s.dir, "tic30"), Now: monday, Log: slog.New(slog.DiscardHandler)}, o)
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Printf("TIC-30 sqlite ratio=%.2f tickets=%d seconds=%.0f limit_s=%.0f per_s=%.0f lines=%d checks=%d refused=%d seed=%d fingerprint=%016x\n", took.Seconds()/limit.Seconds(),
		r.Tickets, took.Seconds(), limit.Seconds(), float64(r.Tickets)/took.Seconds(), r.Entries, r.Checks, r.Refusals, o.Seed, r.Fingerprint)
	return nil
}
