// Package migrations holds the schema: one portable file each, forward only.
package migrations

import "embed"

// Files are run in the order of their numbers by db.Migrate.
//
//go:embed *.sql
var Files embed.FS
