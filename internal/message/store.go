package message

import (
	"context"
	"encoding/json"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/webpush"
)

// The kinds of jobs.
const (
	jobMail   = "message.mail"
	jobPush   = "message.push"
	jobGather = "message.gather"
)

const (
	whyAccounts = "an account belongs to the company"
	whyServer   = "one mail server and one key for the installation"
)

func jobOf(channel string) string {
	if channel == Mail {
		return jobMail
	}
	return jobPush
}

func one[T any](all []T, err error) (*T, error) {
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// server is the mail server that was set up, nil for none.
func server(ctx context.Context, tx *db.Tx) (*Server, error) {
	return one(db.All[Server](ctx, tx.Global(whyServer), `SELECT `+db.Columns[Server]("")+` FROM mail_server ORDER BY id LIMIT 1`))
}

// mails reports whether letters can be sent.
func mails(ctx context.Context, tx *db.Tx) (bool, error) {
	s, err := server(ctx, tx)
	return s != nil && s.On, err
}

func reachOf(ctx context.Context, tx *db.Tx, account authz.AccountID) (*Reach, error) {
	return one(db.All[Reach](ctx, tx.Global(whyAccounts), `SELECT `+db.Columns[Reach]("")+` FROM message_reach WHERE id = $1`, account))
}

func addressPlace(r *Reach) string { return Sealed[2].Place(db.ID(r.ID)) }

// address is where letters to somebody go, "" until they confirmed one.
func (r *Reach) address(tx *db.Tx) (string, error) {
	if r.Confirmed == nil {
		return "", nil
	}
	return tx.Vault().Open(addressPlace(r), r.Sealed)
}

// channels are those by which somebody wants to be reached and can be.
func (r *Reach) channels(mailing bool) (out []string) {
	if r != nil && r.Push {
		out = append(out, Push)
	}
	if r != nil && r.Mail && r.Confirmed != nil && mailing {
		out = append(out, Mail)
	}
	return out
}

func devices(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]Device, error) {
	return db.All[Device](ctx, tx.Global(whyAccounts), `SELECT `+db.Columns[Device]("")+` FROM push_subscription WHERE account_id = $1 ORDER BY id`, account)
}

func (d Device) place() string { return Sealed[3].Place(db.ID(d.ID)) }

func (d Device) subscription(tx *db.Tx) (s webpush.Subscription, err error) {
	text, err := tx.Vault().Open(d.place(), d.Sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &s)
	}
	return s, err
}

func quietOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Quiet, error) {
	q, err := one(db.All[Quiet](ctx, tx, `SELECT `+db.Columns[Quiet]("")+` FROM message_setting WHERE community_id = $1 AND {scope}`, community))
	if err != nil || q == nil {
		return Shipped, err
	}
	return *q, nil
}

// put lets a message wait, and wakes who sends.
func put(ctx context.Context, tx *db.Tx, m Message) error {
	m.ID, m.State, m.At, m.Version = db.NewID[Message](tx), Waiting, tx.Now, 1
	if err := db.Add(ctx, tx, "message", m); err != nil {
		return err
	}
	return wake(ctx, tx, m.Channel, m.DueAt)
}

// wake lets the channel be looked at: at once, or when something falls due. All
// that wait for the same moment share a timer.
func wake(ctx context.Context, tx *db.Tx, channel string, due clock.Instant) error {
	if !due.After(tx.Now) {
		return jobs.Enqueue(ctx, tx, jobOf(channel), struct{}{})
	}
	return jobs.At(ctx, tx, jobOf(channel), due.String(), due, struct{}{})
}

// claim takes up to n messages of a channel that are due. Nobody else takes them
// before the lease is over, not even when this node dies.
func (s *Service) claim(ctx context.Context, channel string, n int) (out []Message, err error) {
	err = s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("claiming changes nothing that people see")
		out, err = db.All[Message](ctx, tx, `UPDATE message SET due_at = $3, tries = tries + 1 WHERE id `+tx.Engine().Chosen(`SELECT id FROM message WHERE channel = $1 AND state = 'waiting' AND due_at <= $2 ORDER BY due_at, id LIMIT $4`)+`
			AND state || '' = 'waiting' AND due_at + 0 <= $2 AND {scope} RETURNING `+db.Columns[Message](""), channel, tx.Now, tx.Now.Add(lease), n)
		return err
	})
	return out, err
}

// settle writes down what became of a message.
func (s *Service) settle(ctx context.Context, m Message) error {
	return s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("what was sent stands in its own row")
		if m.State == Sent {
			m.SentAt = &tx.Now
		}
		n, err := tx.Exec(ctx, `UPDATE message SET state = $2, sent_at = $3, due_at = $4, reason = $5, version = version + 1 WHERE id = $1 AND state = 'waiting' AND {scope}`, m.ID, string(m.State), m.SentAt, m.DueAt, m.Reason)
		if err != nil || n == 0 {
			return err
		}
		if m.State == Waiting {
			return wake(ctx, tx, m.Channel, m.DueAt)
		}
		tx.Emit(Changed{m.ID, m.Community})
		return m.returned(ctx, tx)
	})
}

// release gives back what was claimed and not tried, to be taken from a moment on.
func (s *Service) release(ctx context.Context, all []Message, due clock.Instant) error {
	if len(all) == 0 {
		return nil
	}
	return s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("it was claimed, and is no more")
		ids, args := make([]ID, len(all)), []any{due}
		for i, m := range all {
			ids[i] = m.ID
		}
		if _, err := tx.Exec(ctx, `UPDATE message SET due_at = $1, tries = tries - 1 WHERE id IN `+db.Among(&args, ids)+` AND state = 'waiting' AND {scope}`, args...); err != nil {
			return err
		}
		return wake(ctx, tx, all[0].Channel, due)
	})
}

// overtaken reports whether a later message of the same night says more: of what
// waited for the morning only the last is sent.
func overtaken(ctx context.Context, tx *db.Tx, m Message) (bool, error) {
	if !m.Quiet {
		return false, nil
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM message WHERE community_id = $1 AND ticket_id = $2 AND account_id = $3 AND channel = $4 AND id > $5 AND at < $6 AND is_quiet AND state IN ('waiting', 'sent') AND {scope}`,
		m.Community, m.Ticket, m.Account, m.Channel, m.ID, m.At.Add(12*time.Hour))
	return n > 0, err
}

// forgotten is after how long a browser that was not seen counts as gone.
const forgotten = 180 * 24 * time.Hour
