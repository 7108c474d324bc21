package followup

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/vault"
	"guanjia/internal/ticket"
)

// linkLife is for how many days a link can be used.
const linkLife = 14

const linkPlace = "followup.link"

// token names a follow-up, and the last day of the link, to who holds it and
// nothing else: it ends in a code that only this installation can make.
func token(v *vault.Vault, f ID, last clock.Day) string {
	said := f.String() + "-" + strings.ReplaceAll(last.String(), "-", "")
	return said + "-" + coded(v.Index(linkPlace, said))
}

// coded is an index without the point, which would make the address one of a file.
func coded(index string) string { return strings.ReplaceAll(index, ".", "_") }

// ofToken finds the follow-up of a token and the end of its link; ok is false
// for what was never given out.
func ofToken(v *vault.Vault, text string) (f ID, until clock.Instant, ok bool) {
	name, rest, _ := strings.Cut(text, "-")
	day, code, _ := strings.Cut(rest, "-")
	said := name + "-" + day
	for _, right := range v.Indexes(linkPlace, said) {
		ok = ok || subtle.ConstantTimeCompare([]byte(coded(right)), []byte(code)) == 1
	}
	f, err := id.Parse[FollowUp](name)
	last, e := time.Parse("20060102", day)
	return f, clock.Of(last.Add(24 * time.Hour)), ok && err == nil && e == nil
}

// Link is an address at which a customer answers by themselves (FUP-02).
type Link struct {
	Token     string        `json:"token"`
	ExpiresAt clock.Instant `json:"expiresAt"`
}

// Link makes the link of a follow-up that is due.
func (s *Service) Link(ctx context.Context, who authz.Actor, of ID) (l Link, err error) {
	err = s.DB.Write(ctx, who, ActRecord, func(tx *db.Tx) error {
		v, err := get(ctx, tx, of)
		if err != nil {
			return err
		}
		if v.State != Due {
			return ErrEnded
		}
		last := clock.DayOf(tx.Now, time.UTC).Add(linkLife)
		l = Link{token(tx.Vault(), v.ID, last), last.Add(1).Start(time.UTC)}
		tx.Note(v.Community, "followup:"+v.ID.String(), nil, map[string]any{"link": true})
		return nil
	})
	return l, err
}

// Asked is what a customer sees who opens the link: nothing of who they are.
type Asked struct {
	State   string `json:"state" enum:"due,done,not_reached,void"`
	Company string `json:"community" doc:"name of the community"`
	Number  string `json:"ticketNumber,omitempty"`
	Title   string `json:"title,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
	Rule    string `json:"rule" enum:"repair,service,visit,complaint,vip,sample,handover,care"`
	Visited bool   `json:"visited"`
}

const actRate authz.Action = "followup.rate"

// rater is who answers by a link.
func rater() authz.Actor { return authz.System("customer", actRate) }

func opened(ctx context.Context, tx *db.Tx, text string) (View, error) {
	of, until, ok := ofToken(tx.Vault(), text)
	if !ok || until <= tx.Now {
		return View{}, ErrLink
	}
	v, err := get(ctx, tx, of)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrLink
	}
	return v, err
}

// Open says what a link asks about.
func (s *Service) Open(ctx context.Context, text string) (a Asked, err error) {
	err = s.DB.Read(ctx, rater(), actRate, func(tx *db.Tx) error {
		v, err := opened(ctx, tx, text)
		if err != nil {
			return err
		}
		a = Asked{State: v.State, Number: v.Number, Title: v.Title, Remedy: v.Remedy, Rule: v.Rule, Visited: v.Visited}
		a.Company, err = db.One[string](ctx, tx.Global("the name of the community of the link"), `SELECT name FROM community WHERE id = $1`, v.Community)
		return err
	})
	return a, err
}

// Rate takes what a customer answers by the link, once.
func (s *Service) Rate(ctx context.Context, text string, a Answers) (state string, err error) {
	a.Channel = "link"
	err = s.DB.Write(ctx, rater(), actRate, func(tx *db.Tx) error {
		old, err := opened(ctx, tx, text)
		if err != nil {
			return err
		}
		state, err = rate(ctx, tx, old, a)
		return err
	})
	return state, err
}

// rate ends a follow-up with what its customer answered without a call.
func rate(ctx context.Context, tx *db.Tx, old View, a Answers) (string, error) {
	f, err := old.complete(authz.Actor{}, a, tx.Now)
	if err != nil {
		return "", err
	}
	if err := told(ctx, tx, f, a); err != nil {
		return "", err
	}
	return f.State, save(ctx, tx, old.FollowUp, &f)
}

// ofTicket is what is due of a ticket; nothing if nobody waits for an answer.
func ofTicket(ctx context.Context, tx *db.Tx, of ticket.ID) ([]View, error) {
	return db.All[View](ctx, tx, views+`WHERE f.ticket_id = $1 AND f.state = 'due' AND {scope:f} ORDER BY f.round DESC LIMIT 1`, of)
}

// Waits says whether a ticket waits to be rated by its customer.
func Waits(ctx context.Context, tx *db.Tx, of ticket.ID) (bool, error) {
	due, err := ofTicket(ctx, tx, of)
	return len(due) > 0, err
}

// RateOwn takes what a customer answers in the app, in the transaction that has
// checked that the matter is theirs.
func RateOwn(ctx context.Context, tx *db.Tx, of ticket.ID, a Answers) error {
	due, err := ofTicket(ctx, tx, of)
	if err != nil {
		return err
	}
	if len(due) == 0 {
		return ErrEnded
	}
	a.Channel = "app"
	_, err = rate(ctx, tx, due[0], a)
	return err
}
