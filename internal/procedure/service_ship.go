package procedure

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Ship writes down the shipped procedures that this database does not have
// yet; what the company has made of them stays. Those of an earlier program
// had steps without English names.
func (s *Service) Ship(ctx context.Context) error {
	system := authz.System("procedure", ActEdit)
	return s.DB.Write(ctx, system, ActEdit, func(tx *db.Tx) error {
		tx.Silent("they come with the program")
		there, err := all(ctx, tx)
		if err != nil {
			return err
		}
		for _, d := range Shipped() {
			if i := slices.IndexFunc(there, func(p Procedure) bool { return p.Code == d.Code }); i >= 0 {
				if err := translate(ctx, tx, there[i], d.Doc); err != nil {
					return err
				}
				continue
			}
			p := Procedure{ID: db.NewID[Procedure](tx), Code: d.Code, Zh: d.Doc.Zh, En: d.Doc.En, Applies: d.Doc.Applies, Number: 1, Shipped: true, Version: 1}
			v := Version{ID: db.NewID[Version](tx), Procedure: p.ID, Number: 1, State: Published, Doc: d.Doc, At: tx.Now, Version: 1}
			p.Current = v.ID
			g := tx.Global(whyGlobal)
			if err := errors.Join(db.Insert(ctx, g, "procedure", p), db.Insert(ctx, g, "procedure_version", v)); err != nil {
				return err
			}
		}
		return nil
	})
}

// translate gives the steps of a shipped procedure, in every version, the English
// names that they have by now. No word that people work by changes.
func translate(ctx context.Context, tx *db.Tx, p Procedure, shipped Doc) error {
	if !p.Shipped {
		return nil
	}
	vs, err := versionsOf(ctx, tx, p.ID)
	for _, v := range vs {
		if err == nil && v.Doc.inEnglish(shipped) {
			_, err = tx.Global(whyGlobal).Exec(ctx, `UPDATE procedure_version SET doc = $1 WHERE id = $2`, v.Doc, v.ID)
		}
	}
	return err
}
