// Package facility keeps the register of facilities and equipment (HOU-04) and
// the plans of the site with the runs of its lines (HOU-04a).
//
//	facility ─ checks (statutory, routine: when next) ─ records (what was done and found) ─ parts
//	plan of the site or of a building ─ items: lines, valves and switches, with what each one cuts off
//
// From a room the valves that cut it off are one question away (ShutOffs).
package facility

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Actions.
const (
	ActView   authz.Action = "facility.view"
	ActEdit   authz.Action = "facility.edit"
	ActRecord authz.Action = "facility.record"
	ActExport authz.Action = "facility.export"
)

// Identifiers.
type (
	ID     = id.Of[Facility]
	PlanID = id.Of[Plan]
	ItemID = id.Of[Item]
)

// Kind is what sort of facility one is.
type Kind string

// State is whether a facility serves.
type State string

// The states of a facility.
const (
	Running  State = "running"
	Faulty   State = "fault"
	Stopped  State = "stopped"
	Scrapped State = "scrapped"
)

// Facility is one entry of the register.
type Facility struct {
	ID              ID                 `db:"id" json:"id"`
	Community       authz.CommunityID  `db:"community_id" json:"community"`
	Code            string             `db:"code" json:"code" doc:"unique in the community"`
	Name            string             `db:"name" json:"name"`
	Kind            Kind               `db:"kind" json:"kind" enum:"lift,water,drain,power,fire,gas,heating,access,camera,lighting,ventilation,road,play,other"`
	Building        housing.BuildingID `db:"building_id" json:"buildingId,omitzero"`
	Place           string             `db:"place" json:"place"`
	Serves          string             `db:"serves" json:"serves" doc:"the area it serves"`
	Maker           string             `db:"maker" json:"maker"`
	Model           string             `db:"model" json:"model"`
	InstalledOn     clock.Day          `db:"installed_on" json:"installedOn,omitzero"`
	WarrantyUntil   clock.Day          `db:"warranty_until" json:"warrantyUntil,omitzero"`
	Contractor      string             `db:"contractor" json:"contractor"`
	ContractorPhone string             `db:"contractor_phone" json:"contractorPhone"`
	State           State              `db:"state" json:"state" enum:"running,fault,stopped,scrapped"`
	Notes           string             `db:"notes" json:"notes"`
	NextOn          clock.Day          `db:"next_on" json:"nextOn,omitzero" doc:"the first of its checks that falls due"`
	Version         int64              `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (f Facility) ETag() int64 { return f.Version }

// CheckKind tells inspections that the law asks for from one's own.
type CheckKind string

// The kinds of checks.
const (
	Statutory CheckKind = "statutory"
	Routine   CheckKind = "routine"
)

// Check is an inspection that comes again.
type Check struct {
	ID        id.Of[Check]      `db:"id" json:"id,omitzero"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Facility  ID                `db:"facility_id" json:"-"`
	Name      string            `db:"name" json:"name" maxLength:"60"`
	Kind      CheckKind         `db:"kind" json:"kind" enum:"statutory,routine"`
	Months    int64             `db:"months" json:"months" minimum:"1" maximum:"240" doc:"between two"`
	LastOn    clock.Day         `db:"last_on" json:"lastOn,omitzero"`
	NextOn    clock.Day         `db:"next_on" json:"nextOn,omitzero"`
}

