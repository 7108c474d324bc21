package db

import (
	"context"
	"reflect"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// resident is what the trail calls everybody who lives here: their names would
// outlast their erasure there.
const resident = "resident"

// faster is ErrStale with whose change came first, as far as the trail of the
// last hour tells. Only people at work are told, only of people at work, and
// only of a row in their scope.
func (t *Tx) faster(ctx context.Context, table string, row reflect.Value) error {
	key, ok := row.FieldByName("ID").Interface().(interface{ String() string })
	if !ok || key.String() == "" || t.Who.Job != "" || t.Who.Name == resident {
		return ErrStale
	}
	args := []any{id.Floor(t.Now.Add(-time.Hour).Time()), key.String()}
	mine := ""
	if t.global == "" {
		mine = ` AND EXISTS (SELECT 1 FROM ` + table + ` r WHERE r.id = $3 AND {scope:r})`
		args = append(args, key)
	}
	type last struct {
		Actor authz.AccountID `db:"actor_id"`
		Name  string          `db:"actor_name"`
	}
	// Along the trail's own order, within the hour: it has no index by subject.
	found, err := All[last](ctx, t, `
		SELECT a.actor_id, a.actor_name FROM audit a
		WHERE a.id > $1 AND a.actor_id IS NOT NULL AND substr(a.subject, length(a.subject) - 12) = $2`+mine+`
		ORDER BY a.id DESC LIMIT 1`, args...)
	if err != nil {
		return err
	}
	for _, l := range found {
		switch {
		case l.Actor == t.Who.ID:
			return ErrStale.At(errs.Field{Name: "version", Code: "changed_by_you"})
		case l.Name != resident && !strings.HasPrefix(l.Name, "system:"):
			return ErrStale.At(errs.Field{Name: "version", Code: "changed_by", Params: map[string]any{"name": l.Name}})
		}
	}
	return ErrStale
}
