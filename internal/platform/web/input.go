package web

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// input says how the requests of one route become the value its use case takes:
// fields with path, query, header or cookie, a Body of JSON, or a RawBody. The
// description and the checks of every value are huma's; only the way from the
// request into the value is ours, because huma compiles its own anew for each
// type of input: 25 KB a route, a fifth of the program (QUA-06).
type input struct {
	of       reflect.Type
	params   []param
	known    []string // names a query may have
	body     []int    // index of Body; nil without
	schema   *huma.Schema
	required bool
	defaults bool  // something in the body has a value when it is not given
	raw      []int // index of RawBody
	form     bool  // RawBody is a form with files
}

type param struct {
	in, name string
	index    []int
	required bool
	fallback string
	schema   *huma.Schema
}

// wrapped is a parameter that reads itself from text, see id.Of.
type wrapped interface {
	huma.ParamWrapper
	huma.ParamReactor
}

// inputOf reads the fields of t and describes them in op.
func inputOf(op *huma.Operation, schemas huma.Registry, t reflect.Type) *input {
	in := &input{of: t}
	in.find(op, schemas, t, nil)
	if f, ok := t.FieldByName("Body"); ok {
		hint := op.OperationID + "Request"
		if t.Name() != "" {
			hint = t.Name() + f.Name
		}
		in.body, in.schema, in.required = f.Index, huma.SchemaFromField(schemas, f, hint), f.Type.Kind() != reflect.Pointer
		in.defaults = hasDefault(f.Type, nil)
		in.takes(op, "application/json", in.schema)
	}
	if f, ok := t.FieldByName("RawBody"); ok {
		in.raw, in.required = f.Index, true
		in.form = f.Type == reflect.TypeFor[multipart.Form]()
		binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
		if !in.form {
			in.takes(op, "application/octet-stream", binary)
			return in
		}
		in.takes(op, "multipart/form-data", &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"}})
	}
	return in
}

func (in *input) takes(op *huma.Operation, form string, s *huma.Schema) {
	s.PrecomputeMessages()
	op.RequestBody = &huma.RequestBody{Required: in.required, Content: map[string]*huma.MediaType{form: {Schema: s}}}
}

func (in *input) find(op *huma.Operation, schemas huma.Registry, t reflect.Type, at []int) {
	for f := range t.Fields() {
		index := append(slices.Clone(at), f.Index...)
		switch {
		case !f.IsExported() || f.Name == "Body" || f.Name == "RawBody":
		case f.Anonymous:
			in.find(op, schemas, f.Type, index)
		default:
			for _, where := range []string{"path", "query", "header", "cookie"} {
				if name := f.Tag.Get(where); name != "" {
					in.add(op, param{in: where, name: name, index: index, required: where == "path" || f.Tag.Get("required") == "true", fallback: f.Tag.Get("default"), schema: huma.SchemaFromField(schemas, f, "")}, f.Tag.Get("hidden") == "true")
				}
			}
		}
	}
}

func (in *input) add(op *huma.Operation, p param, hidden bool) {
	in.params = append(in.params, p)
	var explode *bool
	if p.in == "query" {
		in.known = append(in.known, p.name)
		explode = new(bool) // lists are a,b,c
	}
	if !hidden && !slices.ContainsFunc(op.Parameters, func(o *huma.Param) bool { return o.Name == p.name && o.In == p.in }) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, Description: p.schema.Description, In: p.in, Explode: explode, Required: p.required, Schema: p.schema})
	}
}

// read makes the value of a request: a pointer to in.of. What is wrong with the
// request is the error, with every field that is wrong.
func (in *input) read(hc huma.Context, schemas huma.Registry) (any, error) {
	pointer := reflect.New(in.of)
	v, at, wrong := pointer.Elem(), huma.NewPathBuffer(make([]byte, 0, 64), 0), &huma.ValidateResult{}
	in.unknown(hc, at, wrong)
	if len(wrong.Errors) > 0 {
		return nil, problemOfInput(hc.Context(), wrong)
	}
	for i := range in.params {
		p := &in.params[i]
		at.Reset()
		at.Push(p.in)
		at.Push(p.name)
		p.read(hc, schemas, v.FieldByIndex(p.index), at, wrong)
	}
	if err := in.readBody(hc, schemas, v, at, wrong); err != nil {
		return nil, err
	}
	if len(wrong.Errors) > 0 {
		return nil, problemOfInput(hc.Context(), wrong)
	}
	return pointer.Interface(), nil
}

func (in *input) unknown(hc huma.Context, at *huma.PathBuffer, wrong *huma.ValidateResult) {
	u := hc.URL()
	if u.RawQuery == "" {
		return
	}
	for name := range u.Query() {
		if !slices.Contains(in.known, name) {
			at.Reset()
			at.Push("query")
			at.Push(name)
			wrong.Add(at, "", "unknown query parameter")
		}
	}
}

