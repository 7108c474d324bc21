package ticket

import (
	"bytes"
	_ "embed"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

//go:embed forced.yaml
var forcedFile []byte

// sayings is how people say what forces grade A, as it is written down.
type sayings struct {
	Ignore  []string            `yaml:"ignore"`
	Denies  string              `yaml:"denies"`
	Asks    string              `yaml:"asks"`
	Past    string              `yaml:"past"`
	Settled string              `yaml:"settled"`
	Matters map[string][]string `yaml:"matters"`
	Across  map[string][]string `yaml:"across"`
}

type forcedRules struct {
	ignore, elsewhere []saying
	denies, asks      *regexp.Regexp
	matters           []forcedRule
}

type forcedRule struct {
	Forced
	says   []saying
	across []saying // in two clauses
}

var forcing = sync.OnceValue(func() forcedRules {
	var s sayings
	d := yaml.NewDecoder(bytes.NewReader(forcedFile))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		panic(err) // part of the program and under test
	}
	out := forcedRules{
		ignore: compile(s.Ignore...), elsewhere: compile(s.Past, s.Settled),
		denies: regexp.MustCompile(s.Denies), asks: regexp.MustCompile(s.Asks),
	}
	for _, f := range ForcedA() {
		rule := forcedRule{f, compile(s.Matters[f.ID]...), compile(s.Across[f.ID]...)}
		if f.ID != "firelane" { // a fire lane alone is a place, not a danger
			for _, w := range f.Words {
				rule.says = append(rule.says, compile(regexp.QuoteMeta(w))...)
			}
		}
		out.matters = append(out.matters, rule)
	}
	return out
})

// saying is one expression, and what any text has that it matches: at least
// one character of each of these sets, and certain words. Matching is slow, and an
// ordinary clause lacks a character of nearly every saying, or else a word.
type saying struct {
	*regexp.Regexp
	needs []letters
	words wanted
}

// gap is what "_" stands for.
const gap = `[^|没不无未]{0,8}`

func compile(expressions ...string) (out []saying) {
	for _, e := range expressions {
		e = strings.ReplaceAll(e, "_", gap)
		tree, err := syntax.Parse(e, syntax.Perl)
		if err != nil {
			panic(err) // part of the program and under test
		}
		out = append(out, saying{regexp.MustCompile(e), needsOf(tree), wantedBy(tree)})
	}
	return out
}

// needsOf are the sets of which a text must have a character each.
func needsOf(re *syntax.Regexp) (out []letters) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			out = append(out, lettersOf(string(r)))
		}
	case syntax.OpCharClass:
		var set letters
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 64 {
				return nil // nearly everything
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				set.add(r)
			}
		}
		out = append(out, set)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			out = append(out, needsOf(sub)...)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needsOf(re.Sub[0])
	case syntax.OpAlternate:
		var any letters
		for _, sub := range re.Sub {
			needs := needsOf(sub)
			if len(needs) == 0 {
				return nil
			}
			any.join(needs[0])
		}
		out = append(out, any)
	default: // may match nothing
	}
	return out
}

// letters is a set of characters that may hold more than was put in, never less.
type letters [16]uint64

func lettersOf(text string) (l letters) {
	for _, r := range text {
		l.add(r)
	}
	return l
}

func (l *letters) add(r rune) { l[r>>6&15] |= 1 << (r & 63) }

func (l *letters) join(o letters) {
	for i := range l {
		l[i] |= o[i]
	}
}

