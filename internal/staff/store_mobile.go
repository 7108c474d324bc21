package staff

import (
	"strconv"
	"strings"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/reseal"
)

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{{
	Table: "staff", Name: "mobile", Sealed: "mobile_sealed", Clear: "mobile",
	By: []reseal.Index{{Column: "mobile_index", Kind: mobileFull}, {Column: "mobile_last4", Kind: mobileLast, Of: lastFour}},
}}

// What mobiles of staff are looked for by.
const (
	mobileFull = "staff.mobile"
	mobileLast = "staff.mobile.last4"
)

func lastFour(number string) string { return number[max(len(number)-4, 0):] }

func mobilePlace(id ID) string { return Sealed[0].Place(db.ID(id)) }

// seal puts m's mobile into the form it is kept in.
func (m *Member) seal(tx *db.Tx) {
	v := tx.Vault()
	m.Clear, m.Sealed, m.Index = "", v.Seal(mobilePlace(m.ID), m.Mobile), v.Index(mobileFull, m.Mobile)
	m.Last4 = v.Index(mobileLast, lastFour(m.Mobile))
}

func (m Member) number(tx *db.Tx) (string, error) {
	return tx.Vault().Open(mobilePlace(m.ID), m.Sealed)
}

// shown is a member's mobile as the caller may see it.
func shown(tx *db.Tx, m Member) (string, error) {
	n, err := m.number(tx)
	if n == "" || err != nil || tx.Who.Scope(ActEdit).Sees(m.Community) {
		return n, err
	}
	return n[:3] + "****" + n[7:], nil
}

// byNumber looks for what was typed as a whole number or its last four digits;
// the alternatives are added to a condition in brackets, their values to args.
func byNumber(tx *db.Tx, q string, args []any) (string, []any) {
	digits, column, kind := strings.TrimSpace(q), "", ""
	switch len(digits) {
	case 11:
		column, kind = "m.mobile_index", mobileFull
	case 4:
		column, kind = "m.mobile_last4", mobileLast
	}
	if column == "" || strings.Trim(digits, "0123456789") != "" {
		return "", args
	}
	or := ""
	for _, index := range tx.Vault().Indexes(kind, digits) {
		args = append(args, index)
		or += " OR " + column + " = $" + strconv.Itoa(len(args))
	}
	return or, args
}
