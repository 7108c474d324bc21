package auth

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"guanjia/internal/platform/errs"
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

// Check refuses amounts below 0 or above the most there may be, and two limits of one role.
func (l Limits) Check(wrong *errs.Fields, at string, most money.Fen) {
	seen := map[string]bool{}
	for i, one := range l {
		if one.UpTo < 0 || one.UpTo > most || seen[one.Role] {
			wrong.Add(at+"["+strconv.Itoa(i)+"].upTo", "wrong_form", nil)
		}
		seen[one.Role] = true
	}
}
