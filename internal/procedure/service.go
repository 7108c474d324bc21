package procedure

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Row is a procedure in the library.
type Row struct {
	Procedure
	Steps       int            `json:"steps"`
	PublishedAt *clock.Instant `json:"publishedAt,omitempty"`
	Draft       string         `json:"draft,omitempty" enum:"draft,asked" doc:"there is a draft, or one that waits for approval"`
	Unread      bool           `json:"unread" doc:"the caller works with it and has not confirmed this version"`
}

// List lists the procedures whose name, criteria or steps hold the words.
func (s *Service) List(ctx context.Context, who authz.Actor, q, kind string) (out []Row, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		ps, err := all(ctx, tx)
		if err != nil {
			return err
		}
		docs, err := db.All[Version](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Version]("v")+` FROM procedure_version v JOIN procedure p ON p.id = v.procedure_id WHERE v.id = p.current_id OR v.state <> 'published'`)
		if err != nil {
			return err
		}
		unread, err := unreadOf(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		for _, p := range ps {
			r := Row{Procedure: p}
			found := contains(p.Code+p.Zh+p.En, q)
			for _, v := range docs {
				switch {
				case v.Procedure != p.ID:
				case v.ID == p.Current:
					r.Steps, r.PublishedAt = len(v.Doc.Steps), v.PublishedAt
					r.Unread = slices.ContainsFunc(unread, func(u Version) bool { return u.ID == v.ID })
					text, _ := json.Marshal(v.Doc) // strings only
					found = found || contains(string(text), q)
				default:
					r.Draft = v.State
					if p.Current == 0 {
						r.Steps = len(v.Doc.Steps)
					}
				}
			}
			if found && (kind == "" || p.Applies.Kind == kind || kind == "other" && p.Applies.Kind == "") {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

func contains(text, q string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(q)))
}

// Full is a procedure with its versions, the newest first.
type Full struct {
	Procedure
	Versions []Version `json:"versions"`
	Unread   bool      `json:"unread" doc:"the caller works with it and has not confirmed the published version"`
	MayEdit  bool      `json:"mayEdit"`
}

// Get returns a procedure with all its versions.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (f Full, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		f, err = full(ctx, tx, id)
		return err
	})
	return f, err
}

func full(ctx context.Context, tx *db.Tx, id ID) (f Full, err error) {
	if f.Procedure, err = get(ctx, tx, id); err != nil {
		return f, err
	}
	only, err := onlyCommunity(ctx, tx)
	if err != nil {
		return f, err
	}
	f.MayEdit = tx.Who.Scope(ActEdit).Sees(only)
	decides := tx.Who.Scope(ActPublish).Sees(only)
	if f.Versions, err = versionsOf(ctx, tx, id); err != nil {
		return f, err
	}
	if !f.MayEdit { // drafts are for who writes and who decides
		f.Versions = slices.DeleteFunc(f.Versions, func(v Version) bool {
			return v.State != Published && (v.State != Asked || !decides)
		})
	}
	if !f.MayEdit && !decides { // who takes the quiz does not read its answers first
		for i := range f.Versions {
			f.Versions[i] = f.Versions[i].asked()
		}
	}
	unread, err := unreadOf(ctx, tx, tx.Who.ID)
	f.Unread = slices.ContainsFunc(unread, func(v Version) bool { return v.ID == f.Current })
	return f, err
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// onlyCommunity is the community of a company that has one; zero, the company,
// otherwise. Who holds a role in the only community answers for the whole.
func onlyCommunity(ctx context.Context, tx *db.Tx) (authz.CommunityID, error) {
	some, err := db.All[authz.CommunityID](ctx, tx.Global(whyGlobal), `SELECT id FROM community ORDER BY id LIMIT 2`)
	if len(some) == 1 {
		return some[0], err
	}
	return 0, err
}

// edit runs a change of the library: for who may edit at the company.
func (s *Service) edit(ctx context.Context, who authz.Actor, fn func(*db.Tx) (ID, error)) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		only, err := onlyCommunity(ctx, tx)
		if err != nil {
			return err
		}
		if !who.Scope(ActEdit).Sees(only) {
			return authz.ErrForbidden
		}
		of, err := fn(tx)
		if err == nil {
			tx.Emit(Changed{of})
		}
		return err
	})
}

