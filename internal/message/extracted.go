package message

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/extract"
	"guanjia/internal/org"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/mail"
)

// inApp is how somebody is told who has an account and neither browser nor
// address: the statement stands in their app.
const inApp = "app"

// Extracted tells who pays that their statement of account is there, outside the
// quiet hours, by the ways they have chosen (BIL-08). It handles extract.Due.
func (s *Service) Extracted(ctx context.Context, tx *db.Tx, e extract.Due) error {
	tx.Silent("the statement has its own row")
	x, err := extract.MadeIn(ctx, tx, e.Made)
	if err != nil || x.State != "waiting" {
		return err
	}
	who, err := extract.Audience(ctx, tx, x)
	if err != nil {
		return err
	}
	q, err := quietOf(ctx, tx, e.Community)
	if err != nil {
		return err
	}
	zone, err := org.Zone(ctx, tx, e.Community)
	if err != nil {
		return err
	}
	mailing, err := mails(ctx, tx)
	if err != nil {
		return err
	}
	due := q.until(tx.Now, zone)
	var ways []string
	for _, account := range who {
		r, err := reachOf(ctx, tx, account)
		if err != nil {
			return err
		}
		ways = append(ways, inApp)
		for _, channel := range r.channels(mailing) {
			if err := put(ctx, tx, Message{Community: e.Community, Account: account, Kind: Extract, Channel: channel, Data: Data{Extract: e.Made}, Quiet: due > tx.Now, DueAt: due}); err != nil {
				return err
			}
			ways = append(ways, channel)
		}
	}
	slices.Sort(ways)
	return extract.ToldBy(ctx, tx, e.Made, strings.Join(slices.Compact(ways), ","))
}

// toExtracted tells of a statement as it reads when the message goes out; a
// locked screen shows no amount.
func (m Message) toExtracted(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	x, err := extract.MadeIn(ctx, tx, m.Data.Extract)
	if err != nil {
		return s, whyLater, err
	}
	who, err := extract.Audience(ctx, tx, x)
	if err != nil || !slices.Contains(who, m.Account) {
		return s, whyRight, err
	}
	s = story{lang: lang, title: word(lang, "extract.title", nil), line: word(lang, "extract.line", nil), path: "/r/extract/" + x.ID.String(), tag: "extract:" + x.ID.String()}
	_, st, err := extract.Tell(ctx, tx, x.ID)
	if err != nil {
		return s, "", err
	}
	f := facts{"place": st.Place.Name, "phone": st.Place.Phone, "room": strings.Join(st.Rooms[:min(len(st.Rooms), 3)], "、"), "first": x.From.String(), "last": x.To.String(), "balance": st.Closing.Balance.Grouped(), "open": st.Payable.Grouped()}
	s.more, s.foot = said(lang, "extract.mail", f), said(lang, "foot.resident", f)
	if len(s.foot) == 0 {
		s.foot = []string{st.Place.Name}
	}
	if m.Channel == Mail {
		raw, err := st.PDF(st.Place.Name, tx.Now.Time())
		if err != nil {
			return s, "", err
		}
		s.files = []mail.File{{Name: st.FileName(), Type: extract.PDFType, Data: raw}}
	}
	return s, "", nil
}
