package message

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/webpush"
)

// dialled is the server as letters are handed in, with its password.
func (s *Server) dialled(tx *db.Tx) (mail.Server, error) {
	password, err := tx.Vault().Open(s.place(), s.Password)
	return mail.Server{Host: s.Host, Port: s.Port, Security: s.Security, User: s.User, Password: password}, err
}

func (s *Server) place() string { return Sealed[0].Place(db.ID(s.ID)) }

func (k *key) place() string { return Sealed[1].Place(db.ID(k.ID)) }

// company lets only who may do this everywhere: there is one server for all.
func company(who authz.Actor, act authz.Action) error {
	if err := who.May(act); err != nil {
		return err
	}
	if !who.Scope(act).All {
		return authz.ErrForbidden
	}
	return nil
}

// MailServer returns what was set up; without anything, where one begins.
func (s *Service) MailServer(ctx context.Context, who authz.Actor) (out Server, err error) {
	if err := company(who, ActServer); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, who, ActServer, func(tx *db.Tx) error {
		out, err = shownServer(ctx, tx)
		return err
	})
	return out, err
}

func shownServer(ctx context.Context, tx *db.Tx) (Server, error) {
	set, err := server(ctx, tx)
	if err != nil {
		return Server{}, err
	}
	if set == nil {
		set = &Server{Port: 587, Security: mail.STARTTLS}
	}
	set.HasSecret = set.Password != ""
	set.Waiting, err = db.One[int64](ctx, tx.Global(whyServer), `SELECT COUNT(*) FROM message WHERE channel = 'mail' AND state = 'waiting'`)
	return *set, err
}

// Terms are what an administrator sets.
type Terms struct {
	On       bool    `json:"on"`
	Host     string  `json:"host" maxLength:"253"`
	Port     int64   `json:"port" minimum:"1" maximum:"65535"`
	Security string  `json:"security" enum:"starttls,tls,none"`
	User     string  `json:"user" maxLength:"200"`
	Password *string `json:"password,omitempty" maxLength:"400" doc:"absent: as it was; empty: none"`
	Sender   string  `json:"sender" maxLength:"254"`
	Name     string  `json:"senderName" maxLength:"60"`
	Site     string  `json:"site" maxLength:"200"`
}

