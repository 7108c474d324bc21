package customer

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/web"
)

// ActTags changes the company's list of tags.
const ActTags authz.Action = "customer.tags"

// TagID names a tag of the list.
type TagID = id.Of[Tag]

// Tag is a word that archives are offered to be marked with. A hidden one is
// offered no more, and stays where it is.
type Tag struct {
	ID     TagID  `db:"id" json:"id"`
	Name   string `db:"name" json:"name"`
	En     string `db:"en" json:"en"`
	Hidden bool   `db:"is_hidden" json:"hidden"`
	// Important is a tag of customers whose matters are for seniors first (TIC-05a).
	Important bool  `db:"is_important" json:"important" doc:"matters of these customers go to seniors first"`
	Version   int64 `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (t Tag) ETag() int64 { return t.Version }

// ErrTagTaken says that there is such a tag.
var ErrTagTaken = errs.New(errs.Conflict, "customer.tag_taken", "there is such a tag already")

const companyTags = "the list of tags is the company's"

// TagList lists the company's tags.
func (s *Service) TagList(ctx context.Context, who authz.Actor) (out []Tag, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = db.All[Tag](ctx, tx.Global(companyTags), `SELECT `+db.Columns[Tag]("")+` FROM tag ORDER BY is_hidden, id`)
		return err
	})
	return out, err
}

func (t *Tag) check() error {
	var wrong errs.Fields
	for field, text := range map[string]*string{"name": &t.Name, "en": &t.En} {
		*text = strings.TrimSpace(*text)
		switch {
		case *text == "":
			wrong.Add(field, "required", nil)
		case utf8.RuneCountInString(*text) > 2*maxTag || field == "name" && utf8.RuneCountInString(*text) > maxTag:
			wrong.Add(field, "too_long", map[string]any{"max": maxTag})
		case strings.ContainsFunc(*text, unseen) || !utf8.ValidString(*text):
			wrong.Add(field, "wrong_form", nil)
		}
	}
	return wrong.Err()
}

// ofCompany refuses who may change tags in some communities only: the list is everybody's.
func ofCompany(who authz.Actor) error {
	if !who.Scope(ActTags).All {
		return authz.ErrForbidden
	}
	return nil
}

func tagTaken(err error) error {
	if db.Unique(err, "tag_name", "tag.name") {
		return ErrTagTaken.At(errs.Field{Name: "name", Code: ErrTagTaken.Code})
	}
	return err
}

// AddTag adds a word to the list.
func (s *Service) AddTag(ctx context.Context, who authz.Actor, name, en string, important bool) (t Tag, err error) {
	t = Tag{Name: name, En: en, Important: important, Version: 1}
	if err := t.check(); err != nil {
		return t, err
	}
	err = s.DB.Write(ctx, who, ActTags, func(tx *db.Tx) error {
		if err := ofCompany(who); err != nil {
			return err
		}
		t.ID = db.NewID[Tag](tx)
		tx.Answer(&t)
		tx.Note(0, "tag:"+t.ID.String(), nil, t)
		return tagTaken(db.Insert(ctx, tx.Global(companyTags), "tag", t))
	})
	return t, err
}

// EditTag renames a tag, hides it, or says whether its customers count as
// important; nil leaves that as it is. Archives that have it keep their word.
func (s *Service) EditTag(ctx context.Context, who authz.Actor, of TagID, match web.Match, name, en string, hidden bool, important *bool) (t Tag, err error) {
	err = s.DB.Write(ctx, who, ActTags, func(tx *db.Tx) error {
		if err := ofCompany(who); err != nil {
			return err
		}
		before, err := db.One[Tag](ctx, tx.Global(companyTags), `SELECT `+db.Columns[Tag]("")+` FROM tag WHERE id = $1`, of)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		t = before
		t.Name, t.En, t.Hidden = name, en, hidden
		if important != nil {
			t.Important = *important
		}
		if err := t.check(); err != nil {
			return err
		}
		tx.Note(0, "tag:"+of.String(), before, t)
		return tagTaken(db.Save(ctx, tx.Global(companyTags), "tag", &t))
	})
	return t, err
}

// Important reports whether a customer has a tag whose matters are for seniors
// first (TIC-05a), in another domain's transaction.
func Important(ctx context.Context, tx *db.Tx, of ID) (bool, error) {
	tags, err := db.All[Tags](ctx, tx, `SELECT tags FROM customer WHERE id = $1 AND {scope}`, of)
	if err != nil || len(tags) == 0 || len(tags[0]) == 0 {
		return false, err
	}
	names, err := db.All[string](ctx, tx.Global(companyTags), `SELECT name FROM tag WHERE is_important`)
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(tags[0], n) }), err
}
