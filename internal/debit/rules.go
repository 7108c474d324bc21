package debit

import (
	"slices"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// gather chooses what a mandate pays of what is open in its room: lines due by a
// day, the earliest first, as long as the whole stays within the limit. What is
// disputed or has a plan is left alone; taken are lines that others stand for.
func (m Mandate) gather(due []cashier.Open, till clock.Day, taken map[billing.LineID]string, left *Left) (out []cashier.Open, sum money.Fen) {
	for _, o := range due {
		if o.Due.After(till) || o.Total() <= 0 || m.Customer != 0 && o.Customer != m.Customer {
			continue
		}
		if by := taken[o.ID]; by != "" {
			if by == onWay {
				left.OnWay++
			}
			continue
		}
		if o.Paused {
			left.Paused++
			continue
		}
		if m.Most > 0 && sum+o.Total() > m.Most {
			left.OverLimit++
			continue
		}
		taken[o.ID] = chosen
		sum += o.Total()
		out = append(out, o)
	}
	out, sum = cashier.Together(out), 0
	for _, o := range out {
		sum += o.Pays()
	}
	return out, sum
}

// principal is what is collected of a line's principal: less what is taken off
// because its item is paid whole and early.
func principal(o cashier.Open) money.Fen { return o.Open - o.Earns() }

const (
	onWay  = "on the way"
	chosen = "chosen"
)

// fits tells whether what the lines of an item were made for is open still, to
// the fen; now are the lines that are, by number.
func fits(lines []line, now map[billing.LineID]cashier.Open) bool {
	var meant []cashier.Open
	for _, l := range lines {
		meant = append(meant, now[l.Line])
	}
	together := cashier.Together(meant)
	for i, l := range lines {
		if _, open := now[l.Line]; !open || principal(together[i]) != l.Fen || together[i].Late != l.Late {
			return false
		}
	}
	return true
}

// mandatesFirst puts mandates of one person's bills before those of whole rooms.
func mandatesFirst(all []Mandate) {
	slices.SortStableFunc(all, func(a, b Mandate) int {
		switch {
		case (a.Customer != 0) == (b.Customer != 0):
			return 0
		case a.Customer != 0:
			return -1
		}
		return 1
	})
}

func byLine(due []cashier.Open) map[billing.LineID]cashier.Open {
	out := map[billing.LineID]cashier.Open{}
	for _, o := range due {
		out[o.ID] = o
	}
	return out
}

// payer is whose payment an item is: whose mandate, else whose lines all are.
func (m Mandate) payer(lines []line, now map[billing.LineID]cashier.Open) db.ID {
	if m.Customer != 0 {
		return m.Customer
	}
	var who db.ID
	for i, l := range lines {
		if c := now[l.Line].Customer; i == 0 {
			who = c
		} else if c != who {
			return 0
		}
	}
	return who
}

// tail hides a number but for its last four signs.
func tail(number string) string {
	if len(number) <= 8 {
		return strings.Repeat("*", len(number))
	}
	return strings.Repeat("*", len(number)-4) + number[len(number)-4:]
}

func compact(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
