// Package blob keeps attachments in a folder, named by the hash of their bytes.
// What is there is complete: a file appears under its name only after its
// bytes are on the disk. The same bytes are kept once.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

var (
	// ErrTooLarge says that there are more bytes than allowed.
	ErrTooLarge = errs.New(errs.TooLarge, "blob.too_large", "the file is too large")
	// ErrEmpty says that there are no bytes at all.
	ErrEmpty = errs.New(errs.Invalid, "blob.empty", "the file is empty")
	// ErrHash is returned for a name that is no hash; it never reaches the disk.
	ErrHash = errors.New("blob: not the hash of a file")
)

// Ref names a stored file. Hash is SHA-256 in lower-case hex, Size is in bytes.
type Ref struct {
	Hash string `json:"hash"`
	Size int64  `json:"size"`
}

// Store is a folder of files, spread over two levels of 256 folders.
type Store struct{ dir string }

// Open prepares the folder. Several nodes may share one.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir}
	if err := os.MkdirAll(s.incoming(), 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return s, nil
}

// Sweep clears away what crashes left half written before an instant. It lies
// further back than any upload takes: another node may be writing.
func (s *Store) Sweep(before clock.Instant) error {
	entries, err := os.ReadDir(s.incoming())
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && clock.Of(info.ModTime()).Before(before) {
			err = os.Remove(filepath.Join(s.incoming(), e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("blob: %w", err)
		}
	}
	return nil
}

// SweepUnused removes the files that no record names any more and that were put
// here before an instant, and says how many. used tells which of some hashes are
// still named. The instant lies further back than any upload takes: its record
// may not be written yet.
func (s *Store) SweepUnused(ctx context.Context, before clock.Instant, used func(context.Context, []string) (map[string]bool, error)) (n int64, err error) {
	var old []string
	remove := func() error {
		if len(old) == 0 {
			return nil
		}
		named, err := used(ctx, old)
		for _, hash := range old {
			if err == nil && !named[hash] {
				err = s.Delete(hash)
				n++
			}
		}
		old = old[:0]
		return err
	}
	err = filepath.WalkDir(s.dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // somebody else was faster
		}
		if err = errors.Join(err, ctx.Err()); err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if !isHash(d.Name()) || err != nil || !clock.Of(info.ModTime()).Before(before) {
			return nil //nolint:nilerr // an upload on its way, gone already, or too young
		}
		if old = append(old, d.Name()); len(old) < sweepTogether {
			return nil
		}
		return remove()
	})
	return n, errors.Join(err, remove())
}

const sweepTogether = 500

func (s *Store) incoming() string { return filepath.Join(s.dir, "incoming") }

// path returns the place of a hash. Only 64 lower-case hex digits are one, so
// no name can lead out of the folder.
func (s *Store) path(hash string) (string, error) {
	if !isHash(hash) {
		return "", ErrHash
	}
	return filepath.Join(s.dir, hash[:2], hash[2:4], hash), nil
}

func isHash(name string) bool {
	return len(name) == 2*sha256.Size && strings.Trim(name, "0123456789abcdef") == ""
}

// Put stores what r gives and returns its name once the bytes are safe on the
// disk. More than limit bytes give ErrTooLarge, none at all ErrEmpty; then
// nothing is left behind.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (ref Ref, err error) {
	tmp, err := os.CreateTemp(s.incoming(), "*")
	if err != nil {
		return Ref{}, fmt.Errorf("blob: %w", err)
	}
	defer func() {
		_ = tmp.Close()           // a second Close after success only says so
		_ = os.Remove(tmp.Name()) // gone already after the rename
	}()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(&cancelled{ctx, r}, limit+1))
	switch {
	case err != nil:
		return Ref{}, fmt.Errorf("blob: %w", err)
	case n > limit:
		return Ref{}, ErrTooLarge.With("limitMB", limit>>20)
	case n == 0:
		return Ref{}, ErrEmpty
	}
	ref = Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: n}
	if err := s.keep(tmp, ref.Hash); err != nil {
		return Ref{}, fmt.Errorf("blob: %w", err)
	}
	return ref, nil
}

// keep moves a written file to its place, bytes first, name second. Bytes that
// have a place already are on the disk; only the name may still be on its way.
func (s *Store) keep(tmp *os.File, hash string) error {
	place, err := s.path(hash)
	if err != nil {
		return err
	}
	// A file that is there already becomes young again, so that SweepUnused leaves it to its new record.
	written, err := tmp.Stat()
	if err != nil {
		return err
	}
	if err := os.Chtimes(place, time.Time{}, written.ModTime()); err != nil {
		if err := move(tmp, place); err != nil {
			return err
		}
	}
	for _, dir := range []string{filepath.Dir(place), filepath.Dir(filepath.Dir(place)), s.dir} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

func move(tmp *os.File, place string) error {
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), place)
}

// syncDir makes a new name in a folder survive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open returns a stored file for reading; fs.ErrNotExist if there is none.
// The caller closes it.
func (s *Store) Open(hash string) (*os.File, error) {
	place, err := s.path(hash)
	if err != nil {
		return nil, err
	}
	return os.Open(place)
}

// Delete removes a stored file; one that is not there is no error. The caller
// knows that no record names it any more.
func (s *Store) Delete(hash string) error {
	place, err := s.path(hash)
	if err != nil {
		return err
	}
	if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// cancelled ends an upload when its request ends.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
