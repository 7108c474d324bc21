package ticket

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/forced_a.txt
var dangerous string

//go:embed testdata/ordinary.txt
var ordinary string

func lines(text string) (out []string) {
	for l := range strings.SplitSeq(text, "\n") {
		if l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// TIC-12: all of at least 200 phrasings are found, typing errors and dialect
// included, with less than 2 % false alarms on what is ordinary.
func TestWordsOfDangerForceGradeAHoweverTheyAreSaid(t *testing.T) {
	all := lines(dangerous)
	if len(all) < 200 {
		t.Fatalf("only %d phrasings", len(all))
	}
	for _, l := range all {
		matter, said, _ := strings.Cut(l, "\t")
		f, ok := ForcedBy(said)
		if !ok || f.ID != matter {
			t.Errorf("%q is %s, and called %q", said, matter, f.ID)
		}
	}
	rest, alarms := lines(ordinary), 0
	if len(rest) < 300 {
		t.Fatalf("only %d ordinary texts", len(rest))
	}
	for _, said := range rest {
		if f, ok := ForcedBy(said); ok {
			alarms++
			t.Logf("false alarm: %q is called %s", said, f.ID)
		}
	}
	if alarms*50 >= len(rest) {
		t.Errorf("%d false alarms among %d ordinary texts", alarms, len(rest))
	}
}

func TestPunctuationHidesNoDangerAndDenyingIsHeard(t *testing.T) {
	for said, want := range map[string]bool{
		"水 管，爆 裂 了":  true,
		"水 管 爆·裂 了":  true,
		"没有漏电":       false,
		"是不是漏电":      true,
		"没有漏电，但是冒烟了": true,
		"没人受伤\n可是电梯里还困着人，电梯困人": true,
		"": false,
	} {
		if _, got := ForcedBy(said); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}
