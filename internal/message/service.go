package message

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/matter"
	"guanjia/internal/notice"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

var system = authz.System("message", actSend)

// Schedule registers who sends, who gathers, and what takes away browsers that
// were not seen for half a year.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Outside(r, jobMail, func(ctx context.Context, _ struct{}) error { return s.post(ctx) })
	jobs.Outside(r, jobPush, func(ctx context.Context, _ struct{}) error { return s.notify(ctx) })
	jobs.Handle(r, jobGather, s.gather)
	jobs.Every(r, "message.sweep", time.Hour, func(ctx context.Context, tx *db.Tx) error {
		tx.Silent("a browser that is not used any more")
		_, err := tx.Global(whyAccounts).Exec(ctx, `DELETE FROM push_subscription WHERE seen_at < $1`, tx.Now.Add(-forgotten))
		return err
	})
}

// Opened tells residents that their matter is registered; it handles ticket.Opened.
func (s *Service) Opened(ctx context.Context, tx *db.Tx, e ticket.Opened) error {
	tx.Silent("that it was opened stands in the trail")
	return toCustomer(ctx, tx, e.Ticket, 0)
}

// Tells reports whether a line of a timeline is one of those that customers get a message of.
func Tells(e ticket.Informed) bool {
	return tells(ticket.Entry{Verb: e.Verb}) != "" || e.Verb == "told"
}

// Informed tells residents what their matter's timeline tells them; it handles ticket.Informed.
func (s *Service) Informed(ctx context.Context, tx *db.Tx, e ticket.Informed) error {
	tx.Silent("what the customer was told stands in the timeline")
	if !Tells(e) {
		return nil
	}
	return toCustomer(ctx, tx, e.Ticket, e.Entry)
}

