package billing

import (
	"context"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// actPublish shows what everybody may see.
const actPublish authz.Action = "charge.public"

var public = authz.System("whoever asks for the charges", actPublish)

// Publicity is the page of charges that everybody may see (收费公示, BIL-09).
type Publicity struct {
	Company   string         `json:"company"`
	Community string         `json:"community"`
	Address   string         `json:"address"`
	Phone     string         `json:"phone" doc:"of the service centre; complaints also to 12315"`
	AsOf      clock.Day      `json:"asOf"`
	Items     []PublicCharge `json:"items"`
}

// PublicCharge is what everybody may see of a charge item.
type PublicCharge struct {
	Name      string         `json:"name"`
	NameEN    string         `json:"nameEn,omitempty"`
	Basis     Basis          `json:"basis" enum:"building_area,inner_area,room,space,meter,share,formula,single,parking_time"`
	ShareBy   string         `json:"shareBy,omitempty"`
	Formula   string         `json:"formula,omitempty"`
	Period    string         `json:"period" enum:"month,quarter,half_year,year"`
	DueDay    int64          `json:"dueDay"`
	PriceKind string         `json:"priceKind" enum:"guided,market"`
	Cap       string         `json:"cap,omitempty"`
	CapPaper  string         `json:"capDocument,omitempty"`
	PerDay    string         `json:"latePerDay" doc:"late fee a day; 0: none"`
	Grace     int64          `json:"lateGrace" doc:"days"`
	Tariffs   []PublicTariff `json:"tariffs" doc:"in force today or later; a price for one room is not published"`
	Early     []PublicEarly  `json:"early,omitempty" doc:"what is taken off for who pays early, now or later"`
}

// PublicEarly is what everybody may see of a rule of early payment that holds (BIL-02).
type PublicEarly struct {
	Way     string       `json:"way" enum:"line,year" doc:"line: a bill paid whole; year: all bills of a calendar year paid at once"`
	Days    int64        `json:"days" doc:"of way line: how long before it is due"`
	Until   string       `json:"until,omitempty" doc:"of way year: month and day of the year that is paid, 03-31"`
	Percent string       `json:"percent"`
	First   clock.Period `json:"first" doc:"the first month whose bills it holds for"`
	Last    clock.Period `json:"last"`
}

// PublicTariff is what everybody may see of an approved tariff.
type PublicTariff struct {
	Building    string      `json:"building,omitempty"`
	RoomType    string      `json:"roomType,omitempty"`
	From        clock.Day   `json:"from"`
	InForce     bool        `json:"inForce"`
	Price       string      `json:"price,omitempty"`
	Tiers       Tiers       `json:"tiers,omitempty"`
	TierPeriod  string      `json:"tierPeriod,omitempty" enum:"month,year,"`
	TierPeople  int64       `json:"tierPeople,omitempty"`
	TierExtra   string      `json:"tierExtra,omitempty"`
	Registers   Registers   `json:"registers,omitempty"`
	Parking     ParkingRule `json:"parking,omitzero"`
	Document    string      `json:"document"`
	Explanation string      `json:"explanation"`
}

// Publicity shows the charges of a community to whoever asks. What is there is
// what was approved: a tariff without document and explanation does not exist (BIL-02a).
func (s *Service) Publicity(ctx context.Context, community authz.CommunityID) (p Publicity, err error) {
	p.Items = []PublicCharge{}
	err = s.DB.Read(ctx, public, actPublish, func(tx *db.Tx) error {
		place, err := org.In(ctx, tx, community)
		if err != nil {
			return err
		}
		companies, err := db.All[string](ctx, tx.Global("the company's name is on every letter"), `SELECT y.name FROM company y WHERE y.id = $1`, int64(place.Company))
		if err != nil {
			return err
		}
		if len(companies) > 0 {
			p.Company = companies[0]
		}
		p.Community, p.Address, p.Phone = place.Name, place.Address, place.ServicePhone
		if p.AsOf, err = today(ctx, tx, community); err != nil {
			return err
		}
		all, err := items(ctx, tx, community)
		if err != nil {
			return err
		}
		early, err := EarlyRules(ctx, tx, community)
		if err != nil {
			return err
		}
		tariffs, err := tariffsForAll(ctx, tx, community, p.AsOf)
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.State != "active" {
				continue
			}
			one := i.published(tariffs[i.ID], p.AsOf)
			one.Early = i.earlyShown(early, p.AsOf)
			if len(one.Tariffs) > 0 || i.Basis == ByShare {
				p.Items = append(p.Items, one)
			}
		}
		return nil
	})
	return p, err
}

// earlyShown are the rules of an item that somebody can still profit by.
func (i Item) earlyShown(rules []EarlyRule, today clock.Day) (out []PublicEarly) {
	for _, r := range rules {
		over := !r.EndedOn.IsZero() && r.EndedOn.Before(today) || r.Last.Sub(today.Period()) < 0
		if r.Item == i.ID && !over {
			out = append(out, PublicEarly{r.Way, r.Days, r.Until, r.Percent, r.First, r.Last})
		}
	}
	return out
}

// published is what everybody may see of an item: versions that hold now, and those to come.
func (i Item) published(all []TariffView, today clock.Day) PublicCharge {
	c := PublicCharge{
		Name: i.Name, NameEN: i.NameEN, Basis: i.Basis, ShareBy: i.ShareBy, Formula: i.Formula, Period: i.Period, DueDay: i.DueDay, PriceKind: i.PriceKind, Cap: i.Cap, CapPaper: i.CapPaper,
		PerDay: i.LatePerDay.String(), Grace: i.LateGrace, Tariffs: []PublicTariff{},
	}
	for _, t := range all {
		over := !t.Until.IsZero() && !today.Before(t.Until)
		if t.State != TariffApproved || t.Room != 0 || over {
			continue
		}
		c.Tariffs = append(c.Tariffs, PublicTariff{t.BuildingName, t.RoomType, t.From, t.InForce, t.Price, t.Tiers, t.TierPeriod, t.TierPeople, t.TierExtra, t.Registers, t.Parking, t.Document, t.Explanation})
	}
	return c
}
