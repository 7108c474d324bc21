package web

import (
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var qualified = regexp.MustCompile(`(?:[\w.-]+/)*([\w-]+)\.(\w+)`)

// schemaName names a type in the API's description: with its package, since
// several domains have a View: "TicketFull", "ListStaffView".
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Name() == "" || !strings.HasPrefix(t.PkgPath(), "guanjia/") {
		return huma.DefaultSchemaNamer(t, hint)
	}
	own := title(path.Base(t.PkgPath()))
	name, args, generic := strings.Cut(t.Name(), "[")
	if own == "Web" {
		own = ""
	}
	if !strings.HasPrefix(title(name), own) {
		name = own + title(name)
	}
	if generic {
		for _, m := range qualified.FindAllStringSubmatch(args, -1) {
			if strings.HasPrefix(m[2], title(m[1])) {
				name += m[2]
			} else {
				name += title(m[1]) + title(m[2])
			}
		}
	}
	return title(name)
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
