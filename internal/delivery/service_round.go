package delivery

import (
	"context"
	"errors"
	"io"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

const (
	maxPhoto    = 20 << 20
	roundsShown = 200
)

// Counted are the notices of a batch by state.
type Counted struct {
	Batch *Batch          `json:"batch,omitempty" doc:"left out: none was sent yet"`
	By    map[State]int64 `json:"by"`
	Rooms []BuildingCount `json:"toPrint" doc:"by building: what is to be printed or carried"`
}

// BuildingCount are the paper notices of a building.
type BuildingCount struct {
	Building housing.BuildingID `db:"building_id" json:"buildingId"`
	Name     string             `db:"name" json:"name"`
	Print    int64              `db:"n_print" json:"print"`
	Printed  int64              `db:"n_printed" json:"printed" doc:"and in no round"`
}

// Counts says how the notices of a batch went out.
func (s *Service) Counts(ctx context.Context, who authz.Actor, of BatchID) (c Counted, err error) {
	type count struct {
		State State `db:"state"`
		N     int64 `db:"n"`
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c = Counted{By: map[State]int64{}, Rooms: []BuildingCount{}}
		b, err := batch(ctx, tx, of)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if c.Batch = &b; err != nil {
			return err
		}
		if err := db.Each(ctx, tx, `SELECT n.state, COUNT(*) AS n FROM bill_notice n WHERE n.community_id = $1 AND n.batch_id = $2 AND {scope:n} GROUP BY n.state`, []any{b.Community, b.ID}, func(x count) error {
			c.By[x.State] = x.N
			return nil
		}); err != nil {
			return err
		}
		rows, err := db.All[BuildingCount](ctx, tx, `SELECT o.building_id, d.name, COUNT(*) FILTER (WHERE n.state = 'print') AS n_print, COUNT(*) FILTER (WHERE n.state = 'printed') AS n_printed`+fromNotices+` JOIN building d ON d.community_id = o.community_id AND d.id = o.building_id
			WHERE n.community_id = $1 AND n.batch_id = $2 AND n.state IN ('print', 'printed') AND n.round_id IS NULL AND {scope:n} GROUP BY o.building_id, d.name, d.sort_key ORDER BY d.sort_key, o.building_id`, b.Community, b.ID)
		c.Rooms = append(c.Rooms, rows...)
		return err
	})
	return c, err
}

// Notices lists those of a batch in walking order.
func (s *Service) Notices(ctx context.Context, who authz.Actor, f Filter, after Position, limit int) (out []NoticeView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = notices(ctx, tx, f, after, limit+1)
		return err
	})
	return out, err
}

// RoundDraft is a round to be walked.
type RoundDraft struct {
	Batch    BatchID            `json:"batchId"`
	Building housing.BuildingID `json:"buildingId"`
	Staff    authz.AccountID    `json:"staffId"`
	On       clock.Day          `json:"on"`
}

// colleague is the name of somebody who works in a community.
func colleague(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID) (string, error) {
	name, err := db.One[string](ctx, tx, `SELECT name FROM staff WHERE community_id = $1 AND id = $2 AND state = 'active' AND {scope}`, community, who)
	if errors.Is(err, db.ErrNotFound) {
		err = errs.ErrFields.At(errs.Field{Name: "staffId", Code: db.ErrNotFound.Code})
	}
	return name, err
}

