package app_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"guanjia/internal/app"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden keeps the list of routes and the API's description under review:
// a difference in routes.golden is a security review.
func TestGolden(t *testing.T) {
	a, err := app.New(t.Context(), app.Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	var routes strings.Builder
	for _, r := range a.Routes() {
		routes.WriteString(strings.TrimRight(r.String(), " ") + "\n")
	}
	description, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "routes.golden", []byte(routes.String()))
	golden(t, "../../api/openapi.json", append(description, '\n'))
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what the code says; look at the difference after `make gen`", file)
	}
}
