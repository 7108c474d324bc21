package customer

import (
	"encoding/json"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/vault"
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
	Blob         string            `db:"blob" json:"-"`     // "": its time is over
	BlobKey      string            `db:"blob_key" json:"-"` // "": from a program that kept files in clear
	State        ImportState       `db:"state" json:"state" enum:"checked,rejected,applied"`
	Rows         int               `db:"row_count" json:"rows"`
	NewRooms     int               `db:"new_rooms" json:"newRooms"`
	NewCustomers int               `db:"new_customers" json:"newCustomers"`
	NewRelations int               `db:"new_relations" json:"newRelations"`
	Unchanged    int               `db:"unchanged" json:"unchanged" doc:"rows that bring nothing new"`
	Errors       []RowError        `db:"-" json:"errors" doc:"the first 1,000; in lists left out"`
	ErrorsClear  string            `db:"errors" json:"-"`
	ErrorsSealed string            `db:"errors_sealed" json:"-"` // they quote what stands in the file
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

func (i *Import) sealErrors(v *vault.Vault) error {
	raw, err := json.Marshal(i.Errors)
	i.ErrorsClear, i.ErrorsSealed = "[]", v.Seal(errorsPlace(db.ID(i.ID)), string(raw))
	return err
}

func (i *Import) openErrors(v *vault.Vault) (err error) {
	text := i.ErrorsClear
	if i.ErrorsSealed != "" {
		if text, err = v.Open(errorsPlace(db.ID(i.ID)), i.ErrorsSealed); err != nil {
			return err
		}
	}
	return json.Unmarshal([]byte(text), &i.Errors)
}

// shown hides what the errors quote from all who neither brought the file nor
// may see names and numbers.
func (i Import) shown(who authz.Actor) Import {
	if i.readable(who) {
		return i
	}
	i.Errors = slices.Clone(i.Errors)
	for n := range i.Errors {
		i.Errors[n].Value = ""
	}
	return i
}

func (i Import) readable(who authz.Actor) bool {
	see := SightOf(who, i.Community)
	return i.By == who.ID && who.ID != 0 || see.Names && see.Numbers
}

// Errors of imports.
var (
	ErrRejected = errs.New(errs.Conflict, "import.rejected", "the file has errors and cannot be applied")
	ErrApplied  = errs.New(errs.Conflict, "import.applied_before", "the file has been applied already")
	ErrExpired  = errs.New(errs.NotFound, "import.expired", "the file's time is over, and it was deleted")
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
