package webpush_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"guanjia/internal/platform/webpush"
	"guanjia/internal/platform/webpush/pushtest"
)

// RFC 8291, RFC 8292: the browser can read it, nobody else, and it is signed by us.
func TestTheBrowserReadsWhatWasSentAndKnowsWhoSentIt(t *testing.T) {
	service := pushtest.New(t)
	browser := service.Browser()
	keys, err := webpush.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	m := webpush.Message{Payload: []byte(`{"title":"您的报修已派单"}`), TTL: time.Hour, High: true, Topic: "t1"}
	if err := webpush.New(true).Send(t.Context(), keys, "post@example.com", browser.Subscription, m); err != nil {
		t.Fatal(err)
	}
	got := browser.Received()
	if len(got) != 1 || got[0].Payload != string(m.Payload) || got[0].Key != keys.Public || got[0].Contact != "mailto:post@example.com" || got[0].TTL != "3600" || got[0].Urgency != "high" || got[0].Topic != "t1" {
		t.Fatalf("%+v", got)
	}
	if other := service.Browser(); other.Opens(got[0].Body) {
		t.Error("another browser can read it")
	}
}

func TestOnlyWhatMayHelpIsTriedAgain(t *testing.T) {
	keys, _ := webpush.NewKeys()
	for status, want := range map[int]struct{ gone, later bool }{404: {true, false}, 410: {true, false}, 429: {false, true}, 500: {false, true}, 503: {false, true}, 400: {}, 403: {}, 413: {}, 302: {}} {
		service := pushtest.New(t)
		service.Answer(status, "Retry-After", "7", "Location", "http://127.0.0.1:1/")
		err := webpush.New(true).Send(t.Context(), keys, "post@example.com", service.Browser().Subscription, webpush.Message{Payload: []byte("x")})
		r := (*webpush.Refusal)(nil)
		if !errors.As(err, &r) || r.Status != status || r.Gone() != want.gone || r.Later() != want.later || r.Wait != 7*time.Second {
			t.Errorf("%d: %v", status, err)
		}
	}
	service := pushtest.New(t)
	to := service.Browser().Subscription
	service.Close()
	r := (*webpush.Refusal)(nil)
	if err := webpush.New(true).Send(t.Context(), keys, "a@example.com", to, webpush.Message{Payload: []byte("x")}); !errors.As(err, &r) || !r.Later() || strings.Contains(err.Error(), to.Endpoint) {
		t.Errorf("%v", err)
	}
}

// Whoever subscribes names an address that the server then calls: it must not
// lead into the company's own network.
func TestNothingIsSentIntoAPrivateNetwork(t *testing.T) {
	called := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer inside.Close()
	good := pushtest.New(t).Browser().Subscription
	keys, _ := webpush.NewKeys()
	for _, endpoint := range []string{
		inside.URL, good.Endpoint, "http://push.example.com/x", "ftp://push.example.com/x", "https://10.1.2.3/x", "https://[::1]/x", "https://169.254.169.254/latest", "https://192.168.0.1/", "https://[::ffff:10.0.0.1]/",
		"https://localhost/x", "https://user:secret@push.example.com/", "https:///x", "nothing", "", "https://push.example.com/" + strings.Repeat("x", 1000), strings.Replace(inside.URL, "127.0.0.1", "localhost", 1),
	} {
		to := good
		to.Endpoint = endpoint
		r := (*webpush.Refusal)(nil)
		if err := webpush.New(false).Send(t.Context(), keys, "a@example.com", to, webpush.Message{Payload: []byte("x")}); !errors.As(err, &r) || r.Later() || r.Gone() {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if called {
		t.Error("a server of this machine was called")
	}
	for _, bad := range []webpush.Subscription{{good.Endpoint, "", good.Auth}, {good.Endpoint, good.Auth, good.Auth}, {good.Endpoint, good.P256dh, "AAAA"}, {good.Endpoint, "B" + strings.Repeat("A", 86), good.Auth}} {
		if err := bad.Check(true); !errors.Is(err, webpush.ErrKeys) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A name is looked up only when the connection is made, and what it means then counts.
func TestANameThatMeansThisMachineIsRefusedWhenTheConnectionIsMade(t *testing.T) {
	for addr, public := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.1.1": false, "100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false,
		"224.0.0.1": false, "::1": false, "::": false, "fe80::1": false, "fd00::1": false, "::ffff:127.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "ff02::1": false, "198.18.0.1": false,
	} {
		if got := webpush.Public(netip.MustParseAddr(addr)); got != public {
			t.Errorf("%s: %v", addr, got)
		}
	}
}
