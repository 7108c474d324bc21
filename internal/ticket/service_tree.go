package ticket

import (
	"context"
	"log/slog"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ActCategories is revising the tree of classes, which is the company's.
const ActCategories authz.Action = "ticket.categories"

// Of the tree.
var (
	ErrTreeSame  = errs.New(errs.Conflict, "ticket.tree_same", "nothing is different from the version in force")
	ErrTreeWhole = errs.New(errs.Forbidden, "ticket.tree_whole", "the tree holds for all communities: only who may revise it everywhere does")
)

// TreeRevised says that there is a newer version of the tree; every node reads it.
type TreeRevised struct {
	Version int64 `json:"version"`
}

// EventName implements db.Event.
func (TreeRevised) EventName() string { return "category.revised" }

// Where implements db.Event: it is the company's.
func (TreeRevised) Where() authz.CommunityID { return 0 }

// About implements db.Event.
func (TreeRevised) About() string { return "category_tree" }

const whyTree = "the tree of classes is the company's, read by all its communities"

// TreeVersion is one version of the tree: who made it, when and why.
type TreeVersion struct {
	ID       id.Of[TreeVersion] `db:"id" json:"-"`
	Number   int64              `db:"number" json:"number"`
	Doc      overlay            `db:"doc" json:"-"`
	Reason   string             `db:"reason" json:"reason"`
	Restored *int64             `db:"restored" json:"restored,omitempty" doc:"the version it brought back; 0: as shipped"`
	At       clock.Instant      `db:"at" json:"at"`
	By       authz.AccountID    `db:"by_id" json:"-"`
	ByName   string             `db:"by_name" json:"byName"`
}

// ClassView is a class as who revises the tree sees it.
type ClassView struct {
	Category
	Least   Grade        `json:"least" enum:"A,B,C" doc:"the least urgent grade a matter of it may have"`
	Usual   Grade        `json:"usual" enum:"A,B,C" doc:"that a matter of it opens with if nobody says otherwise"`
	Asks    string       `json:"asks,omitempty" doc:"the skill it asks for, whoever says so"`
	Own     bool         `json:"own,omitempty" doc:"the company's, not shipped"`
	Retired bool         `json:"retired,omitempty" doc:"hidden itself, not with its parent"`
	Shipped ShippedClass `json:"shipped"`
}

// ShippedClass is what a class is without the company's changes.
type ShippedClass struct {
	Zh    string   `json:"zh,omitempty"`
	En    string   `json:"en,omitempty"`
	Words []string `json:"words"`
	Least Grade    `json:"least" enum:"A,B,C" doc:"nobody goes below"`
	Usual Grade    `json:"usual" enum:"A,B,C" doc:"nobody goes below"`
	Dept  string   `json:"dept,omitempty" doc:"without a word of the company's about the class itself: its parent's, where nothing ships"`
	Skill string   `json:"skill,omitempty"`
}

// TreeView is the tree to revise.
type TreeView struct {
	Version int64        `json:"version" doc:"0: as shipped"`
	Items   []ClassView  `json:"items"`
	Latest  *TreeVersion `json:"latest,omitempty"`
	MayEdit bool         `json:"mayEdit" doc:"the caller may revise it: everywhere, or there is one community only"`
}

// ETag implements web.Versioned.
func (v TreeView) ETag() int64 { return v.Version }

func (t *Tree) view(latest []TreeVersion, may bool) TreeView {
	v := TreeView{Version: t.Version, Items: []ClassView{}, MayEdit: may}
	if len(latest) > 0 {
		v.Latest = &latest[0]
	}
	for _, c := range t.flat {
		base, _ := t.doc.base(c.ID)
		r := t.doc.Classes[c.ID]
		of := ClassView{Category: c, Least: c.Lowest(), Usual: c.Usual(), Own: r.Parent != "", Retired: r.Hidden, Shipped: ShippedClass{base.Zh, base.En, append([]string{}, base.Words...), base.Lowest(), base.Usual(), base.Dept, ""}}
		if c.Parent != "" {
			of.Asks, of.Shipped.Skill = t.SkillFor(c.ID), usualSkill(c.ID, c.Dept)
		}
		v.Items = append(v.Items, of)
	}
	return v
}

func newest(ctx context.Context, tx *db.Tx) ([]TreeVersion, error) {
	return db.All[TreeVersion](ctx, tx.Global(whyTree), `SELECT `+db.Columns[TreeVersion]("")+` FROM category_version ORDER BY number DESC LIMIT 1`)
}

// treeAt is a version of the tree over what ships today; 0 is what ships.
func treeAt(ctx context.Context, tx *db.Tx, number int64) (*Tree, error) {
	if number == 0 {
		return ShippedTree(), nil
	}
	v, err := db.One[TreeVersion](ctx, tx.Global(whyTree), `SELECT `+db.Columns[TreeVersion]("")+` FROM category_version WHERE number = $1`, number)
	return v.Doc.tree(v.Number), err
}

// inForce is the newest version as the database has it.
func inForce(ctx context.Context, tx *db.Tx) (*Tree, []TreeVersion, error) {
	rows, err := newest(ctx, tx)
	if err != nil || len(rows) == 0 {
		return ShippedTree(), rows, err
	}
	return rows[0].Doc.tree(rows[0].Number), rows, nil
}

var treeReader = authz.System("ticket_tree", ActView)

// LoadTree reads the tree that this node goes by: at the start, after a
// revision, and when another node told of one.
func (s *Service) LoadTree(ctx context.Context) error {
	kept := db.Remembered[inMind](s.DB)
	kept.loading.Lock() // whoever reads later keeps what is later
	defer kept.loading.Unlock()
	return s.DB.Read(ctx, treeReader, ActView, func(tx *db.Tx) error {
		t, _, err := inForce(ctx, tx)
		if err == nil {
			kept.tree.Store(t)
		}
		return err
	})
}

// mayRevise reports whether the actor holds the right for all communities there are.
func mayRevise(ctx context.Context, tx *db.Tx) (bool, error) {
	scope := tx.Who.Scope(ActCategories)
	if scope.All {
		return true, nil
	}
	some, err := db.All[authz.CommunityID](ctx, tx.Global(whyTree), `SELECT id FROM community ORDER BY id LIMIT 2`)
	return len(some) == 1 && scope.Sees(some[0]), err
}

// Tree returns the tree to revise.
func (s *Service) Tree(ctx context.Context, who authz.Actor) (v TreeView, err error) {
	err = s.DB.Read(ctx, who, ActCategories, func(tx *db.Tx) error {
		may, err := mayRevise(ctx, tx)
		if err != nil {
			return err
		}
		t, rows, err := inForce(ctx, tx)
		v = t.view(rows, may)
		return err
	})
	return v, err
}

// ReviseTree makes the next version of the tree, for who saw the latest one (TIC-01a).
func (s *Service) ReviseTree(ctx context.Context, who authz.Actor, expect func(int64) error, in Revision) (TreeView, error) {
	return s.newTree(ctx, who, expect, in.Reason, func(_ *db.Tx, t *Tree) (overlay, *int64, error) {
		o, err := t.revise(in)
		return o, nil, err
	})
}

// RestoreTree brings an older version back as the newest; 0 is what ships.
// Classes made since stay, hidden.
func (s *Service) RestoreTree(ctx context.Context, who authz.Actor, expect func(int64) error, number int64, reason string) (TreeView, error) {
	if err := needed("reason", &reason, mostTreeWhy); err != nil {
		return TreeView{}, err
	}
	return s.newTree(ctx, who, expect, reason, func(tx *db.Tx, t *Tree) (overlay, *int64, error) {
		old, err := treeAt(ctx, tx, number)
		if err != nil {
			return overlay{}, nil, err
		}
		return t.doc.restored(old.doc), &number, nil
	})
}

func (s *Service) newTree(ctx context.Context, who authz.Actor, expect func(int64) error, reason string, change func(*db.Tx, *Tree) (overlay, *int64, error)) (v TreeView, err error) {
	err = s.DB.Write(ctx, who, ActCategories, func(tx *db.Tx) error {
		switch may, err := mayRevise(ctx, tx); {
		case err != nil:
			return err
		case !may:
			return ErrTreeWhole
		}
		t, _, err := inForce(ctx, tx)
		if err != nil {
			return err
		}
		if err := expect(t.Version); err != nil {
			return err
		}
		row := TreeVersion{ID: db.NewID[TreeVersion](tx), Number: t.Version + 1, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name}
		if row.Doc, row.Restored, err = change(tx, t); err != nil {
			return err
		}
		row.Reason = strings.TrimSpace(reason)
		next := row.Doc.tree(row.Number)
		changes := t.compare(next)
		if len(changes) == 0 {
			return ErrTreeSame
		}
		tx.Note(0, "category_tree:"+row.ID.String(), map[string]any{"version": t.Version}, map[string]any{"version": row.Number, "reason": row.Reason, "restored": row.Restored, "changes": changes})
		tx.Emit(TreeRevised{row.Number})
		v = next.view([]TreeVersion{row}, true)
		tx.Answer(&v)
		err = db.Insert(ctx, tx.Global(whyTree), "category_version", row)
		if db.Unique(err, "category_version_number", "category_version.number") {
			return db.ErrStale
		}
		return err
	})
	if err != nil {
		return v, err
	}
	if err := s.LoadTree(ctx); err != nil { // it is made; this node reads it again within a minute
		slog.WarnContext(ctx, "ticket: the new tree is not read yet", "error", err)
	}
	return v, nil
}

// TreeVersions lists the versions before one, the newest first.
func (s *Service) TreeVersions(ctx context.Context, who authz.Actor, before int64, limit int) (out []TreeVersion, err error) {
	err = s.DB.Read(ctx, who, ActCategories, func(tx *db.Tx) error {
		out, err = db.All[TreeVersion](ctx, tx.Global(whyTree), `SELECT `+db.Columns[TreeVersion]("")+` FROM category_version WHERE (number < $1 OR $1 = 0) ORDER BY number DESC LIMIT $2`, before, limit)
		return err
	})
	return out, err
}

// TreeChanges is what differs between two versions.
type TreeChanges struct {
	From  int64         `json:"from"`
	To    int64         `json:"to"`
	Items []ClassChange `json:"items"`
}

// CompareTrees says what differs from one version to another; 0 is what ships.
func (s *Service) CompareTrees(ctx context.Context, who authz.Actor, from, to int64) (out TreeChanges, err error) {
	err = s.DB.Read(ctx, who, ActCategories, func(tx *db.Tx) error {
		a, err := treeAt(ctx, tx, from)
		if err != nil {
			return err
		}
		b, err := treeAt(ctx, tx, to)
		out = TreeChanges{from, to, a.compare(b)}
		return err
	})
	return out, err
}
