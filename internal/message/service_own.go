package message

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/webpush"
)

// Own is how the caller is reached.
type Own struct {
	Push      bool     `json:"push"`
	Mail      bool     `json:"mail"`
	Address   string   `json:"addressMasked,omitempty"`
	Confirmed bool     `json:"confirmed" doc:"the address was confirmed by the code sent there"`
	Offered   bool     `json:"mailOffered" doc:"a mail server is set up"`
	Key       string   `json:"key" doc:"applicationServerKey for PushManager.subscribe"`
	Devices   []Device `json:"devices"`
	Version   int64    `json:"version"`
}

// ETag implements web.Versioned.
func (o Own) ETag() int64 { return o.Version }

func own(ctx context.Context, tx *db.Tx) (o Own, err error) {
	r, err := reachOf(ctx, tx, tx.Who.ID)
	if err != nil {
		return o, err
	}
	if o.Offered, err = mails(ctx, tx); err != nil {
		return o, err
	}
	k, err := keyIn(ctx, tx)
	if err != nil {
		return o, err
	}
	if k != nil {
		o.Key = k.Public
	}
	if o.Devices, err = devices(ctx, tx, tx.Who.ID); err != nil || r == nil {
		return o, err
	}
	o.Push, o.Mail, o.Confirmed, o.Version = r.Push, r.Mail, r.Confirmed != nil, r.Version
	address, err := tx.Vault().Open(addressPlace(r), r.Sealed)
	o.Address = mail.Mask(address)
	return o, err
}

// Own returns how the caller is reached. act is auth.ActSelf of people at work,
// auth.ActResident of residents, here and below.
func (s *Service) Own(ctx context.Context, who authz.Actor, act authz.Action) (o Own, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		o, err = own(ctx, tx)
		return err
	})
	return o, err
}

// changeOwn changes how the caller is reached; what they read and where is
// nobody's business, which channels they chose stands in the trail.
func (s *Service) changeOwn(ctx context.Context, who authz.Actor, act authz.Action, change func(*db.Tx, *Reach) error) (o Own, err error) {
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		old, err := reachOf(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		r := Reach{ID: id.Of[Reach](who.ID), Lang: "zh", Face: "r"}
		if old != nil {
			r = *old
		}
		before := map[string]any{"push": r.Push, "mail": r.Mail, "confirmed": r.Confirmed != nil}
		if err := change(tx, &r); err != nil {
			return err
		}
		if old == nil {
			r.Version = 1
			err = db.Insert(ctx, tx.Global(whyAccounts), "message_reach", r)
		} else {
			err = db.Save(ctx, tx.Global(whyAccounts), "message_reach", &r)
		}
		if err != nil {
			return err
		}
		tx.Note(0, "account:"+who.ID.String(), before, map[string]any{"push": r.Push, "mail": r.Mail, "confirmed": r.Confirmed != nil})
		o, err = own(ctx, tx)
		tx.Answer(&o)
		return err
	})
	return o, err
}

// Choice is what somebody switches.
type Choice struct {
	Push bool   `json:"push"`
	Mail bool   `json:"mail"`
	Face string `json:"face" enum:"console,m,r" doc:"where links in letters lead"`
}

// Choose switches the channels.
func (s *Service) Choose(ctx context.Context, who authz.Actor, act authz.Action, lang string, c Choice) (Own, error) {
	return s.changeOwn(ctx, who, act, func(_ *db.Tx, r *Reach) error {
		if c.Mail && r.Confirmed == nil {
			return ErrUnconfirmed
		}
		r.Push, r.Mail, r.Lang, r.Face = c.Push, c.Mail, lang, c.Face
		return nil
	})
}

const (
	codeLasts = 15 * time.Minute
	codeTries = 5
	codesADay = 5
	day       = 24 * time.Hour
)

// codeIndex is what is kept of a code.
func codeIndex(tx *db.Tx, account authz.AccountID, code string) string {
	return tx.Vault().Index("message.code", account.String()+" "+code)
}

// SetAddress sends a code to an address: nobody subscribes somebody else. Until
// it is confirmed nothing goes there.
func (s *Service) SetAddress(ctx context.Context, who authz.Actor, act authz.Action, lang, face, text string) (o Own, err error) {
	address, ok := mail.Address(text)
	if !ok {
		return o, errs.ErrFields.At(errs.Field{Name: "address", Code: "message.address"})
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return o, err
	}
	code := fmt.Sprintf("%06d", n)
	var set *Server
	var to mail.Server
	o, err = s.changeOwn(ctx, who, act, func(tx *db.Tx, r *Reach) error {
		if set, err = server(ctx, tx); err != nil {
			return err
		}
		if set == nil || !set.On {
			return ErrOff
		}
		if to, err = set.dialled(tx); err != nil {
			return err
		}
		if tx.Now.Sub(r.AskedAt) >= day {
			r.AskedAt, r.Asked = tx.Now, 0
		}
		if r.Asked++; r.Asked > codesADay {
			left := r.AskedAt.Add(day).Sub(tx.Now)
			return ErrMany.With("minutes", int64((left+time.Minute-1)/time.Minute)).After(left)
		}
		r.Lang, r.Face, r.Mail, r.Confirmed = lang, face, false, nil
		r.Sealed = tx.Vault().Seal(addressPlace(r), address)
		r.Code, r.CodeUntil, r.CodeTries = codeIndex(tx, who.ID, code), tx.Now.Add(codeLasts), 0
		return nil
	})
	if err != nil {
		return o, err
	}
	return o, s.sendNow(ctx, set, to, address, plain(lang, "code", facts{"code": code}, set.Name))
}

