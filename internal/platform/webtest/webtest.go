// Package webtest sends requests through the real seam, as a browser does.
package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// Site is an API with a few people signed in.
type Site struct {
	t       testing.TB
	handler http.Handler
}

const csrf = "test"

// New serves routes; the cookie of somebody is their name in people.
func New(t testing.TB, d *db.DB, people map[string]authz.Actor, routes ...func(*web.API)) *Site {
	a := web.New("test")
	for _, r := range routes {
		r(a)
	}
	return &Site{t, a.Handler(web.Guard{Now: d.Now, Find: func(_ context.Context, cookie string, _ authz.Request) (web.Session, error) {
		who, ok := people[cookie]
		if !ok {
			return web.Session{}, authz.ErrSignIn
		}
		return web.Session{Who: who, CSRF: csrf}, nil
	}})}
}

// Answer is what came back.
type Answer struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
}

// Do sends a JSON body, or none; headers are name and value in turn.
func (s *Site) Do(as, method, path string, body any, headers ...string) Answer {
	s.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	return s.send(as, method, path, r, "application/json", headers...)
}

// Upload sends a file in the field "file".
func (s *Site) Upload(as, path, name string, content []byte) Answer {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s.send(as, http.MethodPost, path, &b, m.FormDataContentType())
}

func (s *Site) send(as, method, path string, body io.Reader, kind string, headers ...string) Answer {
	s.t.Helper()
	req := httptest.NewRequestWithContext(s.t.Context(), method, web.Prefix+path, body)
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: as})
	req.Header.Set("X-CSRF-Token", csrf)
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.handler.ServeHTTP(rec, req)
	return Answer{s.t, rec.Code, rec.Header(), rec.Body.String()}
}

// Is fails the test unless the status and every word are there.
func (a Answer) Is(status int, words ...string) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			a.t.Fatalf("no %q in %s", w, a.Body)
		}
	}
	return a
}

// Not fails the test if one of the words is there.
func (a Answer) Not(words ...string) Answer {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) {
			a.t.Fatalf("%q in %s", w, a.Body)
		}
	}
	return a
}

// JSON decodes the body.
func JSON[T any](a Answer) (v T) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	return v
}
