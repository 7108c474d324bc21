// Package pushtest is a push service and its browsers on this machine: it
// checks the signature of what comes (RFC 8292) and opens it as a browser does
// (RFC 8291), by code of its own.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"guanjia/internal/platform/webpush"
)

// Service answers for all its browsers.
type Service struct {
	t      testing.TB
	server *httptest.Server

	mu       sync.Mutex
	status   int
	headers  []string
	browsers []*Browser
	calls    int
}

// Browser is one subscribed browser with its secrets.
type Browser struct {
	webpush.Subscription
	key    *ecdh.PrivateKey
	secret []byte
	of     *Service
	got    []Received
}

// Received is what reached a browser.
type Received struct {
	Payload, TTL, Urgency, Topic, Key, Contact string
	Body                                       []byte
}

// String is what a failing test shows.
func (r Received) String() string { return r.Urgency + " " + r.Payload }

// New starts a service that accepts everything that is right.
func New(t testing.TB) *Service {
	t.Helper()
	s := &Service{t: t, status: http.StatusCreated}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// Close stops answering.
func (s *Service) Close() { s.server.Close() }

// Answer makes every call end with a status; headers are pairs.
func (s *Service) Answer(status int, headers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.headers = status, headers
}

// Calls is how often the service was called.
func (s *Service) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Browser subscribes one more.
func (s *Service) Browser() *Browser {
	s.t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	secret := make([]byte, 16)
	_, _ = rand.Read(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &Browser{key: key, secret: secret, of: s}
	b.Subscription = webpush.Subscription{
		Endpoint: s.server.URL + "/" + strconv.Itoa(len(s.browsers)),
		P256dh:   base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(secret),
	}
	s.browsers = append(s.browsers, b)
	return b
}

// Received is what has come so far.
func (b *Browser) Received() []Received {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	return append([]Received{}, b.got...)
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	for i := 0; i+1 < len(s.headers); i += 2 {
		w.Header().Set(s.headers[i], s.headers[i+1])
	}
	n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil || n >= len(s.browsers) || r.Method != http.MethodPost || r.Header.Get("Content-Encoding") != "aes128gcm" {
		s.t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		return
	}
	if s.status >= 300 {
		w.WriteHeader(s.status)
		return
	}
	body, err := io.ReadAll(r.Body)
	got := Received{Body: body, TTL: r.Header.Get("TTL"), Urgency: r.Header.Get("Urgency"), Topic: r.Header.Get("Topic")}
	if err == nil {
		got.Key, got.Contact, err = signed(r.Header.Get("Authorization"), s.server.URL)
	}
	if err == nil {
		got.Payload, err = s.browsers[n].open(body)
	}
	if err != nil {
		s.t.Error(err)
	}
	s.browsers[n].got = append(s.browsers[n].got, got)
	w.WriteHeader(s.status)
}

// signed checks "vapid t=…, k=…" for the audience and returns key and contact.
func signed(header, audience string) (key, contact string, err error) {
	rest, ok := strings.CutPrefix(header, "vapid t=")
	token, key, two := strings.Cut(rest, ", k=")
	if !ok || !two {
		return "", "", errors.New("no VAPID header: " + header)
	}
	point, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return "", "", err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return "", "", err
	}
	claims := jwt.MapClaims{}
	if _, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return public, nil }, jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience(audience), jwt.WithExpirationRequired()); err != nil {
		return "", "", err
	}
	contact, err = claims.GetSubject()
	return key, contact, err
}

// Opens reports whether b can read a body.
func (b *Browser) Opens(body []byte) bool {
	_, err := b.open(body)
	return err == nil
}

func (b *Browser) open(body []byte) (string, error) {
	if len(body) < 21+65+17 || binary.BigEndian.Uint32(body[16:20]) > 4096 || body[20] != 65 || len(body) > 4096 {
		return "", errors.New("no aes128gcm record")
	}
	salt, sender, sealed := body[:16], body[21:86], body[86:]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return "", err
	}
	shared, err := b.key.ECDH(public)
	if err != nil {
		return "", err
	}
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(sender)
	ikm, err := hkdf.Key(sha256.New, shared, b.secret, info, 32)
	if err != nil {
		return "", err
	}
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return "", err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(plain), "\x00")
	text, ok := strings.CutSuffix(text, "\x02")
	if !ok {
		return "", errors.New("no end of the padding")
	}
	return text, nil
}
