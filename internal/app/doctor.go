package app

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"
)

// doctor prints every setting with where it came from and checks the database and the data folder.
func (c *commands) doctor(ctx context.Context, out io.Writer, k *kong.Context) error {
	given := map[string]bool{}
	for _, p := range k.Path {
		if p.Flag != nil {
			given[p.Flag.Name] = true
		}
	}
	for _, f := range k.Model.Flags {
		if f.Name == "help" {
			continue
		}
		source := "default"
		for _, e := range f.Envs {
			if _, ok := os.LookupEnv(e); ok {
				source = "environment " + e
			}
		}
		if given[f.Name] {
			source = "flag"
		}
		_, _ = fmt.Fprintf(out, "%-10s %-40v %s\n", f.Name, hidden(f.Name, f.Target.Interface()), source)
	}
	probe := filepath.Join(c.Data, ".doctor")
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		return fmt.Errorf("the data folder cannot be written: %w", err)
	}
	if err := os.Remove(probe); err != nil {
		return err
	}
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	n, err := a.db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "database   %s, schema version %d: fine\ndata       can be written: fine\n", a.db.Engine, n)
	return err
}

// hidden leaves the password out of the database's address.
func hidden(name string, v any) any {
	if name != "database" {
		return v
	}
	u, err := url.Parse(fmt.Sprint(v))
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}
