package approval

import (
	"database/sql/driver"

	"guanjia/internal/platform/db"
)

// Data is what a domain asked with, as JSON.
type Data string

// Texts and Levels are kept as JSON.
type (
	Texts  []string
	Levels []Level
)

// Value implements driver.Valuer.
func (t Texts) Value() (driver.Value, error) { return db.ToText(append([]string{}, t...)) }

// Scan implements sql.Scanner.
func (t *Texts) Scan(src any) error { return db.FromText(src, (*[]string)(t)) }

// Value implements driver.Valuer.
func (l Levels) Value() (driver.Value, error) { return db.ToText(append([]Level{}, l...)) }

// Scan implements sql.Scanner.
func (l *Levels) Scan(src any) error { return db.FromText(src, (*[]Level)(l)) }
