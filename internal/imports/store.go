package imports

import (
	"context"
	"encoding/json"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

var columns = db.Columns[Import]("i")

func get(ctx context.Context, tx *db.Tx, id ID) (Import, error) {
	i, err := db.One[Import](ctx, tx, `SELECT `+columns+` FROM import i WHERE i.id = $1 AND {scope:i}`, id)
	if err == nil {
		err = i.openErrors(tx.Vault())
	}
	return i, err
}

// imports lists newest first, without their errors.
func imports(ctx context.Context, tx *db.Tx, community authz.CommunityID, before ID, limit int) ([]Import, error) {
	out, err := db.All[Import](ctx, tx, `
		SELECT `+columns+` FROM import i
		WHERE i.community_id = $1 AND (i.id < $2 OR $2 = 0) AND {scope:i} ORDER BY i.id DESC LIMIT $3`, community, int64(before), limit+1)
	for n := range out {
		out[n].Errors = []RowError{}
	}
	return out, err
}

const companyWide = "a mapping of columns says nothing of a community, and is the company's"

type mappingRow struct {
	Template string `db:"template"`
	Mapping  string `db:"mapping"`
}

// remembered finds how these headings were mapped before.
func remembered(ctx context.Context, tx *db.Tx, heads []string) (template string, mapping []string, err error) {
	rows, err := db.All[mappingRow](ctx, tx.Global(companyWide), `SELECT template, mapping FROM import_mapping WHERE heads_key = $1`, headsKey(heads))
	if err != nil || len(rows) == 0 {
		return "", nil, err
	}
	k := kept{}
	err = json.Unmarshal([]byte(rows[0].Mapping), &k)
	return rows[0].Template, k.of(heads), err
}

func remember(ctx context.Context, tx *db.Tx, template string, heads, mapping []string) error {
	raw, err := json.Marshal(keep(heads, mapping))
	if err != nil {
		return err
	}
	_, err = tx.Global(companyWide).Exec(ctx, `INSERT INTO import_mapping (id, heads_key, template, mapping, used_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (heads_key) DO UPDATE SET template = excluded.template, mapping = excluded.mapping, used_at = excluded.used_at`,
		db.NewID[mappingRow](tx), headsKey(heads), template, string(raw), tx.Now)
	return err
}

// progress moves done on, if the import is still in the state and as far as the
// caller believes; else somebody else works on it, or stopped it.
func progress(ctx context.Context, tx *db.Tx, i *Import, by int) error {
	n, err := tx.Exec(ctx, `UPDATE import SET done = $1 WHERE id = $2 AND state = $3 AND done = $4 AND {scope}`, i.Done+by, i.ID, string(i.State), i.Done)
	if err == nil && n == 0 {
		err = errStopped
	}
	return err
}
