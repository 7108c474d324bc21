package handover_test

import (
	"context"
	"encoding/base64"
	"testing"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
)

var (
	png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	all    = []authz.Action{handover.ActView, handover.ActEdit, handover.ActChecklist, handover.ActExport, customer.ActView, customer.ActNames, customer.ActEdit, housing.ActView, housing.ActEdit}
)

const here = "community=0000000000001"

type site struct {
	*webtest.Site
	*handover.Service
	owner       customer.ID
	flat, other housing.Room
}

// sold is a community with two flats that wait for their owners.
func sold(t *testing.T, d *db.DB) site {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	files, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := site{Service: &handover.Service{DB: d, Blobs: files, Exports: audit.New(d)}}
	who := dbtest.Actor(7, []authz.CommunityID{1}, all...)
	rooms := &housing.Service{DB: d}
	for label, into := range map[string]*housing.Room{"7-1-101": &s.flat, "7-1-102": &s.other} {
		if *into, err = rooms.AddRoom(t.Context(), who, 1, label, housing.Edit{Type: housing.Home, BuildingArea: "90", State: housing.Sold}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := (&customer.Service{DB: d}).Create(t.Context(), who, customer.New{Draft: customer.Draft{Kind: customer.Person, Name: "李娜"}, Community: 1, Room: s.flat.ID, Relation: customer.Owner})
	if err != nil {
		t.Fatal(err)
	}
	s.owner = c.ID
	s.Site = webtest.New(t, d, map[string]authz.Actor{
		"here": who, "there": dbtest.Actor(9, []authz.CommunityID{2}, all...), "masked": dbtest.Actor(8, []authz.CommunityID{1}, handover.ActView, customer.ActView),
	}, s.Routes)
	return s
}

// appointed is a flat whose owner comes today.
func (s site) appointed() handover.Full {
	made := webtest.JSON[handover.InvitedRooms](s.Do("here", "POST", "/handovers", map[string]any{"community": "0000000000001", "rooms": []any{s.flat.ID}}).Is(201, `"rooms":1`))
	return webtest.JSON[handover.Full](s.Do("here", "POST", "/handovers/"+made.Handover.String()+"/appoint", map[string]any{"day": "2026-03-02", "slot": "09:30", "customerId": s.owner}, "If-Match", `"1"`).
		Is(200, `"state":"appointed"`, `"receiver":"李娜"`))
}

// found is a record in which everything is right but the drain.
func found(f handover.Full) map[string]any {
	items := []any{}
	for _, it := range f.Items {
		one := map[string]any{"id": it.ID, "result": "ok"}
		if it.Code == "drain" {
			one["result"], one["note"] = "defect", "地漏返水"
		}
		items = append(items, one)
	}
	return map[string]any{
		"items": items, "keys": []any{map[string]any{"kind": "入户门", "n": 5}}, "readings": []any{map[string]any{"kind": "water", "number": "W7", "value": "1.205"}}, "documents": []string{"质量保证书"},
	}
}

// HOU-02, from the invitation to the key.
func TestARoomIsHandedOverAndTheRegisterKnowsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		s.Do("here", "GET", "/handover/board?"+here, nil).Is(200, `"waiting":2`)
		f := s.appointed()
		path := "/handovers/" + f.ID.String()
		if len(f.Items) != 14 {
			t.Errorf("%d lines of the checklist", len(f.Items))
		}
		s.Do("masked", "GET", "/handover/board?"+here, nil).Is(200, `"slot":"09:30"`, `"owner":"李*"`, `"waiting":1`, `"appointed":1`).Not("李娜")
		s.Do("here", "POST", path+"/finish", map[string]any{"state": "vacant"}, "If-Match", `"2"`).Is(409, "handover.unlooked", "14 项")
		s.Do("here", "PUT", path+"/record", found(f), "If-Match", `"1"`).Is(409, "stale")
		s.Do("here", "PUT", path+"/record", found(f), "If-Match", `"2"`).Is(200, `"state":"inspected"`, `"value":"1.205"`, `"party":"developer"`, `"warrantyMonths":24`)
		s.Do("here", "POST", path+"/finish", map[string]any{"state": "vacant", "feeFrom": "2026-04-01"}, "If-Match", `"3"`).Is(200, `"state":"done"`, `"finishedOn":"2026-03-02"`, `"warrantyTo":"2028-03-02"`, `"handedOverOn":"2026-03-02"`)
		if st := dbtest.One[string](t, d, `SELECT state FROM room WHERE id = $1`, s.flat.ID); st != "vacant" {
			t.Errorf("the room is %s", st)
		}
		s.Do("here", "GET", "/handover/rooms?defects=true&"+here, nil).Is(200, "7-1-101", `"defects":1`).Not("7-1-102")
		s.Do("there", "GET", path, nil).Is(404)
		s.Do("here", "POST", path+"/appoint", map[string]any{"day": "2026-03-05", "slot": "10:00"}, "If-Match", `"4"`).Is(409, "handover.not_now")
	})
}

