package web_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

// A file larger than what is kept in memory passes through a temporary file, which must not stay.
func TestAnUploadLeavesNothingInTheTemporaryFolder(t *testing.T) {
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "test.db"), &dbtest.Clock{})
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var got int64
	s := webtest.New(t, d, map[string]authz.Actor{"here": dbtest.Actor(7, []authz.CommunityID{1}, "test.upload")}, func(a *web.API) {
		web.Post(a, "/things", "test.upload", func(_ context.Context, _ authz.Actor, in *struct{ web.Upload }) (web.None, error) {
			_, f, _, err := in.File()
			if err != nil {
				return web.None{}, err
			}
			defer func() { _ = f.Close() }()
			got, err = io.Copy(io.Discard, f)
			return web.None{}, err
		}, web.MaxBody(64<<20))
	})
	for _, size := range []int{10, 40 << 20} {
		s.Upload("here", "/things", "x.bin", make([]byte, size)).Is(204)
		if got != int64(size) {
			t.Errorf("%d of %d bytes came", got, size)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("an upload of %d bytes leaves %v behind (%v)", size, left, err)
		}
	}
}
