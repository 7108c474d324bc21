// Package reseal keeps what is sealed in the tables under the newest key
// (CUS-04): it seals what an older program wrote in clear, and seals anew what
// an older key had sealed. Domains declare their columns; app plugs them in.
//
//	in clear ─Clear→ sealed with k1 ─Rotate→ sealed with k2
//
// Both go through the tables in small transactions while the system runs. A row
// changes only if nobody changed it since it was read, so any number of nodes
// may do this at once, and one that dies in the middle leaves nothing half done.
package reseal

import (
	"context"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

// Column is where sealed values stand.
type Column struct {
	Table  string
	Sealed string   // the column; what is in it was sealed for the place Table.Name:id
	Name   string   // of the place
	Clear  string   // the column that held it before it was sealed; "": none
	Blank  string   // what stands there now
	Empty  []string // other columns that held a part of it
	By     []Index  // at most two
}

// Index is a column that the value is looked for by.
type Index struct {
	Column, Kind string
	Of           func(plain string) string // nil: the whole value
}

// Place is what the value of a row is sealed for.
func (c Column) Place(id db.ID) string { return c.Table + "." + c.Name + ":" + id.String() }

const (
	actSeal authz.Action = "keys.seal"
	actUse  authz.Action = "keys.list"
	pageful              = 500
	whole                = "keys belong to the installation"
)

var system = authz.System("keys", actSeal, actUse)

// row is a row of any sealed table.
type row struct {
	ID     db.ID  `db:"id"`
	Clear  string `db:"clear"`
	Sealed string `db:"sealed"`
	First  string `db:"first"`
	Second string `db:"second"`
}

// Clear seals what stands in clear, and says how many rows that were.
func Clear(ctx context.Context, d *db.DB, columns []Column) (n int64, err error) {
	for _, c := range columns {
		if c.Clear == "" {
			continue
		}
		done, err := c.walk(ctx, d, " AND "+c.Clear+" <> '"+c.Blank+"'", func(r row) bool { return r.Clear != c.Blank })
		if n += done; err != nil {
			return n, err
		}
	}
	return n, nil
}

// Rotate seals every row with the newest key; told hears of each column.
func Rotate(ctx context.Context, d *db.DB, columns []Column, told func(c Column, n int64)) error {
	v := d.Vault()
	for _, c := range columns {
		n, err := c.walk(ctx, d, "", func(r row) bool {
			return c.Clear != "" && r.Clear != c.Blank || !v.Current(r.Sealed) || !v.CurrentIndex(r.First) || !v.CurrentIndex(r.Second)
		})
		if err != nil {
			return err
		}
		told(c, n)
	}
	return nil
}

// Used counts the values of a column by the key they were made with.
func (c Column) Used(ctx context.Context, d *db.DB) (map[string]int64, error) {
	out := map[string]int64{}
	columns := []string{c.Sealed}
	for _, b := range c.By {
		columns = append(columns, b.Column)
	}
	err := d.Read(ctx, system, actUse, func(tx *db.Tx) error {
		for _, name := range columns {
			// A key's name is short: grouping by the beginning finds it.
			found, err := db.All[struct {
				Head string `db:"head"`
				N    int64  `db:"n"`
			}](ctx, tx.Global(whole), `SELECT substr(`+name+`, 1, 8) AS head, COUNT(*) AS n FROM `+c.Table+` WHERE `+name+` <> '' GROUP BY substr(`+name+`, 1, 8)`)
			if err != nil {
				return err
			}
			for _, f := range found {
				out[vault.KeyOf(f.Head)] += f.N
			}
		}
		return nil
	})
	return out, err
}

// walk goes through the table by id and seals the rows that need it.
func (c Column) walk(ctx context.Context, d *db.DB, where string, needs func(row) bool) (n int64, err error) {
	for after := db.ID(0); ; {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		var page []row
		if err := d.Read(ctx, system, actSeal, func(tx *db.Tx) (err error) {
			page, err = db.All[row](ctx, tx.Global(whole), `SELECT id, `+c.selected()+` FROM `+c.Table+` WHERE id > $1`+where+` ORDER BY id LIMIT $2`, int64(after), pageful)
			return err
		}); err != nil || len(page) == 0 {
			return n, err
		}
		after = page[len(page)-1].ID
		var todo []row
		for _, r := range page {
			if needs(r) {
				todo = append(todo, r)
			}
		}
		if len(todo) == 0 {
			continue
		}
		var did int64
		if err := d.Bulk(ctx, system, actSeal, func(tx *db.Tx) error {
			tx.Silent("a value sealed anew is the same value")
			did = 0
			for _, r := range todo {
				one, err := c.seal(ctx, tx, r)
				if did += one; err != nil {
					return fmt.Errorf("%s: %w", c.Place(r.ID), err)
				}
			}
			return nil
		}); err != nil {
			return n, err
		}
		n += did
	}
}

func (c Column) selected() string {
	clear, first, second := "''", "''", "''"
	if c.Clear != "" {
		clear = c.Clear
	}
	if len(c.By) > 0 {
		first = c.By[0].Column
	}
	if len(c.By) > 1 {
		second = c.By[1].Column
	}
	return clear + " AS clear, " + c.Sealed + " AS sealed, " + first + " AS first, " + second + " AS second"
}

func (c Column) seal(ctx context.Context, tx *db.Tx, r row) (int64, error) {
	v := tx.Vault()
	plain := r.Clear
	if c.Clear == "" || plain == c.Blank {
		var err error
		if plain, err = v.Open(c.Place(r.ID), r.Sealed); err != nil {
			return 0, err
		}
	}
	args := []any{r.ID, r.Sealed, v.Seal(c.Place(r.ID), plain)}
	set := c.Sealed + " = $3"
	where := " WHERE id = $1 AND " + c.Sealed + " = $2"
	mark := func(x any) string { args = append(args, x); return fmt.Sprintf("$%d", len(args)) }
	for _, b := range c.By {
		value := plain
		if b.Of != nil {
			value = b.Of(plain)
		}
		set += ", " + b.Column + " = " + mark(v.Index(b.Kind, value))
	}
	if c.Clear != "" {
		where += " AND " + c.Clear + " = " + mark(r.Clear)
		set += ", " + c.Clear + " = '" + c.Blank + "'"
	}
	for _, e := range c.Empty {
		set += ", " + e + " = ''"
	}
	return tx.Global(whole).Exec(ctx, "UPDATE "+c.Table+" SET "+set+where, args...)
}
