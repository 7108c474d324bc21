package web

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"guanjia/internal/platform/db"
)

// declare is the one place where a route meets huma. respond writes what the
// use case returned, or says what went wrong.
func (a *API) declare(op huma.Operation, u useCase, respond func(huma.Context, *request, any, error) error) {
	for _, status := range append(op.Errors, http.StatusInternalServerError) {
		op.Responses[strconv.Itoa(status)] = a.problem(status)
	}
	op.Errors = nil
	schemas := a.huma.OpenAPI().Components.Schemas
	in := inputOf(&op, schemas, u.in)
	a.huma.OpenAPI().AddOperation(&op)
	a.huma.Adapter().Handle(&op, op.Middlewares.Handler(func(hc huma.Context) {
		ctx := hc.Context()
		value, err := in.read(hc, schemas)
		if err == nil {
			value, err = u.call(db.WithAbout(ctx, hc.Param("id")), value)
			err = respond(hc, callOf(ctx), value, err)
		}
		if err != nil {
			r, w := humago.Unwrap(hc)
			fail(w, r, err)
		}
	}))
}

// problem describes what a route answers with when it fails, once for all routes.
func (a *API) problem(status int) *huma.Response {
	if a.problems[status] == nil {
		schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
		a.problems[status] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
	}
	return a.problems[status]
}

// describe writes down what a route answers with.
func (a *API) describe(op *huma.Operation, out reflect.Type) {
	text := a.text
	headers := map[string]*huma.Param{"Set-Cookie": text}
	r := &huma.Response{Headers: headers}
	switch out {
	case reflect.TypeFor[None]():
		op.DefaultStatus = http.StatusNoContent
	case reflect.TypeFor[GoTo]():
		op.DefaultStatus = http.StatusSeeOther
		headers["Location"] = text
	default:
		if op.DefaultStatus == 0 {
			op.DefaultStatus = http.StatusOK
		}
		headers["ETag"], headers["Idempotent-Replayed"] = text, text
		schema := a.huma.OpenAPI().Components.Schemas.Schema(out, true, op.OperationID+"Response")
		r.Content = map[string]*huma.MediaType{"application/json": {Schema: schema}}
	}
	r.Description = http.StatusText(op.DefaultStatus)
	op.Responses = map[string]*huma.Response{strconv.Itoa(op.DefaultStatus): r}
}

// answer writes what a use case returned: body is a pointer to it.
func (a *API) answer(hc huma.Context, c *request, status int, body any) {
	for _, cookie := range c.cookies {
		hc.AppendHeader("Set-Cookie", cookie)
	}
	if to, ok := body.(*GoTo); ok {
		hc.SetHeader("Location", string(*to))
	}
	if status == http.StatusNoContent || status == http.StatusSeeOther {
		hc.SetStatus(status)
		return
	}
	if c.repeat != nil && c.repeat.Answer != nil {
		hc.SetHeader("Idempotent-Replayed", "true")
	}
	if v, ok := body.(Versioned); ok {
		hc.SetHeader("ETag", strconv.Quote(strconv.FormatInt(v.ETag(), 10)))
	}
	hc.SetHeader("Content-Type", "application/json")
	hc.SetStatus(status)
	if err := a.huma.Marshal(hc.BodyWriter(), "application/json", body); err != nil && hc.Context().Err() == nil {
		panic(fmt.Errorf("web: %s %s answers with what has no JSON: %w", hc.Operation().Method, hc.Operation().Path, err))
	}
}
