package message

import (
	"context"
	"strings"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Month are the rates of collection that are told of a month, in per cent.
type Month struct {
	Period   clock.Period `json:"period"`
	Accrual  string       `json:"accrual"`
	InTime   string       `json:"inTime"`
	Recovery string       `json:"recovery"`
	Both     string       `json:"both"`
	Needs    authz.Action `json:"needs"`
}

// Collected tells the property managers of a community the rates of the month
// that ended (REP-05). needs is what they must be allowed to read them.
func (s *Service) Collected(ctx context.Context, tx *db.Tx, community authz.CommunityID, needs authz.Action, m Month) error {
	tx.Silent("the report has its own row")
	holders, err := auth.HoldersAt(ctx, tx, community, []string{"property_manager"})
	if err != nil {
		return err
	}
	var who []authz.AccountID
	for _, h := range holders {
		who = append(who, h.ID)
	}
	m.Needs = needs
	return toEach(ctx, tx, Message{Community: community, Kind: Collection, Data: Data{Month: &m}, DueAt: tx.Now}, who...)
}

// toManager tells the rates to who may see them still; a locked screen shows none.
func (m Message) toManager(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	x := m.Data.Month
	if x == nil {
		return s, whyLater, nil
	}
	may, err := auth.MayAt(ctx, tx, m.Account, x.Needs, m.Community)
	if err != nil || !may {
		return s, whyRight, err
	}
	name, err := db.One[string](ctx, tx, `SELECT c.name FROM (SELECT *, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, m.Community)
	if err != nil {
		return s, "", err
	}
	per := func(rate string) string {
		if strings.Trim(rate, "0123456789.") != "" {
			return rate // nothing to divide by
		}
		return rate + "%"
	}
	month := x.Period.String()
	f := facts{"month": month, "accrual": per(x.Accrual), "cash": per(x.InTime), "recovery": per(x.Recovery), "both": per(x.Both)}
	return story{
		lang: lang, title: word(lang, "collection.title", f), line: word(lang, "collection.line", f), more: said(lang, "collection.mail", f),
		path: "/console/collection?from=" + month + "&to=" + month, tag: "collection:" + m.Community.String(), foot: []string{name},
	}, "", nil
}
