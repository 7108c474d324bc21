// Package mailtest is a mail server on this machine that keeps what it is given.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	platform "guanjia/internal/platform/mail"
)

// Server is one mail server. It lets in "post" with the password "right horse".
type Server struct {
	platform.Server

	t       testing.TB
	mu      sync.Mutex
	smtp    *smtp.Server
	letters []Letter
	refuse  map[string]*smtp.SMTPError
	roots   *tls.Config
}

// Letter is what was handed in.
type Letter struct {
	To, From, FromName, Subject, ID, Text, HTML, Raw string
	Files                                            []File
}

// File is what a letter brought along.
type File struct {
	Name, Type string
	Data       []byte
}

// New starts a server of the given security.
func New(t testing.TB, security string) *Server {
	t.Helper()
	s := &Server{t: t, refuse: map[string]*smtp.SMTPError{}}
	s.Security, s.User, s.Password = security, "post", "right horse"
	s.roots, s.Roots = certificate(t)
	s.listen("127.0.0.1:0")
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) listen(address string) {
	s.t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(s.t.Context(), "tcp", address)
	if err != nil {
		s.t.Fatal(err)
	}
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		s.t.Fatal(l.Addr())
	}
	s.Host, s.Port = at.IP.String(), int64(at.Port)
	s.smtp = smtp.NewServer(s)
	s.smtp.Domain, s.smtp.ReadTimeout, s.smtp.AllowInsecureAuth = "localhost", 10*time.Second, s.Security == platform.None
	if s.Security == platform.STARTTLS {
		s.smtp.TLSConfig = s.roots
	}
	if s.Security == platform.TLS {
		l = tls.NewListener(l, s.roots)
	}
	serving := s.smtp
	go func() { _ = serving.Serve(l) }()
}

// Stop takes the server away.
func (s *Server) Stop() { _ = s.smtp.Close() }

// Start brings it back at the same place.
func (s *Server) Start() { s.listen(net.JoinHostPort(s.Host, s.port())) }

func (s *Server) port() string { return big.NewInt(s.Port).String() }

// Refuse answers letters to an address with a code and words; 0 takes them again.
func (s *Server) Refuse(address string, code int, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refuse, address)
	if code != 0 {
		s.refuse[address] = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: words}
	}
}

// Letters is what was handed in so far.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter{}, s.letters...)
}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{of: s}, nil }

type session struct {
	of *Server
	in bool
	to string
}

// AuthMechanisms implements smtp.AuthSession.
func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "post" || password != "right horse" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "who are you"}
		}
		c.in = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (c *session) Mail(string, *smtp.MailOptions) error {
	if !c.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

// Rcpt implements smtp.Session.
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if e := c.of.refuse[to]; e != nil {
		return e
	}
	c.to = to
	return nil
}

// Data implements smtp.Session.
func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := Parse(string(raw))
	if err != nil {
		return err
	}
	l.To = c.to
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.of.letters = append(c.of.letters, l)
	return nil
}

// Reset implements smtp.Session.
func (c *session) Reset() {}

// Logout implements smtp.Session.
func (c *session) Logout() error { return nil }

// Parse reads a letter as a program for mail does.
func Parse(raw string) (l Letter, err error) {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return l, err
	}
	words := mime.WordDecoder{}
	l = Letter{Raw: raw, ID: m.Header.Get("Message-Id")}
	from, err := mail.ParseAddress(m.Header.Get("From"))
	if err != nil {
		return l, err
	}
	l.From, l.FromName = from.Address, from.Name
	if l.Subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	return l, l.parts(m.Header.Get("Content-Type"), m.Body)
}

// parts reads the alternatives of a letter, and the files it brings along.
func (l *Letter) parts(of string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(of)
	if err != nil || kind != "multipart/alternative" && kind != "multipart/mixed" {
		return errors.Join(err, errors.New("no alternatives: "+kind))
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		of := p.Header.Get("Content-Type")
		if strings.HasPrefix(of, "multipart/") {
			if err := l.parts(of, p); err != nil {
				return err
			}
			continue
		}
		if name := p.FileName(); name != "" {
			data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
			if err != nil {
				return err
			}
			l.Files = append(l.Files, File{name, of, data})
			continue
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return err
		}
		if plain := strings.ReplaceAll(string(text), "\r\n", "\n"); strings.HasPrefix(of, "text/plain") {
			l.Text = plain
		} else {
			l.HTML = plain
		}
	}
}

func certificate(t testing.TB) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}
