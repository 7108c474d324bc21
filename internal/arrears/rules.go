package arrears

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Shipped are the rules of a community that has set none.
var Shipped = RulesDraft{
	Steps: Steps{
		{"due-3", -3, ByMessage, true, "【{community}】{room}您好，{due}前请缴清账单{amount}元，可在手机上查看明细。咨询电话{phone}。", "{community}: the bills of {room}, ¥{amount}, are due on {due}. You can see each line on your phone. Questions: {phone}.", ""},
		{"due", 0, ByMessage, true, "【{community}】{room}您好，账单{amount}元今天到期。咨询电话{phone}。", "{community}: the bills of {room}, ¥{amount}, are due today. Questions: {phone}.", ""},
		{"due+7", 7, ByMessage, true, "【{community}】{room}您好，账单{amount}元已于{due}到期，请尽快缴纳；如有异议请联系我们，电话{phone}。", "{community}: the bills of {room}, ¥{amount}, were due on {due}. Please pay them, or tell us if something is wrong: {phone}.", ""},
		{"due+15", 15, ByCall, true, "{room}欠费{amount}元，违约金{lateFee}元，自{due}起。先问候，再核对明细，问清原因与付款日期。", "{room} owes ¥{amount} and ¥{lateFee} late fee since {due}. Greet, go through the lines, ask for the reason and a date.", ""},
		{"owner+15", 15, ByMessage, true, "【{community}】{room}由租户支付的账单{amount}元已于{due}到期，尚未缴纳。依《物业管理条例》第四十一条，业主对租户应交的费用负连带责任：请督促租户缴纳，或在手机上代为支付。咨询电话{phone}。", "{community}: bills of {room} that your tenant pays, ¥{amount}, were due on {due} and are open. Owners are jointly liable for them (Regulations on Property Management, article 41): please have your tenant pay, or pay them on your phone. Questions: {phone}.", ToOwner},
		{"due+30", 30, ByVisit, true, "{room}欠费{amount}元，违约金{lateFee}元，自{due}起。上门说明依据，听取意见。", "{room} owes ¥{amount} and ¥{lateFee} late fee since {due}. Explain the basis at the door and listen.", ""},
		{"due+60", 60, ByPrint, true, "{room}：截至今日尚欠物业服务等费用{amount}元（自{due}起），违约金{lateFee}元。请于十五日内缴纳；如有异议，请于该期限内书面提出，我们将当面核对。", "{room}: to this day ¥{amount} of service and other fees since {due} and ¥{lateFee} of late fees are open. Please pay within fifteen days, or object in writing within that time; we shall go through it with you.", ""},
		{"due+90", 90, ByLawyer, true, "{room}欠费{amount}元，违约金{lateFee}元，自{due}起。核对送达记录与诉讼时效后，委托律师发函。", "{room} owes ¥{amount} and ¥{lateFee} late fee since {due}. Check service and limitation, then have the lawyer write.", ""},
		{"suit", 180, BySuit, false, "{room}欠费{amount}元，违约金{lateFee}元，自{due}起。整理合同、账单说明、送达与沟通记录，提交仲裁或起诉。", "{room} owes ¥{amount} and ¥{lateFee} late fee since {due}. Gather contract, explained bills, service and talks for arbitration or suit.", ""},
	},
	Limits:   auth.Limits{{Role: "cashier", UpTo: 50_00}, {Role: "finance", UpTo: 500_00}, {Role: "property_manager", UpTo: 2000_00}},
	LossRate: shippedLoss(),
}

// shippedLoss is the one-year loan prime rate when this was written.
func shippedLoss() money.Rate {
	r, err := money.ParseRate("0.03")
	if err != nil {
		panic(err)
	}
	return r
}

// checked is a draft with its steps in order, if it can be followed.
func (d RulesDraft) checked() (RulesDraft, error) {
	var wrong errs.Fields
	d.Steps = slices.Clone(d.Steps)
	slices.SortStableFunc(d.Steps, func(a, b Step) int { return cmp.Compare(a.Days, b.Days) })
	type rungOf struct {
		to   string
		days int
	}
	codes, days := map[string]bool{}, map[rungOf]bool{}
	for i := range d.Steps {
		s, at := &d.Steps[i], "steps["+strconv.Itoa(i)+"]."
		wrong.Words(at+"code", &s.Code, 20, true)
		wrong.Words(at+"zh", &s.Zh, 500, s.On)
		wrong.Words(at+"en", &s.En, 500, s.On)
		if codes[s.Code] {
			wrong.Add(at+"code", "arrears.step_twice", nil)
		}
		if days[rungOf{s.To, s.Days}] {
			wrong.Add(at+"days", "arrears.step_twice", nil)
		}
		if s.To == ToOwner && s.Days <= 0 { // first the tenant has their term
			wrong.Add(at+"days", "arrears.owner_after", nil)
		}
		if name := unknownPlace(s.Zh + s.En); name != "" {
			wrong.Add(at+"zh", "arrears.placeholder", map[string]any{"name": name})
		}
		codes[s.Code], days[rungOf{s.To, s.Days}] = true, true
	}
	d.Limits.Check(&wrong, "limits", mostWaived)
	if d.LossRate.Sign() < 0 {
		wrong.Add("lossRate", "arrears.negative", nil)
	} else if d.LossRate.Rat().Cmp(big.NewRat(1, 1)) > 0 {
		wrong.Add("lossRate", "too_big", map[string]any{"max": "1"})
	}
	return d, wrong.Err()
}