// toCustomer lets messages wait for everybody who is told of a line of a timeline.
func toCustomer(ctx context.Context, tx *db.Tx, id ticket.ID, line ticket.EntryID) error {
	t, err := ticket.In(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.Room == 0 || t.Status == ticket.Archived {
		return nil
	}
	who, err := matter.Audience(ctx, tx, t)
	if err != nil || len(who) == 0 {
		return err
	}
	e, err := ticket.EntryIn(ctx, tx, t, line)
	if err != nil {
		return err
	}
	kind := Registered
	if line != 0 {
		kind = tells(e)
	}
	// Events are heard by several at once: what follows the registration waits for
	// it here, and it is told once.
	told, err := registered(ctx, tx, t)
	if err != nil || told && line == 0 {
		return err
	}
	if !told && line != 0 && tx.Now.Sub(t.OpenedAt) < time.Minute {
		if err := toCustomer(ctx, tx, id, 0); err != nil {
			return err
		}
	}
	if kind == Arrival {
		if before, err := ticket.PromisedBefore(ctx, tx, t, e.ID); err != nil {
			return err
		} else if before {
			kind = Rescheduled
		}
	}
	if kind == "" {
		return nil
	}
	due, err := allowed(ctx, tx, t)
	if err != nil {
		return err
	}
	m := Message{Community: t.Community, Ticket: t.ID, Entry: e.ID, Kind: kind, Urgent: t.Grade == ticket.A, Quiet: due > tx.Now, DueAt: due}
	return toEach(ctx, tx, m, who...)
}

func registered(ctx context.Context, tx *db.Tx, t ticket.Ticket) (bool, error) {
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM message WHERE community_id = $1 AND ticket_id = $2 AND kind = 'registered' AND {scope}`, t.Community, t.ID)
	return n > 0, err
}

// allowed is when residents may be told of a ticket: of an emergency at once.
func allowed(ctx context.Context, tx *db.Tx, t ticket.Ticket) (clock.Instant, error) {
	if t.Grade == ticket.A {
		return tx.Now, nil
	}
	q, err := quietOf(ctx, tx, t.Community)
	if err != nil {
		return 0, err
	}
	zone, err := org.Zone(ctx, tx, t.Community)
	if err != nil {
		return 0, err
	}
	return q.until(tx.Now, zone), nil
}

// toEach lets m wait for each person by each channel that reaches them.
func toEach(ctx context.Context, tx *db.Tx, m Message, who ...authz.AccountID) error {
	mailing, err := mails(ctx, tx)
	if err != nil {
		return err
	}
	for _, account := range who {
		r, err := reachOf(ctx, tx, account)
		if err != nil {
			return err
		}
		m.Account = account
		for _, m.Channel = range r.channels(mailing) {
			if err := put(ctx, tx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// gathering is whose notices are told together.
type gathering struct {
	Account authz.AccountID `json:"account"`
}

// Noticed lets a notice be told outside the program to who wants that; it
// handles notice.Added.
func (s *Service) Noticed(ctx context.Context, tx *db.Tx, e notice.Added) error {
	tx.Silent("that there is a notice is no change")
	if !e.Any() {
		return nil
	}
	var args []any
	all, err := db.All[notice.Notice](ctx, tx, `SELECT `+db.Columns[notice.Notice]("")+` FROM notice WHERE id IN `+db.Among(&args, e.Notices)+` AND {scope} ORDER BY id`, args...)
	if err != nil {
		return err
	}
	var unread []authz.AccountID // told apart here: asked for in SQL, PostgreSQL walks the index of what is unread
	for _, n := range all {
		if n.ReadAt == nil {
			unread = append(unread, n.Account)
		}
	}
	if len(unread) == 0 {
		return nil
	}
	args = nil
	reached, err := db.All[authz.AccountID](ctx, tx.Global(whyAccounts), `SELECT id FROM message_reach WHERE id IN `+db.Among(&args, unread)+` AND (is_push OR is_mail) ORDER BY id`, args...)
	if err != nil || len(reached) == 0 {
		return err
	}
	grade, err := one(db.All[ticket.Grade](ctx, tx, `SELECT grade FROM ticket WHERE id = $1 AND {scope}`, e.Ticket))
	if err != nil || grade == nil {
		return err
	}
	due := gathers(tx.Now, *grade == ticket.A)
	for _, account := range reached {
		if err := jobs.At(ctx, tx, jobGather, account.String()+"@"+due.String(), due, gathering{account}); err != nil {
			return err
		}
	}
	return nil
}

// stale is after how long a notice is told outside the program no more: who has
// just switched it on is not told of the week before.
const stale = time.Hour

// mostGathered is how many notices one message is made of; the others follow.
const mostGathered = 200

// gather makes one message of everything that somebody was not told yet.
func (s *Service) gather(ctx context.Context, tx *db.Tx, g gathering) error {
	tx.Silent("a message says what its notices say")
	type waiting struct {
		notice.Notice
		Grade ticket.Grade `db:"grade"`
	}
	all, err := db.All[waiting](ctx, tx, `SELECT `+db.Columns[notice.Notice]("n")+`, t.grade FROM notice n JOIN ticket t ON t.community_id = n.community_id AND t.id = n.ticket_id
		WHERE n.account_id = $1 AND n.told_at IS NULL AND n.read_at IS NULL AND n.at > $2 AND {scope:n} ORDER BY n.id DESC LIMIT $3`, g.Account, tx.Now.Add(-stale), mostGathered)
	if err != nil || len(all) == 0 {
		return err
	}
	may := mayRead(ctx, tx, g.Account)
	m := Message{Kind: Notices, DueAt: tx.Now}
	var heard []notice.ID
	for _, n := range slices.Backward(all) {
		ok, err := may(n.Community)
		if err != nil {
			return err
		}
		if heard = append(heard, n.ID); ok {
			m.Community, m.Urgent = n.Community, m.Urgent || n.Grade == ticket.A
			m.Data.Notices = append(m.Data.Notices, n.ID)
		}
	}
	args := []any{tx.Now}
	if _, err := tx.Exec(ctx, `UPDATE notice SET told_at = $1 WHERE id IN `+db.Among(&args, heard)+` AND {scope}`, args...); err != nil || len(m.Data.Notices) == 0 {
		return err
	}
	return toEach(ctx, tx, m, g.Account)
}

// Asked tells who should decide a request; it handles approval.Requested.
func (s *Service) Asked(ctx context.Context, tx *db.Tx, e approval.Requested) error {
	return s.toDeciders(ctx, tx, e.Approval, e.Community)
}

// AskedAgain tells them when it was reminded of or went up; it handles approval.Moved.
func (s *Service) AskedAgain(ctx context.Context, tx *db.Tx, e approval.Moved) error {
	return s.toDeciders(ctx, tx, e.Approval, e.Community)
}

func (s *Service) toDeciders(ctx context.Context, tx *db.Tx, id approval.ID, community authz.CommunityID) error {
	tx.Silent("that it was asked stands in the trail")
	who, err := s.Deciders(ctx, tx, id)
	if err != nil || community == 0 { // what concerns the company has no community to be listed at
		return err
	}
	return toEach(ctx, tx, Message{Community: community, Kind: Approval, Data: Data{Approval: id}, DueAt: tx.Now}, who...)
}

// SwapMoved tells the other one of a swap of duties; it handles roster.SwapMoved.
func (s *Service) SwapMoved(ctx context.Context, tx *db.Tx, e roster.SwapMoved) error {
	tx.Silent("the swap has its own entries")
	w, err := roster.SwapIn(ctx, tx, e.Swap)
	if err != nil {
		return err
	}
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Swap, Data: Data{Swap: e.Swap, State: w.State}, DueAt: tx.Now}, e.To)
}

// SignedOut forgets the browsers of sessions that were ended; it handles auth.SignedOut.
func (s *Service) SignedOut(ctx context.Context, tx *db.Tx, e auth.SignedOut) error {
	tx.Silent("that somebody was signed out stands in the trail")
	args := []any{e.Account}
	in := db.Among(&args, e.Sessions)
	_, err := tx.Global(whyAccounts).Exec(ctx, `DELETE FROM push_subscription WHERE account_id = $1 AND session_id IN `+in, args...)
	return err
}
