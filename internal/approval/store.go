package approval

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

const (
	whyGlobal = "a request stands where its subject does, or belongs to the company"
	whyPosts  = "who decides is found among all roles"
)

// find returns a request in the actor's scope, or one of their own.
func find(ctx context.Context, tx *db.Tx, id ID) (Request, error) {
	return db.One[Request](ctx, tx, `SELECT `+db.Columns[Request]("a")+` FROM approval a WHERE a.id = $1 AND ({scope:a} OR a.requested_by = $2 OR a.kept_by = $2)`, id, tx.Who.ID)
}

func save(ctx context.Context, tx *db.Tx, q *Request) error {
	return db.Save(ctx, tx.Global(whyGlobal), "approval", q)
}

// rule is how a kind is decided now.
func rule(ctx context.Context, tx *db.Tx, k Kind) (Rule, error) {
	all, err := db.All[Rule](ctx, tx.Global("rules belong to the company"), `SELECT `+db.Columns[Rule]("")+` FROM approval_rule WHERE kind = $1`, k.Name)
	if err != nil || len(all) > 0 {
		return first(all), err
	}
	return Rule{Kind: k.Name, Levels: k.Levels, Hours: int64(k.TimeLimit.Hours())}, nil
}

func first[T any](all []T) (one T) {
	if len(all) > 0 {
		one = all[0]
	}
	return one
}

const posts = `SELECT a.id AS account_id, a.name, r.code, ra.action, h.community_id, h.community_id IS NULL AND h.region_id IS NULL AS everywhere
	FROM role_held h JOIN account a ON a.id = h.account_id JOIN role r ON r.id = h.role_id JOIN role_action ra ON ra.role_id = r.id
	WHERE NOT a.disabled `

// below are the same posts where they are held at regions: scope_reach knows the communities below.
const below = `SELECT a.id AS account_id, a.name, r.code, ra.action, sr.community_id, FALSE AS everywhere
	FROM scope_reach sr JOIN account a ON a.id = sr.account_id JOIN role r ON r.id = sr.role_id JOIN role_action ra ON ra.role_id = r.id
	WHERE NOT a.disabled `

// decide keeps those who may decide requests at all.
const decide = `AND a.id IN (SELECT o.account_id FROM role_held o JOIN role_action oa ON oa.role_id = o.role_id WHERE oa.action = 'approval.decide') `

// postsAt lists who holds a permission at a place, with the roles that give it.
func postsAt(ctx context.Context, tx *db.Tx, act authz.Action, place authz.CommunityID) ([]post, error) {
	return db.All[post](ctx, tx.Global(whyPosts), posts+decide+`AND ra.action = $1 AND h.community_id IS NULL AND h.region_id IS NULL
		UNION ALL `+below+decide+`AND ra.action = $1 AND sr.community_id = $2 ORDER BY name, account_id`, string(act), int64(place))
}

// postsOf lists everything that somebody, and those they stand in for, hold of the permissions to decide.
func (s *Service) postsOf(ctx context.Context, tx *db.Tx, who authz.AccountID) ([]post, error) {
	args, marks := []any{who, tx.Now}, make([]string, len(s.kinds))
	for i, k := range s.kinds {
		args, marks[i] = append(args, string(k.Decide)), "$"+strconv.Itoa(i+3)
	}
	if len(marks) == 0 {
		return nil, nil
	}
	whom := `AND a.id IN (SELECT d.account_id FROM deputy d WHERE d.deputy_id = $1 AND d.from_at <= $2 AND d.to_at > $2 UNION SELECT id FROM account WHERE id = $1) AND ra.action IN (` + strings.Join(marks, ", ") + `)`
	return db.All[post](ctx, tx.Global(whyPosts), posts+whom+` AND h.community_id IS NULL AND h.region_id IS NULL UNION ALL `+below+whom, args...)
}

// pending reads the pending requests in the actor's scope, the most urgent first.
func pending(ctx context.Context, tx *db.Tx, after Position, fn func(Request) error) error {
	return db.Each(ctx, tx, `SELECT `+db.Columns[Request]("a")+` FROM approval a WHERE a.state = 'pending' AND (a.due_at, a.id) > ($1, $2) AND {scope:a} ORDER BY a.due_at, a.id`,
		[]any{after.Due, int64(after.ID)}, fn)
}

// own lists what somebody asked for, or took over, the newest first.
func own(ctx context.Context, tx *db.Tx, before ID, state string, limit int) ([]Request, error) {
	return db.All[Request](ctx, tx.Global("one's own requests"), `SELECT `+db.Columns[Request]("a")+` FROM approval a WHERE a.kept_by = $1 AND (a.id < $2 OR $2 = 0)
		AND (a.state = $3 OR $3 = 'all' OR ($3 = 'ended' AND a.state <> 'pending')) ORDER BY a.id DESC LIMIT $4`, tx.Who.ID, int64(before), state, limit)
}

// all lists every request in the actor's scope, the newest first.
func all(ctx context.Context, tx *db.Tx, before ID, state string, limit int) ([]Request, error) {
	return db.All[Request](ctx, tx, `SELECT `+db.Columns[Request]("a")+` FROM approval a WHERE (a.id < $1 OR $1 = 0)
		AND (a.state = $2 OR $2 = 'all' OR ($2 = 'ended' AND a.state <> 'pending')) AND {scope:a} ORDER BY a.id DESC LIMIT $3`, int64(before), state, limit)
}

func countOwn(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.One[int64](ctx, tx.Global("one's own requests"), `SELECT COUNT(*) FROM approval WHERE kept_by = $1 AND state = 'pending'`, tx.Who.ID)
}

// DeputyView is an absence with the names.
type DeputyView struct {
	Deputy
	Name    string `db:"name" json:"name"`
	AgentNo string `db:"agent_no" json:"agentNo"`
}

func deputies(ctx context.Context, tx *db.Tx, of authz.AccountID, since clock.Instant) ([]DeputyView, error) {
	return db.All[DeputyView](ctx, tx.Global("one's own absences"), `SELECT `+db.Columns[Deputy]("d")+`, a.name, a.agent_no FROM deputy d JOIN account a ON a.id = d.deputy_id
		WHERE d.account_id = $1 AND d.to_at > $2 ORDER BY d.from_at, d.id LIMIT 100`, of, since)
}

// Candidate is somebody who could stand in.
type Candidate struct {
	ID      authz.AccountID `db:"id" json:"id"`
	Name    string          `db:"name" json:"name"`
	AgentNo string          `db:"agent_no" json:"agentNo"`
}

// candidates lists who may decide something where the actor works.
func candidates(ctx context.Context, tx *db.Tx) ([]Candidate, error) {
	return db.All[Candidate](ctx, tx, `SELECT a.id, a.name, a.agent_no FROM account a WHERE NOT a.disabled AND a.id <> $1 AND (
		EXISTS (SELECT 1 FROM role_holder h JOIN role_action ra ON ra.role_id = h.role_id WHERE h.account_id = a.id AND h.community_id IS NULL AND ra.action = $2)
		OR EXISTS (SELECT 1 FROM scope_reach sr JOIN role_action ra ON ra.role_id = sr.role_id WHERE sr.account_id = a.id AND ra.action = $2 AND {scope:sr}))
		ORDER BY a.agent_no, a.id LIMIT 500`, tx.Who.ID, string(ActDecide))
}
