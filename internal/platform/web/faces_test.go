package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEveryAddressHasItsDocument(t *testing.T) {
	files := fstest.MapFS{"console.html": {Data: []byte("console")}, "technician.html": {Data: []byte("technician")}, "assets/a-1.js": {Data: []byte("script")}}
	h := Faces(files, map[string]string{"": "console.html", "console": "console.html", "m": "technician.html"})
	for address, want := range map[string]string{
		"/": "console", "/console": "console", "/console/tickets/0abc": "console", "/m": "technician", "/m/": "technician", "/m/tickets/0abc": "technician",
		"/assets/a-1.js": "script", "/assets/a-2.js": "404", "/favicon.ico": "404", "/console.html": "404", "/.env": "404", "/.git/config": "404", "/tickets": "404", "/..%2f..%2fgo.mod": "404",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		got := w.Body.String()
		if w.Code != http.StatusOK {
			got = http.StatusText(w.Code)
			if w.Code == http.StatusNotFound {
				got = "404"
			}
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// A file that is there compressed only reaches every client, as it says it takes it.
func TestACompressedFaceReachesEveryClient(t *testing.T) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	_, _ = z.Write([]byte("script"))
	_ = z.Close()
	h := Faces(fstest.MapFS{"assets/a-1.js.br": {Data: []byte("brotli")}, "assets/a-1.js.gz": {Data: small.Bytes()}}, nil)
	for takes, want := range map[string][2]string{"gzip, deflate, br": {"br", "brotli"}, "gzip": {"gzip", small.String()}, "": {"", "script"}} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/assets/a-1.js", nil)
		r.Header.Set("Accept-Encoding", takes)
		h.ServeHTTP(w, r)
		if got := [2]string{w.Header().Get("Content-Encoding"), w.Body.String()}; w.Code != http.StatusOK || got != want || !strings.Contains(w.Header().Get("Content-Type"), "javascript") {
			t.Errorf("%q: %d %q", takes, w.Code, got)
		}
	}
}