var hostForm = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$`)

// checked trims the terms and says what is wrong, field by field.
func (t Terms) checked() (Terms, error) {
	var wrong errs.Fields
	wrong.Words("user", &t.User, 200, false)
	wrong.Words("senderName", &t.Name, 60, t.On)
	t.Host, t.Site = strings.TrimSpace(t.Host), strings.TrimRight(strings.TrimSpace(t.Site), "/")
	if _, err := netip.ParseAddr(t.Host); err != nil && !hostForm.MatchString(t.Host) && (t.On || t.Host != "") {
		wrong.Add("host", "message.host", nil)
	}
	if t.Security == mail.None && t.Host != "" && !mail.Local(t.Host) {
		wrong.Add("security", "message.not_encrypted", nil)
	}
	if address, ok := mail.Address(t.Sender); ok {
		t.Sender = address
	} else if t.On || t.Sender != "" {
		wrong.Add("sender", "message.address", nil)
	}
	if u, err := url.Parse(t.Site); t.Site != "" && (err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !mail.Local(u.Hostname()))) {
		wrong.Add("site", "message.site", nil)
	}
	return t, wrong.Err()
}

// SetMailServer changes where letters are handed in.
func (s *Service) SetMailServer(ctx context.Context, who authz.Actor, expect func(int64) error, t Terms) (out Server, err error) {
	if err := company(who, ActServer); err != nil {
		return out, err
	}
	if t, err = t.checked(); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActServer, func(tx *db.Tx) error {
		set, err := server(ctx, tx)
		if err != nil {
			return err
		}
		fresh := set == nil
		if fresh {
			set = &Server{ID: db.NewID[Server](tx)}
		}
		if err := expect(set.Version); err != nil {
			return err
		}
		before := set.noted()
		moved := set.Host != t.Host || set.Port != t.Port || set.User != t.User
		set.On, set.Host, set.Port, set.Security, set.User, set.Sender, set.Name, set.Site = t.On, t.Host, t.Port, t.Security, t.User, t.Sender, t.Name, t.Site
		switch {
		case t.Password != nil:
			set.Password = tx.Vault().Seal(set.place(), *t.Password)
		case moved && set.Password != "":
			// Whoever may change the host must not have the old password sent there.
			return errs.ErrFields.At(errs.Field{Name: "password", Code: "message.password_again"})
		}
		set.DownSince, set.DownUntil, set.DownTimes, set.DownWhy = nil, 0, 0, ""
		tx.Note(0, "mail_server", before, set.noted())
		g := tx.Global(whyServer)
		if fresh {
			set.Version = 1
			err = db.Insert(ctx, g, "mail_server", *set)
		} else {
			err = db.Save(ctx, g, "mail_server", set)
		}
		if err != nil {
			return err
		}
		if _, err := g.Exec(ctx, `UPDATE message SET due_at = $1 WHERE channel = 'mail' AND state = 'waiting' AND NOT is_quiet AND due_at > $1`, tx.Now); err != nil {
			return err
		}
		out, err = shownServer(ctx, tx)
		tx.Answer(&out)
		return errors.Join(err, wake(ctx, tx, Mail, tx.Now))
	})
	return out, err
}

// noted is what the trail keeps: not the password.
func (s *Server) noted() map[string]any {
	return map[string]any{"on": s.On, "host": s.Host, "port": s.Port, "security": s.Security, "user": s.User, "sender": s.Sender, "site": s.Site, "password": s.Password != ""}
}

// Tested is what became of a test letter.
type Tested struct {
	Taken bool   `json:"taken"`
	Words string `json:"words,omitempty" doc:"what the server, or the network, said"`
}

// TestMail sends a letter with what is saved, and tells what the server says.
func (s *Service) TestMail(ctx context.Context, who authz.Actor, lang, text string) (out Tested, err error) {
	if err := company(who, ActServer); err != nil {
		return out, err
	}
	address, ok := mail.Address(text)
	if !ok {
		return out, errs.ErrFields.At(errs.Field{Name: "to", Code: "message.address"})
	}
	var set *Server
	var to mail.Server
	if err := s.DB.Read(ctx, who, ActServer, func(tx *db.Tx) error {
		if set, err = server(ctx, tx); err == nil && set != nil {
			to, err = set.dialled(tx)
		}
		return err
	}); err != nil {
		return out, err
	}
	if set == nil || set.Host == "" || set.Sender == "" {
		return out, ErrOff
	}
	err = s.sendNow(ctx, set, to, address, plain(lang, "test", nil, set.Name))
	if out.Taken = err == nil; errors.Is(err, ErrNotTaken) {
		out.Words, _ = errs.Of(err).Params["words"].(string)
		err = nil
	}
	if err != nil {
		return out, err
	}
	if out.Taken {
		if err := s.up(ctx); err != nil {
			return out, err
		}
	}
	return out, s.DB.Write(ctx, who, ActServer, func(tx *db.Tx) error {
		tx.Note(0, "mail_server", nil, map[string]any{"tested": out.Taken})
		tx.Answer(&out)
		return wake(ctx, tx, Mail, tx.Now)
	})
}

// keyIn is the installation's key, nil before the first start made it.
func keyIn(ctx context.Context, tx *db.Tx) (*key, error) {
	return one(db.All[key](ctx, tx.Global(whyServer), `SELECT `+db.Columns[key]("")+` FROM push_key ORDER BY id LIMIT 1`))
}

// EnsureKey makes the key that signs what goes to browsers, once for all nodes.
func (s *Service) EnsureKey(ctx context.Context) error {
	there := false
	if err := s.DB.Read(ctx, system, actSend, func(tx *db.Tx) error {
		k, err := keyIn(ctx, tx)
		there = k != nil
		return err
	}); err != nil || there {
		return err
	}
	made, err := webpush.NewKeys()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("it comes with the first start")
		if k, err := keyIn(ctx, tx); err != nil || k != nil {
			return err
		}
		k := key{ID: db.NewID[key](tx), Public: made.Public, At: tx.Now}
		k.Private = tx.Vault().Seal(k.place(), made.Private)
		return db.Insert(ctx, tx.Global(whyServer), "push_key", k)
	})
}
