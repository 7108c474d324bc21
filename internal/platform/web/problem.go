package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
)

var statusOf = map[errs.Kind]int{
	errs.Internal:        http.StatusInternalServerError,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.TooMany:         http.StatusTooManyRequests,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Required:        http.StatusPreconditionRequired,
	errs.Unavailable:     http.StatusServiceUnavailable,
}

// Errors of the seam itself.
var (
	errNoMatch  = errs.New(errs.Required, "request.if_match", "an edit needs the If-Match header")
	errCSRF     = errs.New(errs.Forbidden, "request.csrf", "the X-CSRF-Token header is missing or wrong")
	errTooLarge = errs.New(errs.TooLarge, "request.too_large", "the body is over the limit of this address")
	errTooMany  = errs.New(errs.TooMany, "request.too_many", "too many requests")
	errBody     = errs.New(errs.Invalid, "request.body", "the body is not the JSON we expect")
	errRoute    = errs.New(errs.NotFound, "request.route", "there is no such address")
	errText     = errs.New(errs.Invalid, "request.text", "there is a byte in it that no text has")
	errSlow     = errs.New(errs.Unavailable, "request.slow", "it took too long")
	errDoneAt   = errs.New(errs.Invalid, "request.done_at", "Done-At is no RFC 3339 time")
	errKey      = errs.New(errs.Invalid, "request.idempotency_key", "the Idempotency-Key is too long or no text")
)

// Problem is an RFC 9457 answer. Detail and messages are in the caller's language.
type Problem struct {
	Type     string    `json:"type" doc:"/problems/ and the code"`
	Title    string    `json:"title"`
	Status   int       `json:"status"`
	Detail   string    `json:"detail"`
	Code     string    `json:"code" doc:"stable, for programs"`
	Instance string    `json:"instance,omitempty" doc:"the request's id, also in the log"`
	Errors   []InField `json:"errors,omitempty"`
	wait     time.Duration
}

// patience is what a client is told to wait when nothing better is known.
const patience = 5 * time.Second

// InField says what is wrong with one field of the request.
type InField struct {
	Field   string         `json:"field" doc:"path in the request: community.name"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// headers tell a client when to come back.
func (p *Problem) headers() http.Header {
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		return http.Header{"Retry-After": {seconds(cmp.Or(p.wait, patience))}}
	}
	return nil
}

// seconds writes a duration as a header does, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// problemOf is the one place where an error becomes an answer, and is logged.
func problemOf(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	c := callOf(ctx)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = errTooLarge
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		err = fmt.Errorf("%w: %w", errs.ErrDiskFull, err)
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("%w: %w", errSlow, err)
	}
	e := errs.Of(err)
	level := slog.LevelInfo
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		level = slog.LevelError
		if errors.Is(err, context.Canceled) {
			level = slog.LevelInfo
		}
	}
	slog.Log(ctx, level, "request failed", "code", e.Code, "err", err, "request", c.request.ID, "action", string(c.action), "account", c.who.ID.String(), "from", c.request.IP)
	p := &Problem{
		Type: "/problems/" + e.Code, Title: http.StatusText(statusOf[e.Kind]), Status: statusOf[e.Kind],
		Detail: i18n.Text(c.lang, e.Code, e.Params), Code: e.Code, Instance: c.request.ID, wait: e.Wait,
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, InField{f.Name, f.Code, i18n.Text(c.lang, f.Code, f.Params), f.Params})
	}
	return p
}

// problemOfInput translates what the validator found wrong with a request. The
// input is not echoed.
func problemOfInput(ctx context.Context, wrong *huma.ValidateResult) *Problem {
	var fields errs.Fields
	for _, err := range wrong.Errors {
		d, ok := errors.AsType[*huma.ErrorDetail](err)
		if !ok {
			continue
		}
		name := d.Location
		for _, prefix := range []string{"body.", "query.", "path.", "header."} {
			name = strings.TrimPrefix(name, prefix)
		}
		code, params := codeOf(d.Message)
		if code == "required" {
			missing, _ := params["name"].(string)
			name = strings.TrimPrefix(strings.TrimPrefix(name, "body")+"."+missing, ".")
			params = nil
		}
		fields.Add(shortened(name), code, params)
	}
	return problemOf(ctx, fields.Err())
}

// shortened keeps the name of a field that the client made up from filling the answer.
func shortened(name string) string {
	if len(name) > 100 {
		name = strings.ToValidUTF8(name[:100], "")
	}
	return name
}

// codeOf turns a sentence of the validator into a stable code.
func codeOf(message string) (string, map[string]any) {
	before := func(format string) string { s, _, _ := strings.Cut(format, "%"); return s }
	after := func(format string) string { return strings.Trim(strings.TrimPrefix(message, before(format)), `" `) }
	switch {
	case strings.HasPrefix(message, before(validation.MsgExpectedRequiredProperty)):
		name, _, _ := strings.Cut(after(validation.MsgExpectedRequiredProperty), " ")
		return "required", map[string]any{"name": name}
	case strings.Contains(message, "required"):
		return "missing", nil
	case strings.HasPrefix(message, validation.MsgUnexpectedProperty), strings.Contains(message, "unknown query"):
		return "unknown_field", nil
	case strings.HasPrefix(message, before(validation.MsgExpectedMaxLength)):
		return "too_long", map[string]any{"max": after(validation.MsgExpectedMaxLength)}
	case message == strings.Replace(validation.MsgExpectedMinLength, "%d", "1", 1):
		return "missing", nil
	case strings.HasPrefix(message, before(validation.MsgExpectedMinLength)):
		return "too_short", map[string]any{"min": after(validation.MsgExpectedMinLength)}
	case strings.HasPrefix(message, before(validation.MsgExpectedOneOf)):
		return "not_listed", map[string]any{"values": after(validation.MsgExpectedOneOf)}
	case strings.HasPrefix(message, before(validation.MsgExpectedMinimumNumber)):
		return "too_small", map[string]any{"min": after(validation.MsgExpectedMinimumNumber)}
	case strings.HasPrefix(message, before(validation.MsgExpectedMaximumNumber)):
		return "too_big", map[string]any{"max": after(validation.MsgExpectedMaximumNumber)}
	case strings.HasPrefix(message, before(validation.MsgExpectedMaxItems)):
		return "too_many", map[string]any{"max": after(validation.MsgExpectedMaxItems)}
	}
	return "wrong_form", nil
}

// fail writes err outside any route (guards, unknown addresses, faces).
func fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	maps.Copy(w.Header(), p.headers())
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}
