// Package search finds words inside names: 小娜 in 李小娜, 便民 in 云栖苑便民超市.
//
// No index of either engine finds two Chinese characters in the middle of a
// text, so the program writes the characters and pairs of characters of a text
// beside it ("grams"), and the engines index these: SQLite by FTS5, PostgreSQL
// by GIN over an array. Where is the only place that knows the difference.
package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Erased stands in the grams of what is not to be found any more; empty ones
// are still to be made.
const Erased = "-"

// most bounds the tokens of one text: the rest of a longer one is not found by.
const most = 400

// Grams returns what a text of a community is found by: every character and
// every pair of neighbours, in hexadecimal so that no tokeniser has an opinion,
// and the community itself, so that a search in one need not look at the others.
func Grams(community authz.CommunityID, text string) string {
	tokens := []string{place(community)}
	seen := map[string]bool{}
	add := func(token string) {
		if !seen[token] && len(tokens) < most {
			seen[token] = true
			tokens = append(tokens, token)
		}
	}
	for _, run := range runs(text) {
		for i, r := range run {
			add(code(r))
			if i > 0 {
				add(code(run[i-1]) + code(r))
			}
		}
	}
	return strings.Join(tokens, " ")
}

// wanted are the tokens that every text which contains q has: pairs, or the one
// character there is. Texts that have them may still lack q.
func wanted(q string) (tokens []string) {
	for _, run := range runs(q) {
		if len(run) == 1 {
			tokens = append(tokens, code(run[0]))
		}
		for i := 1; i < len(run); i++ {
			tokens = append(tokens, code(run[i-1])+code(run[i]))
		}
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

// Contains compares as the index does: width, case, blanks and marks do not matter.
func Contains(text, q string) bool {
	plain := func(s string) (out string) {
		for _, run := range runs(s) {
			out += string(run) + " "
		}
		return out
	}
	return strings.Contains(plain(text), strings.TrimSuffix(plain(q), " "))
}

// runs are the letters and digits of a text, cut where anything else stands.
func runs(text string) (out [][]rune) {
	var run []rune
	for _, r := range strings.ToLower(width.Fold.String(text)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			run = append(run, r)
			continue
		}
		if len(run) > 0 {
			out, run = append(out, run), nil
		}
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

func code(r rune) string { return strconv.FormatInt(int64(r), 16) }

func place(c authz.CommunityID) string { return "c" + strconv.FormatInt(int64(c), 36) }

// Along writes a search that walks along indexes: that of one community after
// the other for somebody who sees few of them (or asked for one), else the one
// over all, whose order brings the first hits without looking at the rest. one
// is a statement with a limit, for the condition on the rows called alias.
func Along(tx *db.Tx, asked authz.CommunityID, alias string, mark func(v any) string, one func(place string) string) string {
	in := tx.Places(asked)
	if len(in) == 0 {
		return one(`{scope:+` + alias + `}`)
	}
	parts := make([]string, len(in))
	for i, c := range in {
		parts[i] = `SELECT * FROM (` + one(alias+`.community_id = `+mark(int64(c))+` AND {scope:+`+alias+`}`) + `) AS along` + strconv.Itoa(i)
	}
	return strings.Join(parts, ` UNION ALL `)
}

// Where returns the condition that a row's text may contain q in one of some
// communities (none: in all), as SQL for the engine, and its arguments appended
// to args. table is the indexed table and alias how the statement calls it. It
// is "" for a q that has nothing to look for.
func Where(engine db.Engine, table, alias, q string, communities []authz.CommunityID, args []any) (string, []any) {
	tokens := wanted(q)
	if len(tokens) == 0 {
		return "", args
	}
	places := make([]string, len(communities))
	for i, c := range communities {
		places[i] = place(c)
	}
	if engine == db.SQLite {
		match := `"` + strings.Join(tokens, `" AND "`) + `"`
		if len(places) > 0 {
			match += ` AND ("` + strings.Join(places, `" OR "`) + `")`
		}
		args = append(args, match)
		return alias + `.id IN (SELECT rowid FROM ` + table + `_grams WHERE ` + table + `_grams MATCH $` + strconv.Itoa(len(args)) + `)`, args
	}
	args = append(args, strings.Join(tokens, " "))
	cond := `string_to_array(` + alias + `.grams, ' ') @> string_to_array($` + strconv.Itoa(len(args)) + `, ' ')`
	if len(places) > 0 {
		args = append(args, strings.Join(places, " "))
		cond += ` AND string_to_array(` + alias + `.grams, ' ') && string_to_array($` + strconv.Itoa(len(args)) + `, ' ')`
	}
	return cond, args
}
