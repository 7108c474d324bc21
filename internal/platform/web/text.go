package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// storable reports that both engines can keep s as text: PostgreSQL takes
// neither the character zero nor what is no UTF-8.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// plainJSON is JSON without the character zero, which JSON can write as \u0000.
var plainJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if hasZero(data) {
			return errText
		}
		return json.Unmarshal(data, v)
	},
}

// hasZero finds \u0000 where its backslash is not itself escaped.
func hasZero(data []byte) bool {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(`\u0000`))
		if i < 0 {
			return false
		}
		at := from + i
		before := len(data[:at]) - len(bytes.TrimRight(data[:at], `\`))
		if before%2 == 0 {
			return true
		}
		from = at + 1
	}
}
