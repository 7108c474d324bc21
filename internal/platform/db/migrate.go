package db

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
)

// Migrate brings the schema up to the newest file of dir ("0001_kernel.sql", …).
// Whoever starts first runs them, all in one transaction; others wait and find
// them done (OPS-02). One file serves both engines: ${ID} stands for the type
// of a primary key, the only word that differs; a statement under "-- only
// sqlite" or "-- only postgres" is for that engine.
func (d *DB) Migrate(ctx context.Context, dir fs.FS) (applied []string, err error) {
	names, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	err = d.raw(ctx, func(q querier) error {
		applied = nil
		if d.Engine == Postgres {
			if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(20261114)`); err != nil {
				return err
			}
		}
		if _, err := q.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)`); err != nil {
			return err
		}
		at, err := scalar(ctx, q, `SELECT COALESCE(MAX(version), 0) FROM schema_version`)
		if err != nil {
			return err
		}
		for _, name := range names {
			number, _, _ := strings.Cut(path.Base(name), "_")
			version, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				return fmt.Errorf("migration %s has no number", name)
			}
			if version <= at {
				continue
			}
			text, err := fs.ReadFile(dir, name)
			if err != nil {
				return err
			}
			if err := d.migration(ctx, q, string(text), version); err != nil {
				return fmt.Errorf("migration %s: %w", name, err)
			}
			applied = append(applied, name)
		}
		return nil
	})
	return applied, err
}

func (d *DB) migration(ctx context.Context, q querier, text string, version int64) error {
	key, others := "BIGINT PRIMARY KEY", "-- only sqlite\n"
	if d.Engine == SQLite {
		key, others = "INTEGER PRIMARY KEY", "-- only postgres\n" // the row id itself, no second tree
	}
	for stmt := range strings.SplitSeq(strings.ReplaceAll(text, "${ID}", key), ";\n") {
		if strings.TrimSpace(stmt) == "" || strings.Contains(stmt, others) {
			continue
		}
		if _, err := q.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("%w in %s", err, stmt)
		}
	}
	_, err := q.ExecContext(ctx, `INSERT INTO schema_version (version) VALUES ($1)`, version)
	return err
}

// SchemaVersion is the number of the newest migration applied.
func (d *DB) SchemaVersion(ctx context.Context) (n int64, err error) {
	err = d.read.QueryRowContext(ctx, `SELECT MAX(version) FROM schema_version`).Scan(&n)
	return n, err
}
