// Package imports brings tables of other programs in (CUS-07). It knows no
// domain: what a table may hold, and how its rows are written, is a Template
// that the domain brings and package app plugs in.
//
//	upload ─→ mapping ─→ checking ─→ rejected
//	             (columns unknown)  └→ checked ─apply→ applying ─→ applied ─undo→ undoing ─→ undone
//	                                      └─apply, of money→ asked ─approve (four eyes)→ applying
//	                                                      └ cancel, or a row that no longer fits ┘
//
// Checking reads the whole file and says for each mode what it would do; nothing
// is written. Applying writes in short transactions, so that the desk goes on
// working, and each of them keeps in a journal what its rows made and changed. A
// node that dies is followed by another, which plans again: what is there already
// is unchanged. Undoing goes through the journal backwards.
//
// template.go is what domains bring, rules_heads.go tells whose table it is,
// work.go does the three runs, journal.go remembers and undoes.
package imports

import (
	"cmp"
	"encoding/json"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/platform/vault"
)

// Act lets people import tables; a template may need a permission besides.
const Act authz.Action = "customer.import"

// ID names an import.
type ID = id.Of[Import]

// State is how far an import has come.
type State string

// The states of an import. Only applying and applied ones have touched the data.
const (
	Mapping   State = "mapping" // which column is which must be said
	Checking  State = "checking"
	Checked   State = "checked"
	Asked     State = "asked"    // somebody else decides whether it is written
	Rejected  State = "rejected" // bad rows in every mode
	Applying  State = "applying"
	Applied   State = "applied"
	Undoing   State = "undoing"
	Undone    State = "undone"
	Cancelled State = "cancelled" // before anything was written
)

// Mode is what an import may do to what is there already.
type Mode string

// The modes. In each of them what is there and agrees is unchanged, and an
// empty cell says nothing.
const (
	New    Mode = "new"    // adds what is missing; a row that says otherwise of what is there is bad
	Update Mode = "update" // adds new rooms with their people, and what is there takes the file's values; who belongs to what is there stays
	Relate Mode = "relate" // as Update, and adds people and relations to what is there
)

// Modes are all of them, the most careful first.
var Modes = []Mode{New, Update, Relate}

// Outcome is what an import would do, or did, in one mode.
type Outcome struct {
	Mode      Mode           `json:"mode" enum:"new,update,relate"`
	New       map[string]int `json:"new" doc:"by kind of record"`
	Changed   map[string]int `json:"changed" doc:"by kind of record"`
	Unchanged int            `json:"unchanged" doc:"rows that bring nothing new"`
	Bad       int            `json:"bad" doc:"what is wrong, in this mode"`
	Digest    string         `json:"digest"`
	Sum       *money.Fen     `json:"sum,omitempty" doc:"of a table of amounts: what all its rows come to"`
}

// RowError says what is wrong in one cell.
type RowError struct {
	Row     int            `json:"row" doc:"as the spreadsheet shows it"`
	Column  string         `json:"column" doc:"as the file calls it"`
	Code    string         `json:"code"`
	Message string         `json:"message" doc:"in the caller's language"`
	Value   string         `json:"value,omitempty" doc:"what stands there"`
	Params  map[string]any `json:"params,omitempty"`
	Modes   []Mode         `json:"modes,omitempty" doc:"in which it is wrong; left out: in all"`
}

