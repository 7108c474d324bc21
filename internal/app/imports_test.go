package app

import (
	"slices"
	"strings"
	"testing"

	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/i18n"
)

// CUS-07: whatever may hang on a record that an import makes is known to the
// undo, so that none of it is torn away or fails half-way.
func TestEveryTableThatHangsOnAnImportedRecordIsKnownToTheUndo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if h.db.Engine != db.SQLite {
			return // the schema is the same
		}
		held := map[string][]imports.Hold{}
		for _, tpl := range templates() {
			for _, r := range tpl.Records {
				held[r.Kind] = append(held[r.Kind], r.Held...)
			}
		}
		type key struct {
			Child  string `db:"child"`
			Column string `db:"col"`
			Parent string `db:"parent"`
		}
		var keys []key
		if err := h.db.Read(t.Context(), authz.System("test", "test.schema"), "test.schema", func(tx *db.Tx) (err error) {
			keys, err = db.All[key](t.Context(), tx.Global("the schema"), `SELECT m.name AS child, f."from" AS col, f."table" AS parent FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."from" <> 'community_id'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(keys) < 20 {
			t.Fatalf("only %d foreign keys", len(keys))
		}
		for _, k := range keys {
			holds, imported := held[k.Parent]
			if !imported {
				continue
			}
			if !slices.Contains(holds, imports.Hold{Table: k.Child, Column: k.Column}) {
				t.Errorf("%s.%s points at %s, which imports make, and is not among what holds it", k.Child, k.Column, k.Parent)
			}
			for _, lang := range []string{"zh", "en"} {
				code := "import.held." + k.Child
				if k.Parent != "building" && k.Parent != "unit" && strings.Contains(i18n.Text(lang, code, nil), code) {
					t.Errorf("%s has no words for %s", lang, code)
				}
			}
		}
	})
}
