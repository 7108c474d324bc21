package customer

import (
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ActMerge finds duplicates, merges them, and links archives of several
// communities to one person (CUS-05, CUS-01).
const ActMerge authz.Action = "customer.merge"

// Merge is a column that names a customer: a merge moves its rows to the
// archive that stays. Every such column of the database is in the list.
type Merge struct {
	Table, Column string
	Twin          string // which rows o of the archive that stays say the same as t; these are not moved
	Own           bool   // part of the archive itself
}

var ownMerges = []Merge{
	{Table: "customer_mobile", Column: "customer_id", Own: true,
		Twin: `CASE WHEN o.mobile_index = '' THEN o.mobile ELSE o.mobile_index END = CASE WHEN t.mobile_index = '' THEN t.mobile ELSE t.mobile_index END`},
	{Table: "customer_identity", Column: "customer_id", Own: true, Twin: `o.kind = t.kind AND o.number_index = t.number_index`},
	{Table: "customer_account", Column: "customer_id", Own: true, Twin: `o.number_index = t.number_index`},
	{Table: "customer_alias", Column: "customer_id", Own: true, Twin: `o.name = t.name`},
	{Table: "relation", Column: "customer_id", Twin: sameRelation},
	{Table: "consent", Column: "customer_id"},
	{Table: "customer", Column: "merged_into"},
}

const sameRelation = `o.room_id = t.room_id AND o.kind = t.kind AND o.to_on IS NULL AND t.to_on IS NULL`

func (s *Service) merges() []Merge { return append(append([]Merge{}, ownMerges...), s.Merges...) }

// Merged lists every column that a merge moves.
func (s *Service) Merged() []Merge { return s.merges() }

// MergingID names a merge.
type MergingID = id.Of[Merging]

// Merging is one merge of two archives.
//
//	done ─undo→ undone, while what was moved is still where it was moved to
type Merging struct {
	ID        MergingID         `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Kept      ID                `db:"kept_id" json:"keptId"`
	Gone      ID                `db:"gone_id" json:"goneId"`
	Journal   string            `db:"journal_sealed" json:"-"`
	State     string            `db:"state" json:"state" enum:"done,undone"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (m Merging) ETag() int64 { return m.Version }

// MergingView is a merge with the two archives as far as they may be seen.
type MergingView struct {
	Merging
	KeptName string `json:"keptName"`
	KeptNo   string `json:"keptNo"`
	GoneName string `json:"goneName"`
	GoneNo   string `json:"goneNo"`
}

// row is a row of any table as it stands there.
type row = map[string]any

// journal is what a merge did, so that it can be undone exactly.
type journal struct {
	Moved     map[string][]db.ID // by table and column
	Removed   map[string][]row   // by table: what the archive that stays said already
	Primary   []db.ID            // numbers that were primary
	Relations []joined           // relations that learned something of their twins
	Name      db.ID              // the other's name, kept as another name
	Kept      row                // the archive as it was
	KeptAt    int64              // its version after the merge
	GoneAt    int64
}

// joined is a relation as it was, and the version it was left in.
type joined struct {
	ID      RelationID
	Share   string
	From    clock.Day
	Version int64
}

// Duplicate is a pair of archives that may be one person.
type Duplicate struct {
	A       Row      `json:"a"`
	B       Row      `json:"b"`
	Reasons []string `json:"reasons" enum:"identity,mobile,room"`
}

// Row is a customer in a list, as far as the actor may see them.
type Row struct {
	ID        ID                `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	ArchiveNo string            `db:"archive_no" json:"archiveNo"`
	Kind      Kind              `db:"customer_kind" json:"kind" enum:"person,organisation"`
	Name      string            `db:"name" json:"name"`
	Mobile    string            `db:"-" json:"mobile,omitempty"`
	Room      housing.RoomID    `db:"room_id" json:"roomId,omitempty" doc:"where they belong first"`
	Label     string            `db:"label" json:"label,omitempty"`
	Relation  RelationKind      `db:"kind" json:"relation,omitempty" enum:"owner,family,tenant,agent,guest,"`
	Rooms     int               `db:"rooms" json:"rooms" doc:"how many rooms they belong to today"`
	Tags      Tags              `db:"tags" json:"tags"`
	CardNo    string            `db:"card_no" json:"cardNo,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// Errors of merges.
var (
	ErrMergeSelf  = errs.New(errs.Invalid, "customer.merge_self", "these are not two archives of one community")
	ErrMergeDone  = errs.New(errs.Conflict, "customer.merge_undone", "this merge was undone")
	ErrMergeMoved = errs.New(errs.Conflict, "customer.merge_followed", "what was merged changed since, so the merge cannot be undone")
)

// MergeChanged says that two archives became one, or two again.
type MergeChanged struct {
	Kept      ID                `json:"kept"`
	Gone      ID                `json:"gone"`
	Community authz.CommunityID `json:"community"`
	Undone    bool              `json:"undone"`
}

// EventName implements db.Event.
func (MergeChanged) EventName() string { return "customer.merged" }

// Where implements db.Event.
func (e MergeChanged) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e MergeChanged) About() string { return e.Kept.String() }
