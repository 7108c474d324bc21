// Package webpush sends notifications to browsers (RFC 8030): encrypted for one
// of them (RFC 8291) and signed with the installation's key (RFC 8292). An
// address comes from a browser and is hostile until proved otherwise: only
// https, and never into a private network.
package webpush

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	push "github.com/SherClockHolmes/webpush-go"
)

// Keys sign what is sent; browsers are told the public one when they subscribe.
type Keys struct{ Private, Public string }

// NewKeys makes a pair on P-256, base64url.
func NewKeys() (k Keys, err error) {
	k.Private, k.Public, err = push.GenerateVAPIDKeys()
	return k, err
}

// Subscription is what a browser gives to be reached by.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
}

// Errors of a subscription.
var (
	ErrEndpoint = errors.New("webpush: no address that is sent to")
	ErrKeys     = errors.New("webpush: no keys of a browser")
)

const (
	longestEndpoint = 1000
	authBytes       = 16
)

// Check refuses what cannot be sent to. near admits plain HTTP to this machine,
// for tests.
func (s Subscription) Check(near bool) error {
	u, err := url.Parse(s.Endpoint)
	if err != nil || len(s.Endpoint) > longestEndpoint || u.Host == "" || u.User != nil {
		return ErrEndpoint
	}
	addr, notIP := netip.ParseAddr(u.Hostname())
	loopback := notIP == nil && addr.IsLoopback()
	switch {
	case near && loopback && (u.Scheme == "http" || u.Scheme == "https"):
	case u.Scheme != "https", notIP == nil && !Public(addr), u.Hostname() == "localhost":
		return ErrEndpoint
	}
	point, err := decode(s.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	secret, e := decode(s.Auth)
	if err != nil || e != nil || len(secret) != authBytes {
		return ErrKeys
	}
	return nil
}

func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// reserved are the networks besides the private ones that lead nowhere outside.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// Public reports whether an address is one of the open internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Message is one notification.
type Message struct {
	Payload []byte
	TTL     time.Duration // how long the push service keeps it for a browser that is off
	High    bool          // wake a device that sleeps
	Topic   string        // a later one replaces one of the same topic that still waits; at most 32 of base64url
}

// Sender sends. It follows no redirection and uses no proxy: what it is told to
// call is looked at when the connection is made, after the name was resolved.
type Sender struct {
	client *http.Client
	near   bool
}

// New makes a sender; near admits addresses of this machine, for tests.
func New(near bool) *Sender {
	dial := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !Public(at.Addr()) && (!near || !at.Addr().Unmap().IsLoopback()) {
			return ErrEndpoint
		}
		return nil
	}}
	return &Sender{near: near, client: &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Near reports whether addresses of this machine are admitted.
func (s *Sender) Near() bool { return s.near }

// Refusal is why a message did not go out.
type Refusal struct {
	Status int           // of the answer; 0: there was none
	Wait   time.Duration // what the service asks to wait; 0: nothing said
	cause  error
}

func (r *Refusal) Error() string {
	if r.Status == 0 {
		return "no answer: " + r.cause.Error()
	}
	return fmt.Sprintf("answered %d", r.Status)
}

func (r *Refusal) Unwrap() error { return r.cause }

// Gone reports whether the browser will never be reached there again.
func (r *Refusal) Gone() bool { return r.Status == http.StatusNotFound || r.Status == http.StatusGone }

// Later reports whether trying again may help.
func (r *Refusal) Later() bool {
	return r.Status == http.StatusTooManyRequests || r.Status >= 500 || r.Status == 0 && !errors.Is(r.cause, ErrEndpoint) && !errors.Is(r.cause, ErrKeys)
}

// Send sends a message; contact is whom a push service writes to about us, an
// address of mail or https. What goes wrong is a *Refusal.
func (s *Sender) Send(ctx context.Context, k Keys, contact string, to Subscription, m Message) error {
	if err := to.Check(s.near); err != nil {
		return &Refusal{cause: err}
	}
	urgency := push.UrgencyNormal
	if m.High {
		urgency = push.UrgencyHigh
	}
	res, err := push.SendNotificationWithContext(ctx, m.Payload, &push.Subscription{Endpoint: to.Endpoint, Keys: push.Keys{Auth: to.Auth, P256dh: to.P256dh}}, &push.Options{
		HTTPClient: s.client, Subscriber: contact, Topic: m.Topic, TTL: int(m.TTL.Seconds()), Urgency: urgency, VAPIDPublicKey: k.Public, VAPIDPrivateKey: k.Private,
	})
	if err != nil {
		return &Refusal{cause: withoutAddress(err)}
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return nil
	}
	r := &Refusal{Status: res.StatusCode}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		r.Wait = min(time.Duration(n)*time.Second, time.Hour)
	}
	return r
}

// withoutAddress keeps the endpoint, by which anybody could send, out of logs and pages.
func withoutAddress(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}