// Part is a spare or wearing part.
type Part struct {
	ID         id.Of[Part]       `db:"id" json:"id,omitzero"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Facility   ID                `db:"facility_id" json:"-"`
	Name       string            `db:"name" json:"name" maxLength:"60"`
	Spec       string            `db:"spec" json:"spec" maxLength:"100"`
	Quantity   int64             `db:"quantity" json:"quantity" minimum:"0" maximum:"100000"`
	ReplacedOn clock.Day         `db:"replaced_on" json:"replacedOn,omitzero"`
}

// Record is what was done or found at a facility; it is never changed.
type Record struct {
	ID        id.Of[Record]     `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Facility  ID                `db:"facility_id" json:"-"`
	Kind      string            `db:"kind" json:"kind" enum:"inspection,maintenance,operation,fault,part"`
	On        clock.Day         `db:"on_day" json:"on"`
	Check     string            `db:"check_name" json:"check,omitempty"`
	Result    string            `db:"result" json:"result" enum:"ok,problem"`
	Words     string            `db:"words" json:"words"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
}

// Full is a facility with all that belongs to it.
type Full struct {
	Facility
	Checks  []Check  `json:"checks"`
	Parts   []Part   `json:"parts"`
	Records []Record `json:"records" doc:"the latest 100"`
}

// Draft is what people write of a facility; its lists replace those there are.
type Draft struct {
	Code            string             `json:"code" maxLength:"30"`
	Name            string             `json:"name" maxLength:"60"`
	Kind            Kind               `json:"kind" enum:"lift,water,drain,power,fire,gas,heating,access,camera,lighting,ventilation,road,play,other"`
	Building        housing.BuildingID `json:"buildingId,omitzero"`
	Place           string             `json:"place,omitempty" maxLength:"100"`
	Serves          string             `json:"serves,omitempty" maxLength:"200"`
	Maker           string             `json:"maker,omitempty" maxLength:"60"`
	Model           string             `json:"model,omitempty" maxLength:"60"`
	InstalledOn     clock.Day          `json:"installedOn,omitzero"`
	WarrantyUntil   clock.Day          `json:"warrantyUntil,omitzero"`
	Contractor      string             `json:"contractor,omitempty" maxLength:"60"`
	ContractorPhone string             `json:"contractorPhone,omitempty" maxLength:"30"`
	State           State              `json:"state" enum:"running,fault,stopped,scrapped"`
	Notes           string             `json:"notes,omitempty" maxLength:"1000"`
	Checks          []Check            `json:"checks,omitempty" maxItems:"30"`
	Parts           []Part             `json:"parts,omitempty" maxItems:"100"`
}

// Plan is a drawing of the site or of one building.
type Plan struct {
	ID        PlanID             `db:"id" json:"id"`
	Community authz.CommunityID  `db:"community_id" json:"community"`
	Building  housing.BuildingID `db:"building_id" json:"buildingId,omitzero" doc:"left out: of the whole site"`
	Name      string             `db:"name" json:"name"`
	Blob      string             `db:"blob" json:"-"`
	Type      string             `db:"type" json:"-"`
	Size      int64              `db:"size" json:"-"`
	Width     int64              `db:"width" json:"width" doc:"pixels"`
	Height    int64              `db:"height" json:"height"`
	Items     []Item             `db:"-" json:"items"`
	Version   int64              `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (p Plan) ETag() int64 { return p.Version }

// ItemKind is what a mark on a plan stands for.
type ItemKind string

// The kinds of items. Valves and switches cut something off.
const (
	Line   ItemKind = "line"
	Valve  ItemKind = "valve"
	Switch ItemKind = "switch"
	Point  ItemKind = "point"
)

// Item is a mark on a plan: the run of a line, a valve, a switch, a facility.
type Item struct {
	ID        ItemID            `db:"id" json:"id,omitzero"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Plan      PlanID            `db:"plan_id" json:"planId,omitzero"`
	Kind      ItemKind          `db:"kind" json:"kind" enum:"line,valve,switch,point"`
	Medium    string            `db:"medium" json:"medium" enum:"water,drain,gas,power,fire,data,heat,other"`
	Name      string            `db:"name" json:"name" maxLength:"60"`
	Points    Points            `db:"points" json:"points" maxItems:"200" doc:"in ten-thousandths of width and height; one for all but lines"`
	Place     string            `db:"place" json:"place" maxLength:"200" doc:"how to find it"`
	Cuts      Cuts              `db:"cuts" json:"cuts" maxItems:"50" doc:"what it cuts off"`
	Facility  ID                `db:"facility_id" json:"facilityId,omitzero"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"-"`
	Size      int64             `db:"size" json:"-"`
	HasPhoto  bool              `db:"-" json:"hasPhoto,omitempty"`
}

// Spot is x and y.
type Spot [2]int

// Points are stored as a JSON text.
type Points []Spot

// Value implements driver.Valuer.
func (p Points) Value() (driver.Value, error) { return toText(p) }

// Scan implements sql.Scanner.
func (p *Points) Scan(src any) error { return fromText(src, (*[]Spot)(p)) }

// Cut is a part of a building that a valve or switch cuts off: all of it, one
// unit, some floors.
type Cut struct {
	Building housing.BuildingID `json:"buildingId"`
	Unit     housing.UnitID     `json:"unitId,omitzero"`
	From     *int64             `json:"fromFloor,omitempty" minimum:"-10" maximum:"200"`
	To       *int64             `json:"toFloor,omitempty" minimum:"-10" maximum:"200"`
}

// Cuts are stored as a JSON text; none is the whole site.
type Cuts []Cut

// Value implements driver.Valuer.
func (c Cuts) Value() (driver.Value, error) { return toText(c) }

// Scan implements sql.Scanner.
func (c *Cuts) Scan(src any) error { return fromText(src, (*[]Cut)(c)) }

func toText[T any](list []T) (driver.Value, error) {
	if list == nil {
		return "[]", nil
	}
	raw, err := json.Marshal(list)
	return string(raw), err
}

func fromText[T any](src any, into *[]T) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("facility: a list is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), into)
}

// ShutOff is a valve or switch that cuts a place off.
type ShutOff struct {
	Item
	PlanName string `json:"planName"`
	Reach    string `json:"reach" enum:"floors,unit,building,site" doc:"how much it cuts off; the least comes first"`
}

// Errors.
var (
	ErrCodeTaken   = errs.New(errs.Invalid, "facility.code_taken", "another facility has this code")
	ErrScrapped    = errs.New(errs.Conflict, "facility.scrapped", "the facility was scrapped")
	ErrNotPicture  = errs.New(errs.Invalid, "facility.not_a_picture", "only JPEG, PNG and WebP pictures")
	ErrCheckAbsent = errs.New(errs.Invalid, "facility.check_unknown", "the facility has no such check")
	ErrTooLarge    = errs.New(errs.Invalid, "facility.picture_too_large", "the picture has more than 10,000 pixels on a side")
)
