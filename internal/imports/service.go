package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/vault"
	"guanjia/internal/platform/web"
)

// Service are the use cases of imports.
type Service struct {
	DB        *db.DB
	Files     *blob.Store
	Exports   *audit.Service // the red copy goes out as an export
	Approvals *approval.Service
	Templates []Template
}

// mostFileName is how many characters of a file's name are kept.
const mostFileName = 200

func (s *Service) template(name string) (Template, error) {
	at := slices.IndexFunc(s.Templates, func(t Template) bool { return t.Name == name })
	if at < 0 {
		return Template{}, ErrTemplate
	}
	return s.Templates[at], nil
}

// allowed are the templates that somebody may import in a community.
func (s *Service) allowed(who authz.Actor, community authz.CommunityID) (out []Template) {
	for _, t := range s.Templates {
		if t.Needs == "" || who.Scope(t.Needs).Sees(community) {
			out = append(out, t)
		}
	}
	return out
}

// limits of an uploaded table.
func (s *Service) limits() sheet.Limits {
	return sheet.Limits{Columns: 64, Headers: knownHeads(s.Templates)}
}

func (s *Service) open(f io.ReaderAt, size int64) (*sheet.Table, error) {
	lim := s.limits()
	t, err := sheet.Read(f, size, lim)
	if errors.Is(err, sheet.ErrNoHeader) { // somebody else's words
		lim.Headers = nil
		t, err = sheet.Read(f, size, lim)
	}
	return t, err
}

// Upload keeps a table and has it checked, at once or when its columns are
// known. named is the template it is of; "": it is recognised by its headings.
// What is no table at all is refused, not kept.
func (s *Service) Upload(ctx context.Context, who authz.Actor, community authz.CommunityID, named, name string, f io.ReaderAt, size int64) (i Import, err error) {
	if err := s.DB.Read(ctx, who, Act, func(tx *db.Tx) error { return tx.In(ctx, community) }); err != nil {
		return i, err
	}
	table, err := s.open(f, size)
	if err != nil {
		return i, atFile(err)
	}
	choice := s.allowed(who, community)
	if named != "" {
		choice = slices.DeleteFunc(choice, func(t Template) bool { return t.Name != named })
	}
	if len(choice) == 0 {
		return i, ErrTemplate.At(errs.Field{Name: "template", Code: ErrTemplate.Code})
	}
	i = Import{
		Community: community, FileName: fileName(name), State: Mapping, Heads: table.Columns, Errors: []RowError{},
		By: who.ID, ByName: who.Name, Version: 1,
	}
	t, mapping, sure := recognise(choice, table.Columns)
	i.Template, i.Mapping = t.Name, mapping
	key := vault.NewDataKey()
	ref, err := s.put(ctx, key, f, size)
	if err != nil {
		return i, err
	}
	i.Blob = ref.Hash
	err = s.DB.Write(ctx, who, Act, func(tx *db.Tx) error {
		i.State = Mapping
		if before, mapping, err := remembered(ctx, tx, table.Columns); err != nil {
			return err
		} else if at := slices.IndexFunc(choice, func(t Template) bool { return t.Name == before }); at >= 0 && choice[at].check(mapping, i.Heads) == nil {
			i.Template, i.Mapping, sure = before, mapping, true
		}
		if sure {
			i.State = Checking
		}
		i.ID, i.CreatedAt = db.NewID[Import](tx), tx.Now
		i.BlobKey = tx.Vault().SealKey(blobKeyPlace(db.ID(i.ID)), key)
		if err := i.setErrors(tx.Vault(), nil); err != nil {
			return err
		}
		tx.Answer(&i)
		tx.Note(community, i.subject(), nil, map[string]any{"state": i.State, "template": i.Template, "file": ref.Hash})
		if err := db.Insert(ctx, tx, "import", i); err != nil {
			return err
		}
		return i.enqueue(ctx, tx)
	})
	return i, err
}