// Create makes a procedure of the company's own, with its first draft.
func (s *Service) Create(ctx context.Context, who authz.Actor, code string, d Doc) (v Version, err error) {
	if !codeForm.MatchString(code) {
		return v, errs.ErrFields.At(errs.Field{Name: "code", Code: "procedure.code"})
	}
	if err := d.tidy(s.Forms); err != nil {
		return v, err
	}
	err = s.edit(ctx, who, func(tx *db.Tx) (ID, error) {
		p := Procedure{ID: db.NewID[Procedure](tx), Code: code, Zh: d.Zh, En: d.En, Applies: d.Applies, Version: 1}
		err := db.Insert(ctx, tx.Global(whyGlobal), "procedure", p)
		if db.Unique(err, "procedure_code", "procedure.code") {
			return 0, ErrCode.At(errs.Field{Name: "code", Code: ErrCode.Code})
		}
		if err != nil {
			return 0, err
		}
		v, err = draft(ctx, tx, p, 1, d)
		return p.ID, err
	})
	return v, err
}

func draft(ctx context.Context, tx *db.Tx, p Procedure, number int64, d Doc) (Version, error) {
	v := Version{ID: db.NewID[Version](tx), Procedure: p.ID, Number: number, State: Draft, Doc: d, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, Version: 1}
	tx.Note(0, "procedure:"+p.ID.String(), nil, map[string]any{"draft": number, "code": p.Code})
	tx.Answer(&v)
	return v, db.Insert(ctx, tx.Global(whyGlobal), "procedure_version", v)
}

