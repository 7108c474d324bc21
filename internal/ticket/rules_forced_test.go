package ticket

import (
	_ "embed"
	"slices"
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

// What is looked at before an expression is tried never hides a text that it matches.
func TestNoSayingIsPassedOverThatMatches(t *testing.T) {
	rules, tried, passed := forcing(), 0, 0
	all := append(slices.Clone(rules.ignore), rules.elsewhere...)
	for _, m := range rules.matters {
		all = append(append(all, m.says...), m.across...)
	}
	texts := append(lines(dangerous), lines(ordinary)...)
	for i, text := range texts {
		text = clauses(text + texts[(i+1)%len(texts)])
		has := lettersOf(text)
		for _, s := range all {
			might, matches := s.might(text, &has), s.MatchString(text)
			if matches && !might {
				t.Fatalf("%s matches %q and is passed over", s, text)
			}
			if tried++; !might {
				passed++
			}
		}
	}
	if tried-passed > tried/20 {
		t.Errorf("%d of %d expressions are still tried", tried-passed, tried)
	}
}
