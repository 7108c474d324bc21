package triage

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/gob"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Sample is a text with what it turned out to be.
type Sample struct{ Text, Label string }

const (
	features = 1 << 16 // hashed pieces of text; collisions cost little at a few ten thousand tickets
	epochs   = 16
	rate     = 5    // how far one text moves the weights at first; texts have the length of one
	longest  = 600  // characters of a text that are looked at
	settled  = 1e-3 // an error of probability that teaches nothing any more
)

// Model is a softmax regression over the characters of a text and their pairs,
// weighted by how rare they are: most words have two characters, and longer pieces
// occur too seldom to teach anything. It is learned in an order that depends on
// the samples only, so the same tickets give the same model.
type Model struct {
	Labels  []string
	Rare    []float32 // weight of a feature; 0: never seen
	Weights []float32 // features × labels
}

// Guess is a label with its probability between 0 and 1.
type Guess struct {
	Label string
	Sure  float64
}

type piece struct {
	at int
	v  float32
}

// pieces are the features of a text, each once, in order; among is how many the
// model tells apart, because an older program may have made it.
func pieces(text string, among int) []int {
	var rs []rune
	for _, r := range strings.ToLower(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			rs = append(rs, r)
		}
		if len(rs) == longest {
			break
		}
	}
	var out []int
	for n := 1; n <= 2; n++ {
		for i := 0; i+n <= len(rs); i++ {
			out = append(out, int(crc32.ChecksumIEEE([]byte(string(rs[i:i+n]))))%among)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// weigh gives the seen features of a text, to the length of one.
func (m *Model) weigh(at []int) []piece {
	var out []piece
	var sum float64
	for _, f := range at {
		if v := m.Rare[f]; v > 0 {
			out = append(out, piece{f, v})
			sum += float64(v) * float64(v)
		}
	}
	norm := float32(1 / math.Sqrt(max(sum, 1e-9)))
	for i := range out {
		out[i].v *= norm
	}
	return out
}

// Learn makes a model of samples, the oldest first; nil if they have less than
// two labels, or ctx ends before it is done.
func Learn(ctx context.Context, samples []Sample) *Model {
	m := &Model{Rare: make([]float32, features)}
	found, labels := make([][]int, len(samples)), map[string]int{}
	for i, s := range samples {
		labels[s.Label] = 0
		found[i] = pieces(s.Text, features)
		for _, f := range found[i] {
			m.Rare[f]++
		}
	}
	m.Labels = slices.Sorted(maps.Keys(labels))
	if len(m.Labels) < 2 {
		return nil
	}
	for i, l := range m.Labels {
		labels[l] = i
	}
	for f, n := range m.Rare {
		if n > 0 {
			m.Rare[f] = float32(1 + math.Log(float64(len(samples)+1)/float64(n+1)))
		}
	}
	texts := make([][]piece, len(samples))
	for i := range found {
		texts[i] = m.weigh(found[i])
	}
	m.Weights = make([]float32, features*len(m.Labels))
	p := make([]float32, len(m.Labels))
	for epoch := range epochs {
		if ctx.Err() != nil {
			return nil
		}
		for i, s := range samples {
			m.scores(texts[i], p)
			p[labels[s.Label]]--
			m.step(texts[i], p, rate*float32(epochs-epoch)/epochs)
		}
	}
	return m
}

// step moves the weights of a text's pieces against the error of each label. Every
// piece moves as far as it is rare and no farther: what is seen once must not
// outweigh what is seen often (as AdaGrad lets it).
func (m *Model) step(text []piece, errors []float32, far float32) {
	k := len(m.Labels)
	for c, d := range errors {
		if d > -settled && d < settled {
			continue
		}
		for _, f := range text {
			m.Weights[f.at*k+c] -= far * d * f.v
		}
	}
}

// scores fills p with the probability of each label.
func (m *Model) scores(text []piece, p []float32) {
	clear(p)
	for _, f := range text {
		for c, w := range m.Weights[f.at*len(p):][:len(p)] {
			p[c] += w * f.v
		}
	}
	top, sum := slices.Max(p), float32(0)
	for c := range p {
		p[c] = float32(math.Exp(float64(p[c] - top)))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// Best is the likeliest label of a text; false where the model is not sure
// enough to be heard, or has seen nothing of the text before.
func (m *Model) Best(text string) (Guess, bool) {
	known := m.weigh(pieces(text, len(m.Rare)))
	if len(known) == 0 {
		return Guess{}, false
	}
	p := make([]float32, len(m.Labels))
	m.scores(known, p)
	best := 0
	for c := range p {
		if p[c] > p[best] {
			best = c
		}
	}
	g := Guess{m.Labels[best], float64(p[best])}
	return g, g.Sure >= sureEnough
}

// pack and unpack keep a model as text.
func (m *Model) pack() (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := gob.NewEncoder(z).Encode(m); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func unpack(text string) (*Model, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	m := &Model{}
	return m, gob.NewDecoder(z).Decode(m)
}

// Figure is how well one label is found among tickets the model had not seen.
type Figure struct {
	Label     string  `json:"label"`
	Tickets   int     `json:"tickets" doc:"held-out tickets of this label"`
	Precision float64 `json:"precision" doc:"0 to 1"`
	Recall    float64 `json:"recall" doc:"0 to 1"`
	F1        float64 `json:"f1" doc:"0 to 1"`
}

// Figures sum a trial up.
type Figures struct {
	Learned int      `json:"learned" doc:"tickets the trial learned from"`
	HeldOut int      `json:"heldOut" doc:"later tickets it was tried on"`
	MacroF1 float64  `json:"macroF1" doc:"mean of F1 over the labels, 0 to 1"`
	Said    int      `json:"said" doc:"of those, how many it was sure enough to say something of"`
	Right   float64  `json:"right" doc:"share of what it said that was right, 0 to 1"`
	Labels  []Figure `json:"labels"`
}

// Try learns from the older samples and is tried on the later ones. What the
// model is not sure of it does not say: it counts as missed, not as wrong.
func Try(ctx context.Context, older, later []Sample) Figures {
	f := Figures{Learned: len(older), HeldOut: len(later), Labels: []Figure{}}
	m := Learn(ctx, older)
	if m == nil || len(later) == 0 {
		return f
	}
	is, said, both, right := map[string]int{}, map[string]int{}, map[string]int{}, 0
	for _, s := range later {
		is[s.Label]++
		g, sure := m.Best(s.Text)
		if !sure {
			continue
		}
		f.Said++
		said[g.Label]++
		if g.Label == s.Label {
			both[s.Label]++
			right++
		}
	}
	for label, n := range is { // a label that was only said wrongly counts in the others' recall
		x := Figure{Label: label, Tickets: n, Recall: share(both[label], n), Precision: share(both[label], said[label])}
		if both[label] > 0 {
			x.F1 = 2 * x.Precision * x.Recall / (x.Precision + x.Recall)
		}
		f.MacroF1 += x.F1
		f.Labels = append(f.Labels, x)
	}
	f.MacroF1 /= float64(len(f.Labels))
	f.Right = share(right, f.Said)
	slices.SortFunc(f.Labels, func(a, b Figure) int { return cmp.Or(b.Tickets-a.Tickets, cmp.Compare(a.Label, b.Label)) })
	return f
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
