package billing

import (
	"errors"
	"math/big"
	"strings"

	"guanjia/internal/fee"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// Entered is what somebody read off a meter.
type Entered struct {
	Meter      MeterID   `json:"meterId"`
	On         clock.Day `json:"on"`
	Value      string    `json:"value" maxLength:"20"`
	Estimated  bool      `json:"estimated,omitempty"`
	Confirmed  bool      `json:"confirmed,omitempty" doc:"an unusual usage was looked at"`
	OldFinal   string    `json:"oldFinal,omitempty" maxLength:"20" doc:"the meter was exchanged: what the old one showed last"`
	NewInitial string    `json:"newInitial,omitempty" maxLength:"20" doc:"and what the new one began with"`

	by *Gateway // brought by one, at an instant
	at *clock.Instant
}

func (d MeterDraft) checked() (MeterDraft, error) {
	var wrong errs.Fields
	wrong.Words("number", &d.Number, 40, true)
	wrong.Words("place", &d.Place, 100, false)
	if d.Multiplier = strings.TrimSpace(d.Multiplier); d.Multiplier == "" {
		d.Multiplier = "1"
	}
	if n := amount(&wrong, "multiplier", d.Multiplier, true); n != nil && n.Sign() == 0 {
		wrong.Add("multiplier", "wrong_form", nil)
	}
	amount(&wrong, "plausible", d.Plausible, d.Digits > 0)
	return d, wrong.Err()
}

// unusual is how many times the usual usage makes one look again (BIL-04).
const unusual = 3

// read is the reading that somebody entered, with the usage since the one
// before. usual are the usages of earlier readings.
func (m Meter) read(e Entered, before *Reading, usual []string) (Reading, error) {
	var wrong errs.Fields
	r := Reading{Meter: m.ID, Community: m.Community, On: e.On, Value: strings.TrimSpace(e.Value), Multiplier: m.Multiplier, Digits: m.Digits, OldFinal: strings.TrimSpace(e.OldFinal), NewInitial: strings.TrimSpace(e.NewInitial), Estimated: e.Estimated}
	this := amount(&wrong, "value", r.Value, true)
	final := amount(&wrong, "oldFinal", r.OldFinal, r.NewInitial != "")
	initial := amount(&wrong, "newInitial", r.NewInitial, r.OldFinal != "")
	if r.On.IsZero() {
		wrong.Add("on", "required", nil)
	}
	if before != nil && !r.On.After(before.On) {
		wrong.Add("on", ErrReadBefore.Code, map[string]any{"day": before.On.String()})
	}
	if err := wrong.Err(); err != nil || before == nil {
		return r, err
	}
	f := fee.Meter{Last: exact(before.Value), This: this, Multiplier: exact(before.Multiplier), Digits: int(before.Digits), Plausible: exact(m.Plausible)}
	if final != nil {
		f.Replaced = &fee.Replacement{OldFinal: final, NewInitial: initial, NewMultiplier: exact(m.Multiplier), NewDigits: int(m.Digits)}
		r.Remark = "replaced"
	}
	usage, err := f.Usage()
	if errors.Is(err, fee.ErrBackwards) {
		wrong.Add("value", ErrBackwards.Code, map[string]any{"last": before.Value})
		return r, wrong.Err()
	}
	if err != nil {
		return r, err
	}
	r.Usage = fee.Text(usage)
	if f.RolledOver() {
		r.Remark = "rolled_over"
	}
	if often := mean(usual); often != nil && usage.Cmp(new(big.Rat).Mul(often, big.NewRat(unusual, 1))) > 0 {
		if r.Remark == "" {
			r.Remark = "unusual"
		}
		if !e.Confirmed {
			wrong.Add("value", ErrUnusual.Code, map[string]any{"usage": r.Usage, "usual": often.FloatString(1)})
		}
	}
	return r, wrong.Err()
}

// mostBefore is how many readings say what is usual.
const mostBefore = 7

// after is the reading that somebody entered after earlier ones, the latest first.
func (m Meter) after(e Entered, before []Reading) (Reading, error) {
	before = before[:min(len(before), mostBefore)]
	var last *Reading
	var usual []string
	if len(before) > 0 {
		last = &before[0]
	}
	for _, r := range before {
		usual = append(usual, r.Usage)
	}
	return m.read(e, last, usual)
}

// exact reads what was checked when it was written; "" is nothing.
func exact(s string) *big.Rat {
	n, err := fee.Decimal(s)
	if err != nil {
		return nil
	}
	return n
}

// mean of earlier usages; nil when there is none above 0.
func mean(list []string) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	for _, s := range list {
		if u := exact(s); u != nil {
			sum.Add(sum, u)
			n++
		}
	}
	if n == 0 || sum.Sign() == 0 {
		return nil
	}
	return sum.Quo(sum, big.NewRat(n, 1))
}