func (i Import) subject() string { return "import:" + i.ID.String() }

// kind is the job that works on an import.
const kind = "import.work"

type payload struct {
	Import    ID                `json:"import"`
	Community authz.CommunityID `json:"community"`
}

// Where belongs to the community in the list of jobs.
func (p payload) Where() authz.CommunityID { return p.Community }

// enqueue has the import worked on, if its state is one of work, and tells.
func (i Import) enqueue(ctx context.Context, tx *db.Tx) error {
	tx.Emit(Moved{i.ID, i.Community, i.State})
	if i.State != Checking && i.State != Applying && i.State != Undoing {
		return nil
	}
	return jobs.At(ctx, tx, kind, i.ID.String(), tx.Now, payload{i.ID, i.Community})
}

// Schedule registers what works on imports.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Long(r, kind, func(ctx context.Context, p payload) error { return s.Work(ctx, p.Import) })
}

// atFile says of a file that cannot be read what is wrong with it, at its field.
func atFile(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) > 0 {
		return err
	}
	return e.At(errs.Field{Name: "file", Code: e.Code, Params: e.Params})
}

// Imports lists the imports of a community, newest first, one more than limit if there is one.
func (s *Service) Imports(ctx context.Context, who authz.Actor, community authz.CommunityID, before ID, limit int) (out []Import, err error) {
	err = s.DB.Read(ctx, who, Act, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = imports(ctx, tx, community, before, limit)
		return err
	})
	return out, err
}

// Import returns one import with its errors; what they quote is for who
// brought the file, or may see all it names.
func (s *Service) Import(ctx context.Context, who authz.Actor, id ID) (i Import, err error) {
	if i, err = s.imported(ctx, who, id); err == nil && !s.readable(who, i) {
		for n := range i.Errors {
			i.Errors[n].Value = ""
		}
	}
	return i, err
}

// seeAll are the permissions that let somebody read another's file.
var seeAll = []authz.Action{"customer.names", "customer.numbers"}

func (s *Service) readable(who authz.Actor, i Import) bool {
	hidden := func(a authz.Action) bool { return !who.Scope(a).Sees(i.Community) }
	return i.By == who.ID && who.ID != 0 || !slices.ContainsFunc(seeAll, hidden)
}

func (s *Service) imported(ctx context.Context, who authz.Actor, id ID) (i Import, err error) {
	err = s.DB.Read(ctx, who, Act, func(tx *db.Tx) error {
		i, err = get(ctx, tx, id)
		return err
	})
	return i, err
}

// change moves an import on in a transaction of who asks for it.
func (s *Service) change(ctx context.Context, who authz.Actor, id ID, fn func(tx *db.Tx, i *Import) error) (i Import, err error) {
	err = s.DB.Write(ctx, who, Act, func(tx *db.Tx) error {
		if i, err = get(ctx, tx, id); err != nil {
			return err
		}
		if t, err := s.template(i.Template); err != nil {
			return err
		} else if t.Needs != "" && !who.Scope(t.Needs).Sees(i.Community) {
			return authz.ErrForbidden
		}
		before := i.State
		if err := fn(tx, &i); err != nil {
			return err
		}
		tx.Answer(&i)
		tx.Note(i.Community, i.subject(), map[string]any{"state": before}, map[string]any{"state": i.State, "template": i.Template, "mode": i.Mode})
		if err := db.Save(ctx, tx, "import", &i); err != nil {
			return err
		}
		return i.enqueue(ctx, tx)
	})
	if db.Unique(err, "import_at_work", "import.community_id") {
		err = ErrBusy
	}
	return i, err
}