// plain is a story about no ticket.
func plain(lang, key string, f facts, from string) story {
	return story{lang: lang, title: word(lang, key+".title", f), line: word(lang, key+".line", f), foot: []string{from}}
}

// sendNow hands in one letter while its writer waits, and tells them what the
// server says.
func (s *Service) sendNow(ctx context.Context, set *Server, to mail.Server, address string, told story) error {
	if s.Trust != nil {
		s.Trust(&to)
	}
	c, err := mail.Dial(ctx, to)
	if err == nil {
		defer c.Close()
		err = c.Send(set.letter(told, address, "now-"+strings.ToLower(rand.Text()), s.DB.Now()))
	}
	if f := (*mail.Failure)(nil); errors.As(err, &f) {
		return ErrNotTaken.With("words", f.Words)
	}
	return err
}

// Confirm switches letters on for who read the code.
func (s *Service) Confirm(ctx context.Context, who authz.Actor, act authz.Action, code string) (o Own, err error) {
	right := false
	o, err = s.changeOwn(ctx, who, act, func(tx *db.Tx, r *Reach) error {
		if r.Sealed == "" || r.Code == "" || tx.Now > r.CodeUntil || r.CodeTries >= codeTries {
			return ErrCode
		}
		r.CodeTries++
		for _, x := range tx.Vault().Indexes("message.code", who.ID.String()+" "+strings.TrimSpace(code)) {
			right = right || x == r.Code
		}
		if right {
			r.Confirmed, r.Mail, r.Code = &tx.Now, true, ""
		}
		return nil
	})
	if err == nil && !right {
		err = ErrCode
	}
	return o, err
}

// DropAddress forgets the caller's address.
func (s *Service) DropAddress(ctx context.Context, who authz.Actor, act authz.Action) (Own, error) {
	return s.changeOwn(ctx, who, act, func(_ *db.Tx, r *Reach) error {
		r.Mail, r.Sealed, r.Confirmed, r.Code = false, "", nil, ""
		return nil
	})
}

// mostDevices is how many browsers one person has; the one not seen for longest makes room.
const mostDevices = 10

// Subscribe takes a browser of the caller's, and switches notifications on. It
// belongs to the session: signing it out ends it.
func (s *Service) Subscribe(ctx context.Context, who authz.Actor, act authz.Action, token, face, lang string, sub webpush.Subscription) (Own, error) {
	if err := sub.Check(s.Push.Near()); err != nil {
		field := "endpoint"
		if errors.Is(err, webpush.ErrKeys) {
			field = "p256dh"
		}
		return Own{}, errs.ErrFields.At(errs.Field{Name: field, Code: "message.subscription"})
	}
	plain, err := json.Marshal(sub)
	if err != nil {
		return Own{}, err
	}
	return s.changeOwn(ctx, who, act, func(tx *db.Tx, r *Reach) error {
		r.Push, r.Lang, r.Face = true, lang, face
		session, err := auth.SessionOf(ctx, tx, token)
		if err != nil {
			return err
		}
		g := tx.Global(whyAccounts)
		args := []any{}
		if _, err := g.Exec(ctx, `DELETE FROM push_subscription WHERE endpoint_index IN `+db.Among(&args, tx.Vault().Indexes(indexEndpoint, sub.Endpoint)), args...); err != nil {
			return err
		}
		d := Device{ID: db.NewID[Device](tx), Account: who.ID, Session: db.ID(session), Index: tx.Vault().Index(indexEndpoint, sub.Endpoint), Face: face, Lang: lang, Name: browser(who.Request.UserAgent), At: tx.Now, SeenAt: tx.Now}
		d.Sealed = tx.Vault().Seal(d.place(), string(plain))
		if err := db.Insert(ctx, g, "push_subscription", d); err != nil {
			return err
		}
		_, err = g.Exec(ctx, `DELETE FROM push_subscription WHERE account_id = $1 AND id NOT IN (SELECT id FROM push_subscription WHERE account_id = $1 ORDER BY seen_at DESC, id DESC LIMIT $2)`, who.ID, mostDevices)
		return err
	})
}

// browser shortens what a browser calls itself.
func browser(agent string) string {
	system := ""
	for _, name := range []string{"Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"} {
		if strings.Contains(agent, name) {
			system = name
			break
		}
	}
	for _, name := range []string{"MicroMessenger", "Edg", "Firefox", "Chrome", "Safari"} {
		if strings.Contains(agent, name) {
			return strings.TrimSpace(strings.NewReplacer("Edg", "Edge", "MicroMessenger", "WeChat").Replace(name) + " " + system)
		}
	}
	if utf8.RuneCountInString(agent) > 40 {
		agent = string([]rune(agent)[:40])
	}
	return agent
}

// Unsubscribe takes a browser of the caller's away.
func (s *Service) Unsubscribe(ctx context.Context, who authz.Actor, act authz.Action, device DeviceID) error {
	return s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		n, err := tx.Global(whyAccounts).Exec(ctx, `DELETE FROM push_subscription WHERE id = $1 AND account_id = $2`, device, who.ID)
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		tx.Note(0, "account:"+who.ID.String(), map[string]any{"browser": device}, nil)
		return err
	})
}