// Plan makes a round of the printed notices of a building that nobody carries yet.
func (s *Service) Plan(ctx context.Context, who authz.Actor, d RoundDraft) (v RoundView, err error) {
	err = s.DB.Write(ctx, who, ActNotice, func(tx *db.Tx) error {
		b, err := batch(ctx, tx, d.Batch)
		if err != nil {
			return err
		}
		day, err := today(ctx, tx, b.Community)
		if err != nil {
			return err
		}
		if d.On.Before(day) {
			return errs.ErrFields.At(errs.Field{Name: "on", Code: "delivery.past"})
		}
		name, err := colleague(ctx, tx, b.Community, d.Staff)
		if err != nil {
			return err
		}
		r := Round{ID: db.NewID[Round](tx), Community: b.Community, Building: d.Building, Staff: d.Staff, Name: name, On: d.On, State: "open", At: tx.Now, ByName: who.Name, Version: 1}
		if n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM building WHERE community_id = $1 AND id = $2 AND {scope}`, b.Community, d.Building); err != nil || n == 0 {
			return errors.Join(err, errs.ErrFields.At(errs.Field{Name: "buildingId", Code: db.ErrNotFound.Code}))
		}
		if err := db.Insert(ctx, tx, "bill_round", r); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE bill_notice SET round_id = $1, version = version + 1 WHERE community_id = $2 AND batch_id = $3 AND state = 'printed' AND round_id IS NULL
			AND room_id IN (SELECT o.id FROM room o WHERE o.community_id = $2 AND o.building_id = $4) AND {scope}`, r.ID, b.Community, b.ID, d.Building)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNothing
		}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"staff": d.Staff, "on": d.On, "notices": n})
		tx.Emit(Changed{r.Community, r.ID})
		tx.Answer(&v)
		v, err = roundView(ctx, tx, r)
		return err
	})
	return v, err
}

func roundView(ctx context.Context, tx *db.Tx, r Round) (RoundView, error) {
	all, err := roundsOf(ctx, tx, r.Community, 0, r.ID, 1)
	if err != nil || len(all) == 0 {
		return RoundView{}, errors.Join(err, db.ErrNotFound)
	}
	return all[0], nil
}

// Reassign gives what is left of a round to somebody else, or to another day.
func (s *Service) Reassign(ctx context.Context, who authz.Actor, id RoundID, expect func(int64) error, to authz.AccountID, on clock.Day) (v RoundView, err error) {
	err = s.DB.Write(ctx, who, ActNotice, func(tx *db.Tx) error {
		r, err := round(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		before := map[string]any{"staff": r.Staff, "on": r.On}
		if r.Name, err = colleague(ctx, tx, r.Community, to); err != nil {
			return err
		}
		r.Staff, r.On = to, on
		tx.Note(r.Community, r.subject(), before, map[string]any{"staff": to, "on": on})
		tx.Emit(Changed{r.Community, r.ID})
		if err := db.Save(ctx, tx, "bill_round", &r); err != nil {
			return err
		}
		v, err = roundView(ctx, tx, r)
		return err
	})
	return v, err
}

// Rounds are those of a community: all of them for who plans, else one's own open ones.
func (s *Service) Rounds(ctx context.Context, who authz.Actor, community authz.CommunityID, mine bool) (out []RoundView, err error) {
	err = s.DB.Read(ctx, who, ActDeliver, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		own := who.ID
		if !mine && who.Scope(ActNotice).Sees(community) {
			own = 0
		}
		out, err = roundsOf(ctx, tx, community, own, 0, roundsShown)
		return err
	})
	return out, err
}

// Round is a round with its doors: for who carries it, and for who plans.
func (s *Service) Round(ctx context.Context, who authz.Actor, id RoundID) (f RoundFull, err error) {
	err = s.DB.Read(ctx, who, ActDeliver, func(tx *db.Tx) error {
		r, err := mine(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err = full(ctx, tx, r)
		return err
	})
	return f, err
}

// mine is a round that the actor carries or may plan; to others it is not there.
func mine(ctx context.Context, tx *db.Tx, id RoundID) (Round, error) {
	r, err := round(ctx, tx, id)
	if err == nil && r.Staff != tx.Who.ID && !tx.Who.Scope(ActNotice).Sees(r.Community) {
		err = ErrNotYours
	}
	return r, err
}

func full(ctx context.Context, tx *db.Tx, r Round) (f RoundFull, err error) {
	if f.RoundView, err = roundView(ctx, tx, r); err != nil {
		return f, err
	}
	set, err := rules(ctx, tx, r.Community)
	if err != nil {
		return f, err
	}
	f.Photo = set.Photo
	f.Doors, err = doors(ctx, tx, r)
	return f, err
}

// Visit notes what happened at a door. The time is that of the phone where it
// had no network (FAC-03).
func (s *Service) Visit(ctx context.Context, who authz.Actor, id NoticeID, result Result, words string, next clock.Day) (f RoundFull, err error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 200, result == WasRefused)
	if err := wrong.Err(); err != nil {
		return f, err
	}
	err = s.DB.Write(ctx, who, ActDeliver, func(tx *db.Tx) error {
		n, err := notice(ctx, tx, id)
		if err != nil {
			return err
		}
		r, err := mine(ctx, tx, n.Round)
		if err != nil {
			return err
		}
		at := tx.Now
		if done, ok := clock.Done(ctx); ok {
			at = done
		}
		day, err := today(ctx, tx, n.Community)
		if err != nil {
			return err
		}
		before := n.State
		if n, err = n.after(result, next, day, at, who.Name); err != nil {
			return err
		}
		v := Visit{ID: db.NewID[Visit](tx), Community: n.Community, Notice: n.ID, Result: result, Words: words, At: at, ByName: who.Name}
		if err := v.proved(ctx, tx); err != nil {
			return err
		}
		if err := db.Save(ctx, tx, "bill_notice", &n); err != nil {
			return err
		}
		tx.Note(n.Community, n.subject(), map[string]any{"state": before}, map[string]any{"state": n.State, "result": result})
		if err := r.settled(ctx, tx); err != nil {
			return err
		}
		tx.Emit(Changed{n.Community, r.ID})
		tx.Answer(&f)
		f, err = full(ctx, tx, r)
		return err
	})
	return f, err
}

