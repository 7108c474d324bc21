// Command bench measures the figures of the spec (chapter 16) and prints one
// line each, as ratios to a limit measured in the same run:
//
//	QUA-01 sqlite c=8 ratio=0.61 p99_ms=43 …
//
// Load goes to loopback only and every loop is bounded in time.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"

	"guanjia/internal/app"
)

// figure is one thing to measure; run prints its lines.
type figure struct {
	name string
	run  func(ctx context.Context, s settings) error
}

type settings struct {
	program  string // the built binary, for what is measured from outside
	postgres string
	dir      string
}

// engines are what is measured.
var engines = []string{"sqlite", "postgres"}

func main() {
	program := flag.String("program", "bin/guanjia", "the built program")
	only := flag.String("only", "", "figures to measure, such as QUA-01,QUA-06; empty: all")
	flag.IntVar(&tickets, "tickets", tickets, "how many tickets a filled desk has, at most; fewer for a trial")
	flag.IntVar(&simulatedDays, "days", simulatedDays, "how many days TIC-30 lives; fewer for a trial")
	flag.IntVar(&billRooms, "rooms", billRooms, "how many rooms BIL-06 bills; fewer for a trial")
	engine := flag.String("engine", "", "sqlite or postgres; empty: both")
	profile := flag.String("profile", "", "a file for the profile of the processor's time")
	flag.Parse()
	app.CollectLessOften() // as the program does
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fail(err)
		}
	}
	dir, err := os.MkdirTemp("", "guanjia-bench-")
	if err != nil {
		fail(err)
	}
	if *engine != "" {
		engines = []string{*engine}
	}
	s := settings{*program, os.Getenv("TEST_POSTGRES"), dir}
	if s.postgres == "" && *only != "TIC-12" { // words need no database
		fail(fmt.Errorf("TEST_POSTGRES is not set: run it by make bench"))
	}
	err = measure(context.Background(), s, *only)
	pprof.StopCPUProfile()
	_ = os.RemoveAll(dir)
	if err != nil {
		fail(err)
	}
}

func measure(ctx context.Context, s settings, only string) error {
	found := false
	for _, f := range []figure{{"QUA-01", openTickets}, {"QUA-02", listTickets}, {"QUA-03", findAnybody}, {"QUA-04-book", bookBills}, {"QUA-04-verify", verifyLedger}, {"BIL-06", billAll}, {"QUA-05", fallDue}, {"QUA-06", startAndSize}, {"CUS-07", importHomes}, {"TIC-05", planMorning}, {"TIC-12", tellApart}, {"TIC-30", thirtyDays}} {
		// "QUA-04" asks for both of its halves.
		if only != "" && !slices.ContainsFunc(strings.Split(only, ","), func(asked string) bool { return f.name == asked || strings.HasPrefix(f.name, asked+"-") }) {
			continue
		}
		found = true
		if err := f.run(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if !found {
		return fmt.Errorf("no figure is named %q", only)
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}
