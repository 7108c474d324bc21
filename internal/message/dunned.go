package message

import (
	"context"
	"slices"

	"guanjia/internal/arrears"
	"guanjia/internal/org"
	"guanjia/internal/platform/db"
)

// Dunned tells who owes for a room what they owe, outside the quiet hours; who
// cannot be reached gets it printed. It handles arrears.Reminded.
func (s *Service) Dunned(ctx context.Context, tx *db.Tx, e arrears.Reminded) error {
	tx.Silent("the step of the ladder has its own row")
	who, err := arrears.AudienceOf(ctx, tx, e.Dun)
	if err != nil {
		return err
	}
	if len(who) == 0 {
		return arrears.Unreached(ctx, tx, e.Dun)
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
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Dun, Data: Data{Dun: e.Dun}, Quiet: due > tx.Now, DueAt: due}, who...)
}

// toDebtor tells of what is still open when the message goes out; a locked
// screen shows no amount.
func (m Message) toDebtor(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	t, err := arrears.Tell(ctx, tx, m.Data.Dun)
	if err != nil || len(t.Lines) == 0 {
		return s, whyLater, err
	}
	who, err := arrears.AudienceOf(ctx, tx, m.Data.Dun)
	if err != nil || !slices.Contains(who, m.Account) {
		return s, whyRight, err
	}
	text := t.Zh
	if lang == "en" {
		text = t.En
	}
	f := facts{"place": t.Place, "phone": t.Phone}
	s = story{lang: lang, title: word(lang, "dun.title", f), line: word(lang, "dun.line", f), more: []string{text}, path: "/r/bills", tag: "bills:" + t.Room.String(), foot: said(lang, "foot.resident", f)}
	if len(s.foot) == 0 {
		s.foot = []string{t.Place}
	}
	return s, "", nil
}
