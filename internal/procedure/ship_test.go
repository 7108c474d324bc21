package procedure_test

import (
	"reflect"
	"slices"
	"testing"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/procedure"
)

// A library that an earlier program shipped had steps without English names: they get them, and what people work by stays.
func TestStepsShippedEarlierGetTheirEnglishNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := open(t, d, c)
		v := dbtest.One[procedure.VersionID](t, d, `SELECT current_id FROM procedure WHERE code = 'repair'`)
		read := func() (doc procedure.Doc) {
			t.Helper()
			if err := doc.Scan(dbtest.One[string](t, d, `SELECT doc FROM procedure_version WHERE id = $1`, v)); err != nil {
				t.Fatal(err)
			}
			return doc
		}
		shipped := read()
		was := shipped
		was.Steps = slices.Clone(shipped.Steps)
		for i := range was.Steps {
			was.Steps[i].TitleEn = ""
		}
		was.Steps[3].Title, was.Steps[4].TitleEn, was.Steps[5].Do = "备料", "be there", "先问后修"
		dbtest.Exec(t, d, `UPDATE procedure_version SET doc = $1 WHERE id = $2`, was, v)
		if err := s.Ship(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := read()
		if got.Steps[7].TitleEn != "repair" || got.Steps[3].TitleEn != "" || got.Steps[4].TitleEn != "be there" {
			t.Errorf("%q, %q, %q", got.Steps[7].TitleEn, got.Steps[3].TitleEn, got.Steps[4].TitleEn)
		}
		for i := range got.Steps {
			got.Steps[i].TitleEn, was.Steps[i].TitleEn = "", ""
		}
		if !reflect.DeepEqual(got, was) {
			t.Errorf("more than names is different: %+v", got)
		}
	})
}
