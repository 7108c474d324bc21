package approval

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Data is what a domain asked with, as JSON.
type Data string

// Texts and Levels are kept as JSON.
type (
	Texts  []string
	Levels []Level
)

// Value implements driver.Valuer.
func (t Texts) Value() (driver.Value, error) { return asText(append([]string{}, t...)) }

// Scan implements sql.Scanner.
func (t *Texts) Scan(src any) error { return fromText(src, (*[]string)(t)) }

// Value implements driver.Valuer.
func (l Levels) Value() (driver.Value, error) { return asText(append([]Level{}, l...)) }

// Scan implements sql.Scanner.
func (l *Levels) Scan(src any) error { return fromText(src, (*[]Level)(l)) }

func asText(v any) (driver.Value, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func fromText(src, into any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("approval: JSON is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(s), into)
}
