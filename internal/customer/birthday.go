package customer

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Birthday is somebody whose birthday falls on a day, as far as the actor may see them.
type Birthday struct {
	Row
	Day clock.Day
}

// birthdays are the month and day of each day; who was born on 29 February has
// the 28th in a year without.
func birthdays(from, to clock.Day) map[string]clock.Day {
	out := map[string]clock.Day{}
	for d := from; !d.After(to); d = d.Add(1) {
		out[d.String()[5:]] = d
		if d.String()[5:] == "02-28" && d.Add(1).String()[5:] != "02-29" {
			out["02-29"] = d
		}
	}
	return out
}

// Birthdays lists whose birthday is in a community within some days.
func Birthdays(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Birthday, error) {
	days, args, marks := birthdays(from, to), []any{community}, []string{}
	for md := range days {
		args = append(args, md)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	rows, err := rowsOf(ctx, tx, `SELECT c.* FROM customer c WHERE c.community_id = $1 AND c.birthday_md <> '' AND c.birthday_md IN (`+strings.Join(marks, ", ")+`)
		AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c}`, args)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	type born struct {
		ID ID     `db:"id"`
		MD string `db:"birthday_md"`
	}
	all, err := db.All[born](ctx, tx, `SELECT c.id, c.birthday_md FROM customer c WHERE c.community_id = $1 AND c.birthday_md <> '' AND c.birthday_md IN (`+strings.Join(marks, ", ")+`) AND {scope:c}`, args...)
	by := map[ID]string{}
	for _, b := range all {
		by[b.ID] = b.MD
	}
	out := make([]Birthday, len(rows))
	for i, r := range rows {
		out[i] = Birthday{r, days[by[r.ID]]}
	}
	return out, err
}
