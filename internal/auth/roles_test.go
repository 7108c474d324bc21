package auth_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"guanjia/internal/auth"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
)

// company has regions 北区 ⊃ 北一片, and 南区; a community in each, one in none.
type company struct {
	d             *db.DB
	auth          *auth.Service
	org           *org.Service
	boss          authz.Actor
	north, first  authz.RegionID
	south         authz.RegionID
	inFirst, inSo authz.CommunityID
	alone         authz.CommunityID
}

const bossID, headID authz.AccountID = 101, 102

var system = authz.System("test", "test.act")

func (c *company) write(t *testing.T, who authz.Actor, act authz.Action, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := c.d.Write(t.Context(), who, act, fn); err != nil {
		t.Fatal(err)
	}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func found(t *testing.T, d *db.DB) *company {
	t.Helper()
	c := &company{d: d, auth: auth.New(d), org: &org.Service{DB: d, Moved: auth.Moved}}
	c.write(t, system, "test.act", func(tx *db.Tx) error {
		if err := auth.CreateRoles(t.Context(), tx); err != nil {
			return err
		}
		first, err := org.Found(t.Context(), tx, "Company", org.Community{Name: "Alone"})
		c.alone = first.ID
		for id, name := range map[authz.AccountID]string{bossID: "boss", headID: "head"} {
			if _, err := auth.Create(t.Context(), tx, auth.Account{ID: id, Username: name, Name: name}, "tulips-and-rain"); err != nil {
				return err
			}
		}
		if err == nil {
			err = auth.Assign(t.Context(), tx, bossID, auth.Place{}, []string{"administrator"})
		}
		return err
	})
	c.boss = c.find(t, c.auth, c.signIn(t, bossID))
	region := func(parent authz.RegionID, name string) authz.RegionID {
		return must[org.Region](t)(c.org.AddRegion(t.Context(), c.boss, parent, name)).ID
	}
	c.north, c.south = region(0, "北区"), region(0, "南区")
	c.first = region(c.north, "北一片")
	c.inFirst, c.inSo = c.community(t, c.first, "In the first"), c.community(t, c.south, "In the south")
	return c
}

func (c *company) community(t *testing.T, in authz.RegionID, name string) authz.CommunityID {
	t.Helper()
	return must[org.Community](t)(c.org.Create(t.Context(), c.boss, org.Community{Name: name, Region: in})).ID
}

func (c *company) signIn(t *testing.T, id authz.AccountID) (token string) {
	t.Helper()
	c.write(t, system, "test.act", func(tx *db.Tx) (err error) {
		token, err = auth.Open(t.Context(), tx, id)
		return err
	})
	return token
}

func (c *company) find(t *testing.T, node *auth.Service, token string) authz.Actor {
	t.Helper()
	who, _, err := node.Find(t.Context(), token, authz.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func (c *company) assign(t *testing.T, by authz.Actor, to authz.AccountID, at auth.Place, codes ...string) error {
	t.Helper()
	return c.d.Write(t.Context(), by, auth.ActAssign, func(tx *db.Tx) error { return auth.Assign(t.Context(), tx, to, at, codes) })
}

// sees lists the communities that somebody is shown.
func (c *company) sees(t *testing.T, who authz.Actor) (out []authz.CommunityID) {
	t.Helper()
	for _, one := range must[[]org.Community](t)(c.org.Communities(t.Context(), who)) {
		out = append(out, one.ID)
	}
	return out
}

func any1(int64) error { return nil }

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func each(t *testing.T, fn func(t *testing.T, c *company)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) { fn(t, found(t, d)) })
}

func TestARegionalManagerSeesExactlyTheCommunitiesBelow(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		if err := c.assign(t, c.boss, headID, auth.Place{Region: c.north}, "property_manager"); err != nil {
			t.Fatal(err)
		}
		token, nodes := c.signIn(t, headID), []*auth.Service{c.auth, auth.New(c.d)}
		check := func(when string, want ...authz.CommunityID) {
			t.Helper()
			for _, node := range nodes {
				who := c.find(t, node, token)
				if got := c.sees(t, who); !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", when, got, want)
				}
			}
		}
		check("in the region in the region", c.inFirst)
		later := c.community(t, c.north, "Later")
		check("also one that comes later", c.inFirst, later)
		if _, err := c.org.Place(t.Context(), c.boss, c.inSo, any1, c.first); err != nil {
			t.Fatal(err)
		}
		check("one that is moved in", c.inFirst, c.inSo, later)
		if _, err := c.org.EditRegion(t.Context(), c.boss, c.first, any1, c.south, "南一片"); err != nil {
			t.Fatal(err)
		}
		check("a region that is moved away", later)
		var all []authz.CommunityID
		for i := range authz.WideFrom + 5 {
			all = append(all, c.community(t, c.north, "Many "+strconv.Itoa(i)))
		}
		check("more than fit into a statement", append([]authz.CommunityID{later}, all...)...)
		who := c.find(t, c.auth, token)
		if !who.Scope(org.ActView).Wide() {
			t.Error("this tests the long form of the scope")
		}
		tree := must[org.Tree](t)(c.org.Tree(t.Context(), who))
		if len(tree.Regions) != 1 || tree.Regions[0].ID != c.north || len(tree.Communities) != len(all)+1 {
			t.Errorf("the tree shows %d regions and %d communities", len(tree.Regions), len(tree.Communities))
		}
		if _, err := c.org.Get(t.Context(), who, c.alone); !errors.Is(err, db.ErrNotFound) {
			t.Error("a community outside:", err)
		}
		if err := c.assign(t, c.boss, headID, auth.Place{Region: c.north}); err != nil {
			t.Fatal(err)
		}
		for _, node := range nodes {
			if err := c.find(t, node, token).May(org.ActView); !errors.Is(err, authz.ErrForbidden) {
				t.Error("the next request after revocation, on every node:", err)
			}
		}
	})
}

