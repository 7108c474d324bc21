package ticket

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/roster"
)

// departments that stand behind a post of the roster; others answer for everything.
var departments = map[roster.Post]string{roster.PostMaintenance: "engineering", roster.PostSecurity: "security", roster.PostCleaning: "cleaning"}

// OpenOfPost lists what is open for a post, the most urgent first, and how much
// it is in all (STA-02).
func OpenOfPost(ctx context.Context, tx *db.Tx, community authz.CommunityID, post roster.Post) (out []roster.Matter, total int64, err error) {
	args := []any{community, idle}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	where := `community_id = $1 AND sort_due < $2 AND {scope}`
	if dept := departments[post]; dept != "" {
		var marks []string
		for _, c := range TreeOf(tx).Categories() {
			if c.Dept == dept {
				marks = append(marks, mark(c.ID))
			}
		}
		where += ` AND category IN (` + strings.Join(marks, ", ") + `)`
	}
	if total, err = db.One[int64](ctx, tx, `SELECT COUNT(*) FROM ticket WHERE `+where, args...); err != nil {
		return nil, 0, err
	}
	all, err := db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE `+where+` ORDER BY sort_due, id LIMIT 100`, args...)
	out = []roster.Matter{}
	for _, t := range all {
		out = append(out, roster.Matter{ID: t.ID.String(), Number: t.Number, Title: t.Title, Place: t.Place, Grade: string(t.Grade), Status: string(t.Status), Assignee: t.AssigneeName})
	}
	return out, total, err
}

// deskMinutes is what one matter costs the desk: taking it down, keeping the customer informed, asking afterwards.
const deskMinutes = 12

// LoadOf is what came in between two instants, by post and quarter of an hour
// (STA-01): a visit for those who go there, and some minutes of the desk for
// every matter.
func LoadOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) (out []roster.Work, err error) {
	const quarter = 15 * 60 * 1000
	rows, err := db.All[struct {
		At       int64  `db:"at"`
		Category string `db:"category"`
		Kind     Kind   `db:"kind"`
		N        int64  `db:"n"`
	}](ctx, tx, `SELECT opened_at / `+strconv.Itoa(quarter)+` AS at, category, kind, COUNT(*) AS n FROM ticket
		WHERE community_id = $1 AND id >= $2 AND opened_at >= $3 AND opened_at < $4 AND status <> 'cancelled' AND {scope} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, community, id.Floor(from.Time()), from, to)
	posts := map[string]roster.Post{}
	for post, dept := range departments {
		posts[dept] = post
	}
	for _, r := range rows {
		at := clock.Instant(r.At * quarter)
		out = append(out, roster.Work{Post: roster.PostService, At: at, Minutes: r.N * deskMinutes})
		c, _ := TreeOf(tx).ByID(r.Category)
		if post := posts[c.Dept]; post != "" && Policies[r.Kind].Visits {
			out = append(out, roster.Work{Post: post, At: at, Minutes: r.N * visitMinutes})
		}
	}
	return out, err
}