// Copy makes the next draft: a copy of the published version.
func (s *Service) Copy(ctx context.Context, who authz.Actor, id ID) (v Version, err error) {
	err = s.edit(ctx, who, func(tx *db.Tx) (ID, error) {
		p, err := get(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		versions, err := versionsOf(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if versions[0].State != Published {
			return 0, ErrDraft
		}
		v, err = draft(ctx, tx, p, versions[0].Number+1, versions[0].Doc)
		if db.Unique(err, "procedure_version_number", "procedure_version.procedure_id") {
			return 0, ErrDraft
		}
		return id, err
	})
	return v, err
}

// change is one change of a draft.
func (s *Service) change(ctx context.Context, who authz.Actor, id VersionID, expect func(int64) error, fn func(*db.Tx, *Version) error) (v Version, err error) {
	err = s.edit(ctx, who, func(tx *db.Tx) (ID, error) {
		if v, err = version(ctx, tx, id); err != nil {
			return 0, err
		}
		if err := expect(v.Version); err != nil {
			return 0, err
		}
		switch v.State {
		case Published:
			return 0, ErrPublished
		case Asked:
			return 0, ErrAsked
		}
		return v.Procedure, fn(tx, &v)
	})
	return v, err
}

// Save writes a draft.
func (s *Service) Save(ctx context.Context, who authz.Actor, id VersionID, expect func(int64) error, d Doc, words string) (Version, error) {
	if err := d.tidy(s.Forms); err != nil {
		return Version{}, err
	}
	return s.change(ctx, who, id, expect, func(tx *db.Tx, v *Version) error {
		v.Doc, v.Words = d, strings.TrimSpace(words)
		tx.Note(0, "procedure:"+v.Procedure.String(), nil, map[string]any{"draft": v.Number, "steps": len(d.Steps)})
		tx.Answer(v)
		return db.Save(ctx, tx.Global(whyGlobal), "procedure_version", v)
	})
}

// Drop throws a draft away, and with the first one the procedure.
func (s *Service) Drop(ctx context.Context, who authz.Actor, id VersionID, expect func(int64) error) error {
	_, err := s.change(ctx, who, id, expect, func(tx *db.Tx, v *Version) error {
		tx.Note(0, "procedure:"+v.Procedure.String(), map[string]any{"draft": v.Number}, nil)
		g := tx.Global(whyGlobal)
		if _, err := g.Exec(ctx, `DELETE FROM procedure_version WHERE id = $1`, v.ID); err != nil || v.Number > 1 {
			return err
		}
		_, err := g.Exec(ctx, `DELETE FROM procedure WHERE id = $1`, v.Procedure)
		return err
	})
	return err
}

// PublishKind is the request to publish a version.
const PublishKind = "procedure.publish"

type asking struct {
	Edition VersionID `json:"version"`
}

// Approve lets a second person decide what is published.
func (s *Service) Approve(a *approval.Service) {
	s.approvals = a
	a.Register(approval.Kind{Name: PublishKind, Decide: ActPublish, TimeLimit: 72 * time.Hour, Lapse: 30 * 24 * time.Hour, Ended: s.decided, Describe: s.describe})
}

// Publish asks for a draft to be published: another decides (ACC-12). Words say
// what is different, for those who must read it.
func (s *Service) Publish(ctx context.Context, who authz.Actor, id VersionID, expect func(int64) error, words string) (Version, error) {
	if words = strings.TrimSpace(words); words == "" {
		return Version{}, errs.ErrFields.At(errs.Field{Name: "words", Code: "missing"})
	}
	return s.change(ctx, who, id, expect, func(tx *db.Tx, v *Version) error {
		p, err := get(ctx, tx, v.Procedure)
		if err != nil {
			return err
		}
		if p.Current != 0 {
			before, err := version(ctx, tx, p.Current)
			if err != nil {
				return err
			}
			if same(before.Doc, v.Doc) {
				return ErrNothingNew
			}
		}
		v.State, v.Words = Asked, words
		if err := db.Save(ctx, tx.Global(whyGlobal), "procedure_version", v); err != nil {
			return err
		}
		tx.Answer(v)
		only, err := onlyCommunity(ctx, tx)
		if err != nil {
			return err
		}
		_, err = s.approvals.Request(ctx, tx, approval.Ask{Kind: PublishKind, Community: only, Subject: "procedure:" + p.ID.String(), About: v.Doc.Zh, Data: asking{v.ID}, Reason: words})
		return err
	})
}

func same(a, b Doc) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// decided publishes, or gives the draft back to who wrote it.
func (s *Service) decided(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var a asking
	if err := r.Data.Unmarshal(&a); err != nil {
		return err
	}
	v, err := version(ctx, tx, a.Edition)
	if err != nil {
		return err
	}
	g := tx.Global(whyGlobal)
	tx.Emit(Changed{v.Procedure})
	if r.State != approval.Approved {
		v.State = Draft
		return db.Save(ctx, g, "procedure_version", &v)
	}
	p, err := get(ctx, tx, v.Procedure)
	if err != nil {
		return err
	}
	at := tx.Now
	v.State, v.PublishedAt, v.ApprovedBy = Published, &at, r.Decider
	p.Zh, p.En, p.Applies, p.Current, p.Number = v.Doc.Zh, v.Doc.En, v.Doc.Applies, v.ID, v.Number
	tx.Note(0, "procedure:"+p.ID.String(), nil, map[string]any{"published": v.Number, "code": p.Code})
	return errors.Join(db.Save(ctx, g, "procedure_version", &v), db.Save(ctx, g, "procedure", &p))
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	var a asking
	if err := r.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	v, err := version(ctx, tx, a.Edition)
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	before := Version{}
	if p, err := get(ctx, tx, v.Procedure); err == nil && p.Current != 0 {
		if before, err = version(ctx, tx, p.Current); err != nil {
			return nil, err
		}
	}
	out := []approval.Line{{Label: "procedure", To: v.Doc.Zh}}
	for _, d := range differences(before.Doc, v.Doc, s.Forms) {
		out = append(out, approval.Line{Label: "step", From: d[0], To: d[1]})
	}
	return out, nil
}
