package billing

import (
	"context"
	"io"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// PhotoID names a picture of a register.
type PhotoID = id.Of[Photo]

// Photo is a picture of what a meter showed on a day (BIL-04). It belongs to
// meter and day, so it stays when the reading is put right.
type Photo struct {
	ID        PhotoID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Meter     MeterID           `db:"meter_id" json:"-"`
	On        clock.Day         `db:"on_day" json:"-"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type"`
	Size      int64             `db:"size" json:"size"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"by"`
}

// Errors of pictures.
var (
	ErrNotPicture = errs.New(errs.Invalid, "billing.not_picture", "the file is no picture")
	ErrPhotos     = errs.New(errs.Conflict, "billing.photos", "the reading has as many pictures as it can")
)

const (
	maxPhotos              = 3
	actErase  authz.Action = "meter.erase_photos"
)

// AddPhoto keeps a picture of what a register showed when it was read.
func (s *Service) AddPhoto(ctx context.Context, who authz.Actor, id ReadingID, r io.Reader) (p Photo, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Pictures, maxFile, ErrNotPicture)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActRead, func(tx *db.Tx) error {
		r, err := db.One[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.id = $1 AND {scope:r}`, id)
		if err != nil {
			return err
		}
		have, err := photos(ctx, tx, r.Community, r.Meter, r.On, r.On)
		if err != nil {
			return err
		}
		if len(have) >= maxPhotos {
			return ErrPhotos
		}
		p = Photo{ID: db.NewID[Photo](tx), Community: r.Community, Meter: r.Meter, On: r.On, Blob: ref.Hash, Type: mime, Size: ref.Size, At: tx.Now, ByName: who.Name}
		tx.Note(r.Community, "meter:"+r.Meter.String(), nil, map[string]any{"on": r.On, "photo": p.ID})
		tx.Answer(&p)
		return db.Insert(ctx, tx, "meter_photo", p)
	})
	return p, err
}

// photos are those of a meter between two days, both included.
func photos(ctx context.Context, tx *db.Tx, community authz.CommunityID, of MeterID, from, to clock.Day) ([]Photo, error) {
	return db.All[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("p")+` FROM meter_photo p WHERE p.community_id = $1 AND p.meter_id = $2 AND p.on_day >= $3 AND p.on_day <= $4 AND {scope:p} ORDER BY p.on_day DESC, p.id`, community, of, from, to)
}

// Pictured adds to the lines of one community the pictures of what the meters
// showed that they end with: what a line says can be seen (BIL-07).
func Pictured(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []*LineView) error {
	type of struct {
		Meter MeterID
		On    clock.Day
	}
	lines, meters := map[of][]*LineView{}, []MeterID{}
	for _, l := range all {
		if l.Meter != 0 {
			lines[of{l.Meter, l.To}] = append(lines[of{l.Meter, l.To}], l)
			meters = append(meters, l.Meter)
		}
	}
	if len(meters) == 0 {
		return nil
	}
	slices.Sort(meters)
	args := []any{community}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Photo]("p")+` FROM meter_photo p WHERE p.community_id = $1 AND p.meter_id IN `+db.Among(&args, slices.Compact(meters))+` AND {scope:p} ORDER BY p.id`, args, func(p Photo) error {
		for _, l := range lines[of{p.Meter, p.On}] {
			l.Photos = append(l.Photos, p.ID)
		}
		return nil
	})
}

// PhotoOf is a picture with the lines that rest on it, for those who see them.
func PhotoOf(ctx context.Context, tx *db.Tx, id PhotoID) (p Photo, lines []LineView, err error) {
	if p, err = photo(ctx, tx, id); err != nil {
		return p, nil, err
	}
	lines, err = db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` WHERE l.community_id = $1 AND l.meter_id = $2 AND l.to_on = $3 AND r.state IN `+ShownStates+` AND {scope:l} ORDER BY l.id`, p.Community, p.Meter, p.On)
	return p, masked(tx, lines), err
}

func photo(ctx context.Context, tx *db.Tx, id PhotoID) (Photo, error) {
	return db.One[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("p")+` FROM meter_photo p WHERE p.id = $1 AND {scope:p}`, id)
}

// OpenPhoto opens a picture for reading.
func (s *Service) OpenPhoto(ctx context.Context, who authz.Actor, id PhotoID) (p Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActMeters, func(tx *db.Tx) error {
		p, err = photo(ctx, tx, id)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	r, err = s.File(p)
	return p, r, err
}

// File opens the file of a picture that somebody was found to see.
func (s *Service) File(p Photo) (io.ReadSeekCloser, error) { return s.open(p.Blob) }

// ErasePhotos forgets the pictures taken before an instant (ACC-13); the files
// go when no record names them any more.
func (s *Service) ErasePhotos(ctx context.Context, before clock.Instant) (int64, error) {
	return s.DB.Piecewise(ctx, actErase, `DELETE FROM meter_photo WHERE {scope} AND id IN (SELECT p.id FROM meter_photo p WHERE p.at < $1 ORDER BY p.at LIMIT $2)`, before)
}
