package message

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/webpush"
)

const (
	lettersAtOnce = 10 // of a lease: a server may be silent for 15 s with each
	pushesAtOnce  = 40
	pushesBeside  = 8
)

// letter is what a message becomes on its way to the mail server.
type letter struct {
	mail.Letter
	why string // it is not sent
}

// post hands every letter that is due to the mail server, one after the other on
// one connection. A server that is away is tried again later and once for all of
// them, so that a day without it costs nothing and catching up is quick (QUA-13).
func (s *Service) post(ctx context.Context) error {
	to, open, err := s.mailServer(ctx)
	if err != nil || open > 0 || to.Host == "" {
		return err
	}
	var c *mail.Session
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for ctx.Err() == nil {
		batch, err := s.claim(ctx, Mail, lettersAtOnce)
		if err != nil || len(batch) == 0 {
			return err
		}
		slices.SortFunc(batch, func(a, b Message) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
		for i, m := range batch {
			if ctx.Err() != nil {
				return s.release(context.WithoutCancel(ctx), batch[i:], s.DB.Now())
			}
			l, err := s.letterOf(ctx, m)
			if err != nil {
				return err // it is tried again when the lease is over
			}
			if l.why == "" && c == nil {
				if c, err = mail.Dial(ctx, to); err == nil {
					err = s.up(ctx)
				}
			}
			if l.why == "" && err == nil {
				err = c.Send(l.Letter)
			}
			if f := (*mail.Failure)(nil); errors.As(err, &f) && f.Server {
				return s.down(ctx, f, batch[i:])
			}
			if err := s.settle(ctx, m.posted(s.DB.Now(), l.why, err)); err != nil {
				return err
			}
		}
	}
	return nil
}

// posted is m after the server has answered.
func (m Message) posted(now clock.Instant, why string, err error) Message {
	f := (*mail.Failure)(nil)
	switch {
	case why != "":
		m.State, m.Reason = Dropped, why
	case errors.As(err, &f):
		return m.failed(now, f.Permanent, 0, f.Words)
	case err != nil:
		return m.failed(now, false, 0, "")
	default:
		m.State, m.Reason = Sent, ""
	}
	return m
}

// mailServer is where letters go; open: how long it is left alone because it did
// not answer.
func (s *Service) mailServer(ctx context.Context) (to mail.Server, open time.Duration, err error) {
	err = s.DB.Read(ctx, system, actSend, func(tx *db.Tx) error {
		set, err := server(ctx, tx)
		if err != nil || set == nil || !set.On {
			return err
		}
		open = set.DownUntil.Sub(tx.Now)
		to, err = set.dialled(tx)
		return err
	})
	if s.Trust != nil {
		s.Trust(&to)
	}
	return to, open, err
}

// letterOf writes a letter with its reader's rights of now.
func (s *Service) letterOf(ctx context.Context, m Message) (l letter, err error) {
	err = s.DB.Read(ctx, system, actSend, func(tx *db.Tx) error {
		l = letter{why: whyOff}
		if tx.Now.Sub(m.At) >= keepsTrying {
			l.why = whyOld
			return nil
		}
		r, err := reachOf(ctx, tx, m.Account)
		if err != nil || r == nil || !r.Mail {
			return err
		}
		to, err := r.address(tx)
		if err != nil || to == "" {
			return err
		}
		set, err := server(ctx, tx)
		if err != nil {
			return err
		}
		told, why, err := s.tell(ctx, tx, m, r.Lang, r.Face)
		if l.why = why; err != nil || why != "" {
			return err
		}
		l.Letter = set.letter(told, to, m.ID.String(), m.At)
		return nil
	})
	return l, err
}

// letter puts a story into an envelope.
func (s *Server) letter(told story, to, id string, at clock.Instant) mail.Letter {
	if s.Site != "" && told.path != "" {
		page := "/" + strings.Split(told.path, "/")[1] + "/me"
		if strings.HasPrefix(told.path, "/console") {
			page = "/console/account/messages"
		}
		told.foot = append(slices.Clone(told.foot), word(told.lang, "stop", facts{"link": s.Site + page}))
	}
	_, domain, _ := strings.Cut(s.Sender, "@")
	return mail.Letter{ID: id + "@" + domain, From: s.Sender, FromName: s.Name, To: to, Subject: told.title, Text: told.text(s.Site), HTML: told.page(s.Site), At: at, Files: told.files}
}

// down gives everything back, and leaves the server alone for a while.
func (s *Service) down(ctx context.Context, f *mail.Failure, rest []Message) error {
	var until clock.Instant
	if err := s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("that the server is away stands on its page")
		set, err := server(ctx, tx)
		if err != nil || set == nil {
			return err
		}
		until = tx.Now.Add(wait(set.DownTimes + 1))
		_, err = tx.Global(whyServer).Exec(ctx, `UPDATE mail_server SET down_since = COALESCE(down_since, $1), down_until = $2, down_times = down_times + 1, down_why = $3`, tx.Now, until, f.Words)
		return err
	}); err != nil {
		return err
	}
	return s.release(ctx, rest, until)
}

// up notes that the server answers again.
func (s *Service) up(ctx context.Context) error {
	return s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("that the server is back stands on its page")
		_, err := tx.Global(whyServer).Exec(ctx, `UPDATE mail_server SET down_since = NULL, down_until = 0, down_times = 0, down_why = '' WHERE down_since IS NOT NULL`)
		return err
	})
}