func (p *param) read(hc huma.Context, schemas huma.Registry, v reflect.Value, at *huma.PathBuffer, wrong *huma.ValidateResult) {
	text := p.fallback
	if given := p.given(hc); given != "" {
		text = given
	}
	if text == "" {
		if p.required {
			wrong.Add(at, "", "required "+p.in+" parameter is missing")
		}
		return
	}
	parsed, err := parse(v, text)
	if err != nil {
		wrong.Add(at, text, err.Error())
		return
	}
	huma.Validate(schemas, p.schema, at, huma.ModeWriteToServer, parsed, wrong)
}

func (p *param) given(hc huma.Context) string {
	switch p.in {
	case "path":
		return hc.Param(p.name)
	case "query":
		return hc.Query(p.name)
	case "header":
		return hc.Header(p.name)
	default:
		if c, err := huma.ReadCookie(hc, p.name); err == nil {
			return c.Value
		}
		return ""
	}
}

// parse sets a parameter, and returns what its schema is held against.
func parse(v reflect.Value, text string) (any, error) {
	switch to := v.Addr().Interface().(type) {
	case wrapped:
		to.OnParamSet(true, text)
		return text, nil
	case encoding.TextUnmarshaler:
		return text, to.UnmarshalText([]byte(text))
	}
	switch v.Kind() { //nolint:exhaustive // the others panic when the route is declared with one
	case reflect.String:
		v.SetString(text)
		return text, nil
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
		return n, err
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return b, err
	case reflect.Slice:
		parts := strings.Split(text, ",")
		list := reflect.MakeSlice(v.Type(), len(parts), len(parts))
		for i, part := range parts {
			list.Index(i).SetString(part)
		}
		v.Set(list)
		return parts, nil
	default:
		panic("web: a parameter cannot be a " + v.Type().String())
	}
}

func (in *input) readBody(hc huma.Context, schemas huma.Registry, v reflect.Value, at *huma.PathBuffer, wrong *huma.ValidateResult) error {
	if in.body == nil && in.raw == nil {
		return nil
	}
	_ = hc.SetReadDeadline(time.Now().Add(hc.Operation().BodyReadTimeout)) // not every connection has one
	if in.form {
		form, err := hc.GetMultipartForm()
		if err != nil {
			return fmt.Errorf("%w: %w", errBody, err)
		}
		v.FieldByIndex(in.raw).Set(reflect.ValueOf(*form))
		return nil
	}
	buf, _ := bodies.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= usualBody {
			buf.Reset()
			bodies.Put(buf)
		}
	}()
	if err := whole(buf, hc.BodyReader()); err != nil {
		return err
	}
	switch {
	case in.raw != nil:
		v.FieldByIndex(in.raw).SetBytes(bytes.Clone(buf.Bytes()))
		return nil
	case buf.Len() == 0 && in.required:
		return errBody
	case buf.Len() == 0:
		return nil
	}
	return in.unmarshal(buf.Bytes(), schemas, v.FieldByIndex(in.body), at, wrong)
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// whole reads a body, which the guard has bounded.
func whole(buf *bytes.Buffer, body io.Reader) error {
	_, err := io.Copy(buf, body)
	if network := net.Error(nil); errors.As(err, &network) && network.Timeout() {
		return fmt.Errorf("%w: %w", errSlow, err)
	}
	return err
}

// unmarshal reads a body twice, as huma does: as what it is, to be checked
// against its description, and as the type the use case takes.
func (in *input) unmarshal(body []byte, schemas huma.Registry, v reflect.Value, at *huma.PathBuffer, wrong *huma.ValidateResult) error {
	var given any
	if err := plainJSON.Unmarshal(body, &given); errors.Is(err, errText) {
		return errText
	} else if err != nil {
		return fmt.Errorf("%w: %w", errBody, err)
	}
	before := len(wrong.Errors)
	at.Reset()
	at.Push("body")
	huma.Validate(schemas, in.schema, at, huma.ModeWriteToServer, given, wrong)
	if err := plainJSON.Unmarshal(body, v.Addr().Interface()); err != nil {
		if misfits(at, v.Type(), body, wrong); len(wrong.Errors) == before {
			wrong.Add(at, "", err.Error())
		}
	}
	if in.defaults {
		setDefaults(v)
	}
	return nil
}

// hasDefault tells whether a field somewhere in t has the tag default.
func hasDefault(t reflect.Type, seen []reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // nothing else has fields
	case reflect.Pointer, reflect.Slice:
		return hasDefault(t.Elem(), seen)
	case reflect.Struct:
		if slices.Contains(seen, t) {
			return false
		}
		for f := range t.Fields() {
			if f.IsExported() && (f.Tag.Get("default") != "" || hasDefault(f.Type, append(seen, t))) {
				return true
			}
		}
	}
	return false
}

// setDefaults gives the texts that were not given their default.
func setDefaults(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // nothing else has fields
	case reflect.Pointer:
		if !v.IsNil() {
			setDefaults(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			setDefaults(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if text := f.Tag.Get("default"); text != "" && v.Field(i).IsZero() {
				v.Field(i).SetString(text)
			}
			setDefaults(v.Field(i))
		}
	}
}
