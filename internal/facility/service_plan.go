package facility

import (
	"bytes"
	"context"
	"errors"
	"image"
	_ "image/jpeg" // so that the size of a plan is known
	_ "image/png"
	"io"

	_ "golang.org/x/image/webp"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

const (
	maxPicture = 20 << 20
	mostPixels = 10_000 // on a side
	mostItems  = 1000
)

// Plans returns every plan of a community with its marks: a phone keeps them
// for where there is no network.
func (s *Service) Plans(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Plan, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = plans(ctx, tx, community)
		return err
	})
	return out, err
}

// PlanHead is what a plan is called and of what it is.
type PlanHead struct {
	Name     string             `json:"name" query:"name" maxLength:"60"`
	Building housing.BuildingID `json:"buildingId,omitzero" query:"building"`
}

// picture stores an uploaded picture, and says how large it is.
func (s *Service) picture(ctx context.Context, r io.Reader) (ref blob.Ref, mime string, size image.Config, err error) {
	bad := func(e *errs.Error) error { return e.At(errs.Field{Name: "file", Code: e.Code}) }
	mime, all, err := blob.Sniff(r, blob.Pictures)
	if err != nil {
		return ref, mime, size, bad(ErrNotPicture)
	}
	var head bytes.Buffer
	size, _, err = image.DecodeConfig(io.TeeReader(all, &head))
	if err != nil {
		return ref, mime, size, bad(ErrNotPicture)
	}
	if size.Width > mostPixels || size.Height > mostPixels {
		return ref, mime, size, bad(ErrTooLarge)
	}
	ref, err = s.Blobs.Put(ctx, io.MultiReader(&head, all), maxPicture)
	return ref, mime, size, err
}

// AddPlan stores a drawing.
func (s *Service) AddPlan(ctx context.Context, who authz.Actor, community authz.CommunityID, h PlanHead, r io.Reader) (p Plan, err error) {
	var wrong errs.Fields
	wrong.Words("name", &h.Name, 60, true)
	if err := wrong.Err(); err != nil {
		return p, err
	}
	ref, mime, size, err := s.picture(ctx, r)
	if err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if err := inBuilding(ctx, tx, community, h.Building); err != nil {
			return err
		}
		p = Plan{ID: db.NewID[Plan](tx), Community: community, Building: h.Building, Name: h.Name, Blob: ref.Hash, Type: mime, Size: ref.Size,
			Width: int64(size.Width), Height: int64(size.Height), Items: []Item{}, Version: 1}
		tx.Note(community, planSubject(p.ID), nil, h)
		tx.Answer(&p)
		return db.Insert(ctx, tx, "site_plan", p)
	})
	return p, err
}

// Draw saves head and marks of a plan as they stand on the screen; marks with
// an id keep their photo.
func (s *Service) Draw(ctx context.Context, who authz.Actor, id PlanID, match web.Match, h PlanHead, items []Item) (p Plan, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if p, err = plan(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(p.Version); err != nil {
			return err
		}
		var wrong errs.Fields
		wrong.Words("name", &h.Name, 60, true)
		if err := errors.Join(wrong.Err(), checkItems(items)); err != nil {
			return errs.Of(err)
		}
		if err := inBuilding(ctx, tx, p.Community, h.Building); err != nil {
			return err
		}
		before := map[string]any{"name": p.Name, "buildingId": p.Building, "items": len(p.Items)}
		p.Name, p.Building = h.Name, h.Building
		if p.Items, err = redrawn(ctx, tx, p, items); err != nil {
			return err
		}
		tx.Note(p.Community, planSubject(id), before, map[string]any{"name": p.Name, "buildingId": p.Building, "items": len(p.Items)})
		return db.Save(ctx, tx, "site_plan", &p)
	})
	return p, err
}

// RemovePlan takes a plan away with its marks.
func (s *Service) RemovePlan(ctx context.Context, who authz.Actor, id PlanID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		p, err := plan(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(p.Version); err != nil {
			return err
		}
		tx.Note(p.Community, planSubject(id), map[string]any{"name": p.Name, "items": len(p.Items)}, nil)
		return removePlan(ctx, tx, p)
	})
}

// AddPhoto shows where a valve is.
func (s *Service) AddPhoto(ctx context.Context, who authz.Actor, id ItemID, r io.Reader) (it Item, err error) {
	ref, mime, _, err := s.picture(ctx, r)
	if err != nil {
		return it, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if it, err = item(ctx, tx, id); err != nil {
			return err
		}
		it.Blob, it.Type, it.Size, it.HasPhoto = ref.Hash, mime, ref.Size, true
		tx.Note(it.Community, planSubject(it.Plan), nil, map[string]any{"item": it.ID, "photo": true})
		tx.Answer(&it)
		_, err = tx.Exec(ctx, `UPDATE site_plan_item SET blob = $1, type = $2, size = $3 WHERE id = $4 AND {scope}`, it.Blob, it.Type, it.Size, id)
		return err
	})
	return it, err
}

// Picture opens the drawing of a plan.
func (s *Service) Picture(ctx context.Context, who authz.Actor, id PlanID) (d web.Download, err error) {
	var p Plan
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err = plan(ctx, tx, id)
		return err
	}); err != nil {
		return d, err
	}
	return s.download(p.Blob, p.Type, p.Size)
}

// Photo opens the photo of a mark.
func (s *Service) Photo(ctx context.Context, who authz.Actor, id ItemID) (d web.Download, err error) {
	var it Item
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		it, err = item(ctx, tx, id)
		return err
	}); err != nil {
		return d, err
	}
	return s.download(it.Blob, it.Type, it.Size)
}

func (s *Service) download(hash, mime string, size int64) (web.Download, error) {
	if hash == "" {
		return web.Download{}, db.ErrNotFound
	}
	f, err := s.Blobs.Open(hash)
	if err != nil {
		return web.Download{}, errors.Join(db.ErrNotFound, err)
	}
	return web.Download{Type: mime, Size: size, Write: func(w io.Writer) error {
		defer func() { _ = f.Close() }() // it was only read
		_, err := io.Copy(w, f)
		return err
	}}, nil
}

// ShutOffs are the valves and switches that cut off a room, or all of a
// building, the least reaching first (HOU-04a).
func (s *Service) ShutOffs(ctx context.Context, who authz.Actor, room housing.RoomID, building housing.BuildingID) (out []ShutOff, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		at, err := place(ctx, tx, room, building)
		if err != nil {
			return err
		}
		all, err := valves(ctx, tx, at.Community)
		out = shutOffs(all, at.Building, at.Unit, at.Floor)
		return err
	})
	return out, err
}

func planSubject(id PlanID) string { return "plan:" + id.String() }
