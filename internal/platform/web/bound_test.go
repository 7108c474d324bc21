package web

import (
	"reflect"
	"testing"
)

type hidden struct {
	ID string `path:"id"`
}

// Shown is what hidden should have been.
type Shown struct {
	ID string `path:"id"`
}

func TestAPartOfThePathThatReachesNothingIsRefusedAtTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		in   any
		fine bool
	}{
		"a field": {struct {
			ID string `path:"id"`
		}{}, true},
		"an embedded struct": {struct{ Shown }{}, true},
		"one that is not exported": {struct {
			hidden
			Body struct{}
		}{}, false},
		"nothing": {struct{}{}, false},
	} {
		refused := func() (refused bool) {
			defer func() { refused = recover() != nil }()
			bound("POST", "/things/{id}/turn", reflect.TypeOf(c.in))
			return false
		}()
		if refused == c.fine {
			t.Errorf("%s: refused %v", name, refused)
		}
	}
	bound("GET", "/things", reflect.TypeFor[struct{}]())
}
