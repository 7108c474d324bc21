package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
)

// Upload is embedded in the input of routes that take a file.
type Upload struct {
	RawBody multipart.Form
}

var errNoFile = errs.New(errs.Invalid, "request.no_file", "there is no file in the field “file”")

// File returns the uploaded file. The name is the client's and only for show.
func (u Upload) File() (name string, f multipart.File, size int64, err error) {
	heads := u.RawBody.File["file"]
	if len(heads) != 1 {
		return "", nil, 0, errNoFile.At(errs.Field{Name: "file", Code: "request.no_file"})
	}
	f, err = heads[0].Open()
	return fileName(heads[0].Filename), f, heads[0].Size, err
}

// Value is a field of the form that was sent beside the file; empty: there is none.
func (u Upload) Value(field string) string {
	return strings.Join(u.RawBody.Value[field], "\n")
}

const longestName = 200

// fileName makes what a client calls its file fit to be shown and stored.
func fileName(given string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(path.Base(strings.ReplaceAll(given, `\`, "/")), ""))
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[len(runes)-longestName:]) // the end has the type
	}
	return name
}

// Download is the output of routes that answer with a file.
type Download struct {
	Name  string // shown when saving; "" shows the content in the page
	Type  string
	Size  int64 // 0: unknown
	Write func(io.Writer) error
	// Content is read from where it lies, in parts too: players ask for a piece of a recording. Write is not used then.
	Content io.ReadSeekCloser
}

// Stored is the answer with a file that is read from where it lies, and closed then.
func Stored(name, mime string, r io.ReadSeekCloser) Download {
	return Download{Name: name, Type: mime, Content: r}
}

// PDF is the answer with a document that was just written, to be saved under name.
func PDF(name string, raw []byte) Download {
	return Download{Name: name, Type: "application/pdf", Size: int64(len(raw)), Write: func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	}}
}

// GetFile declares a route that answers with a file.
func GetFile[I any](a *API, path string, action authz.Action, h Handler[I, Download], opts ...Option) {
	a.getFile(path, action, use(h), opts)
}

func (a *API) getFile(path string, action authz.Action, u useCase, opts []Option) {
	op := a.operation(http.MethodGet, path, action, u.in, append(opts, Slow()))
	op.Responses = map[string]*huma.Response{"200": {Description: "the file", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
	a.declare(op, u, func(hc huma.Context, _ *request, body any, err error) error {
		if d, ok := body.(*Download); err == nil && ok {
			download(hc, d)
		}
		return err
	})
}

func download(hc huma.Context, d *Download) {
	r, w := humago.Unwrap(hc)
	head := w.Header()
	head.Set("Content-Type", d.Type)
	// What people uploaded is never run, whatever it contains (QUA-22).
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, max-age=300")
	if d.Name != "" {
		head.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(d.Name))
	}
	if d.Content != nil {
		defer func() { _ = d.Content.Close() }()
		http.ServeContent(w, r, "", time.Time{}, d.Content)
		return
	}
	if d.Size > 0 {
		head.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	}
	if err := d.Write(w); err != nil {
		_ = problemOf(r.Context(), err) // for the log
		panic(http.ErrAbortHandler)     // too late for a problem: break off, so that nobody takes half a file for a whole one
	}
}

// PostText declares a route for another server that posts in a form of its own
// and wants a few words back as plain text. It is public: what is posted proves
// by its signature where it comes from. The input takes it as RawBody.
func PostText[I any](a *API, path string, h Handler[I, string], opts ...Option) {
	u := use(h)
	op := a.operation(http.MethodPost, path, "", u.in, opts)
	op.Responses = map[string]*huma.Response{"200": {Description: "taken", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	a.declare(op, u, func(hc huma.Context, _ *request, said any, err error) error {
		if text, ok := said.(*string); err == nil && ok {
			hc.SetHeader("Content-Type", "text/plain; charset=utf-8")
			hc.SetStatus(http.StatusOK)
			_, _ = io.WriteString(hc.BodyWriter(), *text) // the other server is gone if this fails
		}
		return err
	})
}

const csp = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; " +
	"worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// pageHeaders loosens what Secured set, for documents of our own.
func pageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", csp)
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
}

// Secured stands before everything that is served, so that no answer, not even
// an error, goes without these headers (QUA-22). What is a page loosens them for itself.
func (g Guard) Secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		if _, secure := g.origin(r); secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// Faces serves the built pages: entry documents by the folder of the address,
// assets by their hashed names. Anything else is 404, never a page.
func Faces(files fs.FS, entries map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pageHeaders(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if strings.Contains(path.Base(r.URL.Path), ".") {
			asset(w, r, files, name)
			return
		}
		first, _, _ := strings.Cut(name, "/")
		entry, ok := entries[first]
		if !ok {
			w.Header().Set("Cache-Control", "no-store")
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		send(w, r, files, entry)
	})
}

func asset(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	if strings.HasSuffix(name, ".html") || strings.HasPrefix(name, ".") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	send(w, r, files, name)
}

// send serves a file as the browser takes it: with brotli, with gzip, or as it
// is. Most files are there compressed only.
func send(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	for _, kept := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), kept.coding) {
			continue
		}
		if b, err := fs.ReadFile(files, name+kept.suffix); err == nil {
			h.Set("Content-Encoding", kept.coding)
			serve(w, r, name, b)
			return
		}
	}
	b, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = unzipped(files, name+".gz")
	}
	if errors.Is(err, fs.ErrNotExist) {
		h.Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	serve(w, r, name, b)
}

func unzipped(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func serve(w http.ResponseWriter, r *http.Request, name string, b []byte) {
	t := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".webmanifest" { // few systems know it, and nosniff lets no browser guess
		t = "application/manifest+json"
	}
	if t != "" {
		w.Header().Set("Content-Type", t)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}