func (l *letters) meets(o *letters) bool {
	for i := range l {
		if l[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// might reports whether a text that has these characters can match at all.
func (s *saying) might(text string, has *letters) bool {
	for i := range s.needs {
		if !s.needs[i].meets(has) {
			return false
		}
	}
	return s.words.in(text)
}

// wanted is what a text must contain: one of the words, all of what all want, and
// what one of any wants; nothing where these are empty.
type wanted struct {
	words    []string
	all, any []wanted
}

func (w wanted) in(text string) bool {
	contained := func(word string) bool { return strings.Contains(text, word) }
	has := func(w wanted) bool { return w.in(text) }
	return (w.words == nil || slices.ContainsFunc(w.words, contained)) &&
		!slices.ContainsFunc(w.all, func(w wanted) bool { return !w.in(text) }) &&
		(w.any == nil || slices.ContainsFunc(w.any, has))
}

// wantedBy is what an expression wants of every text that it matches.
func wantedBy(re *syntax.Regexp) (w wanted) {
	if all := wordsOf(re); all != nil {
		return wanted{words: all}
	}
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			w.all = append(w.all, wantedBy(sub))
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			w.any = append(w.any, wantedBy(sub))
		}
	case syntax.OpCapture, syntax.OpPlus:
		return wantedBy(re.Sub[0])
	default: // may match anything, or nothing
	}
	return w
}

const mostWords = 100

// wordsOf are all texts that an expression matches; nil if they are many.
func wordsOf(re *syntax.Regexp) (out []string) {
	switch {
	case re.Flags&syntax.FoldCase != 0:
		return nil
	case re.Op == syntax.OpLiteral:
		return []string{string(re.Rune)}
	case re.Op == syntax.OpEmptyMatch:
		return []string{""}
	case re.Op == syntax.OpCapture:
		return wordsOf(re.Sub[0])
	case re.Op == syntax.OpQuest:
		if out = wordsOf(re.Sub[0]); out != nil {
			out = append(out, "")
		}
	case re.Op == syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if int(re.Rune[i+1]-re.Rune[i])+len(out) >= mostWords {
				return nil
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				out = append(out, string(r))
			}
		}
	case re.Op == syntax.OpAlternate:
		for _, sub := range re.Sub {
			words := wordsOf(sub)
			if words == nil {
				return nil
			}
			out = append(out, words...)
		}
	case re.Op == syntax.OpConcat:
		out = []string{""}
		for _, sub := range re.Sub {
			ends := wordsOf(sub)
			if len(out)*len(ends) > mostWords || ends == nil {
				return nil
			}
			starts := out
			out = nil
			for _, a := range starts {
				for _, b := range ends {
					out = append(out, a+b)
				}
			}
		}
	default:
		return nil
	}
	if len(out) > mostWords {
		return nil
	}
	return out
}

// clauses is the text without what may stand between characters, in lower
// case; "|" parts one clause from the next.
func clauses(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("，。；！？\n,;!?:：", r):
			b.WriteByte('|')
		case unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r):
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// ForcedBy finds the matter that makes these words grade A whatever their
// category (TIC-02): said in pieces, misspelt or in dialect; not where it is
// denied, practised for or long past.
func ForcedBy(words string) (Forced, bool) {
	rules, last := forcing(), ""
	for clause := range strings.SplitSeq(clauses(words), "|") {
		has := lettersOf(clause)
		if clause == "" || matches(rules.elsewhere, clause, &has) {
			last = ""
			continue
		}
		for i := range rules.ignore {
			if s := &rules.ignore[i]; s.might(clause, &has) {
				clause = s.ReplaceAllString(clause, "")
			}
		}
		both := last + clause
		hasBoth := lettersOf(both)
		for _, m := range rules.matters {
			if rules.said(m.says, clause, &has) || last != "" && rules.said(m.across, both, &hasBoth) {
				return m.Forced, true
			}
		}
		last = clause
	}
	return Forced{}, false
}

func matches(all []saying, clause string, has *letters) bool {
	for i := range all {
		if all[i].might(clause, has) && all[i].MatchString(clause) {
			return true
		}
	}
	return false
}

// said looks at every place where the matter is named, until one is not denied.
func (rules *forcedRules) said(all []saying, clause string, has *letters) bool {
	for i := range all {
		if !all[i].might(clause, has) {
			continue
		}
		for at := 0; at < len(clause); {
			found := all[i].FindStringIndex(clause[at:])
			if found == nil {
				break
			}
			at += found[0]
			before := clause[:at]
			if !rules.denies.MatchString(before) || rules.asks.MatchString(before) {
				return true
			}
			_, size := utf8.DecodeRuneInString(clause[at:])
			at += size
		}
	}
	return false
}
