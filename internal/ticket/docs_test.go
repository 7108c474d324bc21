package ticket

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/tickets.md anew")

var lifeOrder = []Status{New, Dispatched, Accepted, EnRoute, Arrived, Working, Held, Resolved, FollowedUp, Archived, Cancelled}

// TIC-04: the one transition table of each kind stands in the documentation.
func TestTheDocumentationShowsEveryTransition(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The life of a ticket\n\nWritten by `go test ./internal/ticket -update` from the tables in `internal/ticket/policy.go`: what does not stand here is refused (TIC-04).\nA step without an arrow leaves the state as it is.\n")
	var seen []string
	for _, kind := range Kinds {
		var rows strings.Builder
		for _, from := range lifeOrder {
			steps := Policies[kind].Moves[from]
			if len(steps) == 0 {
				continue
			}
			var moves, stays []string
			for step, ends := range steps {
				if len(ends) == 1 && ends[0] == from {
					stays = append(stays, string(step))
					continue
				}
				names := make([]string, len(ends))
				for i, e := range ends {
					names[i] = string(e)
				}
				moves = append(moves, string(step)+" → "+strings.Join(names, " or "))
			}
			slices.Sort(moves)
			slices.Sort(stays)
			fmt.Fprintf(&rows, "| %s | %s | %s |\n", from, strings.Join(moves, "<br>"), strings.Join(stays, ", "))
		}
		p := Policies[kind]
		if slices.Contains(seen, rows.String()) {
			fmt.Fprintf(&b, "\n## %s (%s)\n\nAs above.\n", kind, p.Prefix)
			continue
		}
		seen = append(seen, rows.String())
		fmt.Fprintf(&b, "\n## %s (%s)\n\n| state | leads on | stays |\n| --- | --- | --- |\n%s", kind, p.Prefix, rows.String())
	}
	const file = "../../docs/tickets.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != b.String() {
		t.Errorf("docs/tickets.md is not what policy.go says: go test ./internal/ticket -update (%v)", err)
	}
}
