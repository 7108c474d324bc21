package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"guanjia/internal/app"
)

const (
	dueAtOnce = 10_000
	dueLimit  = 60 * time.Second
	idleFor   = 10 * time.Second
	idleLimit = 10.0 // ms of a core in each second
)

// fallDue is QUA-05: a million open tickets that wait for their clocks, then ten
// thousand whose clock runs out at the same instant: how long until everybody
// whom the ladder names has a notice, and how many were told twice. Two nodes
// on PostgreSQL, one on SQLite, without any other load.
func fallDue(ctx context.Context, s settings) error {
	for _, engine := range engines {
		b, err := newBench(ctx, settings{s.program, s.postgres, filepath.Join(s.dir, "qua05")}, engine, "")
		if err != nil {
			return err
		}
		err = b.fallDue(ctx)
		b.close()
		if err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func (b *bench) fallDue(ctx context.Context) (err error) {
	nodes := []*app.App{b.app}
	if b.engine == "postgres" {
		c := b.conf
		c.Keys, c.DataDir = filepath.Join(c.DataDir, "keys.json"), c.DataDir+"-2"
		other, err := app.New(ctx, c)
		if err != nil {
			return err
		}
		defer func() { _ = other.Close() }()
		nodes = append(nodes, other)
	}
	running, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	begin := func() {
		for _, n := range nodes {
			all.Go(func() {
				if e := n.Run(running); e != nil {
					slog.Error("a node ended", "error", e)
				}
			})
		}
	}
	if err := b.app.Wake(ctx); err != nil {
		return err
	}
	begin()
	empty, err := b.idle(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := fillTickets(ctx, b.bare, b.engine, allOpen(start)); err != nil {
		return err
	}
	took := time.Since(start)
	if err := b.app.Wake(ctx); err != nil {
		return err
	}
	waiting, err := b.idle(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("QUA-05 %s open=%d nodes=%d ratio=%.2f idle_ms_per_s=%.1f empty_ms_per_s=%.1f limit_ms_per_s=%.0f filled_s=%.0f\n", b.engine, tickets, len(nodes), waiting/idleLimit, waiting, empty, idleLimit, took.Seconds())
	return b.tell(ctx, nodes)
}

// tell lets the clocks of one ticket in a hundred run out and watches who is told.
func (b *bench) tell(ctx context.Context, nodes []*app.App) error {
	at := time.Now().Add(2 * time.Second)
	tx, err := b.bare.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{
		fmt.Sprintf(`UPDATE ticket SET opened_at = %[1]d - %[2]d - 1, resolve_due = %[1]d - 1, sort_due = %[1]d - 1, resolve_step = 80, report_from = %[1]d WHERE id IN (SELECT id FROM ticket ORDER BY id LIMIT %[3]d)`, at.UnixMilli(), days3, dueAtOnce),
		fmt.Sprintf(`UPDATE job SET due_at = %d WHERE kind = 'ticket.watch' AND id IN (SELECT id FROM ticket WHERE resolve_step = 80)`, at.UnixMilli()),
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	before, err := b.used(ctx)
	if err != nil {
		return err
	}
	begin := time.Now()
	var told, notices, twice int64
	for told < dueAtOnce || notices < 3*dueAtOnce {
		pause(ctx, 500*time.Millisecond)
		if err := b.bare.QueryRowContext(ctx, `SELECT (SELECT COUNT(DISTINCT ticket_id) FROM ticket_entry WHERE verb = 'escalated'), (SELECT COUNT(*) FROM notice WHERE kind = 'escalated')`).Scan(&told, &notices); err != nil {
			return err
		}
		if long := time.Since(begin); long > 2*dueLimit {
			return fmt.Errorf("only %d of %d were told after %s, %d notices", told, dueAtOnce, long, notices)
		}
	}
	took := time.Since(at)
	after, err := b.used(ctx)
	if err != nil {
		return err
	}
	if err := b.app.Wake(ctx); err != nil { // whoever is told twice is told by now
		return err
	}
	if err := b.bare.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) - COUNT(DISTINCT ticket_id) FROM ticket_entry WHERE verb = 'escalated') +
		(SELECT COUNT(*) FROM notice WHERE kind = 'escalated') - (SELECT COUNT(*) FROM (SELECT DISTINCT ticket_id, account_id FROM notice WHERE kind = 'escalated') x)`).Scan(&twice); err != nil {
		return err
	}
	conflicts := int64(0)
	for _, n := range nodes {
		conflicts += n.DB().Stats().Conflicts
	}
	fmt.Printf("QUA-05 %s due=%d nodes=%d ratio=%.2f seconds=%.1f limit_s=%.0f per_s=%.0f cpu_s=%.1f twice=%d conflicts=%d\n", b.engine, dueAtOnce, len(nodes), took.Seconds()/dueLimit.Seconds(), took.Seconds(), dueLimit.Seconds(), dueAtOnce/took.Seconds(), (after - before).Seconds(), twice, conflicts)
	return nil
}

// idle is what program and database use while nothing happens, in milliseconds of a core per second.
func (b *bench) idle(ctx context.Context) (float64, error) {
	before, err := b.used(ctx)
	if err != nil {
		return 0, err
	}
	pause(ctx, idleFor)
	after, err := b.used(ctx)
	return float64((after - before).Milliseconds()) / idleFor.Seconds(), err
}

func pause(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// used is the processor time of this process and, on Linux, of PostgreSQL's for its connections.
func (b *bench) used(ctx context.Context) (sum time.Duration, err error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0, err
	}
	sum = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	if b.engine != "postgres" {
		return sum, nil
	}
	rows, err := b.bare.QueryContext(ctx, `SELECT pid FROM pg_stat_activity WHERE datname = current_database() ORDER BY pid`)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return 0, err
		}
		sum += processTime(pid)
	}
	return sum, rows.Err()
}

// processTime is the 14th and 15th field of /proc/PID/stat, in hundredths of a second.
func processTime(pid int) time.Duration {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, rest, found := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if err != nil || !found || len(f) < 13 {
		return 0
	}
	var sum time.Duration
	for _, s := range f[11:13] {
		n, _ := strconv.ParseInt(s, 10, 64) // the kernel's own digits
		sum += time.Duration(n) * 10 * time.Millisecond
	}
	return sum
}
