package desk_test

import (
	"context"
	"net/url"
	"testing"

	"guanjia/internal/customer"
	"guanjia/internal/desk"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/webtest"
)

var all = []authz.Action{customer.ActView, customer.ActNames, housing.ActView, "ticket.view"}

// reception fills two communities alike and signs in people with different rights.
func reception(t *testing.T, d *db.DB) *webtest.Site {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	for _, community := range []authz.CommunityID{1, 2} {
		var rows []customer.ImportRow
		for _, r := range [][4]string{
			{"3-2-1502", "李娜", "13800005678", ""}, {"3-2-1502", "王大力", "", string(customer.Family)}, {"3-2-1503", "李宁", "13900005678", ""},
			{"3-1-302", "单于飞", "021-68881234", ""}, {"3-1-301", "𠮷野家", "13700001111", string(customer.Tenant)}, {"13-1-1502", "Anna Li", "13600002222", ""},
		} {
			l, err := housing.ParseLabel(r[0])
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, customer.ImportRow{Room: housing.NewRoom{Label: l, BuildingArea: 9000}, Name: r[1], Mobile: r[2], Relation: customer.RelationKind(r[3])})
		}
		who := dbtest.Actor(7, []authz.CommunityID{community}, imports.Act)
		if err := d.Write(t.Context(), who, imports.Act, func(tx *db.Tx) error {
			_, wrong, err := customer.ImportRows(t.Context(), tx, community, rows)
			if len(wrong) > 0 {
				t.Error(wrong)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	s := &desk.Service{DB: d, Slots: []desk.Slot{{Name: "bills", Act: "bill.view", Load: func(_ context.Context, tx *db.Tx, h desk.Subject) (desk.Filled, error) {
		return desk.Filled{
			Lines: []desk.Line{{Title: h.Room.Short, Right: &desk.Say{Word: "people", Params: map[string]any{"n": len(h.People)}}}},
			Next:  []desk.Next{{Say: desk.Say{Word: "bill"}, Due: tx.Now + 1}},
		}, nil
	}}}}
	return webtest.New(t, d, map[string]authz.Actor{
		"here": dbtest.Actor(7, []authz.CommunityID{1}, all...), "drives": dbtest.Actor(13, []authz.CommunityID{1}, append(all, "parking.view")...), "till": dbtest.Actor(12, []authz.CommunityID{1}, append(all, "bill.view", "followup.view")...), "there": dbtest.Actor(8, []authz.CommunityID{2}, all...),
		"rooms only": dbtest.Actor(9, []authz.CommunityID{1}, housing.ActView), "no tickets": dbtest.Actor(10, []authz.CommunityID{1}, housing.ActView, customer.ActView, customer.ActNames),
		"head office": {ID: 11, Grants: []authz.Grant{{Everywhere: true, Actions: map[authz.Action]bool{customer.ActView: true, customer.ActNames: true, housing.ActView: true, "ticket.view": true}}}},
	}, s.Routes)
}

func room(t *testing.T, d *db.DB, community authz.CommunityID, key string) housing.RoomID {
	return dbtest.One[housing.RoomID](t, d, `SELECT id FROM room WHERE community_id = $1 AND label_key = $2`, community, key)
}

func ticket(t *testing.T, d *db.DB, id int64, number, status string, rating any) {
	t.Helper()
	sort, done := dbtest.Noon.UnixMilli()+240_000, any(nil)
	if status != "new" {
		sort, done = 4e18, dbtest.Noon.UnixMilli()
	}
	dbtest.Exec(t, d, `INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, room_id, place, contact_name, contact_mobile,
			owner_id, owner_name, assignee_name, policy, opened_at, response_due, resolve_due, sort_due, resolved_at, followed_up_at, cause, remedy, rating, version)
		VALUES ($1, 1, $2, 'repair', 'water', 'A', $3, '水管漏水', '', 'phone', $4, '3栋2单元1502', '李娜', '', 7, 'x', '', '{}', $5, $6, $7, $8, $9, $9, '', '', $10, 1)`,
		id, number, status, room(t, d, 1, "3-2-1502"), opened, opened+300_000, opened+7_200_000, sort, done, rating)
}

var opened = dbtest.Noon.UnixMilli() - 60_000

func TestAHouseholdShowsItsPeopleAndTickets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := reception(t, d)
		ticket(t, d, 100, "BX20260302-0007", "new", nil)
		ticket(t, d, 101, "BX20260301-0001", "followed_up", 48)
		ticket(t, d, 102, "BX20260301-0002", "followed_up", 45)
		path := "/households/" + room(t, d, 1, "3-2-1502").String()
		h := webtest.JSON[desk.Household](s.Do("here", "GET", path, nil).Is(200, "138****5678").Not("13800005678"))
		if h.Room.Short != "3-2-1502" || len(h.People) != 2 || h.People[0].Name != "李娜" || h.People[0].Relation != customer.Owner || h.People[0].Mobiles != 1 || h.People[1].Mobiles != 0 {
			t.Errorf("%+v", h.People)
		}
		if len(h.OpenTickets) != 1 || h.OpenTickets[0].Clock.Kind != "response" || h.OpenTickets[0].Clock.State != "running" || len(h.PastTickets) != 2 {
			t.Errorf("%+v", h)
		}
		if h.Figures.Open != 1 || h.Figures.Past != 2 || *h.Figures.AvgRating != 4.7 || len(h.Ratings) != 2 || h.Ratings[0].Rating != 4.5 {
			t.Errorf("%+v %+v", h.Figures, h.Ratings)
		}
		if len(h.Slots) != 0 || len(h.Next) != 0 || len(h.Habits) != 1 || h.Habits[0].Count != 3 {
			t.Errorf("%+v %+v %+v", h.Slots, h.Next, h.Habits)
		}
		dbtest.Exec(t, d, `INSERT INTO follow_up (id, community_id, ticket_id, state, due_at, attempts, done_by_name, words, version) VALUES (9, 1, 101, 'due', $1, 0, '', '', 1)`, opened)
		h = webtest.JSON[desk.Household](s.Do("till", "GET", path, nil).Is(200))
		if len(h.Slots) != 1 || h.Slots[0].Lines[0].Title != "3-2-1502" || h.Slots[0].Lines[0].Right.Params["n"] != float64(2) {
			t.Errorf("a slot of another domain, for who may see it: %+v", h.Slots)
		}
		if len(h.Next) != 2 || h.Next[0].Word != "followup" || !h.Next[0].Late || h.Next[1].Word != "bill" || h.Next[1].Late {
			t.Errorf("what is overdue first: %+v", h.Next)
		}
		s.Do("there", "GET", path, nil).Is(404)
		s.Do("rooms only", "GET", path, nil).Is(403)
		s.Do("no tickets", "GET", path, nil).Is(200, `"openTickets":[]`, `"pastTickets":[]`, `"ratings":[]`).Not("BX2026")
	})
}

