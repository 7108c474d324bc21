package ticket_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/customer"
	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

const place authz.CommunityID = 1

// house is a community with one room, an agent, a technician and a colleague elsewhere.
type house struct {
	tickets   *ticket.Service
	followups *followup.Service
	jobs      *jobs.Runner
	clock     *dbtest.Clock
	agent     authz.Actor
	chen      authz.Actor
	stranger  authz.Actor
	sun       authz.Actor // the supervisor
	approvals *approval.Service
	told      *[]ticket.Escalated
	room      housing.RoomID
}

var all = []authz.Action{ticket.ActView, ticket.ActOpen, ticket.ActDispatch, ticket.ActTell, ticket.ActNote, ticket.ActCancel, ticket.ActGrade, ticket.ActPhoto, ticket.ActExport, customer.ActNames, followup.ActView, followup.ActRecord,
	ticket.ActHold, ticket.ActInterim, ticket.ActVerify, ticket.ActReopen, ticket.ActAsk}

func build(t *testing.T, d *db.DB, c *dbtest.Clock) house {
	t.Helper()
	dbtest.Communities(t, d, place, 2)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
	dbtest.Exec(t, d, `INSERT INTO unit (id, community_id, building_id, code, sort_key) VALUES (32, 1, 30, '2', '2')`)
	dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, unit_id, number, label, label_key, sort_key, type, state, version, notes)
		VALUES (1502, 1, 30, 32, '1502', '3栋2单元1502', '3-2-1502', '1', 'home', 'occupied', 1, '')`)
	for _, s := range []struct {
		id   int64
		no   string
		name string
	}{{217, "0217", "周敏"}, {532, "0532", "陈师傅"}} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, s.id, s.no, s.name, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version)
			VALUES ($1, 1, $2, $3, '', '', '["water"]', 'active', $4, '', 1)`, s.id, s.no, s.name, s.id == 532)
	}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// The supervisor decides; the property manager is told when twice the time has gone by.
	for i, r := range []struct{ role, name string }{{"service_supervisor", "孙主管"}, {"property_manager", "何主任"}, {"maintenance_leader", "马领班"}} {
		id := int64(i + 41)
		dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, version) VALUES ($1, $2, $2, $2, 1)`, id, r.role)
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, id, r.role, r.name, false)
		dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES ($1, $1, $1, 1)`, id)
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES ($1, $1, 1)`, id)
	}
	for _, a := range []authz.Action{ticket.ActDecide, approval.ActDecide, approval.ActInbox} {
		dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (41, $1)`, string(a))
	}
	h := house{approvals: &approval.Service{DB: d}, tickets: &ticket.Service{DB: d, Blobs: blobs}, followups: &followup.Service{DB: d}, jobs: jobs.New(d, jobs.Options{}), clock: c, room: 1502, told: &[]ticket.Escalated{}}
	jobs.On(h.jobs, "ticket.dispatch_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error {
		return h.tickets.AutoDispatch(ctx, tx, e.Ticket, 0)
	})
	jobs.On(h.jobs, "ticket.dispatch_refused", func(ctx context.Context, tx *db.Tx, e ticket.Returned) error {
		return h.tickets.AutoDispatch(ctx, tx, e.Ticket, e.From)
	})
	jobs.On(h.jobs, "ticket.dispatch_reopened", func(ctx context.Context, tx *db.Tx, e ticket.Reopened) error {
		return h.tickets.AutoDispatch(ctx, tx, e.Ticket, 0)
	})
	jobs.On(h.jobs, "ticket.staff_on_duty", h.tickets.OnDuty)
	jobs.On(h.jobs, "ticket.watch_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error { return h.tickets.Watch(ctx, tx, e.Ticket) })
	jobs.On(h.jobs, "followup.ticket_resolved", h.followups.PlanForTicket)
	jobs.On(h.jobs, "followup.ticket_reopened", h.followups.Drop)
	jobs.On(h.jobs, "ticket.asked_reopened", h.tickets.Reasked)
	jobs.On(h.jobs, "test.escalated", func(_ context.Context, tx *db.Tx, e ticket.Escalated) error {
		tx.Silent("a test listens")
		*h.told = append(*h.told, e)
		return nil
	})
	h.tickets.Approve(h.approvals)
	h.tickets.Schedule(h.jobs)
	(&roster.Service{DB: d}).Schedule(h.jobs)
	jobs.On(h.jobs, "ticket.roster_began", func(ctx context.Context, tx *db.Tx, e roster.Began) error {
		return h.tickets.DispatchWaiting(ctx, tx, e.Community)
	})
	h.approvals.Schedule(h.jobs)
	h.sun = dbtest.Actor(41, []authz.CommunityID{place}, ticket.ActView, ticket.ActDecide, ticket.ActExcuse, ticket.ActArchive, ticket.ActSettings, ticket.ActReopen, approval.ActInbox, approval.ActDecide)
	h.sun.Name = "孙主管"
	h.agent = dbtest.Actor(217, []authz.CommunityID{place}, all...)
	h.agent.Name = "周敏"
	h.chen = dbtest.Actor(532, []authz.CommunityID{place}, ticket.ActView, ticket.ActAccept, ticket.ActRefuse, ticket.ActTell, ticket.ActArrive, ticket.ActStart, ticket.ActResolve, ticket.ActPhoto, ticket.ActDepart, ticket.ActHold, ticket.ActInterim, ticket.ActAsk)
	h.chen.Name = "陈师傅"
	h.stranger = dbtest.Actor(900, []authz.CommunityID{2}, append(all, ticket.ActAccept)...)
	return h
}

