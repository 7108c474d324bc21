package money

import "github.com/danielgtaylor/huma/v2"

// Schema tells the API description that an amount is a string of yuan.
func (Fen) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?\d+(\.\d{1,2})?$`, Examples: []any{"12.34"}}
}

// Schema tells the API description that a rate is a string.
func (Rate) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?\d+(\.\d{1,12})?$`, Examples: []any{"0.0005"}}
}