// proved stores a visit with the pictures that were taken for it.
func (v Visit) proved(ctx context.Context, tx *db.Tx) error {
	type visit struct {
		ID        VisitID           `db:"id"`
		Community authz.CommunityID `db:"community_id"`
		Notice    NoticeID          `db:"notice_id"`
		Result    Result            `db:"result"`
		Words     string            `db:"words"`
		At        clock.Instant     `db:"at"`
		ByName    string            `db:"by_name"`
	}
	if err := db.Insert(ctx, tx, "bill_visit", visit{v.ID, v.Community, v.Notice, v.Result, v.Words, v.At, v.ByName}); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE bill_visit_photo SET visit_id = $1 WHERE community_id = $2 AND notice_id = $3 AND visit_id IS NULL AND {scope}`, v.ID, v.Community, v.Notice)
	if err != nil || n > 0 {
		return err
	}
	set, err := rules(ctx, tx, v.Community)
	if err == nil && set.Photo {
		err = ErrPhoto.At(errs.Field{Name: "photo", Code: ErrPhoto.Code})
	}
	return err
}

// settled closes a round of which nothing is left.
func (r *Round) settled(ctx context.Context, tx *db.Tx) error {
	left, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM bill_notice WHERE community_id = $1 AND round_id = $2 AND state = 'printed' AND {scope}`, r.Community, r.ID)
	if err != nil || left > 0 || r.State == "done" {
		return err
	}
	r.State = "done"
	return db.Save(ctx, tx, "bill_round", r)
}

// AddPhoto stores a picture taken at a door, for the visit that is told next.
func (s *Service) AddPhoto(ctx context.Context, who authz.Actor, id NoticeID, r io.Reader) (p Photo, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Pictures, maxPhoto, ErrNotPicture)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActDeliver, func(tx *db.Tx) error {
		n, err := notice(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := mine(ctx, tx, n.Round); err != nil {
			return err
		}
		if n.State != Printed {
			return ErrSettled
		}
		p = Photo{ID: db.NewID[Photo](tx), Community: n.Community, Notice: id, Blob: ref.Hash, Type: mime, Size: ref.Size, At: tx.Now, ByName: who.Name}
		tx.Note(n.Community, n.subject(), nil, map[string]any{"photo": p.ID})
		tx.Answer(&p)
		return db.Insert(ctx, tx, "bill_visit_photo", p)
	})
	return p, err
}

// OpenPhoto opens a picture for reading.
func (s *Service) OpenPhoto(ctx context.Context, who authz.Actor, id PhotoID) (p Photo, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActDeliver, func(tx *db.Tx) error {
		if p, err = db.One[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("")+` FROM bill_visit_photo WHERE id = $1 AND {scope}`, id); err != nil {
			return err
		}
		n, err := notice(ctx, tx, p.Notice)
		if err != nil {
			return err
		}
		_, err = mine(ctx, tx, n.Round)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	if r, err = s.Blobs.Open(p.Blob); err != nil {
		return p, nil, errors.Join(db.ErrNotFound, err)
	}
	return p, r, nil
}
