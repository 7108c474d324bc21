package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"guanjia/internal/billing"
)

// billRooms is how many rooms BIL-06 bills; a flag makes it smaller for a trial.
var billRooms = 1_000_000

const (
	deskPace  = 50 * time.Millisecond // a ticket is opened that often while bills are booked
	mostHeld  = 500                   // megabytes
	waitOn    = 500 * time.Millisecond
	waitOnPg  = 250 * time.Millisecond
	itemsEach = bookItems
)

// billAll is BIL-06: three items of every room are calculated, and booked
// against the bare INSERT … SELECT of the same rows; then a month is booked
// while the desk opens tickets.
func billAll(ctx context.Context, s settings) error {
	for _, engine := range engines {
		b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, "bil06")}, engine, "")
		if err != nil {
			return err
		}
		err = b.billAll(ctx)
		b.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) billAll(ctx context.Context) error {
	place, svc := int64(b.community), &billing.Service{DB: b.app.DB()}
	if err := b.town(ctx, place, billRooms); err != nil {
		return err
	}
	const bare, booked, busy = 7201, 7202, 7203
	for month, run := range []int64{bare, booked, busy} {
		if err := clearPeak(); err != nil {
			return err
		}
		took, err := b.calculate(ctx, svc, run, month+1)
		if err != nil {
			return err
		}
		fmt.Printf("BIL-06 calculate %s rooms=%d lines=%d s=%.1f per_s=%.0f peak_mb=%.0f\n", b.engine, billRooms, billRooms*itemsEach, took.Seconds(), float64(billRooms*itemsEach)/took.Seconds(), peakHere())
	}
	if err := b.all(ctx, nil, fmt.Sprintf(`UPDATE bill_run SET state = 'dropped' WHERE id = %d`, bare)); err != nil {
		return err
	}
	begin := time.Now()
	if err := b.bareBook(ctx, bare); err != nil {
		return err
	}
	limit := time.Since(begin)
	took, held, err := b.book(ctx, svc, booked)
	if err != nil {
		return err
	}
	fmt.Printf("BIL-06 book %s lines=%d s=%.1f bare_s=%.1f ratio=%.2f of=0.70 peak_mb=%.0f of_mb=%d\n", b.engine, billRooms*itemsEach, took.Seconds(), limit.Seconds(), limit.Seconds()/took.Seconds(), held, mostHeld)
	return b.bookBusy(ctx, svc, busy)
}

// bookBusy books a run while tickets are opened at the desk's pace.
func (b *bench) bookBusy(ctx context.Context, svc *billing.Service, run int64) error {
	desk, leave := context.WithCancel(ctx)
	defer leave()
	var waits []time.Duration
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() {
		for tick := time.NewTicker(deskPace); failed == nil; {
			select {
			case <-desk.Done():
				tick.Stop()
				return
			case <-tick.C:
				t := time.Now()
				failed = b.post()
				waits = append(waits, time.Since(t))
			}
		}
	})
	took, held, err := b.book(ctx, svc, run)
	leave()
	wg.Wait()
	if err != nil || failed != nil {
		return fmt.Errorf("booking: %w, desk: %w", err, failed)
	}
	slices.Sort(waits)
	most := waitOn
	if b.engine == "postgres" {
		most = waitOnPg
	}
	p99 := waits[len(waits)*99/100]
	fmt.Printf("BIL-06 desk %s tickets=%d s=%.1f p99_ms=%.0f of_ms=%d ratio=%.2f worst_ms=%.0f peak_mb=%.0f\n", b.engine, len(waits), took.Seconds(), ms(p99), most.Milliseconds(), p99.Seconds()/most.Seconds(), ms(waits[len(waits)-1]), held)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (b *bench) calculate(ctx context.Context, svc *billing.Service, run int64, month int) (time.Duration, error) {
	if err := b.all(ctx, []any{int64(b.community)}, fmt.Sprintf(`INSERT INTO bill_run (id, community_id, period, items, state, summary, done, total, amount, at, by_name, decided_by_name, decision, reason, version)
		VALUES (%d, $1, '2026-%02d', '[]', 'calculating', '{}', 0, 0, 0, 0, 'Q', '', '', '', 1)`, run, month)); err != nil {
		return 0, err
	}
	begin := time.Now()
	err := svc.Work(ctx, billing.RunID(run))
	return time.Since(begin), err
}

// book books a calculated run, as if somebody had approved it.
func (b *bench) book(ctx context.Context, svc *billing.Service, run int64) (time.Duration, float64, error) {
	if err := b.all(ctx, nil, fmt.Sprintf(`UPDATE bill_run SET state = 'booking' WHERE id = %d`, run)); err != nil {
		return 0, 0, err
	}
	if err := clearPeak(); err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	err := svc.Work(ctx, billing.RunID(run))
	return time.Since(begin), peakHere(), err
}

// clearPeak lets the kernel count anew the most memory that this process has
// held: program, load and fixture together.
func clearPeak() error { return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600) }

func peakHere() float64 {
	most, _ := peak(os.Getpid()) // clearPeak has found the same file
	return most
}