// Import is one uploaded file and what came of it.
type Import struct {
	ID           ID                `db:"id" json:"id"`
	Community    authz.CommunityID `db:"community_id" json:"community"`
	Template     string            `db:"template" json:"template"`
	FileName     string            `db:"file_name" json:"fileName"`
	Blob         string            `db:"blob" json:"-"`     // "": its time is over
	BlobKey      string            `db:"blob_key" json:"-"` // "": from a program that kept files in clear
	State        State             `db:"state" json:"state" enum:"mapping,checking,checked,asked,rejected,applying,applied,undoing,undone,cancelled"`
	Reason       string            `db:"reason" json:"reason" doc:"code of why it was checked anew or undone; empty: it was asked for"`
	Why          string            `db:"-" json:"why,omitempty" doc:"the reason in the caller's language"`
	Mapping      list[string]      `db:"mapping" json:"mapping" doc:"our column for each heading of the file; empty: passed over"`
	Heads        list[string]      `db:"heads" json:"heads" doc:"the headings of the file"`
	Outcomes     list[Outcome]     `db:"outcomes" json:"outcomes" doc:"what each mode would do"`
	Mode         Mode              `db:"mode" json:"mode" doc:"the one it was applied in"`
	Done         int               `db:"done" json:"done"`
	Total        int               `db:"total" json:"total" doc:"of done; 0: not known yet"`
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
	UndoneAt     *clock.Instant    `db:"undone_at" json:"undoneAt,omitempty"`
	Version      int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (i Import) ETag() int64 { return i.Version }

// outcome is what the check found for a mode.
func (i Import) outcome(m Mode) (Outcome, bool) {
	at := slices.IndexFunc(i.Outcomes, func(o Outcome) bool { return o.Mode == m })
	if at < 0 {
		return Outcome{}, false
	}
	return i.Outcomes[at], true
}

// count shows the figures of one mode.
func (i *Import) count(o Outcome) {
	i.NewRooms, i.NewCustomers, i.NewRelations, i.Unchanged = o.New["room"], o.New["customer"], o.New["relation"], o.Unchanged
}

// mostErrors is how many errors an import keeps; the count is always whole.
const mostErrors = 1000

func (i *Import) setErrors(v *vault.Vault, all []RowError) error {
	slices.SortStableFunc(all, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	i.ErrorCount, i.Errors = len(all), all[:min(len(all), mostErrors)]
	if i.Errors == nil {
		i.Errors = []RowError{}
	}
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

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{
	{Table: "import", Name: "errors", Sealed: "errors_sealed", Clear: "errors", Blank: "[]"},
	{Table: "import", Name: "blob_key", Sealed: "blob_key"},
	{Table: "import_change", Name: "before", Sealed: "before_sealed"},
}

var (
	errorsPlace  = Sealed[0].Place
	blobKeyPlace = Sealed[1].Place
	beforePlace  = Sealed[2].Place
)

// Errors of imports.
var (
	ErrRejected = errs.New(errs.Conflict, "import.rejected", "the file has bad rows and cannot be applied in this mode")
	ErrApplied  = errs.New(errs.Conflict, "import.applied_before", "the file has been applied already")
	ErrNotNow   = errs.New(errs.Conflict, "import.not_now", "the import is not in a state for this")
	ErrBusy     = errs.New(errs.Conflict, "import.busy", "another import of this community is being written or undone")
	ErrExpired  = errs.New(errs.NotFound, "import.expired", "the file's time is over, and it was deleted")
	ErrRefused  = errs.New(errs.Conflict, "import.refused", "who decides refused it")
	ErrOutdated = errs.New(errs.Conflict, "import.outdated", "the data changed since the check")
	ErrHeld     = errs.New(errs.Conflict, "import.held", "later records hang on rows of this import, or its rows were changed since")
	ErrOld      = errs.New(errs.Conflict, "import.undo_old", "an older program applied this import and kept no journal")

	ErrColumnMissing = errs.New(errs.Invalid, "import.column_missing", "a required column is missing")
	ErrColumnUnknown = errs.New(errs.Invalid, "import.column_unknown", "a column is not one of the template's")
	ErrColumnTwice   = errs.New(errs.Invalid, "import.column_twice", "two columns of the file are said to be the same one")
	ErrTemplate      = errs.New(errs.Invalid, "import.template_unknown", "there is no such template")
)

// reasonCancelled is the reason of an import that somebody stopped.
const reasonCancelled = "import.cancelled"

// Moved says that an import came into another state.
type Moved struct {
	Import    ID                `json:"import"`
	Community authz.CommunityID `json:"community"`
	State     State             `json:"state"`
}

// EventName implements db.Event.
func (Moved) EventName() string { return "import.moved" }

// Where implements db.Event.
func (e Moved) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Moved) About() string { return e.Import.String() }
