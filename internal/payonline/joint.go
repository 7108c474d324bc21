package payonline

import (
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/platform/money"
)

// liable reports whether who asks is an owner who is jointly liable for a
// tenant's line (物业管理条例 article 41): it is for days on which the room was
// theirs already.
func (s sight) liable(l billing.LineView) bool {
	return s.Kind == customer.Owner && s.InvitedBy == 0 && len(s.whose) > 0 && l.Joint() && !s.sees(l.Customer) && !l.From.Before(s.since)
}

// jointly are the lines among the open ones of a room that its tenants pay and
// for which who asks is jointly liable, without who the tenants are.
func (s sight) jointly(open []cashier.Open) (out []cashier.Open) {
	for _, o := range open {
		if s.liable(o.LineView) && o.Total() > 0 {
			o.LineView = o.Bare()
			out = append(out, o)
		}
	}
	return out
}

// jointBills are such lines of a year on which something is open.
func (s sight) jointBills(lines []billing.LineView, sums map[billing.LineID]map[cashier.PartKind]money.Fen) (out []Bill) {
	for _, l := range lines {
		if paid := sums[l.ID]; s.liable(l) && l.Fen > paid[cashier.Principal] {
			out = append(out, Bill{l.Bare(), paid[cashier.Principal], paid[cashier.LateFee]})
		}
	}
	return out
}