func TestNobodyGivesInARegionWhatTheyHoldInPartsOfIt(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		if err := c.assign(t, c.boss, headID, auth.Place{Region: c.first}, "property_manager"); err != nil {
			t.Fatal(err)
		}
		head := c.find(t, c.auth, c.signIn(t, headID))
		c.write(t, system, "test.act", func(tx *db.Tx) error {
			_, err := auth.Create(t.Context(), tx, auth.Account{ID: 103, Username: "third", Name: "third"}, "tulips-and-rain")
			return err
		})
		is(t, c.assign(t, head, 103, auth.Place{Region: c.first}, "auditor"), auth.ErrNotYourRole) // they see no failed jobs themselves
		is(t, c.assign(t, head, 103, auth.Place{Region: c.first}, "technician"), nil)              // who dispatches gives the steps of the work
		is(t, c.assign(t, head, 103, auth.Place{Region: c.first}, "trainer"), nil)
		is(t, c.assign(t, head, 103, auth.Place{Community: c.inFirst}, "trainer"), nil)
		is(t, c.assign(t, head, 103, auth.Place{Region: c.north}, "trainer"), auth.ErrNotYourRole)
		is(t, c.assign(t, head, 103, auth.Place{}, "trainer"), auth.ErrNotYourRole)
		is(t, c.assign(t, head, 103, auth.Place{Community: c.alone}, "trainer"), auth.ErrNotYourRole)
	})
}

func role(t *testing.T, c *company, code string) auth.Role {
	t.Helper()
	all := must[[]auth.Role](t)(c.auth.Roles(t.Context(), c.boss, "en"))
	return all[slices.IndexFunc(all, func(r auth.Role) bool { return r.Code == code })]
}

func TestRolesAreEdited(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		trainer := role(t, c, "trainer")
		if err := c.assign(t, c.boss, headID, auth.Place{Region: c.north}, "trainer"); err != nil {
			t.Fatal(err)
		}
		token := c.signIn(t, headID)
		if c.find(t, c.auth, token).Can("ticket.view") {
			t.Error("a trainer sees no tickets")
		}
		with := func(acts ...authz.Action) auth.RoleData {
			return auth.RoleData{Zh: "讲师", En: "teacher", SecondFA: true, Actions: append(slices.Clone(trainer.Actions), acts...)}
		}
		v, err := c.auth.EditRole(ctx, c.boss, "en", trainer.ID, any1, with("ticket.view"))
		if err != nil || v.Name != "teacher" || !v.SecondFA || v.Version != 2 || v.Holders != 1 {
			t.Fatal(v, err)
		}
		if c.find(t, c.auth, token).Can("ticket.view") {
			t.Error("a role that asks for a second factor gives something without one")
		}
		dbtest.Exec(t, c.auth.DB, `INSERT INTO second_factor (id, secret, confirmed_at, last_step) VALUES ($1, '', 1, 0)`, headID)
		if !c.find(t, c.auth, token).Can("ticket.view") {
			t.Error("the next request has what the role was given")
		}
		_, err = c.auth.EditRole(ctx, c.boss, "en", trainer.ID, func(int64) error { return db.ErrStale }, with())
		is(t, err, db.ErrStale)
		_, err = c.auth.EditRole(ctx, c.boss, "en", trainer.ID, any1, with("no.such"))
		is(t, err, errs.ErrFields)
		_, err = c.auth.EditRole(ctx, c.boss, "en", trainer.ID, any1, auth.RoleData{Zh: "前台", En: "x"})
		is(t, err, auth.ErrRoleName)
		is(t, c.auth.DeleteRole(ctx, c.boss, trainer.ID, any1), auth.ErrRoleHeld)
		copied, err := c.auth.CreateRole(ctx, c.boss, "zh", auth.RoleData{Zh: "夜班前台", En: "night desk", Actions: []authz.Action{"org.view"}})
		if err != nil || copied.Name != "夜班前台" {
			t.Fatal(copied, err)
		}
		is(t, c.auth.DeleteRole(ctx, c.boss, copied.ID, any1), nil)
	})
}

