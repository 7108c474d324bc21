package temporary

import (
	"strings"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/fee"
	"guanjia/internal/parking"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// shipped are the limits of a community that has not said its own.
func shipped() auth.Limits {
	return auth.Limits{{Role: "front_desk", UpTo: 200_00}, {Role: "phone_agent", UpTo: 0}, {Role: "cashier", UpTo: 500_00}, {Role: "property_manager", UpTo: 5000_00}, {Role: "finance", UpTo: 5000_00}, {Role: "administrator", UpTo: 5000_00}}
}

const mostAmount = 1_000_000_00

func checked(l auth.Limits) error {
	var wrong errs.Fields
	l.Check(&wrong, "limits", mostAmount)
	return wrong.Err()
}

// checked is the draft in its one form, or every field that is wrong.
func (d Draft) checked() (Draft, error) {
	var wrong errs.Fields
	wrong.Words("words", &d.Words, 200, false)
	wrong.Words("why", &d.Why, 200, false)
	if d.Room == 0 && d.Customer == 0 {
		wrong.Add("roomId", "required", nil)
	}
	if d.Item == 0 {
		wrong.Add("itemId", "required", nil)
	}
	if d.Quantity = strings.TrimSpace(d.Quantity); d.Quantity == "" {
		d.Quantity = "1"
	}
	if n, err := fee.Decimal(d.Quantity); err != nil || n.Sign() <= 0 {
		wrong.Add("quantity", "wrong_form", nil)
	}
	return d, wrong.Err()
}

// priced is what a draft costs: by the tariff where there is one, else what the
// clerk says, with why, up to the limit of their roles.
func (d Draft) priced(i billing.Item, t billing.Tariff, has bool, limit money.Fen) (p billing.Priced, fen money.Fen, err error) {
	var wrong errs.Fields
	if has {
		if fen, err = i.Times(t.Price, d.Quantity); err != nil || fen <= 0 || fen > mostAmount {
			wrong.Add("quantity", "wrong_form", nil)
		}
		return billing.Priced{Item: i, Tariff: t.ID, Price: t.Price, Quantity: d.Quantity}, fen, wrong.Err()
	}
	wrong.Words("why", &d.Why, 200, true)
	switch {
	case d.Amount <= 0:
		wrong.Add("amount", "wrong_form", nil)
	case d.Amount > limit:
		wrong.Add("amount", "temporary.over_limit", map[string]any{"most": limit.String()})
	}
	return billing.Priced{Item: i, Why: d.Why}, d.Amount, wrong.Err()
}

// local is how the desk writes a time.
const local = "2006-01-02T15:04"

// shown is a time as the line of a bill says it.
func shown(at clock.Instant, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 15:04")
}

// times reads entry and exit; who leaves out the exit leaves now. Nobody has
// entered or left in the future.
func (p Parked) times(now clock.Instant, zone *time.Location) (in, out clock.Instant, err error) {
	var wrong errs.Fields
	read := func(name, text string) clock.Instant {
		at, err := time.ParseInLocation(local, text, zone)
		if err != nil {
			wrong.Add(name, "wrong_form", nil)
		} else if clock.Of(at).After(now) {
			wrong.Add(name, "temporary.ahead", nil)
		}
		return clock.Of(at)
	}
	in, out = read("in", p.In), clock.Of(now.In(zone).Truncate(time.Minute))
	if p.Out != "" {
		out = read("out", p.Out)
	}
	if len(wrong) == 0 && out.Before(in) {
		wrong.Add("out", "temporary.out_before_in", nil)
	}
	if len(wrong) == 0 && out.Sub(in) > 366*24*time.Hour {
		wrong.Add("in", "temporary.too_long", nil)
	}
	return in, out, wrong.Err()
}

// window is a time from an instant until before another.
type window struct{ from, to clock.Instant }

// uncovered is what of a stay no permit covers: days of a permit cost nothing.
func uncovered(in, out clock.Instant, permits []parking.Span, zone *time.Location) (left []window, used []string) {
	left = []window{{in, out}}
	for _, p := range permits {
		from, to := p.From.Start(zone), p.To.Add(1).Start(zone)
		if p.From.IsZero() || !from.Before(out) && from != in || !in.Before(to) {
			continue
		}
		used = append(used, p.From.String()+" – "+p.To.String())
		var next []window
		for _, w := range left {
			if before := (window{w.from, min(w.to, from)}); before.from < before.to {
				next = append(next, before)
			}
			if after := (window{max(w.from, to), w.to}); after.from < after.to {
				next = append(next, after)
			}
		}
		left = next
	}
	return left, used
}

// apart refuses a stay that overlaps one which was billed: a car is in one place
// at a time. Times as they are shown sort as they passed.
func apart(billed []billing.StayExplain, s billing.StayExplain) error {
	for _, b := range billed {
		if s.In < b.Out && b.In < s.Out {
			return errs.ErrFields.At(errs.Field{Name: "in", Code: "temporary.overlap", Params: map[string]any{"from": b.In, "to": b.Out}})
		}
	}
	return nil
}

// reckon is what a stay costs by a rule, and how that comes about.
func reckon(plate string, rule billing.ParkingRule, in, out clock.Instant, permits []parking.Span, zone *time.Location) (s billing.StayExplain, fen money.Fen, err error) {
	s = billing.StayExplain{Plate: plate, In: shown(in, zone), Out: shown(out, zone), Minutes: int(out.Sub(in) / time.Minute), Rule: rule}
	var left []window
	left, s.Permits = uncovered(in, out, permits, zone)
	for _, w := range left {
		stay, err := fee.Park(fee.Parking(rule), w.from, w.to, zone)
		if err != nil {
			return s, 0, err
		}
		s.Parts = append(s.Parts, billing.StayPart{From: shown(w.from, zone), To: shown(w.to, zone), Stay: stay})
		fen += stay.Fen
	}
	return s, fen, nil
}