func find(s *webtest.Site, as, q, more string) []desk.Hit {
	return webtest.JSON[web.List[desk.Hit]](s.Do(as, "GET", "/search?q="+url.QueryEscape(q)+more, nil).Is(200)).Items
}

func TestAnybodyIsFoundByWhatTheySay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := reception(t, d)
		ticket(t, d, 100, "BX20260302-0007", "new", nil)
		for q, want := range map[string][]string{
			"3-2-1502": {"3栋2单元1502"}, "三栋二单元1502": {"3栋2单元1502"}, "3#2-150": {"3栋2单元1502", "3栋2单元1503"}, "3栋1": {"3栋1单元301", "3栋1单元302"}, "1502": {"3栋2单元1502", "13栋1单元1502"},
			"138 0000 5678": {"李娜"}, "+8613800005678": {"李娜"}, "02168881234": {"单于飞"}, "5678": {"李娜", "李宁"},
			"李": {"李娜", "李宁"}, "李宁": {"李宁"}, "娜": {"李娜"}, "野家": {"𠮷野家"}, "大力": {"王大力"}, "力大": nil, "nna": {"Anna Li"}, "ln": {"李娜", "李宁"}, "lina": {"李娜"}, "LINA": {"李娜"}, "𠮷": {"𠮷野家"}, "chanyu": {"单于飞"}, "anna li": {"Anna Li"},
			"20260302-001": {"李娜"}, "BX20260302-0007": {"BX20260302-0007"}, "bx20260302-0007": {"BX20260302-0007"}, "0007": {"BX20260302-0007"},
			"没有这个人": nil, "%": nil, "'; DROP TABLE room; --": nil, "<b>": nil, "😀": nil, "": nil, "9999": nil,
		} {
			t.Run("by "+q, func(t *testing.T) {
				var titles []string
				for _, h := range find(s, "here", q, "&community="+authz.CommunityID(1).String()) {
					titles = append(titles, h.Title)
				}
				if len(titles) != len(want) {
					t.Fatalf("%q, want %q", titles, want)
				}
				for i := range want {
					if titles[i] != want[i] {
						t.Errorf("%q, want %q", titles, want)
					}
				}
			})
		}
		dbtest.Exec(t, d, `INSERT INTO vehicle (id, community_id, plate, plate_tail, kind, brand, colour, room_id, notes, ended_why, version) VALUES (900, 1, '浙AD12345', '54321DA浙', 'car', '', '', $1, '', '', 1)`, room(t, d, 1, "3-2-1502"))
		for _, q := range []string{"浙AD12345", "浙a·d12345", "浙AD", "12345", "D12345"} {
			if hits := find(s, "drives", q, ""); len(hits) != 1 || hits[0].Kind != desk.VehicleHit || hits[0].Room != room(t, d, 1, "3-2-1502") {
				t.Errorf("%s: %+v", q, hits)
			}
		}
		if hits := find(s, "here", "12345", ""); len(hits) != 0 {
			t.Errorf("a plate for who may not see cars: %+v", hits)
		}
		dbtest.Exec(t, d, `UPDATE customer SET card_no = 'V8001' WHERE community_id = 1 AND name = '李娜'`)
		if hits := find(s, "here", "v8001", ""); len(hits) != 1 || hits[0].Title != "李娜" {
			t.Errorf("by the number of a VIP card: %+v", hits)
		}
		dbtest.Exec(t, d, `INSERT INTO customer_alias (id, community_id, customer_id, kind, name, pinyin, initials) SELECT 950, 1, id, 'former', '欧阳静', 'ouyangjing', 'oyj' FROM customer WHERE community_id = 1 AND name = '李娜'`)
		for _, q := range []string{"欧阳静", "欧阳", "oyj", "ouyang"} {
			if hits := find(s, "here", q, ""); len(hits) != 1 || hits[0].Title != "李娜（欧阳静）" {
				t.Errorf("by a former name, %s: %+v", q, hits)
			}
		}
		hits := find(s, "here", "13800005678", "")
		if len(hits) != 1 || hits[0].Room != room(t, d, 1, "3-2-1502") || hits[0].Subtitle != "3栋2单元1502 · 138****5678" {
			t.Errorf("%+v", hits)
		}
		if hits := find(s, "here", "3-2-1502", ""); len(hits) != 1 || hits[0].Subtitle != "3-2-1502 · 李娜、王大力" {
			t.Errorf("%+v", hits)
		}
	})
}