func TestADefectSaysWhatItIsIsPhotographedAndMended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		f := s.appointed()
		path := "/handovers/" + f.ID.String()
		s.Do("here", "PUT", path+"/record", map[string]any{"items": []any{map[string]any{"id": f.Items[0].ID, "result": "defect"}}, "keys": []any{}, "readings": []any{}, "documents": []any{}}, "If-Match", `"2"`).
			Is(422, `"field":"items[0].note"`)
		s.Do("here", "PUT", path+"/record", found(f), "If-Match", `"2"`).Is(200)
		item := ""
		for _, it := range f.Items {
			if it.Code == "drain" {
				item = "/handover-items/" + it.ID.String()
			}
		}
		s.Upload("here", item+"/photos", "a.png", []byte("no picture")).Is(422, `"field":"file"`)
		p := webtest.JSON[handover.Photo](s.Upload("here", item+"/photos", "a.png", png).Is(201))
		s.Do("masked", "GET", "/handover-photos/"+p.ID.String(), nil).Is(200)
		s.Do("there", "GET", "/handover-photos/"+p.ID.String(), nil).Is(404)
		s.Do("here", "PUT", item+"/mended", map[string]any{"mended": true}).Is(200, `"fixedOn":"2026-03-02"`)
		s.Do("here", "PUT", "/handover-items/"+f.Items[0].ID.String()+"/mended", map[string]any{"mended": true}).Is(409, "handover.not_defect")
		s.Do("here", "GET", "/handover/rooms?defects=true&"+here, nil).Is(200).Not("7-1-101")
	})
}

// The service desk plugs in DefectFound; without it nothing happens (nil is the default of TestADefect…).
func TestEachNewDefectIsToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		var told []handover.Defect
		s.DefectFound = func(_ context.Context, _ *db.Tx, f handover.Defect) error {
			told = append(told, f)
			return nil
		}
		f := s.appointed()
		s.Do("here", "PUT", "/handovers/"+f.ID.String()+"/record", found(f), "If-Match", `"2"`).Is(200)
		s.Do("here", "PUT", "/handovers/"+f.ID.String()+"/record", found(f), "If-Match", `"3"`).Is(200)
		if len(told) != 1 || told[0].Room != s.flat.ID || told[0].Note != "地漏返水" || told[0].Months != 24 {
			t.Errorf("%+v", told)
		}
	})
}

func TestAnOwnerWhoRefusesComesAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		path := "/handovers/" + s.appointed().ID.String()
		s.Do("here", "POST", path+"/refuse", map[string]any{"why": " "}, "If-Match", `"2"`).Is(422, `"field":"why"`)
		s.Do("here", "POST", path+"/refuse", map[string]any{"why": "渗水"}, "If-Match", `"2"`).Is(200, `"state":"refused"`)
		s.Do("here", "POST", path+"/finish", map[string]any{"state": "vacant"}, "If-Match", `"3"`).Is(409, "handover.not_now")
		s.Do("here", "POST", path+"/appoint", map[string]any{"day": "2026-03-09", "slot": "25:00"}, "If-Match", `"3"`).Is(422, `"field":"slot"`)
		s.Do("here", "POST", path+"/appoint", map[string]any{"day": "2026-03-09", "slot": "14:00"}, "If-Match", `"3"`).Is(200, `"state":"appointed"`).Not("渗水")
		s.Do("here", "POST", "/handovers", map[string]any{"community": "0000000000001", "rooms": []any{s.flat.ID}}).Is(409, "handover.nobody")
	})
}

func TestACommunityLooksAtWhatItChoseItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		own := map[string]any{"items": []any{map[string]any{"code": "view", "zh": "景观", "months": 0}, map[string]any{"code": "shelf", "zh": "货架", "months": 12, "types": []string{"shop"}}}}
		s.Do("here", "PUT", "/handover/checklist?"+here, own, "If-Match", `"7"`).Is(409, "stale")
		s.Do("here", "PUT", "/handover/checklist?"+here, own, "If-Match", `"0"`).Is(200, `"version":1`)
		twice := map[string]any{"items": []any{map[string]any{"code": "view", "zh": "景观", "months": 0}, map[string]any{"code": "view", "zh": "景观", "months": 0}}}
		s.Do("here", "PUT", "/handover/checklist?"+here, twice, "If-Match", `"1"`).Is(422, "handover.code_twice")
		if f := s.appointed(); len(f.Items) != 1 || f.Items[0].Zh != "景观" {
			t.Errorf("%+v", f.Items)
		}
	})
}

// HOU-02a: the newest edition counts, the others stay, and what is missing is listed.
func TestSignedPapersSupersedeEachOtherAndMissingOnesAreListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := sold(t, d)
		dbtest.Exec(t, d, `UPDATE room SET state = 'occupied', handed_over_on = '2020-01-01'`)
		room := "/rooms/" + s.flat.ID.String() + "/papers"
		s.Do("here", "GET", "/handover/board?"+here, nil).Is(200, `"contract":2`, `"covenant":2`, `"done":2`)
		sign := func(edition string) handover.PaperView {
			return webtest.JSON[handover.PaperView](s.Do("here", "POST", room, map[string]any{"kind": "contract", "edition": edition, "customerId": s.owner, "signedOn": "2020-01-01"}).Is(201, `"signer":"李娜"`))
		}
		old := sign("2020-1")
		s.Upload("here", "/room-papers/"+old.ID.String()+"/scan", "a.pdf", []byte("%PDF-1.7 invented")).Is(201, "application/pdf")
		s.Upload("here", "/room-papers/"+old.ID.String()+"/scan", "a.pdf", []byte("<script>")).Is(422, "handover.not_a_scan")
		fresh := sign("2026-1")
		s.Do("masked", "GET", room, nil).Is(200, `"edition":"2026-1"`, `"edition":"2020-1"`, "李*").Not("李娜")
		s.Do("masked", "GET", "/room-papers/"+old.ID.String()+"/scan", nil).Is(403)
		s.Do("here", "GET", "/room-papers/"+old.ID.String()+"/scan", nil).Is(200, "%PDF")
		s.Do("here", "GET", "/room-papers/"+fresh.ID.String()+"/scan", nil).Is(404)
		s.Do("here", "GET", "/handover/rooms?unsigned=contract&"+here, nil).Is(200, "7-1-102").Not("7-1-101")
		s.Do("here", "GET", "/handover/rooms?unsigned=covenant&"+here, nil).Is(200, "7-1-101", `"contract":"2026-1"`)
		s.Do("here", "DELETE", "/room-papers/"+fresh.ID.String(), nil, "If-Match", `"1"`).Is(204)
		s.Do("here", "GET", "/handover/rooms?"+here, nil).Is(200, `"contract":"2020-1"`)
		s.Do("there", "GET", room, nil).Is(404)
	})
}
