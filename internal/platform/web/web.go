// Package web is the HTTP seam: domains declare routes with typed input and
// output and never see huma or net/http.
//
//	request → guard (ids, limits, session, CSRF, Idempotency-Key) → route (permission, validation) → use case → JSON or problem
//
// web.go holds the routes, input.go what they take, answer.go what they answer with, guard.go what every request passes, problem.go how
// errors become RFC 9457 answers, files.go uploads, downloads and the faces,
// live.go server-sent events.
package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Prefix stands before every route of the API.
const Prefix = "/api/v1"

// API collects the routes of all domains.
type API struct {
	mux    *http.ServeMux
	huma   huma.API
	routes []Route

	problems map[int]*huma.Response
	text     *huma.Param // a header that is text
}

// Route is one line of routes.golden.
type Route struct {
	Method, Path string
	Action       authz.Action // "" for the few public ones
	MaxBody      int64
	Summary      string
	Versioned    bool   // an edit of a record: needs If-Match
	Unversioned  string // why a change of one record needs none
	Slow         bool   // may take longer than requests usually may
	Devices      bool   // a device may come with its token instead of a session
}

// ownForm makes huma describe lists that are never null (see solid); the
// setting is global, tests make many APIs at once.
var ownForm = sync.OnceFunc(func() { huma.DefaultArrayNullable = false })

// New makes an empty API of the given program version.
func New(version string) *API {
	ownForm()
	mux := http.NewServeMux()
	c := huma.DefaultConfig("Guanjia", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Formats = map[string]huma.Format{"application/json": plainJSON, "json": plainJSON}
	c.Info.Description = "管家：物业客服与收费。Customer service and fee collection of property-management companies."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"session": {Type: "apiKey", In: "cookie", Name: SessionCookie}, "device": {Type: "http", Scheme: "bearer"}}
	return &API{
		mux: mux, huma: humago.NewWithPrefix(mux, Prefix, c),
		problems: map[int]*huma.Response{}, text: &huma.Param{Schema: &huma.Schema{Type: huma.TypeString}},
	}
}

// Routes lists what was declared, sorted by path.
func (a *API) Routes() []Route {
	out := append([]Route{}, a.routes...)
	sort.Slice(out, func(i, j int) bool {
		if out[i].Path != out[j].Path {
			return out[i].Path < out[j].Path
		}
		return out[i].Method < out[j].Method
	})
	return out
}

// OpenAPI is the description of all routes, generated from the types that serve them (API-01).
func (a *API) OpenAPI() ([]byte, error) { return json.MarshalIndent(a.huma.OpenAPI(), "", " ") }

// Option changes one route.
type Option func(*huma.Operation, *Route)

// Created makes the route answer 201.
func Created() Option {
	return func(o *huma.Operation, _ *Route) { o.DefaultStatus = http.StatusCreated }
}

// MaxBody lets the route take larger bodies than a mebibyte.
func MaxBody(n int64) Option {
	return func(o *huma.Operation, r *Route) {
		o.BodyReadTimeout = slowest
		r.MaxBody, r.Slow = n, true
	}
}

// Slow lets the route take longer than requests usually may.
func Slow() Option { return func(_ *huma.Operation, r *Route) { r.Slow = true } }

// Devices lets a device, such as a gateway of meters, come with a token of its
// own (Authorization: Bearer …) instead of a session. Everywhere else a token
// counts for nothing, whatever its device may do.
func Devices() Option {
	return func(o *huma.Operation, r *Route) {
		o.Security = append(o.Security, map[string][]string{"device": {}})
		r.Devices = true
	}
}

// Summary says in the documentation what the route is for.
func Summary(text string) Option {
	return func(o *huma.Operation, r *Route) { o.Summary, r.Summary = text, text }
}

// Unversioned says why a route that changes one record does not ask which
// version of it the client had seen.
func Unversioned(why string) Option {
	return func(_ *huma.Operation, r *Route) { r.Unversioned = why }
}

// None is the output of routes that answer 204.
type None struct{}

// Handler is a use case as a route calls it: input in, output or error out.
type Handler[I, O any] func(ctx context.Context, who authz.Actor, in *I) (O, error)

// Get, Post, Put and Delete declare a route. action is checked before the input
// is looked at; "" makes the route public.
func Get[I, O any](a *API, path string, action authz.Action, h Handler[I, O], opts ...Option) {
	register(a, http.MethodGet, path, action, h, opts)
}

// Post declares a route that creates or acts.
func Post[I, O any](a *API, path string, action authz.Action, h Handler[I, O], opts ...Option) {
	register(a, http.MethodPost, path, action, h, opts)
}

// Put declares a route that replaces.
func Put[I, O any](a *API, path string, action authz.Action, h Handler[I, O], opts ...Option) {
	register(a, http.MethodPut, path, action, h, opts)
}

// Delete declares a route that removes.
func Delete[I, O any](a *API, path string, action authz.Action, h Handler[I, O], opts ...Option) {
	register(a, http.MethodDelete, path, action, h, opts)
}

// GoTo is the output of routes that send the browser to another address.
type GoTo string

// Versioned is a record whose version becomes its ETag.
type Versioned interface{ ETag() int64 }

func register[I, O any](a *API, method, path string, action authz.Action, h Handler[I, O], opts []Option) {
	a.register(method, path, action, use[I, O](h), opts)
}

// useCase is a Handler without its types, so that all that surrounds it is
// compiled once and not for every route (QUA-06).
type useCase struct {
	in, out reflect.Type
	run     func(ctx context.Context, who authz.Actor, in any) (out any, err error) // pointers
}

func use[I, O any](h Handler[I, O]) useCase {
	return useCase{reflect.TypeFor[I](), reflect.TypeFor[O](), func(ctx context.Context, who authz.Actor, in any) (any, error) {
		i, _ := in.(*I)
		out, err := h(ctx, who, i)
		return &out, err
	}}
}

