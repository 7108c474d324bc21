package auth

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"

	"guanjia/internal/platform/money"
)

// Limit is the most money that a role may decide about alone (ACC-05).
type Limit struct {
	Role string    `json:"role" maxLength:"40" doc:"its code"`
	UpTo money.Fen `json:"upTo"`
}

// Limits are those of a community, kept as JSON.
type Limits []Limit

// Value implements driver.Valuer.
func (l Limits) Value() (driver.Value, error) {
	raw, err := json.Marshal(append(Limits{}, l...))
	return string(raw), err
}

// Scan implements sql.Scanner.
func (l *Limits) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("auth: limits are TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]Limit)(l))
}

// Most is the highest limit of some roles; ok says whether any of them has one.
func (l Limits) Most(roles []string) (most money.Fen, ok bool) {
	for _, one := range l {
		if slices.Contains(roles, one.Role) {
			most, ok = max(most, one.UpTo), true
		}
	}
	return most, ok
}
