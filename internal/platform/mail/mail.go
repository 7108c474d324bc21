// Package mail hands letters to a company's mail server (SMTP). What the server
// says when it refuses is kept, because that is what an administrator can act on.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/textproto"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"guanjia/internal/platform/clock"
)

// How a connection is kept from others.
const (
	STARTTLS = "starttls" // from the first command on
	TLS      = "tls"      // from the first byte on
	None     = "none"     // not at all: to a server on this machine only
)

// Server is where letters are handed in.
type Server struct {
	Host     string
	Port     int64
	Security string
	User     string // "": the server asks for none
	Password string
	Roots    *x509.CertPool // nil: whom this machine trusts
}

// Local reports whether a host is this machine.
func Local(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// Address is the one form of an address that is written to: name@host without a
// display name, comments or anything that could end a header.
func Address(text string) (string, bool) {
	text = strings.TrimSpace(text)
	a, err := mail.ParseAddress(text)
	if err != nil || a.Name != "" || a.Address != text || len(text) > 254 || strings.ContainsAny(text, "\"<>(),;:\\ ") || !ascii(text) {
		return "", false
	}
	local, domain, _ := strings.Cut(text, "@")
	return text, local != "" && len(local) <= 64 && (strings.Contains(domain, ".") || domain == "localhost")
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || r == 0x7f })
}

// Mask shows enough of an address to recognise one's own.
func Mask(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	return local[:min(1, len(local))] + "***@" + domain
}

// Letter is one message to one person.
type Letter struct {
	ID         string // the same for every try, so that a server can tell a repetition
	From, To   string
	FromName   string
	Subject    string
	Text, HTML string
	At         clock.Instant
	Files      []File
}

// File is what a letter brings along.
type File struct {
	Name, Type string
	Data       []byte
}

// Failure says why a letter was not taken.
type Failure struct {
	Words     string // of the server, or of the network; no secret and no address
	Permanent bool   // the server will not take it another time
	Server    bool   // no letter would have been taken: the server is away or does not let us in
	cause     error
}

func (f *Failure) Error() string { return f.Words }

func (f *Failure) Unwrap() error { return f.cause }

// Session is an open connection; it takes one letter after the other.
type Session struct {
	client *gomail.Client
	s      Server
}

// patience is how long a server may be silent.
const patience = 15 * time.Second

// Dial connects and signs in. The error is a *Failure of the server.
func Dial(ctx context.Context, s Server) (*Session, error) {
	options := []gomail.Option{gomail.WithPort(int(s.Port)), gomail.WithTimeout(patience), gomail.WithTLSConfig(s.tls())}
	way := gomail.SMTPAuthAutoDiscover
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case STARTTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		way = gomail.SMTPAuthPlainNoEnc // it stays on this machine
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithDialContextFunc(near))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(way), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, s.failure(err, true)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return nil, s.failure(err, true)
	}
	return &Session{c, s}, nil
}

func (s Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

var errNotLocal = errors.New("a connection without encryption is made to this machine only")

// near looks at what a name has led to: it could lead elsewhere since it was checked.
func near(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if at, e := netip.ParseAddrPort(conn.RemoteAddr().String()); e != nil || !at.Addr().Unmap().IsLoopback() {
		return nil, errors.Join(errNotLocal, conn.Close())
	}
	return conn, nil
}

// Close says goodbye; nothing depends on the answer.
func (s *Session) Close() { _ = s.client.Close() }

// Send hands in one letter. The error is a *Failure; after one of the server's
// the session is of no more use.
func (s *Session) Send(l Letter) error {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from, ours := Address(l.From)
	to, theirs := Address(l.To)
	if !ours || !theirs {
		return &Failure{Words: "the address is none", Permanent: true}
	}
	m.FromMailAddress(&mail.Address{Name: line(l.FromName), Address: from})
	m.ToMailAddress(&mail.Address{Address: to})
	m.Subject(line(l.Subject))
	m.SetMessageIDWithValue(l.ID)
	m.SetDateWithValue(l.At.Time())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	for _, f := range l.Files {
		if err := m.AttachReader(line(f.Name), bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return &Failure{Words: "the file cannot be attached", Permanent: true, cause: err}
		}
	}
	err := s.client.Send(m)
	if err == nil || m.IsDelivered() { // what goes wrong afterwards is no reason to send it twice
		return nil
	}
	f := s.s.failure(err, false)
	f.Words = strings.ReplaceAll(f.Words, to, Mask(to)) // servers like to repeat whom they do not know
	return f
}

// line keeps a text on one line: a header ends where a line does.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 || r == ' ' }), " ")
}

// failure tells a server that refuses one letter from one that is away.
func (s Server) failure(err error, dialing bool) *Failure {
	f := &Failure{Words: said(err), Server: dialing, cause: err}
	if s.Password != "" {
		f.Words = strings.ReplaceAll(f.Words, s.Password, "***")
	}
	if code := codeOf(err); code >= 500 {
		f.Permanent = true
	} else if code == 0 {
		f.Server = true
	}
	return f
}

// codeOf is the server's answer, 0 when it gave none.
func codeOf(err error) int {
	if sent := (*gomail.SendError)(nil); errors.As(err, &sent) {
		return sent.ErrorCode()
	}
	if said := (*textproto.Error)(nil); errors.As(err, &said) {
		return said.Code
	}
	return 0
}

const mostWords = 300

// said is what a person reads of an error, without the recipient.
func said(err error) string {
	text := err.Error()
	for _, from := range []string{", affected recipient(s)", ", affected message ID"} {
		text, _, _ = strings.Cut(text, from)
	}
	text = line(strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > mostWords {
		text = string(r[:mostWords]) + "…"
	}
	return text
}