// mostWaived is the most that a role may waive alone: ten million yuan.
const mostWaived = 10_000_000_00

// places are the placeholders of a step's words.
var places = []string{"room", "amount", "lateFee", "due", "months", "community", "phone"}

// unknownPlace is the first placeholder of a text that nobody fills.
func unknownPlace(text string) string {
	for _, part := range strings.Split(text, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		if !slices.Contains(places, name) {
			return name
		}
	}
	return ""
}

// Fill puts values into a step's words.
func Fill(text string, values map[string]string) string {
	for name, v := range values {
		text = strings.ReplaceAll(text, "{"+name+"}", v)
	}
	return text
}

// rungs are the steps to somebody that are on, the earliest first, each with the
// day on which the next one takes over.
type rung struct {
	Step
	next int // days; the last rung has none
}

const never = 1 << 20

func (d RulesDraft) rungs(to string) (out []rung) {
	for _, s := range d.Steps {
		if s.On && s.To == to {
			out = append(out, rung{s, never})
		}
	}
	slices.SortFunc(out, func(a, b rung) int { return cmp.Compare(a.Days, b.Days) })
	for i := 1; i < len(out); i++ {
		out[i-1].next = out[i].Days
	}
	return out
}

// dueBetween are the due days of lines that stand on a rung today: who comes to
// it late, after an import or a month without the program, is told once and not
// of every rung that was passed. Steps before the due day are for what is not due yet.
func (r rung) dueBetween(today clock.Day) (first, last clock.Day) {
	last = today.Add(-r.Days)
	if r.next == never {
		return clock.Day{}, last
	}
	return today.Add(-r.next + 1), last
}

// effectDays is how long after a step a payment counts as its effect.
const effectDays = 14

// overLoss is by how much a late fee may be above the loss before courts are
// likely to cut it (art. 585 and the Supreme Court's interpretation).
var overLoss = big.NewRat(13, 10)

// Yearly is a rate a day as one a year, in per cent with two places: "18.25".
func Yearly(perDay money.Rate) string {
	return new(big.Rat).Mul(perDay.Rat(), big.NewRat(365*100, 1)).FloatString(2)
}

// LikelyCut reports whether a rate a day is so far above the loss that courts
// are likely to cut it on request.
func LikelyCut(perDay, lossPerYear money.Rate) bool {
	year := new(big.Rat).Mul(perDay.Rat(), big.NewRat(365, 1))
	return year.Cmp(new(big.Rat).Mul(lossPerYear.Rat(), overLoss)) > 0
}

// limitYears is the limitation period (Civil Code art. 188).
const limitYears = 3

// LimitOn is the last day on which a debt can be claimed that was due, or whose
// limitation was last interrupted, on a day.
func LimitOn(from clock.Day) clock.Day {
	y, m, d := from.Date()
	if m == time.February && d == 29 {
		d = 28
	}
	day, err := clock.NewDay(y+limitYears, m, d)
	if err != nil {
		return from
	}
	return day
}

// limitFrom is since when debts run that reach their limit on a day: the
// opposite of LimitOn.
func limitFrom(limit clock.Day) clock.Day {
	y, m, d := limit.Date()
	if m == time.February && d == 29 {
		d = 28
	}
	day, err := clock.NewDay(y-limitYears, m, d)
	if err != nil {
		return limit
	}
	return day
}

// limitWarning is how many days before the limit a debt is on the list.
const limitWarning = 183

// kept tells which promises are kept: what was paid since each was made, in the
// order of their days, has to reach all that was promised so far.
func kept(promises []Promise, paidSince func(clock.Day) money.Fen) (out []bool) {
	sum := money.Fen(0)
	for _, p := range promises {
		sum += p.Fen
		out = append(out, paidSince(p.Made) >= sum)
	}
	return out
}
