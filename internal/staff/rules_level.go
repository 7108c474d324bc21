package staff

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Level is how far somebody has come in their career (APP-08); empty: not known.
type Level string

// The levels.
const (
	Junior     Level = "junior"
	Senior     Level = "senior"
	Supervisor Level = "supervisor"
)

// Delicate reports whether complaints and matters of VIPs are for this level first (TIC-05a).
func (l Level) Delicate() bool { return l == Senior || l == Supervisor }

// MentorOf returns who must be asked before somebody refuses a customer anything
// in a community; zero where they have no mentor who is at work there.
func MentorOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, who ID) (Member, error) {
	all, err := db.All[Member](ctx, tx, `SELECT `+db.Columns[Member]("m")+` FROM staff n JOIN staff m ON m.id = n.mentor_id WHERE n.id = $1 AND n.community_id = $2 AND m.state = 'active' AND {scope:n}`, who, community)
	if err != nil || len(all) == 0 {
		return Member{}, err
	}
	return all[0], nil
}

// mentored refuses a mentor who is not at work in the same community, is the
// member, or is looked after by them, directly or through others.
func mentored(ctx context.Context, tx *db.Tx, m Member) error {
	if m.Mentor == 0 {
		return nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM staff WHERE id = $1 AND id <> $2 AND community_id = $3 AND state = 'active' AND {scope}`, m.Mentor, m.ID, m.Community)
	if err != nil {
		return err
	}
	if n == 0 {
		return errMentor
	}
	seen := map[ID]bool{}
	for above := m.Mentor; above != 0 && !seen[above]; {
		if seen[above] = true; above == m.ID {
			return errCircle
		}
		up, err := db.All[ID](ctx, tx, `SELECT mentor_id FROM staff WHERE id = $1 AND community_id = $2 AND mentor_id IS NOT NULL AND {scope}`, above, m.Community)
		if err != nil {
			return err
		}
		if above = 0; len(up) > 0 {
			above = up[0]
		}
	}
	return nil
}
