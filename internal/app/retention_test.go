package app

import (
	"context"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guanjia/internal/migrations"
	"guanjia/internal/platform/dbtest"
)

// ACC-13: two years after the matter ended its photos are gone, rows and files.
func TestPhotosAreErasedTwoYearsAfterTheTicketEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		files := func() (n int) {
			_ = filepath.WalkDir(filepath.Join(h.conf.DataDir, "files"), func(path string, d fs.DirEntry, _ error) error {
				if d != nil && len(d.Name()) == 64 {
					n++
				}
				return nil
			})
			return n
		}
		rows := func() int64 { return dbtest.One[int64](t, h.db, `SELECT COUNT(*) FROM ticket_photo`) }
		resolved := dbtest.One[int64](t, h.db, `SELECT resolved_at FROM ticket WHERE resolved_at IS NOT NULL`)
		h.clock.Set(time.UnixMilli(resolved).Add(730 * 24 * time.Hour))
		if err := h.retention.Run(t.Context()); err != nil || rows() != 2 { // of the finished work, and the signature
			t.Fatalf("on the last day %d photos are kept, want 2: %v", rows(), err)
		}
		kept := files()
		h.clock.Advance(time.Millisecond)
		if err := h.retention.Run(t.Context()); err != nil || rows() != 0 {
			t.Fatalf("%d photos are left: %v", rows(), err)
		}
		n, err := h.blobs.SweepUnused(t.Context(), h.db.Now(), h.named)
		if err != nil || n != 1 || files() != kept-1 {
			t.Errorf("%d files were removed, %d are left of %d: %v", n, files(), kept, err)
		}
	})
}

// A table that names files and is not asked would lose them all.
func TestEveryTableThatNamesFilesIsAsked(t *testing.T) {
	files, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	hash := strings.Repeat("ab", 32)
	table, asked := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`), 0
	for _, f := range files {
		raw, err := migrations.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(raw), -1) {
			if !strings.Contains(m[2], " blob TEXT") {
				continue
			}
			asked++
			if !strings.Contains(namedIn, "FROM "+m[1]+" ") {
				t.Errorf("files named by %s would be swept away: add it to namedIn", m[1])
			}
		}
	}
	if asked < 2 {
		t.Errorf("only %d tables name files", asked)
	}
	if got, err := a.named(context.Background(), []string{hash}); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}
