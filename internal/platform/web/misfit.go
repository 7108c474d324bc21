package web

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// bounded is a number that cannot be as large as its form lets one write.
type bounded interface{ Most() string }

// misfits names every value of a body that has the form of its description and
// yet is none of its type, such as an amount of thirty digits: at its field,
// which the decoder's own error does not tell.
func misfits(at *huma.PathBuffer, t reflect.Type, body []byte, wrong *huma.ValidateResult) {
	var given any
	exact := json.NewDecoder(bytes.NewReader(body))
	exact.UseNumber()
	if exact.Decode(&given) == nil {
		misfitsIn(at, t, given, wrong)
	}
}

func misfitsIn(at *huma.PathBuffer, t reflect.Type, given any, wrong *huma.ValidateResult) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, text := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	_, own := reflect.New(t).Interface().(json.Unmarshaler)
	switch v := given.(type) {
	case map[string]any:
		if t.Kind() == reflect.Map {
			for name, one := range v {
				at.Push(name)
				misfitsIn(at, t.Elem(), one, wrong)
				at.Pop()
			}
		}
		if t.Kind() == reflect.Struct && !own {
			misfitFields(at, t, v, wrong)
		}
	case []any:
		if t.Kind() == reflect.Slice && !own {
			for i, one := range v {
				at.PushIndex(i)
				misfitsIn(at, t.Elem(), one, wrong)
				at.Pop()
			}
		}
	case string:
		if text || t.Kind() != reflect.String {
			misfit(at, t, given, wrong)
		}
	case json.Number:
		misfit(at, t, given, wrong)
	}
}

func misfitFields(at *huma.PathBuffer, t reflect.Type, given map[string]any, wrong *huma.ValidateResult) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch one, ok := given[name]; {
		case f.Anonymous && name == "":
			misfitsIn(at, f.Type, given, wrong)
		case ok && f.IsExported():
			at.Push(name)
			misfitsIn(at, f.Type, one, wrong)
			at.Pop()
		}
	}
}

// misfit tries one value by itself, unless something is wrong with it already.
func misfit(at *huma.PathBuffer, t reflect.Type, given any, wrong *huma.ValidateResult) {
	raw, err := json.Marshal(given)
	if err != nil {
		return
	}
	into := reflect.New(t).Interface()
	if err = json.Unmarshal(raw, into); err == nil {
		return
	}
	path := at.String()
	if slices.ContainsFunc(wrong.Errors, func(e error) bool {
		d, ok := errors.AsType[*huma.ErrorDetail](e)
		return ok && d.Location == path
	}) {
		return
	}
	message := err.Error()
	if b, ok := into.(bounded); ok {
		message = fmt.Sprintf(validation.MsgExpectedMaximumNumber, b.Most())
		if s, _ := given.(string); strings.HasPrefix(s, "-") {
			message = fmt.Sprintf(validation.MsgExpectedMinimumNumber, "-"+b.Most())
		}
	}
	wrong.Add(at, "", message)
}
