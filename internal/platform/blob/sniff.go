package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/gabriel-vasile/mimetype"

	"guanjia/internal/platform/errs"
)

// ErrType says that a file of this kind may not be uploaded.
var ErrType = errs.New(errs.Invalid, "blob.type", "files of this kind cannot be uploaded")

// Pictures are the content types of photos of a ticket (TIC-15).
var Pictures = []string{"image/jpeg", "image/png", "image/webp"}

// Papers are the content types of documents that prove something: scans and photos.
var Papers = append([]string{"application/pdf"}, Pictures...)

// Videos and Sounds are the content types of recordings of a ticket (TIC-01).
// What a browser records as sound lies in the same containers as its videos.
var (
	Videos = []string{"video/mp4", "video/webm", "video/quicktime", "video/3gpp"}
	Sounds = []string{"audio/mpeg", "audio/aac", "audio/ogg", "audio/wav", "audio/amr", "audio/x-m4a", "audio/mp4", "video/webm", "video/mp4", "video/3gpp"}
)

// sniffed is how many bytes decide the content type.
const sniffed = 3072

// Sniff finds out the content type from the first bytes, whatever a file's
// name or the client says, and returns it with a reader that gives all bytes
// again. A type that is not in allowed gives ErrType.
func Sniff(r io.Reader, allowed []string) (contentType string, all io.Reader, err error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, err
	}
	if n == 0 {
		return "", nil, ErrEmpty
	}
	found := mimetype.Detect(head[:n])
	i := slices.IndexFunc(allowed, found.Is)
	if i < 0 {
		return "", nil, ErrType.With("type", found.String())
	}
	return allowed[i], io.MultiReader(bytes.NewReader(head[:n]), r), nil
}

// Keep stores an upload of one of the types allowed, of at most limit bytes, and
// says of which type it is. Another one is refused as wrong, at the field "file".
func (s *Store) Keep(ctx context.Context, r io.Reader, allowed []string, limit int64, wrong *errs.Error) (contentType string, ref Ref, err error) {
	contentType, all, err := Sniff(r, allowed)
	if err != nil {
		return "", ref, wrong.At(errs.Field{Name: "file", Code: wrong.Code})
	}
	ref, err = s.Put(ctx, all, limit)
	return contentType, ref, err
}
