package customer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/webtest"
)

// estate is a community with a room and ways to ask for things in it.
type estate struct {
	*webtest.Site
	t    *testing.T
	d    *db.DB
	svc  *customer.Service
	room string
}

var more = append([]authz.Action{customer.ActRelate, customer.ActTransfer, customer.ActMerge, customer.ActListExport, customer.ActTags, housing.ActEdit}, all...)

func newEstate(t *testing.T, d *db.DB) *estate {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	svc := service(t, d)
	full := dbtest.Actor(7, []authz.CommunityID{1}, more...)
	if err := d.Write(t.Context(), full, imports.Act, func(tx *db.Tx) error {
		var rows []customer.ImportRow
		for _, text := range []string{"3-2-1502", "3-2-1503"} {
			label, err := housing.ParseLabel(text)
			if err != nil {
				return err
			}
			rows = append(rows, customer.ImportRow{Room: housing.NewRoom{Label: label, Type: housing.Home, State: housing.Occupied, BuildingArea: 10000}})
		}
		_, _, err := customer.ImportRows(t.Context(), tx, 1, rows)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s := webtest.New(t, d, map[string]authz.Actor{
		"here": full, "there": dbtest.Actor(8, []authz.CommunityID{2}, more...), "both": dbtest.Actor(10, []authz.CommunityID{1, 2}, more...),
		"company": {ID: 12, Name: "Company", Grants: []authz.Grant{{Actions: map[authz.Action]bool{customer.ActTags: true}, Everywhere: true}}},
		"masked":  dbtest.Actor(9, []authz.CommunityID{1}, customer.ActView, customer.ActMerge),
	}, svc.Routes, (&housing.Service{DB: d}).Routes)
	e := &estate{Site: s, t: t, d: d, svc: svc}
	e.room = e.roomOf("3-2-1502")
	return e
}

func (e *estate) roomOf(label string) string {
	return housing.RoomID(dbtest.One[int64](e.t, e.d, `SELECT id FROM room WHERE label_key = $1`, label)).String()
}

// someone opens an archive.
func (e *estate) someone(name string, more map[string]any) customer.Customer {
	e.t.Helper()
	body := map[string]any{"community": c(1), "kind": "person", "name": name}
	for k, v := range more {
		body[k] = v
	}
	return webtest.JSON[customer.Customer](e.Do("here", "POST", "/customers", body).Is(201))
}

func (e *estate) relate(of customer.Customer, kind, share, from string) webtest.Answer {
	e.t.Helper()
	body := map[string]any{"roomId": e.room, "relation": kind, "share": share}
	if from != "" {
		body["from"] = from
	}
	return e.Do("here", "POST", "/customers/"+of.ID.String()+"/relations", body)
}

func (e *estate) rooms(of customer.ID) string {
	e.t.Helper()
	var parts []string
	for _, r := range webtest.JSON[customer.Customer](e.Do("here", "GET", "/customers/"+of.String(), nil).Is(200)).Rooms {
		parts = append(parts, strings.TrimSpace(string(r.Relation)+" "+r.Share+" "+r.From.String()+".."+r.To.String()))
	}
	return strings.Join(parts, "; ")
}

func TestAnArchiveHoldsWhatAReceptionAsks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		details := map[string]any{"birthday": "1958-05-14", "gender": "female", "language": "yue", "channel": "wechat", "contactFrom": 540, "contactTo": 1080, "noCalls": true, "cardNo": "vip-88",
			"emergency": map[string]any{"name": "李强", "relation": "儿子", "number": "138 1111 2222"}}
		made := e.someone("李娜", map[string]any{"details": details, "otherNames": []any{map[string]any{"kind": "former", "name": "李小娜"}}})
		path := "/customers/" + made.ID.String()
		e.Do("here", "GET", path, nil).Is(200, `"birthday":"1958-05-14"`, `"language":"yue"`, `"cardNo":"VIP-88"`, "李强", "138****2222", "李小娜").Not("13811112222")
		e.Do("masked", "GET", path, nil).Is(200, `"birthday":"****-05-14"`, "李*").Not("1958", "李强", "李小娜", "13811112222")
		e.Do("here", "POST", path+"/reveal", map[string]any{"field": "emergency", "index": 0}).Is(200, "13811112222")
		// Left out stays; a masked value sent back means what is there.
		e.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "李娜"}, "If-Match", `"1"`).Is(200, `"birthday":"1958-05-14"`, "李小娜", "李强")
		details["birthday"], details["emergency"] = "1958-05-15", map[string]any{"name": "李强", "relation": "儿子", "keep": true}
		e.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "李娜", "details": details, "otherNames": []any{map[string]any{"index": 0}}}, "If-Match", `"2"`).Is(200, "1958-05-15", "138****2222", "李小娜")
		details["birthday"], details["contactTo"] = "1958-02-30", 10
		e.Do("here", "PUT", path, map[string]any{"kind": "person", "name": "李娜", "details": details}, "If-Match", `"3"`).Is(422, "details.birthday", "details.contactTo")
		for _, q := range []string{"李娜", "ln", "lina", "VIP-88", "vip-88", "李小", made.ArchiveNo} {
			e.Do("here", "GET", "/customers?community="+c(1)+"&q="+q, nil).Is(200, made.ID.String())
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE after LIKE '%李强%' OR after LIKE '%1958%' OR after LIKE '%13811112222%' OR after LIKE '%李小娜%'`); n != 0 {
			t.Errorf("%d entries of the trail name a person (ACC-10)", n)
		}
	})
}

func TestTheListIsFilteredAndComesInPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		owner := e.someone("王一", map[string]any{"roomId": e.room, "tags": []string{"VIP"}, "mobiles": []any{map[string]any{"number": "13800001111"}}})
		e.someone("王二", map[string]any{"tags": []string{"VIP_X", "独居老人"}})
		e.someone("云栖超市", map[string]any{"kind": "organisation"})
		for query, want := range map[string]int{
			"": 3, "&kind=organisation": 1, "&rooms=with": 1, "&rooms=without": 2, "&relation=owner": 1, "&relation=tenant": 0, "&tag=VIP": 1, "&tag=vip": 1, "&tag=%25": 0, "&tag=独居老人": 1, "&q=1111": 1, "&q=13800001111": 1, "&q=王": 2, "&q=x'": 0,
		} {
			got := webtest.JSON[struct{ Items []customer.Row }](e.Do("here", "GET", "/customers?community="+c(1)+query, nil).Is(200))
			if len(got.Items) != want {
				t.Errorf("%q finds %d, want %d", query, len(got.Items), want)
			}
		}
		page := webtest.JSON[struct {
			Items []customer.Row
			Next  string
		}](e.Do("here", "GET", "/customers?limit=2&community="+c(1), nil).Is(200))
		rest := webtest.JSON[struct{ Items []customer.Row }](e.Do("here", "GET", "/customers?limit=2&community="+c(1)+"&cursor="+page.Next, nil).Is(200))
		if len(page.Items) != 2 || len(rest.Items) != 1 || rest.Items[0].ID != owner.ID || rest.Items[0].Label != "3栋2单元1502" || rest.Items[0].Mobile != "138****1111" {
			t.Errorf("%+v then %+v", page, rest)
		}
		e.Do("there", "GET", "/customers?community="+c(1), nil).Is(404)
	})
}

func TestOwnersSharesAreKeptExactly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		a, b := e.someone("李娜", nil), e.someone("张伟", nil)
		e.relate(a, "owner", "2/4", "2019-01-01").Is(201, `"share":"1/2"`)
		e.relate(a, "owner", "", "").Is(409, "customer.related")
		e.relate(b, "owner", "2/3", "2019-01-01").Is(422, "customer.share_sum")
		e.relate(b, "family", "1/2", "").Is(422, "customer.share_owner")
		e.relate(b, "owner", "half", "").Is(422, "customer.share_form")
		r := webtest.JSON[customer.Relation](e.relate(b, "owner", "50%", "2019-01-01").Is(201))
		edit := func(version string, body map[string]any) webtest.Answer {
			return e.Do("here", "PUT", "/relations/"+r.ID.String(), body, "If-Match", version)
		}
		edit(`"1"`, map[string]any{"relation": "owner", "share": "50%", "from": "2019-01-01", "to": "2030-01-01"}).Is(422, "customer.related_to")
		edit(`"1"`, map[string]any{"relation": "owner", "share": "50%", "from": "2019-01-01", "to": "2026-03-01"}).Is(200, `"to":"2026-03-01"`)
		edit(`"1"`, map[string]any{"relation": "owner"}).Is(409, "stale")
		e.relate(a, "tenant", "", "").Is(201)
		e.Do("there", "PUT", "/relations/"+r.ID.String(), map[string]any{"relation": "owner"}, "If-Match", `"2"`).Is(404)
		if got := e.rooms(b.ID); got != "owner 50% 2019-01-01..2026-03-01" {
			t.Error(got)
		}
	})
}

func TestAChangeOfOwnerEndsTheOldAndBeginsTheNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		old, child, tenant, buyer := e.someone("李娜", nil), e.someone("张小满", nil), e.someone("陈租", nil), e.someone("赵买", nil)
		e.relate(old, "owner", "1", "2019-01-01").Is(201)
		e.relate(child, "family", "", "").Is(201)
		e.relate(tenant, "tenant", "", "2025-01-01").Is(201)
		body := map[string]any{"roomId": e.room, "day": "2026-03-01", "familyLeaves": true, "keepAsTenants": true, "owners": []any{
			map[string]any{"customerId": buyer.ID.String(), "share": "1/2"},
			map[string]any{"new": map[string]any{"kind": "person", "name": "钱新", "mobiles": []any{map[string]any{"number": "13900002222"}}}, "share": "1/2"},
		}}
		e.Do("here", "GET", "/rooms/"+e.room+"/transfer", nil).Is(200, "李娜", "张小满", `"obstacles":[]`)
		for field, v := range map[string]any{"day": "2026-03-03", "owners": []any{map[string]any{"customerId": buyer.ID.String(), "share": "1/2"}, map[string]any{"customerId": tenant.ID.String(), "share": "2/3"}}} {
			wrong := map[string]any{}
			for k, x := range body {
				wrong[k] = x
			}
			wrong[field] = v
			e.Do("here", "POST", "/transfers", wrong).Is(422, field)
		}
		if got := e.rooms(old.ID); got != "owner 1 2019-01-01.." {
			t.Fatalf("a refused change left %s", got)
		}
		made := webtest.JSON[customer.Transfer](e.Do("here", "POST", "/transfers", body).Is(201))
		for who, want := range map[customer.ID]string{
			old.ID: "tenant  2026-03-01..; owner 1 2019-01-01..2026-03-01", child.ID: "family  ..2026-03-01", tenant.ID: "tenant  2025-01-01..", buyer.ID: "owner 1/2 2026-03-01..",
		} {
			if got := e.rooms(who); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM outbox WHERE name = 'customer.transferred'`); n != 1 {
			t.Errorf("%d events", n)
		}
		e.Do("there", "POST", "/transfers/"+made.ID.String()+"/undo", nil, "If-Match", `"1"`).Is(404)
		e.Do("here", "POST", "/transfers/"+made.ID.String()+"/undo", nil, "If-Match", `"1"`).Is(200, `"undone"`)
		for who, want := range map[customer.ID]string{old.ID: "owner 1 2019-01-01..", child.ID: "family  ..", tenant.ID: "tenant  2025-01-01..", buyer.ID: ""} {
			if got := e.rooms(who); got != want {
				t.Errorf("after undoing: %q, want %q", got, want)
			}
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM customer WHERE name = '钱新'`); n != 0 {
			t.Error("the archive that the change opened is still there")
		}
		e.Do("here", "POST", "/transfers/"+made.ID.String()+"/undo", nil, "If-Match", `"2"`).Is(409, "customer.transfer_undone")
	})
}

func TestAChangeOfOwnerIsNotUndoneAfterSomethingFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		old, buyer := e.someone("李娜", nil), e.someone("赵买", nil)
		e.relate(old, "owner", "", "").Is(201)
		made := webtest.JSON[customer.Transfer](e.Do("here", "POST", "/transfers", map[string]any{"roomId": e.room, "day": "2026-03-02", "owners": []any{map[string]any{"customerId": buyer.ID.String()}}}).Is(201))
		of := webtest.JSON[customer.Customer](e.Do("here", "GET", "/customers/"+buyer.ID.String(), nil)).Rooms[0]
		e.Do("here", "PUT", "/relations/"+of.ID.String(), map[string]any{"relation": "owner", "share": "1", "from": "2026-03-02"}, "If-Match", `"1"`).Is(200)
		e.Do("here", "POST", "/transfers/"+made.ID.String()+"/undo", nil, "If-Match", `"1"`).Is(409, "customer.transfer_followed")
		if got := e.rooms(old.ID); got != "owner  ..2026-03-02" {
			t.Errorf("a refused undo changed something: %s", got)
		}
	})
}

// Where nothing is plugged in nothing stands against it; what is, is told and obeyed.
func TestOpenBillsWillStandAgainstAChangeOfOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		buyer := e.someone("赵买", nil)
		body := map[string]any{"roomId": e.room, "day": "2026-03-02", "owners": []any{map[string]any{"customerId": buyer.ID.String()}}}
		e.svc.TransferChecks = []customer.TransferCheck{func(_ context.Context, _ *db.Tx, _ housing.Room, _ clock.Day) ([]errs.Field, error) {
			return []errs.Field{{Name: "bills", Code: "customer.transfer_blocked"}}, nil
		}}
		e.Do("here", "POST", "/transfers", body).Is(409, "customer.transfer_blocked", `"bills"`)
		e.Do("here", "GET", "/rooms/"+e.room+"/transfer", nil).Is(200, `"bills"`)
		e.svc.TransferChecks = nil
		e.Do("here", "POST", "/transfers", body).Is(201)
	})
}

func TestPeopleWithArchivesInSeveralCommunitiesAreLinkedByWhoConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		mobile := map[string]any{"mobiles": []any{map[string]any{"number": "13800001111"}}}
		a := e.someone("李娜", mobile)
		b := webtest.JSON[customer.Customer](e.Do("there", "POST", "/customers", map[string]any{"community": c(2), "kind": "person", "name": "李娜", "mobiles": mobile["mobiles"]}).Is(201))
		e.Do("there", "POST", "/customers", map[string]any{"community": c(2), "kind": "person", "name": "李南", "mobiles": mobile["mobiles"]}).Is(201)
		at := "/customers/" + a.ID.String() + "/links"
		e.Do("here", "GET", at, nil).Is(200, `"linked":[]`, `"proposed":[]`) // nothing of a community one does not see
		l := webtest.JSON[customer.Links](e.Do("both", "GET", at, nil).Is(200))
		if len(l.Proposed) != 1 || l.Proposed[0].ID != b.ID {
			t.Fatalf("%+v", l)
		}
		e.Do("here", "POST", at, map[string]any{"other": b.ID.String()}, "If-Match", `"1"`).Is(404)
		e.Do("both", "POST", at, map[string]any{"other": b.ID.String()}, "If-Match", `"1"`).Is(200)
		l = webtest.JSON[customer.Links](e.Do("both", "GET", at, nil).Is(200))
		if len(l.Linked) != 1 || len(l.Proposed) != 0 || l.Linked[0].Place == "" {
			t.Errorf("%+v", l)
		}
		e.Do("here", "GET", at, nil).Is(200, `"linked":[]`)
		e.Do("both", "POST", "/customers/"+a.ID.String()+"/unlink", nil, "If-Match", `"2"`).Is(200)
		e.Do("both", "GET", at, nil).Is(200, `"linked":[]`, b.ID.String())
	})
}

func TestATagIsAddedAndHiddenByTheCompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		e.Do("here", "GET", "/tags", nil).Is(200, "VIP", "独居老人", "Elderly living alone")
		e.Do("here", "POST", "/tags", map[string]any{"name": "业委会", "en": "Committee"}).Is(403)
		made := webtest.JSON[customer.Tag](e.Do("company", "POST", "/tags", map[string]any{"name": "业委会", "en": "Committee"}).Is(201))
		e.Do("company", "POST", "/tags", map[string]any{"name": "业委会", "en": "x"}).Is(409, "customer.tag_taken")
		e.Do("company", "PUT", "/tags/"+made.ID.String(), map[string]any{"name": "业委会", "en": "Committee", "hidden": true}, "If-Match", `"1"`).Is(200, `"hidden":true`)
	})
}

func TestWhoWasBornOn29FebruaryHasABirthdayEveryYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		e := newEstate(t, d)
		e.someone("甲", map[string]any{"details": map[string]any{"birthday": "1960-02-29"}})
		e.someone("乙", map[string]any{"details": map[string]any{"birthday": "1960-03-01"}})
		for day, want := range map[string]int{"2026-02-28": 1, "2028-02-28": 0, "2028-02-29": 1, "2026-03-01": 1} {
			on, err := time.Parse("2006-01-02", day)
			if err != nil {
				t.Fatal(err)
			}
			from := clock.DayOf(clock.Of(on), time.UTC)
			if err := d.Read(t.Context(), dbtest.Actor(7, []authz.CommunityID{1}, more...), customer.ActView, func(tx *db.Tx) error {
				found, err := customer.Birthdays(t.Context(), tx, 1, from, from)
				if len(found) != want {
					t.Errorf("%s: %d birthdays, want %d", day, len(found), want)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
