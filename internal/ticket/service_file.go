package ticket

import (
	"context"
	"errors"
	"io"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// AddPhoto stores a picture, or a recording, and attaches it to a ticket (TIC-01, TIC-07a).
func (s *Service) AddPhoto(ctx context.Context, who authz.Actor, id ID, kind string, r io.Reader) (p Photo, err error) {
	return s.AddSigned(ctx, who, id, kind, r, nil)
}

// AddSigned is AddPhoto with what the customer read before they signed (TIC-07d).
func (s *Service) AddSigned(ctx context.Context, who authz.Actor, id ID, kind string, r io.Reader, read *Signed) (p Photo, err error) {
	if read != nil {
		if *read, err = read.checked(); err != nil {
			return p, err
		}
	}
	stored, err := s.StoreFile(ctx, kind, r)
	if err != nil {
		return p, err
	}
	stored.Signed = read
	err = s.DB.Write(ctx, who, ActPhoto, func(tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err = AttachPhoto(ctx, tx, t, kind, who.Name, stored)
		tx.Answer(&p)
		return err
	})
	return p, err
}

const actErase authz.Action = "ticket.erase_photos"

// ErasePhotos forgets the pictures taken before an instant of tickets that had
// ended by then (ACC-13); the files go when no record names them any more.
func (s *Service) ErasePhotos(ctx context.Context, before clock.Instant) (int64, error) {
	return s.DB.Piecewise(ctx, actErase, `DELETE FROM ticket_photo WHERE {scope} AND id IN (
		SELECT p.id FROM ticket_photo p JOIN ticket t ON t.community_id = p.community_id AND t.id = p.ticket_id
		WHERE p.at < $1 AND COALESCE(t.ended_at, t.resolved_at) < $1 ORDER BY p.at LIMIT $2)`, before)
}

// The largest files (TIC-15), in bytes.
const (
	maxPhoto = 20 << 20
	maxVoice = 20 << 20
	maxVideo = 200 << 20
)

// MaxRecording is how large a request with a recording may be.
const MaxRecording = maxVideo + 1<<20

// Photo opens a picture for reading.
func (s *Service) Photo(ctx context.Context, who authz.Actor, id PhotoID) (p Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err = PhotoIn(ctx, tx, id)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	r, err = s.OpenPhoto(p)
	return p, r, err
}

// PhotoIn returns what is known of a picture inside another domain's transaction.
func PhotoIn(ctx context.Context, tx *db.Tx, id PhotoID) (Photo, error) {
	return db.One[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("")+` FROM ticket_photo WHERE id = $1 AND {scope}`, id)
}

// OpenPhoto opens the file of a picture that the caller may see.
func (s *Service) OpenPhoto(p Photo) (io.ReadSeekCloser, error) {
	r, err := s.Blobs.Open(p.Blob)
	if err != nil {
		return nil, errors.Join(db.ErrNotFound, err)
	}
	return r, nil
}

// StoreFile puts a picture or a recording among the files and says what it is;
// it is attached with AttachPhoto in the transaction that has checked whose
// ticket it is.
func (s *Service) StoreFile(ctx context.Context, kind string, r io.Reader) (Photo, error) {
	allowed, limit, wrong := blob.Pictures, int64(maxPhoto), ErrNotPicture
	switch kind {
	case "voice":
		allowed, limit, wrong = blob.Sounds, maxVoice, ErrNotRecording
	case "video":
		allowed, limit, wrong = blob.Videos, maxVideo, ErrNotRecording
	}
	mime, ref, err := s.Blobs.Keep(ctx, r, allowed, limit, wrong)
	if kind == "voice" {
		mime = strings.Replace(mime, "video/", "audio/", 1)
	}
	return Photo{Blob: ref.Hash, Type: mime, Size: ref.Size}, err
}

// AttachPhoto attaches a stored picture to a ticket (TIC-07a).
func AttachPhoto(ctx context.Context, tx *db.Tx, t Ticket, kind, by string, p Photo) (Photo, error) {
	if !t.may(StepResolve) && !t.may(StepTell) {
		return p, ErrFilesClosed
	}
	if kind == "stamp" {
		may, err := t.stamps(ctx, tx)
		if err != nil {
			return p, err
		}
		if !may {
			return p, ErrNoStamp
		}
	}
	p.ID, p.Community, p.Ticket, p.Kind, p.At, p.By, p.ByName = db.NewID[Photo](tx), t.Community, t.ID, kind, tx.Now, tx.Who.ID, by
	tx.Note(t.Community, "ticket:"+t.ID.String(), nil, map[string]any{"photo": p.ID, "kind": kind})
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	return p, db.Insert(ctx, tx, "ticket_photo", p)
}

// PhotosOf counts the pictures and recordings of a ticket.
func PhotosOf(ctx context.Context, tx *db.Tx, t Ticket) (int, error) {
	return db.One[int](ctx, tx, `SELECT COUNT(*) FROM ticket_photo WHERE community_id = $1 AND ticket_id = $2 AND {scope}`, t.Community, t.ID)
}
