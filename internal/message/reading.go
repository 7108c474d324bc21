package message

import (
	"context"
	"strconv"

	"guanjia/internal/auth"
	"guanjia/internal/platform/db"
	"guanjia/internal/procedure"
)

// ToRead tells people that versions of procedures wait for their confirmation
// (PRO-01b); it handles procedure.Reminded.
func (s *Service) ToRead(ctx context.Context, tx *db.Tx, e procedure.Reminded) error {
	tx.Silent("whom it reminded stands in the trail")
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Reading, DueAt: tx.Now}, e.To...)
}

// toReader tells how many versions wait now.
func (m Message) toReader(ctx context.Context, tx *db.Tx, lang, face string) (s story, why string, err error) {
	may, err := auth.MayAt(ctx, tx, m.Account, procedure.ActView, m.Community)
	if err != nil || !may {
		return s, whyRight, err
	}
	n, err := procedure.UnreadCount(ctx, tx, m.Account)
	if err != nil || n == 0 {
		return s, whyRead, err
	}
	path := "/m/procedures"
	if face == "console" {
		path = "/console/procedures/to-read"
	}
	return story{lang: lang, title: word(lang, "reading.title", nil), line: word(lang, "reading.line", facts{"n": strconv.Itoa(n)}), path: path, tag: "reading"}, "", nil
}
