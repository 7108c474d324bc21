// Package billing says what is owed (08): charge items, tariffs, meters, shared
// costs and bill runs.
//
//	item ─ tariff versions: asked ─approve (four eyes)→ approved, in force from its day until the next
//	run:  calculating → calculated ─submit→ pending ─approve→ booking → booked ─cancel (four eyes)→ cancelling → cancelled
//	           ↑ again ────┘ └ drop → dropped   └ reject → calculated
//
// A dry run writes drafts; booking copies them into lines, set by set, and posts
// each into the ledger; one switch of the run's state shows them. A crash between
// is followed by another worker, which goes on where the run stands. There is one
// live line for room, item, meter or space, debtor and first day: a run that is
// made again adds only what is missing. Lines are never changed: a run that was
// wrong is cancelled by reversal.
//
// The arithmetic is package fee; a line keeps how it came about (BIL-07).
package billing

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Actions.
const (
	ActView      authz.Action = "charge.view"
	ActEdit      authz.Action = "charge.edit"
	ActApprove   authz.Action = "charge.approve"
	ActMeters    authz.Action = "meter.view"
	ActMeterEdit authz.Action = "meter.edit"
	ActRead      authz.Action = "meter.read"
	ActGateways  authz.Action = "meter.gateways"
	ActBills     authz.Action = "bill.view"
	ActRun       authz.Action = "bill.run"
	ActBook      authz.Action = "bill.approve"
	ActOpening   authz.Action = "bill.opening" // brings in what was owed before; who approves bills decides
)

// Identifiers.
type (
	ItemID    = id.Of[Item]
	TariffID  = id.Of[Tariff]
	MeterID   = id.Of[Meter]
	ReadingID = id.Of[Reading]
	CostID    = id.Of[Cost]
	RunID     = id.Of[Run]
	LineID    = id.Of[Line]
)

// Basis is what an item is reckoned by.
type Basis string

// The bases.
const (
	ByBuildingArea Basis = "building_area" // 元/㎡ a month
	ByInnerArea    Basis = "inner_area"
	ByRoom         Basis = "room"         // 元 a month for the room
	BySpace        Basis = "space"        // 元 a month for each parking space of the room
	ByMeter        Basis = "meter"        // price or tiers × usage
	ByShare        Basis = "share"        // the room's part of public costs
	ByFormula      Basis = "formula"      // 元 a month
	BySingle       Basis = "single"       // billed one by one, by no run
	ByParking      Basis = "parking_time" // a stay, by entry or by time; billed one by one
	ByOpening      Basis = "opening"      // of a line only: owed before this program billed (CUS-07)
)

// BilledTo says whose bill an item stands on.
type BilledTo string

// Who is billed. The owner stays jointly liable (Regulation on Property
// Management, art. 41).
const (
	ToOwner  BilledTo = "owner"
	ToTenant BilledTo = "tenant" // wherever there is one
	ToLease  BilledTo = "lease"  // where the tenancy says that the tenant is billed
)