func TestNobodyEditsRolesBeyondTheirOwnAndTheLastEditorStays(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		if _, err := c.auth.CreateRole(ctx, c.boss, "en", auth.RoleData{Zh: "角色管理", En: "roles", Actions: []authz.Action{auth.ActRoles, auth.ActRolesEdit}}); err != nil {
			t.Fatal(err)
		}
		code := must[[]auth.Role](t)(c.auth.Roles(ctx, c.boss, "en"))
		if err := c.assign(t, c.boss, headID, auth.Place{}, code[len(code)-1].Code); err != nil {
			t.Fatal(err)
		}
		head := c.find(t, c.auth, c.signIn(t, headID))
		_, err := c.auth.CreateRole(ctx, head, "en", auth.RoleData{Zh: "x", En: "x", Actions: []authz.Action{"ticket.view"}})
		is(t, err, auth.ErrNotYourRole)
		admin := role(t, c, "administrator")
		_, err = c.auth.EditRole(ctx, head, "en", admin.ID, any1, auth.RoleData{Zh: "x", En: "x"})
		is(t, err, auth.ErrNotYourRole)
		local := dbtest.Actor(105, []authz.CommunityID{c.alone}, auth.ActRolesEdit)
		_, err = c.auth.CreateRole(ctx, local, "en", auth.RoleData{Zh: "x", En: "x"})
		is(t, err, auth.ErrAssign)
		if err := c.assign(t, c.boss, headID, auth.Place{}); err != nil {
			t.Fatal(err)
		}
		is(t, c.assign(t, c.boss, bossID, auth.Place{}, "trainer"), auth.ErrLastEditor)
		less := slices.DeleteFunc(slices.Clone(admin.Actions), func(a authz.Action) bool { return a == auth.ActRolesEdit })
		_, err = c.auth.EditRole(ctx, c.boss, "en", admin.ID, any1, auth.RoleData{Zh: "x", En: "x", Actions: less})
		is(t, err, auth.ErrLastEditor)
	})
}

func TestTheTreeIsKeptWhole(t *testing.T) {
	each(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		_, err := c.org.EditRegion(ctx, c.boss, c.north, any1, c.first, "北区")
		is(t, err, org.ErrCycle)
		is(t, c.org.RemoveRegion(ctx, c.boss, c.first, any1), org.ErrNotEmpty)
		_, err = c.org.AddRegion(ctx, c.boss, c.north, "北一片")
		is(t, err, org.ErrRegionName)
		_, err = c.org.AddRegion(ctx, c.boss, 77, "x")
		is(t, err, org.ErrRegion)
		deep := c.south
		for i := range 11 {
			deep = must[org.Region](t)(c.org.AddRegion(ctx, c.boss, deep, strconv.Itoa(i))).ID
		}
		_, err = c.org.AddRegion(ctx, c.boss, deep, "too deep")
		is(t, err, errs.ErrFields)
		is(t, c.org.RemoveRegion(ctx, c.boss, deep, any1), nil)
		local := dbtest.Actor(105, []authz.CommunityID{c.alone}, org.ActEdit, org.ActView)
		_, err = c.org.AddRegion(ctx, local, 0, "x")
		is(t, err, authz.ErrForbidden)
		d, err := c.org.AddDepartment(ctx, local, c.alone, "other", "夜间值班")
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.org.AddDepartment(ctx, local, c.alone, "other", "夜间值班")
		is(t, err, org.ErrDepartment)
		_, err = c.org.AddDepartment(ctx, local, c.inSo, "other", "x")
		is(t, err, db.ErrNotFound)
		_, err = c.org.AddDepartment(ctx, local, 0, "other", "x")
		is(t, err, authz.ErrForbidden)
		if d, err = c.org.RenameDepartment(ctx, local, d.ID, any1, "夜班"); err != nil || d.Version != 2 {
			t.Error(d, err)
		}
		dbtest.Exec(t, c.d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, department_id, position, skills, state, on_duty, left_reason, version)
			VALUES (5, $1, '5', 'x', '', $2, '', '[]', 'disabled', $3, '', 1)`, c.alone, d.ID, false)
		if err := c.org.RemoveDepartment(ctx, local, d.ID, any1); errs.Of(err).Code != "org.department_used" {
			t.Error(err)
		}
		all := must[[]org.Department](t)(c.org.Departments(ctx, local, c.alone))
		is(t, c.org.RemoveDepartment(ctx, local, all[0].ID, any1), nil)
		company := must[org.Department](t)(c.org.AddDepartment(ctx, c.boss, 0, "quality", "总部品质部"))
		is(t, c.org.RemoveDepartment(ctx, local, company.ID, any1), db.ErrNotFound)
		if all = must[[]org.Department](t)(c.org.Departments(ctx, local, c.alone)); all[len(all)-1].ID != company.ID {
			t.Error("a department of the company can be chosen in every community")
		}
	})
}
