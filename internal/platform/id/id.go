// Package id makes 64-bit identifiers that sort by creation time.
//
//	63            22 21        10 9       0
//	┌───────────────┬────────────┬─────────┐
//	│ ms since 2020 │  sequence  │  node   │
//	└───────────────┴────────────┴─────────┘
//
// The node number stands lowest, so n ids in a row are first, first+Stride, …
// and a set-based INSERT … SELECT can number its own rows.
package id

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

const (
	nodeBits = 10
	seqBits  = 12
	epoch    = 1_577_836_800_000 // 2020-01-01 UTC, in unix milliseconds
	// Stride is the distance between two ids of one node made in a row.
	Stride = 1 << nodeBits
	// Nodes is how many node numbers there are.
	Nodes = 1 << nodeBits
)

// Maker hands out the ids of one node, each larger than the one before.
type Maker struct {
	mu   sync.Mutex
	node int64
	last int64
	now  func() time.Time
}

// NewMaker makes ids for a node numbered 0 … Nodes-1.
func NewMaker(node int, now func() time.Time) *Maker {
	return &Maker{node: int64(node) % Nodes, now: now}
}

// Block reserves n ids and returns the first; the others follow Stride apart.
func (m *Maker) Block(n int) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := (m.now().UnixMilli()-epoch)<<(nodeBits+seqBits) | m.node
	if first <= m.last {
		first = m.last + Stride
	}
	m.last = first + int64(n-1)*Stride
	return first
}

// Floor is below every id that is made from an instant on.
func Floor(at time.Time) int64 {
	return max(0, at.UnixMilli()-epoch) << (nodeBits + seqBits)
}

// Of is the identifier of one domain's type: id.Of[Ticket] is not id.Of[Room].
// In JSON, paths and queries it is 13 characters of lower-case Crockford base-32, zero is "".
type Of[T any] int64

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// ErrText says that a text is no identifier.
var ErrText = errors.New("id: not 13 characters of base-32")

func (v Of[T]) String() string {
	if v == 0 {
		return ""
	}
	var b [13]byte
	u := uint64(v)
	for i := 12; i >= 0; i-- {
		b[i] = alphabet[u&31]
		u >>= 5
	}
	return string(b[:])
}

// Parse reads what String wrote.
func Parse[T any](s string) (Of[T], error) {
	if s == "" {
		return 0, nil
	}
	if len(s) != 13 || s[0] > '7' {
		return 0, ErrText
	}
	var u uint64
	for i := range 13 {
		d := strings.IndexByte(alphabet, s[i])
		if d < 0 {
			return 0, ErrText
		}
		u = u<<5 | uint64(d)
	}
	return Of[T](u), nil
}

// MarshalText implements encoding.TextMarshaler.
func (v Of[T]) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Of[T]) UnmarshalText(b []byte) (err error) {
	*v, err = Parse[T](string(b))
	return err
}

// Value implements driver.Valuer; zero is NULL, so an optional reference needs no pointer.
func (v Of[T]) Value() (driver.Value, error) {
	if v == 0 {
		return nil, nil
	}
	return int64(v), nil
}

// Scan implements sql.Scanner.
func (v *Of[T]) Scan(src any) error {
	switch n := src.(type) {
	case nil:
		*v = 0
	case int64:
		*v = Of[T](n)
	default:
		return fmt.Errorf("id: cannot read %s", reflect.TypeOf(src))
	}
	return nil
}

// Schema implements huma.SchemaProvider.
func (Of[T]) Schema(r huma.Registry) *huma.Schema {
	r.Map()["Identifier"] = identifier()
	return &huma.Schema{Ref: "#/components/schemas/Identifier"}
}

// identifier is one schema for all: with one for each field the program would
// hold a thousand compiled patterns (QUA-06).
var identifier = sync.OnceValue(func() *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: "identifier: 13 characters, sorted by creation time", Pattern: "^([0-7][0-9a-hjkmnp-tv-z]{12})?$", Examples: []any{"06q3g8k2m4n5p"}}
	s.PrecomputeMessages()
	return s
})

// Receiver implements huma.ParamWrapper: a path or a query gives a text, where
// huma would otherwise look at the kind of v and expect a decimal number.
func (v *Of[T]) Receiver() reflect.Value { return reflect.New(reflect.TypeFor[string]()).Elem() }

// OnParamSet implements huma.ParamReactor. What is no identifier is refused by
// the schema's pattern right after.
func (v *Of[T]) OnParamSet(_ bool, parsed any) {
	if s, ok := parsed.(string); ok {
		*v, _ = Parse[T](s)
	}
}