// Item is something that is charged (BIL-01).
type Item struct {
	ID        ItemID            `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	ItemRules
	State   string `db:"state" json:"state" enum:"active,stopped"`
	Version int64  `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (i Item) ETag() int64 { return i.Version }

// ItemRules is what people write of an item.
type ItemRules struct {
	Code       string         `db:"code" json:"code" maxLength:"30"`
	Name       string         `db:"name" json:"name" maxLength:"60"`
	NameEN     string         `db:"name_en" json:"nameEn,omitempty" maxLength:"60"`
	Basis      Basis          `db:"basis" json:"basis" enum:"building_area,inner_area,room,space,meter,share,formula,single,parking_time"`
	MeterKind  string         `db:"meter_kind" json:"meterKind,omitempty" enum:"water,power,gas,heat," doc:"of basis meter"`
	ShareBy    string         `db:"share_by" json:"shareBy,omitempty" enum:"area,household,consumption,formula," doc:"of basis share: the weights"`
	Formula    string         `db:"formula" json:"formula,omitempty" maxLength:"500" doc:"of basis formula: yuan a month; of a share by formula: the weight"`
	RoomTypes  Texts          `db:"room_types" json:"roomTypes,omitempty" maxItems:"5" doc:"left out: all"`
	BilledTo   BilledTo       `db:"billed_to" json:"billedTo,omitempty" enum:"owner,tenant,lease," doc:"tenant: wherever there is one; lease: where the tenancy says so; else the owner, who stays jointly liable"`
	Starts     string         `db:"starts" json:"starts" enum:"always,handover" doc:"always: the developer owes before hand-over; handover: nothing is owed before"`
	Period     string         `db:"period" json:"period" enum:"month,quarter,half_year,year"`
	DueDay     int64          `db:"due_day" json:"dueDay" minimum:"1" maximum:"366" doc:"the day of the period, from 1, on which it is due"`
	FirstMonth fee.FirstMonth `db:"first_month" json:"firstMonth" enum:"by_day,whole,half,next"`
	LastMonth  fee.LastMonth  `db:"last_month" json:"lastMonth" enum:"by_day,whole"`
	RoundUnit  money.Unit     `db:"round_unit" json:"roundUnit" enum:"fen,jiao,yuan"`
	RoundMode  money.Mode     `db:"round_mode" json:"roundMode" enum:"half_up,half_even,floor,ceil"`
	TaxRate    money.Rate     `db:"tax_rate" json:"taxRate" doc:"0.06 is 6 %; contained in the price"`
	LatePerDay money.Rate     `db:"late_per_day" json:"latePerDay" doc:"0: no late fee"`
	LateGrace  int64          `db:"late_grace" json:"lateGrace" minimum:"0" maximum:"365"`
	LateFrom   fee.LateFrom   `db:"late_from" json:"lateFrom" enum:"due,grace_end"`
	LateCap    money.Rate     `db:"late_cap" json:"lateCap" doc:"per cent of the principal"`
	PriceKind  string         `db:"price_kind" json:"priceKind" enum:"guided,market"`
	Cap        string         `db:"cap" json:"cap,omitempty" maxLength:"20" doc:"the highest guided price"`
	CapPaper   string         `db:"cap_document" json:"capDocument,omitempty" maxLength:"200" doc:"number and name of the document that guides it"`
}

func (i ItemRules) rounding() money.Rounding {
	return money.Rounding{Unit: i.RoundUnit, Mode: i.RoundMode}
}

// months of a billing period.
func (i ItemRules) months() int {
	return map[string]int{"month": 1, "quarter": 3, "half_year": 6, "year": 12}[i.Period]
}

// TariffState is where a version stands.
type TariffState string

// The states of a tariff version.
const (
	TariffPending  TariffState = "pending"
	TariffApproved TariffState = "approved"
	TariffRefused  TariffState = "refused"
)

// Tariff is a version of an item's price (BIL-02), in force from a day until the
// next version of the same reach.
type Tariff struct {
	ID        TariffID          `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Item      ItemID            `db:"item_id" json:"itemId"`
	TariffDraft
	State     TariffState     `db:"state" json:"state" enum:"pending,approved,refused"`
	AskedAt   clock.Instant   `db:"asked_at" json:"askedAt"`
	AskedBy   authz.AccountID `db:"asked_by" json:"-"`
	Asker     string          `db:"asked_by_name" json:"askedBy"`
	DecidedAt *clock.Instant  `db:"decided_at" json:"decidedAt,omitempty"`
	Decider   string          `db:"decided_by_name" json:"decidedBy,omitempty"`
	Decision  string          `db:"decision" json:"decision,omitempty"`
	Version   int64           `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Tariff) ETag() int64 { return t.Version }

// TariffDraft is what people write of a version.
type TariffDraft struct {
	Building    housing.BuildingID `db:"building_id" json:"buildingId,omitzero" doc:"left out: the community"`
	RoomType    string             `db:"room_type" json:"roomType,omitempty" enum:"home,shop,office,storage,parking,"`
	Room        housing.RoomID     `db:"room_id" json:"roomId,omitzero"`
	From        clock.Day          `db:"from_on" json:"from"`
	Price       string             `db:"price" json:"price,omitempty" maxLength:"20" doc:"yuan; left out where tiers say it, or a share needs none"`
	Tiers       Tiers              `db:"tiers" json:"tiers,omitempty" maxItems:"6"`
	TierPeriod  string             `db:"tier_period" json:"tierPeriod,omitempty" enum:"month,year," doc:"in which the bounds of tiers count; left out: month"`
	TierPeople  int64              `db:"tier_people" json:"tierPeople,omitempty" minimum:"0" maximum:"20" doc:"people of a household for whom the bounds stand"`
	TierExtra   string             `db:"tier_extra" json:"tierExtra,omitempty" maxLength:"20" doc:"by which each further person raises every bound"`
	Registers   Registers          `db:"registers" json:"registers,omitempty" maxItems:"4" doc:"prices by time of use, in the place of one price"`
	Parking     ParkingRule        `db:"parking" json:"parking,omitzero" doc:"of basis parking_time, in place of the price"`
	Document    string             `db:"document" json:"document" maxLength:"200" doc:"number and name of what the price rests on"`
	Explanation string             `db:"explanation" json:"explanation" maxLength:"2000" doc:"in plain words, for residents"`
}

// Registers are prices by time of use.
type Registers []RegisterPrice

// RegisterPrice is what a unit counted by a register costs, in yuan.
type RegisterPrice struct {
	Register string `json:"register" enum:"sharp,peak,flat,valley"`
	Price    string `json:"price" maxLength:"20"`
}

// Value implements driver.Valuer.
func (r Registers) Value() (driver.Value, error) { return toText([]RegisterPrice(r)) }

// Scan implements sql.Scanner.
func (r *Registers) Scan(src any) error { return fromText(src, (*[]RegisterPrice)(r)) }

// Tiers are the steps of a price by volume.
type Tiers []Tier

// Tier is a step; the last has no bound.
type Tier struct {
	UpTo  string `json:"upTo,omitempty" maxLength:"20"`
	Price string `json:"price" maxLength:"20"`
}

// Texts is a list of words, kept as JSON.
type Texts []string

// Value, Scan: lists are TEXT in the database.
func (t Texts) Value() (driver.Value, error) { return toText([]string(t)) }

// Scan implements sql.Scanner.
func (t *Texts) Scan(src any) error { return fromText(src, (*[]string)(t)) }

// Value implements driver.Valuer.
func (t Tiers) Value() (driver.Value, error) { return toText([]Tier(t)) }

// Scan implements sql.Scanner.
func (t *Tiers) Scan(src any) error { return fromText(src, (*[]Tier)(t)) }

func toText[T any](list []T) (driver.Value, error) {
	if list == nil {
		return "[]", nil
	}
	raw, err := json.Marshal(list)
	return string(raw), err
}

func fromText[T any](src any, into *T) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("billing: it is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), into)
}

// Meter measures a room or something public (BIL-04).
type Meter struct {
	ID        MeterID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	MeterDraft
	State   string `db:"state" json:"state" enum:"active,removed"`
	Version int64  `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (m Meter) ETag() int64 { return m.Version }

// MeterDraft is what people write of a meter.
type MeterDraft struct {
	Kind       string         `db:"kind" json:"kind" enum:"water,power,gas,heat"`
	Number     string         `db:"number" json:"number" maxLength:"40"`
	Register   string         `db:"register" json:"register,omitempty" enum:"sharp,peak,flat,valley," doc:"of a meter that counts by time of use: which of its counters this is; each is read and billed by itself"`
	Room       housing.RoomID `db:"room_id" json:"roomId,omitzero" doc:"left out: public"`
	Place      string         `db:"place" json:"place,omitempty" maxLength:"100"`
	Multiplier string         `db:"multiplier" json:"multiplier,omitempty" maxLength:"20" doc:"left out: 1"`
	Digits     int64          `db:"digits" json:"digits,omitempty" minimum:"0" maximum:"12" doc:"before the point; 0: it does not roll over"`
	Plausible  string         `db:"plausible" json:"plausible,omitempty" maxLength:"20" doc:"the most that a rollover may mean, before the multiplier"`
}

// Reading is what a register showed on a day. With a replacement, OldFinal is
// what the old meter showed last and NewInitial what the new one began with.
type Reading struct {
	ID         ReadingID         `db:"id" json:"id"`
	Community  authz.CommunityID `db:"community_id" json:"-"`
	Meter      MeterID           `db:"meter_id" json:"meterId"`
	On         clock.Day         `db:"on_day" json:"on"`
	Value      string            `db:"value" json:"value"`
	Multiplier string            `db:"multiplier" json:"-"`
	Digits     int64             `db:"digits" json:"-"`
	OldFinal   string            `db:"old_final" json:"oldFinal,omitempty"`
	NewInitial string            `db:"new_initial" json:"newInitial,omitempty"`
	Usage      string            `db:"usage" json:"usage" doc:"since the reading before; empty: it is the first"`
	Estimated  bool              `db:"estimated" json:"estimated"`
	Remark     string            `db:"remark" json:"remark,omitempty" enum:"rolled_over,replaced,unusual,"`
	At         clock.Instant     `db:"at" json:"at"`
	By         authz.AccountID   `db:"by_id" json:"-"`
	ByName     string            `db:"by_name" json:"by"`
	Gateway    GatewayID         `db:"gateway_id" json:"gatewayId,omitzero" doc:"that brought it"`
	ReadAt     *clock.Instant    `db:"read_at" json:"readAt,omitempty" doc:"by the gateway's clock"`
}

// Cost is a public cost of a period that rooms share (BIL-05).
type Cost struct {
	ID        CostID             `db:"id" json:"id"`
	Community authz.CommunityID  `db:"community_id" json:"community"`
	Item      ItemID             `db:"item_id" json:"itemId"`
	Building  housing.BuildingID `db:"building_id" json:"buildingId,omitzero" doc:"left out: all rooms share"`
	Period    clock.Period       `db:"period" json:"period"`
	Name      string             `db:"name" json:"name" maxLength:"100"`
	Amount    money.Fen          `db:"amount" json:"amount"`
	Document  string             `db:"document" json:"document,omitempty" maxLength:"200" doc:"the invoice"`
	Excluded  Texts              `db:"excluded" json:"excluded,omitempty" maxItems:"200" doc:"short labels of rooms that do not share"`
	At        clock.Instant      `db:"at" json:"at"`
	ByName    string             `db:"by_name" json:"by"`
	Version   int64              `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Cost) ETag() int64 { return c.Version }

// Errors.
var (
	ErrCodeTaken  = errs.New(errs.Invalid, "billing.code_taken", "another item has this code")
	ErrOverCap    = errs.New(errs.Invalid, "billing.price_over_cap", "the price is above what the document allows")
	ErrOverlap    = errs.New(errs.Invalid, "billing.tariff_overlap", "another version of the same reach begins on this day")
	ErrStopped    = errs.New(errs.Conflict, "billing.item_stopped", "the item is stopped")
	ErrBooked     = errs.New(errs.Conflict, "billing.cost_booked", "the cost was billed already")
	ErrNotNow     = errs.New(errs.Conflict, "billing.run_not_now", "the run is not in a state for this")
	ErrAtWork     = errs.New(errs.Conflict, "billing.run_at_work", "another run of this community is being worked on")
	ErrNothing    = errs.New(errs.Conflict, "billing.run_empty", "the run has nothing to book")
	ErrHasErrors  = errs.New(errs.Conflict, "billing.run_errors", "rooms with errors have to be seen to, or left out knowingly")
	ErrMeterTaken = errs.New(errs.Invalid, "billing.meter_taken", "another meter has this number")
	ErrReadBefore = errs.New(errs.Invalid, "billing.reading_order", "a later reading is there already")
	ErrBackwards  = errs.New(errs.Invalid, "billing.reading_backwards", "the reading is below the last one")
	ErrUnusual    = errs.New(errs.Invalid, "billing.reading_unusual", "the usage is more than three times the usual one; confirm it")
)

// Changed says that items, tariffs or meters of a community are not what they were.
type Changed struct {
	Community authz.CommunityID `json:"community"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "charge.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string { return e.Community.String() }

// Moved says that a run came into another state, or further.
type Moved struct {
	Run       RunID             `json:"run"`
	Community authz.CommunityID `json:"community"`
	State     State             `json:"state"`
}

// EventName implements db.Event.
func (Moved) EventName() string { return "bill.run_moved" }

// Where implements db.Event.
func (e Moved) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Moved) About() string { return e.Run.String() }

var _ db.Event = Moved{}