// Map says whose table it is and which column is which, and has it checked.
// The same headings are then known the next time, in the whole company.
func (s *Service) Map(ctx context.Context, who authz.Actor, id ID, match web.Match, template string, mapping []string) (Import, error) {
	return s.change(ctx, who, id, func(tx *db.Tx, i *Import) error {
		if err := match.Expect(i.Version); err != nil {
			return err
		}
		if i.State != Mapping && i.State != Checked && i.State != Rejected {
			return ErrNotNow
		}
		choice := s.allowed(who, i.Community)
		at := slices.IndexFunc(choice, func(t Template) bool { return t.Name == template })
		if at < 0 {
			return errs.ErrFields.At(errs.Field{Name: "template", Code: ErrTemplate.Code})
		}
		if err := choice[at].check(mapping, i.Heads); err != nil {
			return err
		}
		i.Template, i.Mapping, i.State, i.Reason, i.Done, i.Total = template, mapping, Checking, "", 0, 0
		return remember(ctx, tx, template, i.Heads, mapping)
	})
}

// Apply begins to write a checked import in one mode.
func (s *Service) Apply(ctx context.Context, who authz.Actor, id ID, mode Mode) (Import, error) {
	return s.change(ctx, who, id, func(tx *db.Tx, i *Import) error {
		o, known := i.outcome(mode)
		switch {
		case i.State == Applied || i.State == Applying || i.State == Asked:
			return ErrApplied
		case i.State == Rejected || i.State == Checked && (!known || o.Bad > 0):
			return ErrRejected
		case i.State != Checked:
			return ErrNotNow
		case i.Blob == "":
			return ErrExpired
		}
		if t, err := s.template(i.Template); err != nil || t.Decide != "" {
			return errors.Join(err, s.ask(ctx, tx, t, i, mode))
		}
		i.State, i.Mode, i.Reason, i.Done, i.Total = Applying, mode, "", 0, 0
		return nil
	})
}

// Cancel stops an import; what was written of it is undone.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id ID) (Import, error) {
	return s.change(ctx, who, id, func(tx *db.Tx, i *Import) error {
		switch i.State {
		case Mapping, Checking, Checked:
			i.State = Cancelled
		case Asked:
			if err := s.Approvals.Withdraw(ctx, tx, "import."+i.Template, i.subject(), reasonCancelled); err != nil {
				return err
			}
			now, err := get(ctx, tx, i.ID) // its request ended, so it is checked again
			if *i = now; err != nil {
				return err
			}
			i.State, i.Reason = Cancelled, ""
		case Applying:
			i.State, i.Reason = Undoing, reasonCancelled
		default:
			return ErrNotNow
		}
		return nil
	})
}

// mostShown is how many obstacles an answer names.
const mostShown = 50

// Undo takes an applied import back as a whole. It is refused, with a list,
// where later records hang on its rows, or its rows were changed since.
func (s *Service) Undo(ctx context.Context, who authz.Actor, id ID) (Import, error) {
	return s.change(ctx, who, id, func(tx *db.Tx, i *Import) error {
		switch {
		case i.State != Applied:
			return ErrNotNow
		case i.Mode == "":
			return ErrOld
		}
		t, err := s.template(i.Template)
		if err != nil {
			return err
		}
		wrong, err := s.obstacles(ctx, tx, t, *i)
		if err != nil {
			return err
		}
		if len(wrong) > 0 {
			e := ErrHeld.With("n", len(wrong))
			for _, w := range wrong[:min(len(wrong), mostShown)] {
				e = e.At(errs.Field{Name: fmt.Sprintf("rows[%d]", w.Row), Code: w.Code})
			}
			return e
		}
		i.State, i.Reason, i.Done = Undoing, "", 0
		return nil
	})
}

func (s *Service) obstacles(ctx context.Context, tx *db.Tx, t Template, i Import) ([]RowError, error) {
	made, err := readLedger(ctx, tx, i)
	if err != nil {
		return nil, err
	}
	wrong, err := held(ctx, tx, t, i, made)
	slices.SortStableFunc(wrong, func(a, b RowError) int { return a.Row - b.Row })
	return slices.CompactFunc(wrong, func(a, b RowError) bool { return a.Row == b.Row && a.Code == b.Code }), err
}
