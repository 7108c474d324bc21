package app

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/sheet"
)

// fuzzed is a house on SQLite that all inputs of one fuzzer meet (QUA-20): no
// input gets a 5xx, a panic, or is told what it may not know.
func fuzzed(f *testing.F) func(t *testing.T) *house {
	f.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	noon := &dbtest.Clock{}
	noon.Set(dbtest.Noon)
	a, err := New(f.Context(), Config{DataDir: f.TempDir(), Relaxed: true, SetupCode: setupCode, Now: noon.Now, NearPush: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = a.Close() })
	h := &house{App: a, clock: noon}
	return func(t *testing.T) *house {
		h.t = t
		if h.admin == nil {
			h.live()
			h.admin.from = "192.0.2.1:1000"
		}
		for _, c := range []*client{h.admin, h.stranger} {
			c.h = h
		}
		return h
	}
}

func (a answer) fine() {
	a.t.Helper()
	if a.status >= 500 {
		a.t.Errorf("%s: %d %.300s", a.ask, a.status, a.body)
	} else if a.status >= 400 {
		a.problem()
	}
}

func FuzzBody(f *testing.F) {
	house := fuzzed(f)
	f.Add("POST", "/tickets", `{"community":"06q3g8k2m4n5p","category":"facilities.water","grade":"A","title":"x","channel":"phone"}`)
	f.Add("POST", "/customers", `{"kind":"person","name":"\u0000","tags":[null]}`)
	f.Add("PUT", "/account/password", `{"current":1e999,"next":["a"]}`)
	f.Add("POST", "/session", `{"username":"admin","password":"\ud800"}`)
	f.Add("POST", "/staff", `{"agentNo":"1","skills":{"a":[[[[]]]]}}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		h := house(t)
		if i := strings.IndexAny(path, "?#%"); i >= 0 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, "session") && method == http.MethodDelete {
			return
		}
		switch method {
		case http.MethodPost, http.MethodPut, http.MethodDelete:
			h.admin.do(method, path, strings.ReplaceAll(body, "06q3g8k2m4n5p", h.here), "If-Match", `"1"`).fine()
		}
	})
}

func FuzzCursor(f *testing.F) {
	house := fuzzed(f)
	for _, position := range []string{`{"Due":1,"ID":"06q3g8k2m4n5p"}`, `[]`, `"x"`, `{"Due":1e400}`, `null`, `{"ID":"zzzzzzzzzzzzz"}`} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(position)))
	}
	f.Add("====")
	f.Fuzz(func(t *testing.T, cursor string) {
		h := house(t)
		for _, list := range []string{"/tickets?community=" + h.here + "&", "/staff?community=" + h.here + "&", "/rooms?community=" + h.here + "&", "/audit?", "/followups?community=" + h.here + "&"} {
			for _, c := range []string{cursor, base64.RawURLEncoding.EncodeToString([]byte(cursor))} {
				h.stranger.do("GET", list+"cursor="+escape(c), nil).hide(h.here)
				h.admin.do("GET", list+"cursor="+escape(c), nil).fine()
			}
		}
	})
}

// escape writes every byte so that nothing of it ends the parameter.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte('%')
		b.WriteByte(hex[s[i]>>4])
		b.WriteByte(hex[s[i]&15])
	}
	return b.String()
}

func (a answer) hide(secret string) {
	a.t.Helper()
	a.fine()
	if strings.Contains(a.body, secret) {
		a.t.Errorf("%s told a stranger of %s", a.ask, secret)
	}
}

func FuzzCookie(f *testing.F) {
	house := fuzzed(f)
	for _, c := range []string{"", "guanjia_session=", "guanjia_session=x; __Host-guanjia_session=y", "guanjia_session=\x00", strings.Repeat("guanjia_session=A;", 500), `guanjia_session="quoted"`} {
		f.Add(c, "token", "192.0.2.1")
	}
	f.Fuzz(func(t *testing.T, cookie, csrf, forwarded string) {
		h := house(t)
		c := h.client()
		for _, method := range []string{"GET", "DELETE"} {
			a := c.do(method, "/session", nil, "Cookie", cookie, "X-CSRF-Token", csrf, "X-Forwarded-For", forwarded)
			if a.status != http.StatusUnauthorized && a.status != http.StatusForbidden {
				t.Errorf("%s with the cookie %q: %d %.200s", method, cookie, a.status, a.body)
			}
			a.problem()
		}
	})
}

// FuzzImport puts any text into the cells of a sheet, and any bytes into its place.
func FuzzImport(f *testing.F) {
	house := fuzzed(f)
	f.Add("7", "7", "7708", "108.62", "李娜", "13911117707", []byte("PK\x03\x04"))
	f.Add("三", "", "-1", "1e9", "=cmd|' /C calc'!A1", "+86 139 1111 7707", []byte(""))
	f.Add("\x00", "𠮷", "99999999999999999999", "12,5", strings.Repeat("长", 300), "abc", []byte("<html>"))
	f.Fuzz(func(t *testing.T, building, unit, room, area, name, mobile string, raw []byte) {
		h := house(t)
		s := sheet.Sheet{Name: "房屋", Rows: func(yield func([]any, error) bool) {
			yield([]any{building, unit, room, area, name, mobile}, nil)
		}}
		for _, title := range []string{"楼栋*", "单元", "房号*", "建筑面积*", "业主姓名", "手机号"} {
			s.Columns = append(s.Columns, sheet.Column{Title: title})
		}
		var b bytes.Buffer
		if err := sheet.Write(&b, s); err == nil {
			a := h.admin.upload("/imports?community="+h.here, "a.xlsx", b.Bytes())
			a.fine()
			if a.status == http.StatusCreated {
				h.wake()
				h.admin.do("POST", "/imports/"+a.at("id")+"/apply", object{}).fine()
				h.wake()
				h.admin.do("GET", "/imports/"+a.at("id")+"/errors.xlsx", nil)
			}
		}
		h.admin.upload("/imports?community="+h.here, "a.xlsx", raw).fine()
	})
}
