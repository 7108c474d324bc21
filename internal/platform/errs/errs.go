// Package errs is the one vocabulary of failure shared by all domains.
package errs

import (
	"errors"
	"maps"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says what the caller can do about it. The HTTP status follows from Kind.
type Kind uint8

// The kinds, from "ours" to "wait and try again".
const (
	Internal        Kind = iota // ours; details are logged, never shown
	Invalid                     // fix the input
	Unauthenticated             // sign in
	Forbidden                   // not with these rights
	NotFound                    // also: exists, but not in your scope (ACC-04)
	Conflict                    // the state does not allow it, or somebody was faster
	TooMany                     // slow down
	TooLarge                    // the body is over its limit
	Required                    // a precondition header is missing
	Unavailable                 // try again later
)

// Field points at one wrong input: Name is its path in the request ("community.name").
type Field struct {
	Name   string
	Code   string // "required", "too_long", or a domain's own code
	Params map[string]any
}

// Error is safe to show to a client. Code is stable and greppable: "ticket.transition".
type Error struct {
	Kind   Kind
	Code   string
	Detail string // English, for logs; people read the catalogue's text for Code
	Params map[string]any
	Fields []Field
	Wait   time.Duration // when to try again; 0: not known
}

// New makes a sentinel that a domain declares once.
func New(k Kind, code, detail string) *Error { return &Error{Kind: k, Code: code, Detail: detail} }

func (e *Error) Error() string {
	s := e.Code + ": " + e.Detail
	for _, f := range e.Fields {
		s += " [" + f.Name + " " + f.Code + "]"
	}
	return s
}

// Is matches by Code, so a copy carrying fields still matches its sentinel.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// At returns a copy of e that names the offending fields.
func (e *Error) At(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field{}, e.Fields...), fields...)
	return &c
}

// With returns a copy of e with a parameter for its text.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Params = maps.Clone(e.Params)
	if c.Params == nil {
		c.Params = map[string]any{}
	}
	c.Params[key] = value
	return &c
}

// ErrFields is what a request with wrong fields answers; the fields say what is wrong with each.
var ErrFields = New(Invalid, "request.fields", "some fields need another value")

// After returns a copy of e that says when it is worth trying again.
func (e *Error) After(wait time.Duration) *Error {
	c := *e
	c.Wait = wait
	return &c
}

// Fields collects wrong fields, so that a form learns of all of them at once.
type Fields []Field

// Add notes one wrong field.
func (f *Fields) Add(name, code string, params map[string]any) {
	*f = append(*f, Field{Name: name, Code: code, Params: params})
}

// Words trims what a person wrote in a field, of at most most characters, and
// notes what is wrong with it. HTML, SQL and emoji are plain text; screens escape.
func (f *Fields) Words(name string, s *string, most int, must bool) {
	*s = strings.TrimSpace(*s)
	switch {
	case *s == "" && must:
		f.Add(name, "required", nil)
	case utf8.RuneCountInString(*s) > most:
		f.Add(name, "too_long", map[string]any{"max": most})
	case strings.ContainsFunc(*s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		f.Add(name, "wrong_form", nil)
	}
}

// Err is nil when every field was right.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return ErrFields.At(f...)
}

// ErrDiskFull is told wherever nothing more can be written (QUA-12).
var ErrDiskFull = New(Unavailable, "disk_full", "the disk is full")

var errInternal = New(Internal, "internal", "something went wrong on our side")

// Of digs out the client-safe error; anything unknown is Internal.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return errInternal
}
