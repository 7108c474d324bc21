package mail_test

import (
	"errors"
	"strings"
	"testing"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/mail/mailtest"
)

func letter() mail.Letter {
	return mail.Letter{ID: "m1@guanjia", From: "post@example.com", To: "li@example.com", FromName: "阳光花园", Subject: "您的报修 BX20260302-0001 已登记", Text: "您好：\n已登记。\n", HTML: "<p>已登记。</p>", At: clock.Instant(1_770_000_000_000)}
}

func send(t *testing.T, s mail.Server, l mail.Letter) error {
	t.Helper()
	c, err := mail.Dial(t.Context(), s)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Send(l)
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	for _, security := range []string{mail.STARTTLS, mail.TLS, mail.None} {
		server := mailtest.New(t, security)
		if err := send(t, server.Server, letter()); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		got := server.Letters()
		if len(got) != 1 || got[0].Subject != letter().Subject || got[0].Text != letter().Text || got[0].HTML != letter().HTML || got[0].FromName != "阳光花园" || got[0].To != "li@example.com" || got[0].ID != "<m1@guanjia>" {
			t.Errorf("%s: %+v", security, got)
		}
		if strings.Contains(got[0].Raw[:strings.Index(got[0].Raw, "\r\n\r\n")], "已") {
			t.Errorf("%s: Chinese stands in the header as it is: %.300s", security, got[0].Raw)
		}
	}
}

// Whatever stands in a name or a title, it ends no header and begins none.
func TestNoTextBecomesAHeader(t *testing.T) {
	server := mailtest.New(t, mail.None)
	l := letter()
	l.Subject, l.FromName = "one\r\nBcc: evil@example.com\r\n\r\nbody", "a\"\r\nX-Evil: 1\r\n<x@y>"
	if err := send(t, server.Server, l); err != nil {
		t.Fatal(err)
	}
	got := server.Letters()[0]
	if got.Subject != "one Bcc: evil@example.com body" || strings.Contains(got.Raw, "\nBcc:") || strings.Contains(got.Raw, "\nX-Evil") || got.Text != l.Text {
		t.Errorf("%+v", got)
	}
	for _, to := range []string{"", "li", "li@", "@example.com", "li@example.com\r\nBcc: a@b.c", "Li <li@example.com>", "a@example.com,b@example.com", "李@example.com", "li@exa mple.com", strings.Repeat("a", 65) + "@example.com", `"a b"@example.com`, "li@host"} {
		if a, ok := mail.Address(to); ok {
			t.Errorf("%q is taken as %q", to, a)
		}
		l.To = to
		if err := send(t, server.Server, l); err == nil {
			t.Errorf("%q was sent", to)
		}
	}
	if a, ok := mail.Address(" li.wei+home@mail.example.com "); !ok || a != "li.wei+home@mail.example.com" || mail.Mask(a) != "l***@mail.example.com" {
		t.Error(a)
	}
	if len(server.Letters()) != 1 {
		t.Error(server.Letters())
	}
}

func TestWhatTheServerSaysIsTold(t *testing.T) {
	server := mailtest.New(t, mail.STARTTLS)
	server.Refuse("gone@example.com", 550, "no such mailbox gone@example.com")
	server.Refuse("full@example.com", 452, "mailbox full")
	stranger, wrong, away := server.Server, server.Server, server.Server
	stranger.Roots, wrong.Password = nil, "wrong horse"
	away.Port = 1
	remote := mail.Server{Host: "192.0.2.1", Port: 25, Security: mail.None}
	for name, c := range map[string]struct {
		server    mail.Server
		to, words string
		permanent bool
		all       bool // it concerns every letter
	}{
		"wrong password":    {wrong, "li@example.com", "535", true, true},
		"unknown mailbox":   {server.Server, "gone@example.com", "no such mailbox", true, false},
		"mailbox full":      {server.Server, "full@example.com", "mailbox full", false, false},
		"server away":       {away, "li@example.com", "refused", false, true},
		"not whom we trust": {stranger, "li@example.com", "certificate", false, true},
	} {
		l := letter()
		l.To = c.to
		f := (*mail.Failure)(nil)
		if err := send(t, c.server, l); !errors.As(err, &f) || !strings.Contains(f.Words, c.words) || f.Permanent != c.permanent || f.Server != c.all {
			t.Errorf("%s: %+v", name, err)
		} else if strings.Contains(f.Words, "horse") || strings.Contains(f.Words, c.to) {
			t.Errorf("%s tells too much: %s", name, f.Words)
		}
	}
	if mail.Local(remote.Host) || !mail.Local("localhost") || !mail.Local("127.0.0.1") || !mail.Local("::1") || mail.Local("example.com") {
		t.Error("what this machine is")
	}
	if err := send(t, server.Server, letter()); err != nil || len(server.Letters()) != 1 {
		t.Errorf("%v %d", err, len(server.Letters()))
	}
}
