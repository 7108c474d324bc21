package ticket

import (
	"context"
	"fmt"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// Unreached is an attempt to speak with the customer that came to nothing.
type Unreached struct {
	Channel string
	Words   string   // what happened: rang out, door closed …
	Second  staff.ID // who keeps calling too; 0: who it was, else the first-contact owner
}

// Attempt notes that the customer was not reached (TIC-07c). The next attempt
// is planned in another band of the day, and a named colleague keeps calling
// too; after as many as the community has set, the customer is told in writing
// and the matter waits for them.
func (s *Service) Attempt(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, u Unreached) (Ticket, error) {
	if err := optional("text", &u.Words, 500); err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, who, ActTell, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		second, err := second(ctx, tx, &t, u.Second)
		if err != nil {
			return t, err
		}
		zone, err := org.Zone(ctx, tx, t.Community)
		if err != nil {
			return t, err
		}
		tried, err := db.All[clock.Instant](ctx, tx, `SELECT at FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 AND verb = 'unreached' AND {scope} ORDER BY id DESC LIMIT $3`, t.Community, t.ID, t.Attempts)
		if err != nil {
			return t, err
		}
		var in []Band
		for _, at := range tried {
			in = append(in, bandOf(at, zone))
		}
		set, err := settingsIn(ctx, tx, t.Community)
		if err != nil {
			return t, err
		}
		n := t.Attempts + 1
		if t, err = t.unreached(append(in, bandOf(tx.Now, zone)), set.attempts(), zone, tx.Now); err != nil {
			return t, err
		}
		data := Data{"n": n}
		if t.AttemptAt != nil {
			data["next"] = t.AttemptAt
			if second != "" {
				data["second"] = second
			}
		}
		if err := write(ctx, tx, t, "unreached", false, u.Channel, u.Words, data); err != nil || t.Status != Held {
			return t, err
		}
		return t, write(ctx, tx, t, "held", true, "", fmt.Sprintf(unreachedLetter, n), Data{"why": ForCustomer})
	})
}

// unreachedLetter is what the customer is told in writing.
const unreachedLetter = "我们 %d 次没有联系上您，先为您保留这件事。您回电、留言或告诉我们方便的时间，我们马上接着办"

// second names who keeps calling too, and answers with their name.
func second(ctx context.Context, tx *db.Tx, t *Ticket, id staff.ID) (string, error) {
	if id == 0 {
		id = t.Second
	}
	if id == 0 {
		return t.OwnerName, nil
	}
	m, err := staff.In(ctx, tx, t.Community, id)
	if err != nil {
		return "", ErrOffDuty.At(errs.Field{Name: "second", Code: "ticket.assignee_unknown"})
	}
	t.Second = m.ID
	return m.Name, nil
}

func (s Settings) attempts() int64 {
	if s.Attempts > 0 {
		return s.Attempts
	}
	return shippedAttempts
}
