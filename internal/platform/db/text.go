package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// ToText is what a column of TEXT holds of a value that is kept as JSON; for driver.Valuer.
func ToText(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

// FromText reads it back; for sql.Scanner.
func FromText(src, into any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("db: JSON is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), into)
}
