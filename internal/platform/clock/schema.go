package clock

import (
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// Schema tells the API description that an instant is a string.
func (Instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Examples: []any{"2026-11-14T01:15:00.000Z"}}
}

// Schema tells the API description that a day is a string.
func (Day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-21"}}
}

// Schema tells the API description that a month is a string.
func (Period) Schema(r huma.Registry) *huma.Schema {
	r.Map()["Month"] = month()
	return &huma.Schema{Ref: "#/components/schemas/Month"}
}

// month is one schema for all fields: each would hold its own compiled pattern.
var month = sync.OnceValue(func() *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Pattern: `^\d{4}-(0[1-9]|1[0-2])$`, Examples: []any{"2026-11"}}
	s.PrecomputeMessages()
	return s
})
