package web

import (
	"errors"
	"reflect"
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

type even int

func (e *even) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if *e = even(n); err == nil && n%2 != 0 {
		err = errors.New("odd")
	}
	return err
}

type Inner struct {
	Pair even `json:"pair"`
}

func TestAValueThatDoesNotFitItsTypeIsNamedByItsPath(t *testing.T) {
	type body struct {
		Inner
		N     int64             `json:"n"`
		Text  string            `json:"text"`
		Maybe *even             `json:"maybe"`
		List  []Inner           `json:"list"`
		By    map[string]even   `json:"by"`
		Any   any               `json:"any"`
		Plain map[string]string `json:"plain"`
	}
	for given, want := range map[string]string{
		`{"pair":"2","n":1,"text":"1e99","maybe":"4","list":[{"pair":"6"}],"by":{"a":"8"},"any":1e99,"plain":{"a":"b"}}`: "",
		`{"pair":"3"}`:                         "body.pair",
		`{"maybe":"3"}`:                        "body.maybe",
		`{"maybe":null,"pair":null}`:           "",
		`{"list":[{"pair":"2"},{"pair":"3"}]}`: "body.list[1].pair",
		`{"by":{"a":"3"}}`:                     "body.by.a",
		`{"n":99999999999999999999}`:           "body.n",
		`{"n":1.0}`:                            "body.n",
		`{"n":1e3}`:                            "body.n",
	} {
		at, wrong := huma.NewPathBuffer(make([]byte, 0, 64), 0), &huma.ValidateResult{}
		at.Push("body")
		misfits(at, reflect.TypeFor[body](), []byte(given), wrong)
		got := ""
		for _, e := range wrong.Errors {
			if d, ok := errors.AsType[*huma.ErrorDetail](e); ok {
				got += d.Location
			}
		}
		if got != want {
			t.Errorf("%s: %q, not %q", given, got, want)
		}
	}
}