func (h house) drain(t *testing.T) {
	t.Helper()
	if err := h.jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func said(solved bool, attitude, speed, effect float64, words string) followup.Outcome {
	return followup.Outcome{Answers: followup.Answers{Channel: "phone", Solved: solved, Ratings: followup.Ratings{Attitude: attitude, Speed: speed, Effect: effect}, Words: words}}
}

func any1(int64) error { return nil }

func (h house) leak() ticket.Intake {
	return ticket.Intake{Community: place, Kind: ticket.Repair, RoomLabel: "三栋二单元1502", ContactName: "李女士", ContactMobile: "138 0013 5678", Category: "facilities.water", Grade: ticket.A, Title: "厨房给水管漏水", Channel: "phone"}
}

func png() *bytes.Reader {
	b, _ := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	return bytes.NewReader(b)
}

// Story 1 of the spec, at the level of use cases.
func TestTheLeak(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		china := time.FixedZone("", 8*3600)
		at := func(day, hour, minute int) { c.Set(time.Date(2026, 3, day, hour, minute, 0, 0, china)) }
		must := func(tk ticket.Ticket, err error) ticket.Ticket {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return tk
		}
		at(10, 9, 15)
		tk := must(h.tickets.Open(ctx, h.agent, h.leak()))
		if tk.Number != "BX20260310-0001" || tk.Place != "3栋2单元1502" {
			t.Errorf("%s at %s", tk.Number, tk.Place)
		}
		at(10, 9, 20)
		h.drain(t)
		must(h.tickets.Accept(ctx, h.chen, tk.ID, any1))
		ten := c.Instant().Add(40 * time.Minute)
		must(h.tickets.Tell(ctx, h.chen, tk.ID, any1, "phone", "10:00 前到，请先关角阀", &ten))
		at(10, 10, 0)
		must(h.tickets.Arrive(ctx, h.chen, tk.ID, any1))
		must(h.tickets.Start(ctx, h.chen, tk.ID, any1))
		at(10, 15, 0)
		if _, err := h.tickets.Resolve(ctx, h.chen, tk.ID, any1, ticket.Outcome{Cause: "接头老化", Remedy: "更换接头"}); !errors.Is(err, ticket.ErrMissing) {
			t.Errorf("resolved without a photo: %v", err)
		}
		if _, err := h.tickets.AddPhoto(ctx, h.chen, tk.ID, "after", png()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.tickets.AddSigned(ctx, h.chen, tk.ID, "signature", png(), &ticket.Signed{Cause: "接头老化"}); errs.Of(err).Fields == nil {
			t.Errorf("signed below nothing: %v", err)
		}
		if _, err := h.tickets.AddSigned(ctx, h.chen, tk.ID, "signature", png(), &ticket.Signed{Cause: "接头老化", Remedy: " 拧紧接头 "}); err != nil {
			t.Fatal(err)
		}
		must(h.tickets.Resolve(ctx, h.chen, tk.ID, any1, ticket.Outcome{Cause: "接头老化", Remedy: "更换接头"}))
		if v, err := h.tickets.Get(ctx, h.agent, tk.ID); err != nil || !v.Otherwise || *v.Photos[1].Signed != (ticket.Signed{Cause: "接头老化", Remedy: "拧紧接头"}) {
			t.Errorf("TIC-07d: the remedy was changed after the customer signed: %v, %+v, %v", v.Otherwise, v.Photos, err)
		}
		at(11, 10, 0)
		h.drain(t)
		due, err := h.followups.OfTicket(ctx, h.agent, tk.ID)
		if err != nil || due == nil || due.State != followup.Due {
			t.Fatal(due, err)
		}
		if _, err := h.followups.Complete(ctx, h.agent, due.ID, any1, said(true, 5, 4.5, 5, "来得快")); err != nil {
			t.Fatal(err)
		}
		v, err := h.tickets.Get(ctx, h.agent, tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		if *v.Durations.Response != 5*60_000 || v.Clocks[0].State != "met" {
			t.Errorf("response %v ms, %s; want 5 min, in time (limits are inclusive)", *v.Durations.Response, v.Clocks[0].State)
		}
		if *v.Durations.Arrival != 45*60_000 || *v.Durations.Total != 345*60_000 || v.Clocks[1].State != "missed" {
			t.Errorf("arrival %v, total %v, %s; want 45 min, 5 h 45 min, missed", *v.Durations.Arrival, *v.Durations.Total, v.Clocks[1].State)
		}
		if v.Rating == nil || *v.Rating != 4.8 || v.Status != ticket.FollowedUp {
			t.Errorf("rating %v, %s; want 4.8", v.Rating, v.Status)
		}
		var verbs []string
		for _, e := range v.Timeline {
			verbs = append(verbs, e.Verb)
		}
		// At 9:20, when the jobs run for the first time, half of the response clock and 80 % of it have gone by.
		if got := strings.Join(verbs, " "); got != "opened dispatched escalated escalated accepted told arrived started resolved followed_up" {
			t.Errorf("timeline: %s", got)
		}
		for _, act := range []authz.Action{ticket.ActOpen, "ticket.dispatch_opened", ticket.ActAccept, ticket.ActTell, ticket.ActArrive, ticket.ActStart, ticket.ActPhoto, ticket.ActResolve, followup.ActRecord} {
			want := 1
			if act == ticket.ActPhoto {
				want = 2 // the signature is one
			}
			if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM audit WHERE action = $1 AND subject = $2`, string(act), "ticket:"+tk.ID.String()); n != want {
				t.Errorf("%d audit entries of %s about the ticket", n, act)
			}
		}
	})
}

func TestOpening(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for rule, want := range map[string]struct {
			change func(*ticket.Intake)
			field  string
			code   string
		}{
			"a room that does not exist is named at its field": {func(i *ticket.Intake) { i.RoomLabel = "9-9-901" }, "roomLabel", "housing.room_unknown"},
			"an empty matter":                          {func(i *ticket.Intake) { i.Title = " \n " }, "title", "missing"},
			"a matter of 101 characters":               {func(i *ticket.Intake) { i.Title = strings.Repeat("漏", 101) }, "title", "too_long"},
			"a mobile with letters":                    {func(i *ticket.Intake) { i.ContactMobile = "138abc" }, "contactMobile", ""},
			"a category that is not in the tree":       {func(i *ticket.Intake) { i.Category = "facilities" }, "category", "ticket.category_unknown"},
			"a bare wire as grade C":                   {func(i *ticket.Intake) { i.Category, i.Grade = "safety.wire", ticket.C }, "grade", "ticket.grade_forced"},
			"a burst pipe as grade C without a reason": {func(i *ticket.Intake) { i.Title, i.Grade = "厨房爆管了", ticket.C }, "notForced", "ticket.grade_words"},
			"neither room nor place":                   {func(i *ticket.Intake) { i.RoomLabel = "" }, "roomLabel", "ticket.place_missing"},
		} {
			t.Run(rule+" is refused at the field (TIC-15)", func(t *testing.T) {
				in := h.leak()
				want.change(&in)
				_, err := h.tickets.Open(ctx, h.agent, in)
				e := errs.Of(err)
				if e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != want.field || (want.code != "" && e.Fields[0].Code != want.code) {
					t.Errorf("got %v", err)
				}
			})
		}
		t.Run("HTML, SQL, emoji and rare characters come back as they were typed", func(t *testing.T) {
			in := h.leak()
			in.Title, in.Description, in.ContactName = `<b>漏</b>'; DROP TABLE ticket;--`, "👍🏽 𠮷野家", "𠮷先生"
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			v, err := h.tickets.Get(ctx, h.agent, tk.ID)
			if err != nil || v.Title != in.Title || v.Description != in.Description || v.ContactName != in.ContactName {
				t.Errorf("%+v %v", v.Ticket, err)
			}
		})
		t.Run("words of danger may be less than A with a reason, which stays in the timeline (TIC-12)", func(t *testing.T) {
			in := h.leak()
			in.Title, in.Grade, in.NotForced = "厨房爆管了", ticket.C, "已经关阀停水，只换管"
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil || tk.Grade != ticket.C {
				t.Fatal(tk.Grade, err)
			}
			v, err := h.tickets.Get(ctx, h.agent, tk.ID)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, e := range v.Timeline {
				found = found || e.Verb == "not_forced" && e.Text == in.NotForced && !e.Public
			}
			if !found {
				t.Errorf("%+v", v.Timeline)
			}
		})
		t.Run("the customer's wish of a time is kept in their words (TIC-01)", func(t *testing.T) {
			in := h.leak()
			in.Wished = " 周六下午，老人午睡后 "
			if tk, err := h.tickets.Open(ctx, h.agent, in); err != nil || h.seen(t, tk.ID).Wished != "周六下午，老人午睡后" {
				t.Error(tk.Wished, err)
			}
			in.Wished = strings.Repeat("下", 61)
			if _, err := h.tickets.Open(ctx, h.agent, in); errs.Of(err).Fields == nil {
				t.Errorf("a wish of 61 characters: %v", err)
			}
		})
		t.Run("a public place needs no room", func(t *testing.T) {
			in := h.leak()
			in.RoomLabel, in.Place = "", "中心花园"
			if tk, err := h.tickets.Open(ctx, h.agent, in); err != nil || tk.Place != "中心花园" {
				t.Error(tk.Place, err)
			}
		})
		t.Run("nobody opens a ticket in a community that is not theirs (ACC-04)", func(t *testing.T) {
			if _, err := h.tickets.Open(ctx, h.stranger, h.leak()); !errors.Is(err, db.ErrNotFound) {
				t.Error(err)
			}
		})
	})
}

func TestAnotherCommunitysTicketDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk, err := h.tickets.Open(ctx, h.agent, h.leak())
		if err != nil {
			t.Fatal(err)
		}
		_, err1 := h.tickets.Get(ctx, h.stranger, tk.ID)
		_, err2 := h.tickets.Accept(ctx, h.stranger, tk.ID, any1)
		_, err3 := h.tickets.AddPhoto(ctx, h.stranger, tk.ID, "after", png())
		if !errors.Is(err1, db.ErrNotFound) || !errors.Is(err2, db.ErrNotFound) || !errors.Is(err3, db.ErrNotFound) {
			t.Error(err1, err2, err3)
		}
		if rows, err := h.tickets.List(ctx, h.stranger, ticket.Filter{Limit: 10}); err != nil || len(rows) != 0 {
			t.Error(rows, err)
		}
	})
}

func TestDispatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		open := func() ticket.Ticket {
			tk, err := h.tickets.Open(ctx, h.agent, h.leak())
			if err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			return tk
		}
		see := func(id ticket.ID) ticket.Full {
			v, err := h.tickets.Get(ctx, h.agent, id)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		t.Run("a new ticket goes to somebody on duty with the skill, and says why", func(t *testing.T) {
			v := see(open().ID)
			if v.Assignee == nil || v.Assignee.Name != "陈师傅" || v.Status != ticket.Dispatched {
				t.Errorf("%+v", v.RowView)
			}
			if why, _ := v.Timeline[1].Data["why"].(map[string]any); why["skill"] != "water" || why["duty"] != true {
				t.Errorf("why: %v", v.Timeline[1].Data)
			}
		})
		t.Run("who refuses is not asked again; nobody else free is said", func(t *testing.T) {
			tk := open()
			if _, err := h.tickets.Refuse(ctx, h.chen, tk.ID, any1, "在修电梯"); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			v := see(tk.ID)
			if last := v.Timeline[len(v.Timeline)-1]; v.Status != ticket.New || last.Verb != "no_one_free" || last.Public {
				t.Errorf("%s, %s", v.Status, last.Verb)
			}
		})
		t.Run("who comes on duty gets what was waiting", func(t *testing.T) {
			duty := staff.Service{DB: d}
			leader := dbtest.Actor(217, []authz.CommunityID{place}, staff.ActDutySelf, staff.ActDuty)
			if _, err := duty.SetDuty(ctx, leader, 217, true); err != nil {
				t.Fatal(err)
			}
			h.drain(t)
			if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM ticket WHERE status = 'new'`); n != 0 {
				t.Errorf("%d tickets still wait", n)
			}
		})
		t.Run("nobody gets a ticket of a community they do not work in", func(t *testing.T) {
			if _, err := h.tickets.Dispatch(ctx, h.agent, open().ID, any1, 999); !errors.Is(err, ticket.ErrOffDuty) {
				t.Error(err)
			}
		})
	})
}

func TestTwoPeopleAtOnceNeverLoseAChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk, err := h.tickets.Open(ctx, h.agent, h.leak())
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done, stale := 0, 0
		for range 8 {
			wg.Go(func() {
				_, err := h.tickets.Note(ctx, h.agent, tk.ID, func(v int64) error {
					if v != tk.Version {
						return db.ErrStale
					}
					return nil
				}, "看过了")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case errors.Is(err, db.ErrStale):
					stale++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 1 || stale != 7 {
			t.Errorf("%d notes saved, %d told that somebody was faster", done, stale)
		}
	})
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		tk, err := h.tickets.Open(ctx, h.agent, h.leak())
		if err != nil {
			t.Fatal(err)
		}
		for _, content := range []string{"<svg onload=alert(1)>", "", "%PDF-1.7", "GIF89a"} {
			if _, err := h.tickets.AddPhoto(ctx, h.agent, tk.ID, "after", strings.NewReader(content)); !errors.Is(err, ticket.ErrNotPicture) {
				t.Errorf("%q: %v", content, err)
			}
		}
	})
}

func TestAListIsSearchedByWhatAgentsKnow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		if _, err := h.tickets.Open(ctx, h.agent, h.leak()); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{"5678": 1, "1234": 0, "漏水": 1, "1502": 1, "李女士": 1, "-0001": 1, "%": 0, "' OR 1=1 --": 0} {
			rows, err := h.tickets.List(ctx, h.agent, ticket.Filter{Community: place, Q: q, Limit: 5})
			if err != nil || len(rows) != want {
				t.Errorf("%q finds %d, want %d (%v)", q, len(rows), want, err)
			}
		}
	})
}

func TestPagesOfAListHoldEveryTicketOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, ctx := build(t, d, c), t.Context()
		for i := range 23 {
			in := h.leak()
			in.Grade = []ticket.Grade{ticket.A, ticket.B, ticket.C}[i%3]
			tk, err := h.tickets.Open(ctx, h.agent, in)
			if err != nil {
				t.Fatal(err)
			}
			if i%4 == 0 {
				if _, err := h.tickets.Cancel(ctx, h.agent, tk.ID, any1, "误报"); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen, f := map[ticket.ID]bool{}, ticket.Filter{Community: place, View: "all", Limit: 5}
		for {
			rows, err := h.tickets.List(ctx, h.agent, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if seen[r.ID] {
					t.Errorf("%s stands twice", r.Number)
				}
				seen[r.ID] = true
			}
			if len(rows) < 5 {
				break
			}
			f.After = ticket.Position{Due: rows[4].SortDue, ID: rows[4].ID}
		}
		if len(seen) != 23 {
			t.Errorf("%d of 23 tickets", len(seen))
		}
	})
}
