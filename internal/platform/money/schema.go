package money

import (
	"math"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// Schema tells the API description that an amount is a string of yuan.
func (Fen) Schema(r huma.Registry) *huma.Schema { return shared(r, "Yuan", yuan()) }

// Schema tells the API description that a rate is a string.
func (Rate) Schema(r huma.Registry) *huma.Schema { return shared(r, "Rate", rates()) }

// Most is the largest amount, in yuan, for who wrote one that is larger.
func (Fen) Most() string { return strconv.FormatInt(math.MaxInt64/100, 10) }

// Most is the largest rate.
func (Rate) Most() string { return strconv.FormatInt(math.MaxInt64/rateOne.Int64(), 10) }

// One schema stands for all fields of a type: each would hold its own compiled pattern.
var (
	yuan  = sync.OnceValue(func() *huma.Schema { return pattern(`^-?\d+(\.\d{1,2})?$`, "12.34") })
	rates = sync.OnceValue(func() *huma.Schema { return pattern(`^-?\d+(\.\d{1,12})?$`, "0.0005") })
)

func pattern(form, example string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Pattern: form, Examples: []any{example}}
	s.PrecomputeMessages()
	return s
}

func shared(r huma.Registry, name string, s *huma.Schema) *huma.Schema {
	r.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}
