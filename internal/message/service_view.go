package message

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/matter"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// View is a message as an administrator sees it: not what it says.
type View struct {
	Message
	Number   string `db:"number" json:"number,omitempty"`
	To       string `db:"to_name" json:"to,omitempty" doc:"of people at work; a resident has no name here"`
	Resident bool   `db:"is_resident" json:"resident"`
}

// Filter says which messages.
type Filter struct {
	Community authz.CommunityID
	State     State
	Channel   string
	Before    ID
	Limit     int
}

// List shows outgoing messages, the latest first.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter) (out []View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		where, args := []string{"{scope:m}"}, []any{}
		add := func(condition string, v any) {
			args = append(args, v)
			where = append(where, condition+strconv.Itoa(len(args)))
		}
		if f.Community != 0 {
			add("m.community_id = $", f.Community)
		}
		if f.State != "" {
			add("m.state = $", string(f.State))
		}
		if f.Channel != "" {
			add("m.channel = $", f.Channel)
		}
		if f.Before != 0 {
			add("m.id < $", f.Before)
		}
		args = append(args, f.Limit)
		out, err = db.All[View](ctx, tx, `SELECT `+db.Columns[Message]("m")+`, COALESCE(t.number, '') AS number, CASE WHEN a.kind = 'staff' THEN a.name ELSE '' END AS to_name, a.kind = 'resident' AS is_resident
			FROM message m JOIN account a ON a.id = m.account_id LEFT JOIN ticket t ON t.community_id = m.community_id AND t.id = m.ticket_id
			WHERE `+strings.Join(where, " AND ")+` ORDER BY m.id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
		return err
	})
	return out, err
}

// Retry lets a message that failed wait again, as if it were new.
func (s *Service) Retry(ctx context.Context, who authz.Actor, one ID, expect func(int64) error) (m Message, err error) {
	err = s.DB.Write(ctx, who, ActRetry, func(tx *db.Tx) error {
		if m, err = db.One[Message](ctx, tx, `SELECT `+db.Columns[Message]("")+` FROM message WHERE id = $1 AND {scope}`, one); err != nil {
			return err
		}
		if err := expect(m.Version); err != nil {
			return err
		}
		if m.State != Failed {
			return ErrNothing
		}
		m.State, m.At, m.DueAt, m.Tries, m.Reason, m.Quiet = Waiting, tx.Now, tx.Now, 0, "", false
		tx.Note(m.Community, "message:"+m.ID.String(), map[string]any{"state": Failed}, map[string]any{"state": Waiting})
		tx.Emit(Changed{m.ID, m.Community})
		tx.Answer(&m)
		if err := db.Save(ctx, tx, "message", &m); err != nil {
			return err
		}
		return wake(ctx, tx, m.Channel, m.DueAt)
	})
	return m, err
}

// Delivery is how a line of a ticket's timeline reached its customer.
type Delivery struct {
	Entry   ticket.EntryID `json:"entry"`
	Channel string         `json:"channel" enum:"push,mail"`
	State   State          `json:"state" enum:"waiting,sent,failed,dropped"`
	At      clock.Instant  `json:"at" doc:"when it was sent, or will be tried"`
	Reason  string         `json:"reason,omitempty"`
}

// Deliveries are those of a ticket.
type Deliveries struct {
	Channels []string   `json:"channels" doc:"how its customer is reached now: push, mail; none: by telephone only"`
	Items    []Delivery `json:"items" doc:"one for each line and channel: the best of those who were told"`
}

// OfTicket says how a ticket's customer was reached.
func (s *Service) OfTicket(ctx context.Context, who authz.Actor, id ticket.ID) (out Deliveries, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		out = Deliveries{[]string{}, []Delivery{}}
		t, err := ticket.In(ctx, tx, id)
		if err != nil {
			return err
		}
		people, err := matter.Audience(ctx, tx, t)
		if err != nil {
			return err
		}
		mailing, err := mails(ctx, tx)
		if err != nil {
			return err
		}
		found := map[string]bool{}
		for _, p := range people {
			r, err := reachOf(ctx, tx, p)
			if err != nil {
				return err
			}
			for _, c := range r.channels(mailing) {
				found[c] = true
			}
		}
		for _, c := range []string{Push, Mail} {
			if found[c] {
				out.Channels = append(out.Channels, c)
			}
		}
		all, err := db.All[Message](ctx, tx, `SELECT `+db.Columns[Message]("")+` FROM message WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id`, t.Community, t.ID)
		out.Items = delivered(all)
		return err
	})
	return out, err
}

// rank orders states by how well the customer was reached.
var rank = map[State]int{Dropped: 0, Failed: 1, Waiting: 2, Sent: 3}

// delivered makes one line of every line of the timeline and channel.
func delivered(all []Message) []Delivery {
	out := []Delivery{}
	for _, m := range all {
		d := Delivery{m.Entry, m.Channel, m.State, m.DueAt, m.Reason}
		if m.SentAt != nil {
			d.At = *m.SentAt
		}
		known := false
		for i, o := range out {
			if o.Entry == d.Entry && o.Channel == d.Channel {
				known = true
				if rank[d.State] > rank[o.State] {
					out[i] = d
				}
			}
		}
		if !known {
			out = append(out, d)
		}
	}
	return out
}

// QuietHours returns those of a community.
func (s *Service) QuietHours(ctx context.Context, who authz.Actor, community authz.CommunityID) (q Quiet, err error) {
	err = s.DB.Read(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		q, err = quietOf(ctx, tx, community)
		return err
	})
	return q, err
}

// SetQuietHours changes them for what is told from now on.
func (s *Service) SetQuietHours(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, from, to int64) (q Quiet, err error) {
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if q, err = quietOf(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(q.Version); err != nil {
			return err
		}
		before := map[string]any{"from": q.From, "to": q.To}
		q.Community, q.From, q.To = community, from, to
		if q.Version == 0 {
			q.ID, q.Version = db.NewID[Quiet](tx), 1
			err = db.Insert(ctx, tx, "message_setting", q)
		} else {
			err = db.Save(ctx, tx, "message_setting", &q)
		}
		tx.Note(community, "message_settings:"+community.String(), before, map[string]any{"from": from, "to": to})
		tx.Answer(&q)
		return err
	})
	return q, err
}