// notify calls the push services with everything that is due, several beside
// each other; one that does not answer is not asked again in the same round.
func (s *Service) notify(ctx context.Context) error {
	for ctx.Err() == nil {
		batch, err := s.claim(ctx, Push, pushesAtOnce)
		if err != nil || len(batch) == 0 {
			return err
		}
		silent := &hosts{}
		var beside sync.WaitGroup
		errs, free := make(chan error, len(batch)), make(chan struct{}, pushesBeside)
		for _, m := range batch {
			free <- struct{}{}
			beside.Go(func() {
				defer func() { <-free }()
				errs <- s.one(ctx, m, silent)
			})
		}
		beside.Wait()
		close(errs)
		for e := range errs {
			err = errors.Join(err, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hosts are push services that did not answer.
type hosts struct {
	mu  sync.Mutex
	all map[string]bool
}

func (h *hosts) silent(endpoint string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all[hostOf(endpoint)]
}

func (h *hosts) add(endpoint string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[string]bool{}
	}
	h.all[hostOf(endpoint)] = true
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

// parcel is a message for one browser.
type parcel struct {
	device  DeviceID
	to      webpush.Subscription
	payload []byte
	tag     string
}

// one sends a message to every browser of its reader.
func (s *Service) one(ctx context.Context, m Message, silent *hosts) error {
	all, keys, contact, why, err := s.parcels(ctx, m)
	if err != nil {
		return err
	}
	if why != "" {
		m.State, m.Reason = Dropped, why
		return s.settle(ctx, m)
	}
	reached := false
	var last *webpush.Refusal
	after := time.Duration(0)
	for _, p := range all {
		r, err := s.call(ctx, m, p, keys, contact, silent)
		if err != nil {
			return err
		}
		if r == nil {
			reached = true
			continue
		}
		if r.Gone() || !r.Later() && r.Status == 0 {
			if err := s.forget(ctx, m.Account, p.device); err != nil {
				return err
			}
			continue
		}
		last, after = r, max(after, r.Wait)
	}
	switch {
	case reached:
		m.State, m.Reason = Sent, ""
	case last == nil:
		m.State, m.Reason = Dropped, whyDevice
	default:
		m = m.failed(s.DB.Now(), !last.Later(), after, last.Error())
	}
	return s.settle(ctx, m)
}

// call sends one parcel; nil: it was taken.
func (s *Service) call(ctx context.Context, m Message, p parcel, keys webpush.Keys, contact string, silent *hosts) (r *webpush.Refusal, err error) {
	if silent.silent(p.to.Endpoint) {
		return &webpush.Refusal{Status: 503}, nil
	}
	err = s.Push.Send(ctx, keys, contact, p.to, webpush.Message{Payload: p.payload, TTL: m.lasts(), High: m.Urgent, Topic: p.tag})
	if errors.As(err, &r) {
		err = nil
		if r.Status == 0 && r.Later() {
			silent.add(p.to.Endpoint)
		}
	}
	return r, err
}

// parcels makes a message for each of its reader's browsers.
func (s *Service) parcels(ctx context.Context, m Message) (out []parcel, keys webpush.Keys, contact, why string, err error) {
	err = s.DB.Read(ctx, system, actSend, func(tx *db.Tx) error {
		out, why = nil, whyOff
		if tx.Now.Sub(m.At) >= keepsTrying {
			why = whyOld
			return nil
		}
		r, err := reachOf(ctx, tx, m.Account)
		if err != nil || r == nil || !r.Push {
			return err
		}
		k, err := keyIn(ctx, tx)
		if err != nil {
			return err
		}
		if k == nil {
			return nil
		}
		keys.Public, contact = k.Public, contactless
		if keys.Private, err = tx.Vault().Open(k.place(), k.Private); err != nil {
			return err
		}
		if set, err := server(ctx, tx); err != nil {
			return err
		} else if set != nil && set.Sender != "" {
			contact = set.Sender
		}
		own, err := devices(ctx, tx, m.Account)
		for _, d := range own {
			p := parcel{device: d.ID}
			told, no, err := s.tell(ctx, tx, m, d.Lang, d.Face)
			if err != nil {
				return err
			}
			if no != "" {
				why = no
				return nil
			}
			if p.to, err = d.subscription(tx); err != nil {
				return err
			}
			if p.payload, err = told.payload(); err != nil {
				return err
			}
			p.tag = told.tag
			out = append(out, p)
		}
		if why = ""; len(own) == 0 {
			why = whyDevice
		}
		return err
	})
	return out, keys, contact, why, err
}

// contactless is whom push services are told to write to while no sender's
// address is set up; some refuse to deliver then.
const contactless = "https://guanjia.invalid"

// forget takes away a browser that is not reached any more.
func (s *Service) forget(ctx context.Context, account authz.AccountID, d DeviceID) error {
	return s.DB.Bulk(ctx, system, actSend, func(tx *db.Tx) error {
		tx.Silent("the browser is gone")
		_, err := tx.Global(whyAccounts).Exec(ctx, `DELETE FROM push_subscription WHERE id = $1 AND account_id = $2`, d, account)
		return err
	})
}
