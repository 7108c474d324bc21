package customer

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ImportID names an import.
type ImportID = id.Of[Import]

// ImportState is how far an import has come.
type ImportState string

// The states of an import. Nothing but an applied one has touched the data.
const (
	Checked  ImportState = "checked"
	Rejected ImportState = "rejected"
	Applied  ImportState = "applied"
)

// Import is one uploaded file and what came of it.
type Import struct {
	ID           ImportID          `db:"id" json:"id"`
	Community    authz.CommunityID `db:"community_id" json:"community"`
	FileName     string            `db:"file_name" json:"fileName"`
	Blob         string            `db:"blob" json:"-"`
	State        ImportState       `db:"state" json:"state" enum:"checked,rejected,applied"`
	Rows         int               `db:"row_count" json:"rows"`
	NewRooms     int               `db:"new_rooms" json:"newRooms"`
	NewCustomers int               `db:"new_customers" json:"newCustomers"`
	NewRelations int               `db:"new_relations" json:"newRelations"`
	Unchanged    int               `db:"unchanged" json:"unchanged" doc:"rows that bring nothing new"`
	Errors       RowErrors         `db:"errors" json:"errors" doc:"the first 1,000; in lists left out"`
	ErrorCount   int               `db:"error_count" json:"errorCount"`
	CreatedAt    clock.Instant     `db:"created_at" json:"createdAt"`
	By           authz.AccountID   `db:"created_by" json:"-"`
	ByName       string            `db:"created_by_name" json:"createdBy"`
	AppliedAt    *clock.Instant    `db:"applied_at" json:"appliedAt,omitempty"`
	Version      int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (i Import) ETag() int64 { return i.Version }

// mostErrors is how many errors an import keeps; the count is always whole.
const mostErrors = 1000

// RowErrors are kept as JSON text.
type RowErrors []RowError

// Value stores a JSON text.
func (e RowErrors) Value() (driver.Value, error) {
	if e == nil {
		return "[]", nil
	}
	raw, err := json.Marshal([]RowError(e))
	return string(raw), err
}

// Scan reads a JSON text.
func (e *RowErrors) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("customer: errors are stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]RowError)(e))
}

// Errors of imports.
var (
	ErrRejected = errs.New(errs.Conflict, "import.rejected", "the file has errors and cannot be applied")
	ErrApplied  = errs.New(errs.Conflict, "import.applied_before", "the file has been applied already")
	ErrOutdated = errs.New(errs.Conflict, "import.outdated", "the data changed since the check, and rows no longer fit")
)

// Imported says that an import was applied.
type Imported struct {
	Import    ImportID          `json:"import"`
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Imported) EventName() string { return "import.applied" }

// Where implements db.Event.
func (e Imported) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Imported) About() string { return e.Import.String() }
