package delivery

import (
	"context"
	"strconv"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

func batch(ctx context.Context, tx *db.Tx, id BatchID) (Batch, error) {
	return db.One[Batch](ctx, tx, `SELECT `+db.Columns[Batch]("")+` FROM bill_notice_batch WHERE id = $1 AND {scope}`, id)
}

func notice(ctx context.Context, tx *db.Tx, id NoticeID) (Notice, error) {
	return db.One[Notice](ctx, tx, `SELECT `+db.Columns[Notice]("")+` FROM bill_notice WHERE id = $1 AND {scope}`, id)
}

func round(ctx context.Context, tx *db.Tx, id RoundID) (Round, error) {
	return db.One[Round](ctx, tx, `SELECT `+db.Columns[Round]("")+` FROM bill_round WHERE id = $1 AND {scope}`, id)
}

func today(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	return org.Today(ctx, tx, community)
}

// noticeViews selects notices as lists show them; what is due is the sum of the live lines.
var noticeViews = `SELECT ` + db.Columns[Notice]("n") + `, o.label, o.sort_key, o.floor, COALESCE(u.code, '') AS unit, COALESCE(c.name, '') AS who, COALESCE(c.kind, '') AS legal,
	CAST(COALESCE((SELECT SUM(l.amount) FROM bill_line l WHERE l.community_id = n.community_id AND l.room_id = n.room_id AND l.debtor = n.debtor AND l.reversed_at IS NULL
		AND (l.run_id = n.batch_id OR l.id IN (SELECT f.new_id FROM bill_fix_line f WHERE f.community_id = n.community_id AND f.fix_id = n.batch_id))), 0) AS BIGINT) AS amount
	FROM bill_notice n JOIN room o ON o.community_id = n.community_id AND o.id = n.room_id LEFT JOIN unit u ON u.community_id = o.community_id AND u.id = o.unit_id
	LEFT JOIN customer c ON c.community_id = n.community_id AND c.id = n.customer_id`

// Filter chooses notices of a batch.
type Filter struct {
	Batch    BatchID            `query:"batch" required:"true"`
	State    State              `query:"state" enum:"waiting,told,print,printed,delivered,boxed,refused"`
	Building housing.BuildingID `query:"building"`
}

// Position is where a list goes on.
type Position struct {
	Sort string
	ID   NoticeID
}

func notices(ctx context.Context, tx *db.Tx, f Filter, after Position, limit int) ([]NoticeView, error) {
	args := []any{f.Batch}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q := noticeViews + ` WHERE n.batch_id = $1 AND {scope:n}`
	if f.State != "" {
		q += ` AND n.state = ` + mark(string(f.State))
	}
	if f.Building != 0 {
		q += ` AND o.building_id = ` + mark(f.Building)
	}
	if after.ID != 0 {
		sort, last := mark(after.Sort), mark(after.ID)
		q += ` AND (o.sort_key, n.id) > (` + sort + `, ` + last + `)`
	}
	all, err := db.All[NoticeView](ctx, tx, q+` ORDER BY o.sort_key, n.id LIMIT `+mark(limit), args...)
	return masked(tx, all), err
}

// masked shows names to who may see them (CUS-04).
func masked(tx *db.Tx, all []NoticeView) []NoticeView {
	for i := range all {
		v := &all[i]
		if v.Who != "" {
			v.Who = customer.SightOf(tx.Who, v.Community).Name(v.Who, v.Legal == string(customer.Organisation))
		}
	}
	return all
}

const roundViews = `, b.name AS building, COUNT(n.id) AS n_all, COUNT(n.id) FILTER (WHERE n.state = 'printed') AS n_left, COUNT(n.id) FILTER (WHERE n.state = 'printed' AND n.tries > 0) AS n_missed
	FROM bill_round r JOIN building b ON b.community_id = r.community_id AND b.id = r.building_id LEFT JOIN bill_notice n ON n.community_id = r.community_id AND n.round_id = r.id`

func roundsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, staff authz.AccountID, one RoundID, limit int) ([]RoundView, error) {
	args := []any{community}
	q := `SELECT ` + db.Columns[Round]("r") + roundViews + ` WHERE r.community_id = $1 AND {scope:r}`
	if staff != 0 {
		args = append(args, staff)
		q += ` AND r.staff_id = $2 AND r.state = 'open'`
	}
	if one != 0 {
		args = append(args, one)
		q += ` AND r.id = $` + strconv.Itoa(len(args))
	}
	args = append(args, limit)
	return db.All[RoundView](ctx, tx, q+` GROUP BY `+db.Columns[Round]("r")+`, b.name ORDER BY CASE WHEN r.state = 'open' THEN 0 ELSE 1 END, r.id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
}

// doors are the notices of a round in walking order, with what happened.
func doors(ctx context.Context, tx *db.Tx, r Round) ([]Door, error) {
	all, err := db.All[NoticeView](ctx, tx, noticeViews+` WHERE n.community_id = $1 AND n.round_id = $2 AND {scope:n} ORDER BY o.sort_key, n.id`, r.Community, r.ID)
	if err != nil {
		return nil, err
	}
	visits, err := db.All[Visit](ctx, tx, `SELECT `+db.Columns[Visit]("v")+` FROM bill_visit v JOIN bill_notice n ON n.community_id = v.community_id AND n.id = v.notice_id WHERE v.community_id = $1 AND n.round_id = $2 AND {scope:v} ORDER BY v.id`, r.Community, r.ID)
	if err != nil {
		return nil, err
	}
	photos, err := db.All[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("p")+` FROM bill_visit_photo p JOIN bill_notice n ON n.community_id = p.community_id AND n.id = p.notice_id WHERE p.community_id = $1 AND n.round_id = $2 AND p.visit_id IS NOT NULL AND {scope:p} ORDER BY p.id`, r.Community, r.ID)
	if err != nil {
		return nil, err
	}
	of := map[VisitID][]PhotoID{}
	for _, p := range photos {
		of[p.Visit] = append(of[p.Visit], p.ID)
	}
	at := map[NoticeID][]Visit{}
	for _, v := range visits {
		v.Photos = append([]PhotoID{}, of[v.ID]...)
		at[v.Notice] = append(at[v.Notice], v)
	}
	out := make([]Door, len(all))
	for i, n := range masked(tx, all) {
		out[i] = Door{n, append([]Visit{}, at[n.ID]...)}
	}
	return out, nil
}
