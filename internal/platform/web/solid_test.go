package web

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestAnswersHoldNoNullLists(t *testing.T) {
	type inner struct {
		Tags  []string `json:"tags"`
		Bytes []byte   `json:"bytes,omitempty"`
	}
	type base struct {
		Photos []inner `json:"photos"`
	}
	type outer struct {
		base
		Items []inner `json:"items"`
		One   *inner  `json:"one"`
		None  *inner  `json:"none"`
	}
	v := outer{Items: []inner{{}}, One: &inner{}}
	solid(reflect.ValueOf(&v))
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"photos":[],"items":[{"tags":[]}],"one":{"tags":[]},"none":null}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
