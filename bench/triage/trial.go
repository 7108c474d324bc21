package triage

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/ticket"
	product "guanjia/internal/triage"
)

// Trial is how the product's model and the SVM did on texts neither had seen.
type Trial struct {
	Learned, HeldOut       int
	MacroF1, SVMMacroF1    float64
	Accuracy, SVMAccuracy  float64
	Heard, Right           float64 // share of texts on which the model is sure enough to be heard, and how often it is right then
	MsPerText, LearnedInMs float64
}

// costs are tried for the SVM, each with pieces of up to two and three characters,
// and what does best on the texts held out counts: a choice made in its favour.
var costs = []float64{1, 2, 5}

// Compare learns from the older texts and asks about the later ones. Each must
// name a label for every text; label says which.
func Compare(ctx context.Context, older, later []Text, label func(Text) string) (r Trial, err error) {
	r.Learned, r.HeldOut = len(older), len(later)
	var samples []product.Sample
	var words, labels, want []string
	for _, t := range older {
		samples = append(samples, product.Sample{Text: t.Words, Label: label(t)})
		words, labels = append(words, t.Words), append(labels, label(t))
	}
	for _, t := range later {
		want = append(want, label(t))
	}
	begin := time.Now()
	m := product.Learn(ctx, samples)
	if m == nil || len(later) == 0 {
		return r, errors.New("there is nothing to learn from, or nothing to be asked")
	}
	r.LearnedInMs = ms(begin)
	said, heard, right := make([]string, len(later)), 0, 0
	begin = time.Now()
	for i, t := range later {
		g, sure := m.Best(t.Words)
		said[i] = g.Label
		if sure {
			heard++
			if g.Label == want[i] {
				right++
			}
		}
	}
	r.MsPerText = ms(begin) / float64(len(later))
	r.MacroF1, r.Accuracy = MacroF1(want, said), share(want, said)
	r.Heard, r.Right = float64(heard)/float64(len(later)), float64(right)/float64(max(heard, 1))
	for _, longest := range []int{2, 3} {
		for _, cost := range costs {
			rival := learnSVM(words, labels, longest, cost)
			for i, t := range later {
				said[i] = rival.best(t.Words)
			}
			if f := MacroF1(want, said); f > r.SVMMacroF1 {
				r.SVMMacroF1, r.SVMAccuracy = f, share(want, said)
			}
		}
	}
	return r, nil
}

func ms(begin time.Time) float64 { return float64(time.Since(begin).Microseconds()) / 1000 }

// MacroF1 is the mean of F1 over the labels there are.
func MacroF1(want, said []string) float64 {
	is, named, both := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range want {
		is[want[i]]++
		named[said[i]]++
		if want[i] == said[i] {
			both[want[i]]++
		}
	}
	var sum float64
	for l, n := range is {
		sum += 2 * float64(both[l]) / float64(n+named[l])
	}
	return sum / float64(max(len(is), 1))
}

func share(want, said []string) float64 {
	n := 0
	for i := range want {
		if want[i] == said[i] {
			n++
		}
	}
	return float64(n) / float64(max(len(want), 1))
}

// Alarms is how the rules of grade A did on the corpus.
type Alarms struct {
	Emergencies, Found int
	Ordinary, False    int
	Missed, Wrong      []Text
}

// Rules asks the rules about every text: emergencies must be found, whatever the
// rule that speaks; of the others, those count whose category is not grade A anyway.
func Rules(all []Text) (a Alarms) {
	for _, t := range all {
		_, forced := ticket.ForcedBy(t.Words)
		c, _ := ticket.ShippedTree().ByID(t.Category)
		switch {
		case t.Forced != "" && forced:
			a.Emergencies++
			a.Found++
		case t.Forced != "":
			a.Emergencies++
			a.Missed = append(a.Missed, t)
		case c.Force != "":
		case forced:
			a.Ordinary++
			a.False++
			a.Wrong = append(a.Wrong, t)
		default:
			a.Ordinary++
		}
	}
	return a
}
