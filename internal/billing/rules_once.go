package billing

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/big"

	"guanjia/internal/fee"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// once reports that no run bills an item: it is billed one by one.
func (i ItemRules) once() bool { return i.Basis == BySingle || i.Basis == ByParking }

// ParkingRule is the price of a stay in a version of a tariff; empty of other bases.
type ParkingRule fee.Parking

// Value implements driver.Valuer: no rule is no text.
func (p ParkingRule) Value() (driver.Value, error) {
	if p.By == "" {
		return "", nil
	}
	raw, err := json.Marshal(fee.Parking(p))
	return string(raw), err
}

// Scan implements sql.Scanner.
func (p *ParkingRule) Scan(src any) error {
	if src == "" {
		*p = ParkingRule{}
		return nil
	}
	return fromText(src, (*fee.Parking)(p))
}

// most of a stay's prices: what is above is a slip of the pen.
const mostParking = 100_000_00

// checked adds what is wrong with a rule, leaves out of it what its kind does not
// need, and answers with the price that lists show.
func (p *ParkingRule) checked(wrong *errs.Fields) string {
	bad := func(name string, is bool, code string) {
		if is {
			wrong.Add("parking."+name, code, nil)
		}
	}
	bad("free", p.Free < 0 || p.Free > 1440, "wrong_form")
	switch p.By {
	case "entry":
		*p = ParkingRule{By: p.By, Free: p.Free, Entry: p.Entry}
		bad("entry", p.Entry <= 0 || p.Entry > mostParking, "wrong_form")
		return p.Entry.String()
	case "time":
		p.Entry = 0
	default:
		wrong.Add("parking.by", "required", nil)
		return ""
	}
	bad("step", p.Step <= 0 || p.Step > 1440, "wrong_form")
	bad("price", p.Price < 0 || p.Price > mostParking || p.Price == 0 && p.Night == 0, "wrong_form")
	bad("nightStep", p.NightStep < 0 || p.NightStep > 1440, "wrong_form")
	bad("night", p.Night < 0 || p.Night > mostParking, "wrong_form")
	bad("cap", p.Cap < 0 || p.Cap > mostParking, "wrong_form")
	if p.NightStep == 0 {
		p.Night, p.NightFrom, p.NightTo = 0, 0, 0
	} else {
		bad("nightFrom", p.NightFrom < 0 || p.NightFrom > 1439, "wrong_form")
		bad("nightTo", p.NightTo < 0 || p.NightTo > 1439, "wrong_form")
		bad("nightTo", p.NightFrom == p.NightTo, "billing.night_empty")
	}
	if p.Cap == 0 {
		p.CapBy = ""
	} else {
		bad("capBy", p.CapBy != "entry" && p.CapBy != "calendar", "required")
	}
	return p.Price.String()
}

// highest is the price that a guided cap is held against: of an entry, or of a
// step by day or by night.
func (p ParkingRule) highest() *big.Rat {
	return big.NewRat(int64(max(p.Entry, p.Price, p.Night)), 100)
}

// shown is the rule in a few characters, for lists: "2.50/30′, 22:00–06:00 1.00/60′, ≤ 20.00".
func (p ParkingRule) shown() string {
	if p.By == "entry" {
		return p.Entry.String()
	}
	text := fmt.Sprintf("%s/%d′", p.Price, p.Step)
	if p.NightStep > 0 {
		text += fmt.Sprintf(", %s–%s %s/%d′", hhmm(p.NightFrom), hhmm(p.NightTo), p.Night, p.NightStep)
	}
	if p.Cap > 0 {
		text += ", ≤ " + p.Cap.String()
	}
	return text
}

func hhmm(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Priced is what a single costs by an item's tariff, or freely.
type Priced struct {
	Item     Item
	Tariff   TariffID // 0: an amount that the desk said, and Why
	Price    string   // yuan
	Quantity string
	Why      string
	Stay     *StayExplain
	By       authz.Actor // who bills it
}

// StayExplain is how a stay came to its fee. Times are the community's: "2026-03-02 09:00".
type StayExplain struct {
	Plate   string      `json:"plate"`
	In      string      `json:"in"`
	Out     string      `json:"out"`
	Minutes int         `json:"minutes"`
	Rule    ParkingRule `json:"rule"`
	Parts   []StayPart  `json:"parts,omitempty" doc:"what no permit covers"`
	Permits []string    `json:"permits,omitempty" doc:"periods of the permit that cover days of the stay"`
}

// StayPart is a part of a stay that is charged.
type StayPart struct {
	From string `json:"from"`
	To   string `json:"to"`
	fee.Stay
}

// explain writes on a line what it came from.
func (p *Priced) explain(r *Row) {
	if p == nil {
		return
	}
	if p.Price != "" {
		r.Price, r.Quantity = p.Price, p.Quantity
	}
	r.Tariff, r.Explain.Why, r.Explain.Stay, r.Explain.By, r.Explain.ByID = p.Tariff, p.Why, p.Stay, p.By.Name, p.By.ID
}

// Times is price × quantity by the item's rounding (FAR-01); both are decimals.
func (i ItemRules) Times(price, quantity string) (money.Fen, error) {
	p, err := fee.Decimal(price)
	if err != nil {
		return 0, err
	}
	q, err := fee.Decimal(quantity)
	if err != nil {
		return 0, err
	}
	return money.Round(new(big.Rat).Mul(new(big.Rat).Mul(p, q), big.NewRat(100, 1)), i.rounding())
}
