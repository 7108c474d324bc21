package handover

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/web"
)

// PaperKind is what was signed for a room (HOU-02a).
type PaperKind string

// The papers of every room.
const (
	Contract PaperKind = "contract" // 服务合同
	Covenant PaperKind = "covenant" // 管理规约
)

// PaperID identifies a signed paper.
type PaperID = id.Of[Paper]

// Paper is a paper that was signed for a room. A newer edition takes its
// place, and it stays as history.
type Paper struct {
	ID        PaperID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Room      housing.RoomID    `db:"room_id" json:"roomId"`
	Kind      PaperKind         `db:"kind" json:"kind" enum:"contract,covenant"`
	Edition   string            `db:"edition" json:"edition"`
	Customer  customer.ID       `db:"customer_id" json:"customerId,omitempty"`
	SignedOn  clock.Day         `db:"signed_on" json:"signedOn"`
	Blob      string            `db:"blob" json:"-"`
	Type      string            `db:"type" json:"type,omitempty" doc:"of the scan; empty: there is none"`
	Size      int64             `db:"size" json:"size"`
	Current   bool              `db:"is_current" json:"current"`
	At        clock.Instant     `db:"at" json:"at"`
	ByName    string            `db:"by_name" json:"byName"`
	Version   int64             `db:"version" json:"version"`
}

// PaperView is a paper with who signed it.
type PaperView struct {
	Paper
	Signer string `db:"-" json:"signer,omitempty" doc:"as far as the caller may see names"`
}

// ETag implements web.Versioned.
func (p PaperView) ETag() int64 { return p.Version }

// PaperBody is a paper to keep.
type PaperBody struct {
	Kind     PaperKind   `json:"kind" enum:"contract,covenant"`
	Edition  string      `json:"edition" maxLength:"50" doc:"2026-1"`
	Customer customer.ID `json:"customerId,omitempty"`
	SignedOn clock.Day   `json:"signedOn"`
}

const maxScan = 20 << 20

// Papers lists what was signed for a room, today's first.
func (s *Service) Papers(ctx context.Context, who authz.Actor, room housing.RoomID) (out []PaperView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		out, err = PapersOf(ctx, tx, r)
		return err
	})
	return out, err
}

// PapersOf lists what was signed for a room, as far as the actor may see names.
func PapersOf(ctx context.Context, tx *db.Tx, room housing.Room) ([]PaperView, error) {
	out, err := db.All[PaperView](ctx, tx, `SELECT `+db.Columns[Paper]("p")+` FROM room_paper p WHERE p.community_id = $1 AND p.room_id = $2 AND {scope:p} ORDER BY p.is_current DESC, p.kind, p.id DESC`, room.Community, room.ID)
	if err != nil {
		return nil, err
	}
	return out, signers(ctx, tx, room.Community, out)
}

func signers(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []PaperView) error {
	ids := make([]customer.ID, len(all))
	for i, p := range all {
		ids[i] = p.Customer
	}
	names, err := customer.NamesOf(ctx, tx, community, ids)
	for i := range all {
		all[i].Signer = names[all[i].Customer]
	}
	return err
}

// Sign keeps that a paper was signed; the edition before becomes history.
func (s *Service) Sign(ctx context.Context, who authz.Actor, room housing.RoomID, b PaperBody) (v PaperView, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		var wrong errs.Fields
		switch n := utf8.RuneCountInString(strings.TrimSpace(b.Edition)); {
		case n == 0:
			wrong.Add("edition", "missing", nil)
		case n > 50:
			wrong.Add("edition", "too_long", nil)
		}
		if b.SignedOn.IsZero() {
			wrong.Add("signedOn", "missing", nil)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := known(ctx, tx, r.Community, b.Customer); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE room_paper SET is_current = FALSE, version = version + 1 WHERE community_id = $1 AND room_id = $2 AND kind = $3 AND is_current AND {scope}`, r.Community, room, string(b.Kind)); err != nil {
			return err
		}
		v.Paper = Paper{
			ID: db.NewID[Paper](tx), Community: r.Community, Room: room, Kind: b.Kind, Edition: strings.TrimSpace(b.Edition), Customer: b.Customer, SignedOn: b.SignedOn,
			Current: true, At: tx.Now, ByName: who.Name, Version: 1,
		}
		tx.Note(r.Community, "room:"+room.String(), nil, map[string]any{"paper": v.Kind, "edition": v.Edition, "signedOn": v.SignedOn})
		tx.Emit(Changed{r.Community, room})
		if err := db.Insert(ctx, tx, "room_paper", v.Paper); err != nil {
			return err
		}
		one := []PaperView{v}
		err = signers(ctx, tx, r.Community, one)
		v = one[0]
		tx.Answer(&v)
		return err
	})
	return v, err
}

func paper(ctx context.Context, tx *db.Tx, id PaperID) (Paper, error) {
	return db.One[Paper](ctx, tx, `SELECT `+db.Columns[Paper]("p")+` FROM room_paper p WHERE p.id = $1 AND {scope:p}`, id)
}

// Unsign takes back a paper that was entered by mistake; the one before counts again.
func (s *Service) Unsign(ctx context.Context, who authz.Actor, id PaperID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		p, err := paper(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(p.Version); err != nil {
			return err
		}
		tx.Note(p.Community, "room:"+p.Room.String(), map[string]any{"paper": p.Kind, "edition": p.Edition}, nil)
		tx.Emit(Changed{p.Community, p.Room})
		if _, err := tx.Exec(ctx, `DELETE FROM room_paper WHERE id = $1 AND {scope}`, id); err != nil || !p.Current {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE room_paper SET is_current = TRUE, version = version + 1 WHERE {scope} AND id = (
			SELECT q.id FROM room_paper q WHERE q.community_id = $1 AND q.room_id = $2 AND q.kind = $3 ORDER BY q.id DESC LIMIT 1)`, p.Community, p.Room, string(p.Kind))
		return err
	})
}

// Scan stores the scan of a paper: a picture or a PDF, by what it holds.
func (s *Service) Scan(ctx context.Context, who authz.Actor, id PaperID, r io.Reader) (v PaperView, err error) {
	mime, ref, err := s.Blobs.Keep(ctx, r, blob.Papers, maxScan, ErrNotScan)
	if err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		p, err := paper(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Blob, p.Type, p.Size = ref.Hash, mime, ref.Size
		tx.Note(p.Community, "room:"+p.Room.String(), nil, map[string]any{"paper": p.Kind, "scan": p.ID})
		if err := db.Save(ctx, tx, "room_paper", &p); err != nil {
			return err
		}
		one := []PaperView{{Paper: p}}
		err = signers(ctx, tx, p.Community, one)
		v = one[0]
		tx.Answer(&v)
		return err
	})
	return v, err
}

// OpenScan opens the scan of a paper for reading.
func (s *Service) OpenScan(ctx context.Context, who authz.Actor, id PaperID) (p Paper, r io.ReadSeekCloser, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		p, err = paper(ctx, tx, id)
		if err == nil && !customer.SightOf(who, p.Community).Names { // a scan masks nothing
			err = authz.ErrForbidden
		}
		if err == nil && p.Blob == "" {
			err = db.ErrNotFound
		}
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
