package dbtest

import (
	"testing"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// actSeed is what fixtures are made as.
const actSeed authz.Action = "dbtest.seed"

// Communities adds a company with communities of these numbers, in Shanghai.
func Communities(t testing.TB, d *db.DB, ids ...authz.CommunityID) {
	t.Helper()
	Exec(t, d, `INSERT INTO company (id, name, at, version) VALUES (1, 'Company', 0, 1)`)
	for _, id := range ids {
		Exec(t, d, `INSERT INTO community (id, company_id, name, address, service_phone, zone, fee_mode, version)
			VALUES ($1, 1, $2, '', '', 'Asia/Shanghai', 'lump_sum', 1)`, id, "Community "+id.String())
	}
}

// Exec runs a statement of a fixture.
func Exec(t testing.TB, d *db.DB, q string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), authz.System("test", actSeed), actSeed, func(tx *db.Tx) error {
		_, err := tx.Global("a fixture is made before anybody is there").Exec(t.Context(), q, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// One reads one value or row of whatever is there.
func One[T any](t testing.TB, d *db.DB, q string, args ...any) (v T) {
	t.Helper()
	if err := d.Read(t.Context(), authz.System("test", actSeed), actSeed, func(tx *db.Tx) (err error) {
		v, err = db.One[T](t.Context(), tx.Global("looking at what a test did"), q, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// Actor is somebody who may do acts in communities.
func Actor(id authz.AccountID, communities []authz.CommunityID, acts ...authz.Action) authz.Actor {
	set := map[authz.Action]bool{}
	for _, a := range acts {
		set[a] = true
	}
	return authz.Actor{ID: id, Name: "Account " + id.String(), Grants: []authz.Grant{{Actions: set, Communities: communities}}}
}
