package triage

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// svm is the rival of the product's model: one linear support vector machine for
// each label against the rest, over tf-idf of the pieces of one to two or
// three characters. It is learned as liblinear does (dual coordinate descent, L1 loss)
// to the optimum, so that it loses nothing by stopping early.
type svm struct {
	longest int            // characters of a piece
	ids     map[string]int // of a piece of text
	rare    []float64
	labels  []string
	weights [][]float64 // by label, then piece; the last is the bias
}

type weighed struct {
	at int
	v  float64
}

const (
	rounds    = 60
	converged = 1e-3
)

// grams counts the pieces of a text, never across punctuation.
func (m *svm) grams(text string) map[string]int {
	out := map[string]int{}
	for part := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		rs := []rune(part)
		for n := 1; n <= m.longest; n++ {
			for i := 0; i+n <= len(rs); i++ {
				out[string(rs[i:i+n])]++
			}
		}
	}
	return out
}

// vector is the tf-idf of a text (1 + log tf, smoothed idf), to the length of one, and the bias.
func (m *svm) vector(text string) []weighed {
	var out []weighed
	var sum float64
	for g, n := range m.grams(text) {
		if at, ok := m.ids[g]; ok {
			v := (1 + math.Log(float64(n))) * m.rare[at]
			out = append(out, weighed{at, v})
		}
	}
	slices.SortFunc(out, func(a, b weighed) int { return a.at - b.at })
	for _, p := range out {
		sum += p.v * p.v
	}
	for i := range out {
		out[i].v /= math.Sqrt(sum)
	}
	return append(out, weighed{len(m.ids), 1})
}

// learnSVM makes the machines over pieces of up to longest characters; cost is
// the price of a text on the wrong side.
func learnSVM(texts, labels []string, longest int, cost float64) *svm {
	m := &svm{longest: longest, ids: map[string]int{}}
	for _, t := range texts {
		for _, g := range slices.Sorted(maps.Keys(m.grams(t))) {
			at, ok := m.ids[g]
			if !ok {
				at = len(m.ids)
				m.ids[g], m.rare = at, append(m.rare, 0)
			}
			m.rare[at]++
		}
	}
	for at, n := range m.rare {
		m.rare[at] = 1 + math.Log((1+float64(len(texts)))/(1+n))
	}
	xs := make([][]weighed, len(texts))
	for i, t := range texts {
		xs[i] = m.vector(t)
	}
	m.labels = slices.Compact(slices.Sorted(slices.Values(labels)))
	for _, l := range m.labels {
		m.weights = append(m.weights, separate(xs, labels, l, len(m.ids)+1, cost))
	}
	return m
}

// separate finds the weights that part one label from the rest.
func separate(xs [][]weighed, labels []string, label string, size int, cost float64) []float64 {
	w, alpha, order := make([]float64, size), make([]float64, len(xs)), make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		dice.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		worst := 0.0
		for _, i := range order {
			y, dot, square := -1.0, 0.0, 0.0
			if labels[i] == label {
				y = 1
			}
			for _, p := range xs[i] {
				dot += w[p.at] * p.v
				square += p.v * p.v
			}
			next := min(max(alpha[i]-(y*dot-1)/square, 0), cost)
			d := next - alpha[i]
			if d == 0 {
				continue
			}
			worst = max(worst, math.Abs(d))
			for _, p := range xs[i] {
				w[p.at] += d * y * p.v
			}
			alpha[i] = next
		}
		if worst < converged {
			break
		}
	}
	return w
}

// best is the label whose machine is the surest.
func (m *svm) best(text string) string {
	x, best, top := m.vector(text), "", math.Inf(-1)
	for k, w := range m.weights {
		var sum float64
		for _, p := range x {
			sum += w[p.at] * p.v
		}
		if sum > top {
			best, top = m.labels[k], sum
		}
	}
	return best
}
