package billing

import (
	"slices"
	"strings"

	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// roomIn is what a bill needs to know of a room.
type roomIn struct {
	ID           housing.RoomID     `db:"id"`
	Building     housing.BuildingID `db:"building_id"`
	Sort         string             `db:"sort_key"`
	Label        string             `db:"label_key"`
	Type         string             `db:"type"`
	State        housing.State      `db:"state"`
	Floor        *int64             `db:"floor"`
	BuildingArea housing.Area       `db:"building_area"`
	InnerArea    housing.Area       `db:"inner_area"`
	HandedOver   clock.Day          `db:"handed_over_on"`
	FeeFrom      clock.Day          `db:"fee_from"`

	offs   map[ItemID][]Discount // reductions that hold in the period
	owners []ownerIn
	lets   []letIn
	people int64
	meters []meterIn
	spaces []spaceIn
}

type ownerIn struct {
	Room     housing.RoomID `db:"room_id"`
	Customer db.ID          `db:"customer_id"`
	From     clock.Day      `db:"from_on"`
	To       clock.Day      `db:"to_on"`
}

// letIn are days on which somebody rents the room.
type letIn struct {
	ownerIn
	Billed bool `db:"billed"` // by what the tenancy says
}

type meterIn struct {
	Meter
	billed clock.Day // until when lines say what was used; zero: there is none
	taken  bool      // a line of this period is there already
	all    []Reading // until the end of the period, the earliest first
	used   []usedIn  // what was billed in the calendar year of the period
}

// usedIn is what a line says was used until a day.
type usedIn struct {
	Meter    MeterID   `db:"meter_id"`
	To       clock.Day `db:"to_on"`
	Quantity string    `db:"quantity"`
}

type spaceIn struct {
	ID     db.ID          `db:"id"`
	Room   housing.RoomID `db:"room_id"`
	Number string         `db:"number"`
	From   clock.Day      `db:"from_on"`
	To     clock.Day      `db:"to_on"` // the last day
}

const developer = "developer"

// debtors says by date who owes for a room: the developer while it is unsold or
// not handed over, then its owners or, where the item is billed to them, its
// tenants; the first of several stands for all of them. A day without anybody
// has "".
func (r roomIn) debtors(from, to clock.Day, billed BilledTo) []fee.Dated[string] {
	days := []clock.Day{from}
	for _, d := range append([]clock.Day{r.HandedOver}, r.ownerDays()...) {
		if d.After(from) && d.Before(to) {
			days = append(days, d)
		}
	}
	slices.SortFunc(days, clock.Day.Compare)
	var out []fee.Dated[string]
	for _, d := range slices.Compact(days) {
		out = append(out, fee.Dated[string]{From: d, Value: r.debtor(d, billed)})
	}
	return out
}

func (r roomIn) ownerDays() (out []clock.Day) {
	for _, o := range r.owners {
		out = append(out, o.From, o.To)
	}
	for _, l := range r.lets {
		out = append(out, l.From, l.To)
	}
	return out
}

func (o ownerIn) holds(on clock.Day) bool {
	return !on.Before(o.From) && (o.To.IsZero() || on.Before(o.To))
}

func (r roomIn) debtor(on clock.Day, billed BilledTo) string {
	if r.State == housing.Unsold || r.State == housing.Sold && r.HandedOver.IsZero() || on.Before(r.HandedOver) {
		return developer
	}
	for _, l := range r.lets {
		if l.holds(on) && (billed == ToTenant || billed == ToLease && l.Billed) {
			return tenantPrefix + l.Customer.String()
		}
	}
	for _, o := range r.owners {
		if o.holds(on) {
			return ownerPrefix + o.Customer.String()
		}
	}
	return ""
}

const ownerPrefix = "owner:"

// DebtorsOf are the names under which a customer is billed: as an owner, and for
// what they had done or rented.
func DebtorsOf(customer string) [2]string {
	return [2]string{ownerPrefix + customer, tenantPrefix + customer}
}

// OfTenants is ToTenants of a line l in a statement.
const OfTenants = `SUBSTR(l.debtor, 1, 7) = '` + tenantPrefix + `'`

// ToTenants reports whether a line is a tenant's own, and not the owner's.
func (r Row) ToTenants() bool { return strings.HasPrefix(r.Debtor, tenantPrefix) }

// Joint reports whether the owners of the time are liable for a tenant's line:
// what a run billed to the tenant instead of them (物业管理条例 article 41), not
// what the tenant had done for themselves.
func (l LineView) Joint() bool { return l.OfRun && l.ToTenants() }

// Bare is a tenant's line as the owners of the room may see it: without who the tenant is.
func (l LineView) Bare() LineView {
	l.Customer, l.Debtor, l.Who, l.Legal, l.Photos = 0, "", "", "", nil
	return l
}

// customerOf is whom a debtor names; 0 for the developer.
func customerOf(debtor string) db.ID {
	text, ok := strings.CutPrefix(debtor, ownerPrefix)
	if !ok {
		if text, ok = strings.CutPrefix(debtor, tenantPrefix); !ok {
			return 0
		}
	}
	var id db.ID
	_ = id.UnmarshalText([]byte(text)) // what we wrote ourselves
	return id
}
