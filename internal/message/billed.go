package message

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/delivery"
	"guanjia/internal/org"
	"guanjia/internal/platform/db"
)

// Billed tells a payer of their bill, outside the quiet hours, by the ways that
// the community and they themselves have chosen; whom none reaches gets paper
// (BIL-08). It handles delivery.Due.
func (s *Service) Billed(ctx context.Context, tx *db.Tx, e delivery.Due) error {
	tx.Silent("the notice has its own row")
	n, err := delivery.NoticeIn(ctx, tx, e.Notice)
	if err != nil || n.State != delivery.Waiting {
		return err
	}
	who, err := delivery.Audience(ctx, tx, n.Notice)
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
	due := q.until(tx.Now, zone)
	mailing, err := mails(ctx, tx)
	if err != nil {
		return err
	}
	var ways []string
	for _, account := range who {
		r, err := reachOf(ctx, tx, account)
		if err != nil {
			return err
		}
		for _, channel := range r.channels(mailing && n.Mail) {
			if channel == Push && !n.Push {
				continue
			}
			if err := put(ctx, tx, Message{Community: e.Community, Account: account, Kind: Bill, Channel: channel, Data: Data{Bill: e.Notice}, Quiet: due > tx.Now, DueAt: due}); err != nil {
				return err
			}
			ways = append(ways, channel)
		}
	}
	slices.Sort(ways)
	return delivery.ToldBy(ctx, tx, e.Notice, strings.Join(slices.Compact(ways), ","))
}

// toBilled tells of a bill as it stands when the message goes out; a locked
// screen shows no amount.
func (m Message) toBilled(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	t, err := delivery.Tell(ctx, tx, m.Data.Bill)
	if err != nil || len(t.Lines) == 0 {
		return s, whyLater, err
	}
	who, err := delivery.Audience(ctx, tx, t.Notice)
	if err != nil || !slices.Contains(who, m.Account) {
		return s, whyRight, err
	}
	f := facts{"place": t.Place, "phone": t.Phone, "room": t.Label, "open": t.Open, "month": t.Period}
	if !t.Due.IsZero() {
		f["due"] = t.Due.String()
	}
	kind := "bill"
	if t.Kind == delivery.OfFix {
		kind = "fix"
	}
	s = story{
		lang: lang, title: word(lang, kind+".title", f), line: word(lang, kind+".line", f), more: append(said(lang, kind+".mail", f), t.Lines...),
		path: delivery.PathOf(t.Notice, t.Kind), tag: "bill:" + t.ID.String(), foot: said(lang, "foot.resident", f),
	}
	if len(s.foot) == 0 {
		s.foot = []string{t.Place}
	}
	return s, "", nil
}

// returned has a bill printed when every message about it has come back.
func (m Message) returned(ctx context.Context, tx *db.Tx) error {
	if m.Kind != Bill || m.State != Failed && (m.State != Dropped || m.Reason == whyLater) {
		return nil
	}
	others, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM message WHERE community_id = $1 AND kind = $2 AND data = $3 AND state IN ('waiting', 'sent') AND {scope}`, m.Community, Bill, m.Data)
	if err != nil || others > 0 {
		return err
	}
	return delivery.Unreached(ctx, tx, m.Data.Bill)
}
