package blob

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"guanjia/internal/platform/clock"
)

func store(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files lists what lies in the folder.
func files(t testing.TB, s *Store) (out []string) {
	t.Helper()
	if err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestAFileIsNamedByItsBytesAndKeptOnce(t *testing.T) {
	s := store(t)
	for range 2 {
		ref, err := s.Put(t.Context(), strings.NewReader("abc"), 3)
		if err != nil || ref != (Ref{abc, 3}) {
			t.Fatal(ref, err)
		}
	}
	if got := files(t, s); len(got) != 1 || got[0] != filepath.Join(s.dir, "ba", "78", abc) {
		t.Error(got)
	}
	f, err := s.Open(abc)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if raw, err := io.ReadAll(f); err != nil || string(raw) != "abc" {
		t.Error(string(raw), err)
	}
}

func TestADeletedFileIsGone(t *testing.T) {
	s := store(t)
	if _, err := s.Put(t.Context(), strings.NewReader("abc"), 3); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Delete(abc); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Open(abc); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestWhatIsRefusedLeavesNothingBehind(t *testing.T) {
	s := store(t)
	ended, end := context.WithCancel(t.Context())
	end()
	broken := errors.New("connection lost")
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want error
	}{
		"one byte too many":      {t.Context(), strings.NewReader("abcd"), ErrTooLarge},
		"no bytes":               {t.Context(), strings.NewReader(""), ErrEmpty},
		"an upload that breaks":  {t.Context(), io.MultiReader(strings.NewReader("a"), iotest.ErrReader(broken)), broken},
		"a request that is over": {ended, strings.NewReader("abc"), context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			if ref, err := s.Put(c.ctx, c.r, 3); !errors.Is(err, c.want) || ref != (Ref{}) {
				t.Error(ref, err)
			}
			if left := files(t, s); len(left) != 0 {
				t.Error(left)
			}
		})
	}
}

func TestANameCannotLeadOutOfTheFolder(t *testing.T) {
	s := store(t)
	for _, name := range []string{"", "..", "../../etc/passwd", abc + "/..", strings.ToUpper(abc), abc[:63], abc + "0", "..%2f" + abc[5:], strings.Repeat("/", 64), abc[:62] + "\x00a"} {
		if _, err := s.Open(name); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", name, err)
		}
		if err := s.Delete(name); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestOldHalfWrittenFilesAreSweptAway(t *testing.T) {
	s := store(t)
	if _, err := s.Put(t.Context(), strings.NewReader("abc"), 3); err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 14, 12, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{"old": noon.Add(-time.Hour), "running": noon} {
		path := filepath.Join(s.incoming(), name)
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sweep(clock.Of(noon)); err != nil {
		t.Fatal(err)
	}
	if got := files(t, s); len(got) != 2 || filepath.Base(got[0]) != abc || filepath.Base(got[1]) != "running" {
		t.Error(got)
	}
}

func TestTheSameFileSentByManyAtOnce(t *testing.T) {
	s := store(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if ref, err := s.Put(context.Background(), strings.NewReader("abc"), 3); err != nil || ref.Hash != abc {
				t.Error(ref, err)
			}
		})
	}
	all.Wait()
	if got := files(t, s); len(got) != 1 {
		t.Error(got)
	}
}

func TestWhatIsPutComesBack(t *testing.T) {
	s := store(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 1, 10_000).Draw(t, "bytes")
		ref, err := s.Put(context.Background(), iotest.HalfReader(bytes.NewReader(raw)), 10_000)
		if err != nil || ref.Size != int64(len(raw)) {
			t.Fatal(ref, err)
		}
		f, err := s.Open(ref.Hash)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if back, err := io.ReadAll(f); err != nil || !bytes.Equal(back, raw) {
			t.Fatal(err)
		}
	})
}

func TestTheBytesDecideWhatAPictureIs(t *testing.T) {
	var j, p bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 200, 200))
	if err := errors.Join(jpeg.Encode(&j, img, nil), png.Encode(&p, img)); err != nil {
		t.Fatal(err)
	}
	for want, raw := range map[string][]byte{
		"image/jpeg": j.Bytes(), "image/png": p.Bytes(), "image/webp": []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00"),
	} {
		got, all, err := Sniff(bytes.NewReader(raw), Pictures)
		if err != nil || got != want {
			t.Error(got, err)
			continue
		}
		if back, err := io.ReadAll(all); err != nil || !bytes.Equal(back, raw) {
			t.Error("the reader must give all bytes again", err)
		}
	}
	for name, raw := range map[string]string{
		"a web page": "<html><script>alert(1)</script>", "an SVG": `<svg xmlns="http://www.w3.org/2000/svg"/>`, "text": "photo.jpg", "a program": "MZ\x90\x00", "a PDF": "%PDF-1.7\n", "a GIF": "GIF89a\x01\x00\x01\x00",
	} {
		if got, _, err := Sniff(strings.NewReader(raw), Pictures); !errors.Is(err, ErrType) {
			t.Errorf("%s was taken as %s (%v)", name, got, err)
		}
	}
	if _, _, err := Sniff(strings.NewReader(""), Pictures); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
}