// Names that a program from before the index wrote are found inside as well
// once it was made (CUS-03).
func TestOldNamesAreIndexed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := reception(t, d)
		dbtest.Exec(t, d, `UPDATE customer SET grams = ''`)
		if hits := find(s, "here", "野家", ""); len(hits) != 0 {
			t.Fatalf("%+v", hits)
		}
		people := &customer.Service{DB: d}
		if n, err := people.IndexNames(t.Context()); err != nil || n != 12 {
			t.Fatal(n, err)
		}
		if hits := find(s, "here", "野家", ""); len(hits) != 1 {
			t.Fatalf("%+v", hits)
		}
		if n, err := people.IndexNames(t.Context()); err != nil || n != 0 {
			t.Fatal(n, err)
		}
	})
}

func TestASearchFindsOnlyWhatOneMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := reception(t, d)
		ticket(t, d, 100, "BX20260302-0007", "new", nil)
		if hits := find(s, "there", "BX20260302-0007", ""); len(hits) != 0 {
			t.Errorf("another community's ticket: %+v", hits)
		}
		if hits := find(s, "there", "13800005678", ""); len(hits) != 1 || hits[0].Room != room(t, d, 2, "3-2-1502") {
			t.Errorf("%+v", hits)
		}
		if hits := find(s, "rooms only", "李", ""); len(hits) != 0 {
			t.Errorf("people without customer.view: %+v", hits)
		}
		if hits := find(s, "rooms only", "3-2-1502", ""); len(hits) != 1 || hits[0].Subtitle != "3-2-1502" {
			t.Errorf("names without customer.view: %+v", hits)
		}
		if hits := find(s, "no tickets", "0007", ""); len(hits) != 0 {
			t.Errorf("tickets without ticket.view: %+v", hits)
		}
		if hits := find(s, "head office", "13800005678", ""); len(hits) != 2 {
			t.Errorf("everywhere: %+v", hits)
		}
		s.Do("there", "GET", "/search?q=x&community="+authz.CommunityID(1).String(), nil).Is(404)
		s.Do("nobody", "GET", "/search?q=x", nil).Is(401)
	})
}