func (a *API) register(method, path string, action authz.Action, u useCase, opts []Option) {
	op := a.operation(method, path, action, u.in, opts)
	a.describe(&op, u.out)
	a.declare(op, u, func(hc huma.Context, c *request, body any, err error) error {
		if db.Replayed(err) && op.DefaultStatus != http.StatusNoContent {
			err = json.Unmarshal(c.repeat.Answer, body)
		}
		if err != nil && !db.Replayed(err) {
			return err
		}
		solid(reflect.ValueOf(body))
		a.answer(hc, c, op.DefaultStatus, body)
		return nil
	})
}

// versioned marks the edits of a record, whose input embeds Match. A change of
// one record without it would lose what somebody else did meanwhile (QUA-14), so
// such a route cannot be declared unless it says why.
func versioned(method, path string, in reflect.Type) Option {
	return func(_ *huma.Operation, r *Route) {
		r.Versioned = embedsMatch(in)
		if method != http.MethodGet && strings.Contains(path, "{") && !r.Versioned && r.Unversioned == "" {
			panic("web: " + method + " " + path + " changes a record without If-Match: embed web.Match in its input, or say Unversioned and why")
		}
	}
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// bound panics where a part of the path reaches no field of the input: an
// embedded struct whose name is lower-case is not looked into, and the part
// would be zero in every request.
func bound(method, path string, in reflect.Type) {
	for _, m := range inPath.FindAllStringSubmatch(path, -1) {
		if !slices.ContainsFunc(reflect.VisibleFields(in), func(f reflect.StructField) bool { return f.Tag.Get("path") == m[1] && reached(in, f.Index) }) {
			panic("web: " + method + " " + path + ": no field of the input receives {" + m[1] + "}; is it in an embedded struct that is not exported?")
		}
	}
}

func reached(t reflect.Type, index []int) bool {
	for _, i := range index {
		f := t.Field(i)
		if !f.IsExported() {
			return false
		}
		t = f.Type
	}
	return true
}

func embedsMatch(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if f.Anonymous && (f.Type == reflect.TypeFor[Match]() || embedsMatch(f.Type)) {
			return true
		}
	}
	return false
}

func (u useCase) call(ctx context.Context, in any) (any, error) {
	c := callOf(ctx)
	if c.repeat != nil && c.action != "" { // a sign-in is nobody's to repeat
		ctx = db.WithRepeat(ctx, c.repeat)
	}
	return u.run(ctx, c.who, in)
}

func (a *API) operation(method, path string, action authz.Action, in reflect.Type, opts []Option) huma.Operation {
	bound(method, path, in)
	opts = append(opts, versioned(method, path, in))
	op := huma.Operation{
		OperationID: operationID(method, path), Method: method, Path: path,
		Tags:   []string{strings.Split(strings.TrimPrefix(path, "/"), "/")[0]},
		Errors: []int{http.StatusUnprocessableEntity, http.StatusTooManyRequests},
		// The deadline stays on the connection after the body was read, and ends whatever is still at work.
		BodyReadTimeout: 2 * longest,
	}
	route := Route{Method: method, Path: Prefix + path, Action: action}
	if action != "" {
		op.Security = []map[string][]string{{"session": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
		op.Description = "Permission: `" + string(action) + "`"
		op.Extensions = map[string]any{"x-permission": string(action)}
	}
	if method == http.MethodPost {
		op.Parameters = []*huma.Param{{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "repeating the request with the same key answers as the first time and does nothing twice",
		}}
	}
	for _, o := range opts {
		o(&op, &route)
	}
	op.Middlewares = huma.Middlewares{func(hc huma.Context, next func(huma.Context)) {
		c := callOf(hc.Context())
		c.action = action
		if action != "" {
			if err := c.who.May(action); err != nil {
				r, w := humago.Unwrap(hc)
				fail(w, r, err)
				return
			}
		}
		if route.Versioned && hc.Header("If-Match") == "" {
			r, w := humago.Unwrap(hc)
			fail(w, r, errNoMatch)
			return
		}
		next(hc)
	}}
	a.routes = append(a.routes, route)
	return op
}

// operationID makes "post-tickets-id-dispatch" of POST /tickets/{id}/dispatch.
func operationID(method, path string) string {
	return strings.ToLower(method) + "-" + strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", ".", "-").Replace(path), "-")
}

// Match is embedded in the input of edits: which version the client had seen.
type Match struct {
	IfMatch string `header:"If-Match" doc:"the ETag of the record that was shown"`
}

// Version returns the version of If-Match; without it the edit is refused.
func (m Match) Version() (int64, error) {
	s := strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`)
	if s == "" {
		return 0, errNoMatch
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, db.ErrStale
	}
	return v, nil
}

// Expect is Version and a comparison with the record's.
func (m Match) Expect(version int64) error {
	v, err := m.Version()
	if err == nil && v != version {
		err = db.ErrStale
	}
	return err
}

// SetCookie adds a cookie to the answer of the request that ctx belongs to;
// over TLS it is bound to this host.
func SetCookie(ctx context.Context, c http.Cookie) {
	k := callOf(ctx)
	if k.secure {
		c.Secure, c.Name = true, "__Host-"+c.Name
	}
	k.cookies = append(k.cookies, c.String())
}

// List is the output of every list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// All makes a list that has no further page.
func All[T any](items []T) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{Items: items}
}

// String shows a route as routes.golden does.
func (r Route) String() string {
	action := string(r.Action)
	if action == "" {
		action = "PUBLIC"
	}
	return fmt.Sprintf("%-6s %-50s %s", r.Method, r.Path, action)
}
