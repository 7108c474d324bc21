package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
)

// plainHead makes headings comparable: 建筑面积（㎡） is 建筑面积, and wide
// characters, case, blanks and marks of required columns do not matter.
func plainHead(s string) string {
	s = strings.ToUpper(width.Fold.String(s))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t*:_/", r) {
			return -1
		}
		return r
	}, s)
	if at := strings.IndexAny(s, "([【"); at > 0 {
		s = s[:at]
	}
	return strings.TrimSuffix(strings.TrimSuffix(s, "M2"), "㎡")
}

// columnOf finds the template's column of a heading.
func (t Template) columnOf(head string) (Column, bool) {
	plain := plainHead(head)
	for _, c := range t.Columns {
		if plainHead(c.Head) == plain {
			return c, true
		}
	}
	for _, c := range t.Columns {
		if slices.ContainsFunc(c.Also, func(other string) bool { return plainHead(other) == plain }) {
			return c, true
		}
	}
	return Column{}, false
}

// guess maps the headings of a file to the template's columns. A heading that
// says what another has said already, or nothing of ours, is left open.
func (t Template) guess(heads []string) (mapping []string, known int) {
	mapping = make([]string, len(heads))
	for pass := range 2 { // our own words go before those of others
		for i, head := range heads {
			c, ok := t.columnOf(head)
			if !ok || mapping[i] != "" || slices.Contains(mapping, c.Head) || pass == 0 && plainHead(c.Head) != plainHead(head) {
				continue
			}
			mapping[i] = c.Head
			known++
		}
	}
	return mapping, known
}

// missing is the first required column that a mapping does not give, or "".
func (t Template) missing(mapping []string) string {
	for _, c := range t.Columns {
		if c.Must && !slices.Contains(mapping, c.Head) {
			return c.Head
		}
	}
	return ""
}

// check refuses a mapping that people made and that cannot be right.
func (t Template) check(mapping, heads []string) error {
	var wrong errs.Fields
	if len(mapping) != len(heads) {
		wrong.Add("mapping", "wrong_form", nil)
		return wrong.Err()
	}
	for i, head := range mapping {
		switch {
		case head == "":
		case !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Head == head }):
			wrong.Add("mapping", ErrColumnUnknown.Code, map[string]any{"heading": Shorten(head)})
		case slices.Contains(mapping[:i], head):
			wrong.Add("mapping", ErrColumnTwice.Code, map[string]any{"heading": head})
		}
	}
	if head := t.missing(mapping); head != "" {
		wrong.Add("mapping", ErrColumnMissing.Code, map[string]any{"heading": head})
	}
	return wrong.Err()
}

// recognise says whose table it is. sure is false where people must say: two
// templates fit alike, a required column is missing, or a heading is unknown.
func recognise(all []Template, heads []string) (t Template, mapping []string, sure bool) {
	best, tie := -1, false
	for _, candidate := range all {
		guess, known := candidate.guess(heads)
		score := 2 * known
		for i, h := range heads {
			if guess[i] != "" && plainHead(guess[i]) == plainHead(h) || slices.Contains(candidate.Beside, h) {
				score++ // our own words are ours more surely than those of others
			}
			if guess[i] == "" && slices.Contains(candidate.Beside, h) {
				score++
			}
		}
		if candidate.missing(guess) == "" {
			score += 100
		}
		switch {
		case score > best:
			best, tie, t, mapping = score, false, candidate, guess
		case score == best:
			tie = true
		}
	}
	named := 0
	for i, h := range heads {
		if h != "" && h != sheet.ErrorColumn && mapping[i] == "" && !slices.Contains(t.Beside, h) {
			named++
		}
	}
	return t, mapping, !tie && named == 0 && t.missing(mapping) == ""
}

// headsKey names a set of headings, whatever their order.
func headsKey(heads []string) string {
	sorted := make([]string, 0, len(heads))
	for _, h := range heads {
		if h != "" && h != sheet.ErrorColumn {
			sorted = append(sorted, plainHead(h))
		}
	}
	slices.Sort(sorted)
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\x00")))
	return hex.EncodeToString(sum[:])
}

// kept is a mapping as it is remembered: by heading, so that columns may stand
// in another order the next time.
type kept map[string]string

func keep(heads, mapping []string) kept {
	out := kept{}
	for i, h := range heads {
		if h != "" {
			out[plainHead(h)] = mapping[i]
		}
	}
	return out
}

// of lays a remembered mapping over the headings of a file.
func (k kept) of(heads []string) []string {
	out := make([]string, len(heads))
	for i, h := range heads {
		if h != "" {
			out[i] = k[plainHead(h)]
		}
	}
	return out
}

// knownHeads are the words by which the row of headings is found.
func knownHeads(all []Template) (out []string) {
	for _, t := range all {
		for _, c := range t.Columns {
			out = append(append(out, c.Head), c.Also...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
