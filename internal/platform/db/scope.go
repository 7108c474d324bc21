package db

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
)

var errUnscoped = errors.New("db: statement has no {scope}; add one, or go through Global with a reason")

const scopeMark = "{scope"

// scoped turns every {scope} or {scope:alias} into the condition that
// community_id lies where the actor may do the transaction's action.
func (t *Tx) scoped(q string, args []any) (string, []any, error) {
	if !strings.Contains(q, scopeMark) {
		if t.global == "" {
			return "", nil, errUnscoped
		}
		return q, args, nil
	}
	s := t.Who.Scope(t.Act)
	cond, args := t.condition(s, args)
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(q, scopeMark)
		b.WriteString(before)
		if !found {
			return b.String(), args, nil
		}
		alias, after, ok := strings.Cut(rest, "}")
		if !ok {
			return "", nil, errUnscoped
		}
		switch {
		case s.All:
			b.WriteString("1 = 1")
		case len(s.Communities) == 0:
			b.WriteString("1 = 0")
		default:
			if alias != "" {
				b.WriteString(alias[1:] + ".")
			}
			b.WriteString("community_id" + cond)
		}
		q = after
	}
}

// condition is what follows the column's name; its arguments are appended once
// and shared by every {scope} of the statement.
func (t *Tx) condition(s authz.Scope, args []any) (string, []any) {
	if s.All || len(s.Communities) == 0 {
		return "", args
	}
	args = append(make([]any, 0, len(args)+len(s.Communities)), args...)
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if s.Wide() {
		return " IN (SELECT sr.community_id FROM scope_reach sr JOIN role_action ra ON ra.role_id = sr.role_id WHERE sr.account_id = " +
			mark(int64(t.Who.ID)) + " AND ra.action = " + mark(string(t.Act)) + ")", args
	}
	if len(s.Communities) == 1 {
		return " = " + mark(int64(s.Communities[0])), args
	}
	marks := make([]string, len(s.Communities))
	for i, c := range s.Communities {
		marks[i] = mark(int64(c))
	}
	return " IN (" + strings.Join(marks, ", ") + ")", args
}

// Places is where a search goes from community to community, each along its own
// index: in the one asked for, or in all of a short scope. It is empty where
// the scope is everything or long, and one index over all communities serves
// better; such a statement says {scope:+alias}, which no index can answer.
func (t *Tx) Places(asked authz.CommunityID) []authz.CommunityID {
	s := t.Who.Scope(t.Act)
	switch {
	case asked != 0:
		return []authz.CommunityID{asked}
	case s.All || s.Wide():
		return nil
	}
	return s.Communities
}

// In checks that community lies in the actor's scope for this action. Outside
// it the answer is that of a record that does not exist (ACC-04).
func (t *Tx) In(_ context.Context, community authz.CommunityID) error {
	if community == 0 || !t.Who.Scope(t.Act).Sees(community) {
		return ErrNotFound
	}
	return nil
}
