package custody_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	imagepng "image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/custody"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

type site struct {
	*testing.T
	tickets         *ticket.Service
	custody         *custody.Service
	desk, chen, luo authz.Actor
	far             authz.Actor
}

func build(t *testing.T, d *db.DB) *site {
	t.Helper()
	dbtest.Communities(t, d, 1, 2)
	for id, name := range map[int64]string{532: "陈师傅", 533: "罗师傅"} {
		dbtest.Exec(t, d, `INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, '', $3, $2, '', $4, $4, 1)`, id, fmt.Sprint(id), name, false)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES ($1, 1, $2, $3, '', '', '["water"]', 'active', $4, '', 1)`, id, fmt.Sprint(id), name, true)
	}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, tickets: &ticket.Service{DB: d, Blobs: blobs, Checks: []ticket.Check{custody.Out}}, custody: &custody.Service{DB: d}}
	here := []authz.CommunityID{1}
	s.desk = dbtest.Actor(217, here, ticket.ActOpen, ticket.ActView, ticket.ActDispatch)
	work := []authz.Action{ticket.ActView, ticket.ActAccept, ticket.ActArrive, ticket.ActStart, ticket.ActResolve, ticket.ActPhoto}
	s.chen, s.luo = dbtest.Actor(532, here, work...), dbtest.Actor(533, here, work...)
	s.far = dbtest.Actor(900, []authz.CommunityID{2}, append(work, ticket.ActDispatch)...)
	return s
}

func seen(int64) error { return nil }

func (s *site) step(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *site) photo(id ticket.ID, kind string) ticket.PhotoID {
	s.Helper()
	var b bytes.Buffer
	s.step(imagepng.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))))
	p, err := s.tickets.AddPhoto(s.Context(), s.chen, id, kind, &b)
	s.step(err)
	return p.ID
}

// obstacles counts what keeps the owner of the things from being erased.
func (s *site) obstacles(d *db.DB, want int) {
	s.Helper()
	if err := d.Read(s.Context(), authz.System("test", ticket.ActView), ticket.ActView, func(tx *db.Tx) error {
		got, err := custody.ErasureGuard.Obstacles(s.Context(), tx, customer.Customer{ID: 77, Community: 1})
		if len(got) != want {
			s.Errorf("%d obstacles, want %d: %v", len(got), want, got)
		}
		return err
	}); err != nil {
		s.Fatal(err)
	}
}

// TIC-07: taking equipment away needs consent and gives a receipt; the work does not end before it is back.
func TestWhatIsTakenAwayHasAReceiptAndComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		tk, err := s.tickets.Open(ctx, s.desk, ticket.Intake{Community: 1, Kind: ticket.Repair, Place: "3栋大堂", Category: "facilities.water", Grade: ticket.C, Title: "热水器不热", Channel: "phone"})
		s.step(err)
		dbtest.Exec(t, d, `INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, tags, notes, version) VALUES (77, 1, '77', 'person', '李静', '', '', '[]', '', 1)`)
		dbtest.Exec(t, d, `UPDATE ticket SET customer_id = 77 WHERE id = $1`, int64(tk.ID))
		_, err = s.tickets.Dispatch(ctx, s.desk, tk.ID, seen, 532)
		s.step(err)
		_, err = s.tickets.Accept(ctx, s.chen, tk.ID, seen)
		s.step(err)
		in := custody.Taking{What: "电热水器 DSZF-60 编号 0417", State: "外壳有划痕，附遥控器", Back: c.Instant().Add(48 * time.Hour), Name: "李静", Signature: s.photo(tk.ID, "signature")}
		if _, err := s.custody.Take(ctx, s.chen, tk.ID, in); !errors.Is(err, custody.ErrNotNow) {
			t.Errorf("before somebody arrived: %v", err)
		}
		_, err = s.tickets.Arrive(ctx, s.chen, tk.ID, seen)
		s.step(err)
		for field, wrong := range map[string]func(*custody.Taking){
			"what":      func(x *custody.Taking) { x.What = " " },
			"state":     func(x *custody.Taking) { x.State = "" },
			"name":      func(x *custody.Taking) { x.Name = "" },
			"backAt":    func(x *custody.Taking) { x.Back = c.Instant() },
			"signature": func(x *custody.Taking) { x.Signature = s.photo(tk.ID, "before") },
		} {
			bad := in
			wrong(&bad)
			if _, err := s.custody.Take(ctx, s.chen, tk.ID, bad); err == nil || !strings.Contains(err.Error(), field) {
				t.Errorf("a wrong %s: %v", field, err)
			}
		}
		if _, err := s.custody.Take(ctx, s.luo, tk.ID, in); !errors.Is(err, ticket.ErrNotYours) {
			t.Errorf("by somebody else: %v", err)
		}
		if _, err := s.custody.Take(ctx, s.far, tk.ID, in); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another community: %v", err)
		}
		p, err := s.custody.Take(ctx, s.chen, tk.ID, in)
		if err != nil || !strings.HasPrefix(p.Number, "QJ") || !strings.HasSuffix(p.Number, "-0001") {
			t.Fatal(p.Number, err)
		}
		s.photo(tk.ID, "after")
		v, err := s.tickets.Get(ctx, s.chen, tk.ID)
		if err != nil || !slices.Contains(v.Missing, "taken:"+in.What) {
			t.Errorf("the ticket lacks %v, %v", v.Missing, err)
		}
		if last := v.Timeline[len(v.Timeline)-1]; last.Verb != "taken" || !last.Public || last.Data["number"] != p.Number {
			t.Errorf("the customer reads %+v", last)
		}
		if _, err := s.tickets.Resolve(ctx, s.chen, tk.ID, seen, ticket.Outcome{Remedy: "换了加热管"}); !errors.Is(err, ticket.ErrMissing) {
			t.Errorf("ended with the heater away: %v", err)
		}
		s.obstacles(d, 1)
		if _, err := s.custody.Return(ctx, s.chen, p.ID, seen, custody.Receiving{}); err == nil || !strings.Contains(err.Error(), "name") {
			t.Errorf("returned to nobody: %v", err)
		}
		if p, err = s.custody.Return(ctx, s.chen, p.ID, seen, custody.Receiving{Name: "李静", Note: "试机正常"}); err != nil || p.ReturnedAt == nil {
			t.Fatal(p, err)
		}
		s.obstacles(d, 0)
		if _, err := s.custody.Return(ctx, s.chen, p.ID, seen, custody.Receiving{Name: "李静"}); !errors.Is(err, custody.ErrReturned) {
			t.Errorf("returned twice: %v", err)
		}
		if _, err := s.tickets.Resolve(ctx, s.chen, tk.ID, seen, ticket.Outcome{Remedy: "换了加热管"}); err != nil {
			t.Error(err)
		}
		if all, err := s.custody.OfTicket(ctx, s.desk, tk.ID); err != nil || len(all) != 1 || all[0].SignedName != "李*" {
			t.Errorf("the desk, which may not see names, reads %+v, %v", all, err)
		}
	})
}

// TIC-07: when something that was taken away should be back and is not, who works on it is reminded, once.
func TestWhatIsNotBackInTimeIsRemindedOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := build(t, d), t.Context()
		runner := jobs.New(d, jobs.Options{})
		s.custody.Schedule(runner)
		tk, err := s.tickets.Open(ctx, s.desk, ticket.Intake{Community: 1, Kind: ticket.Repair, Place: "3栋大堂", Category: "facilities.water", Grade: ticket.C, Title: "热水器不热", Channel: "phone"})
		s.step(err)
		_, err = s.tickets.Dispatch(ctx, s.desk, tk.ID, seen, 532)
		s.step(err)
		_, err = s.tickets.Accept(ctx, s.chen, tk.ID, seen)
		s.step(err)
		_, err = s.tickets.Arrive(ctx, s.chen, tk.ID, seen)
		s.step(err)
		take := func(what string) custody.Piece {
			t.Helper()
			p, err := s.custody.Take(ctx, s.chen, tk.ID, custody.Taking{What: what, State: "旧", Back: c.Instant().Add(48 * time.Hour), Name: "李静", Signature: s.photo(tk.ID, "signature")})
			s.step(err)
			return p
		}
		away, back := take("电热水器"), take("花洒")
		_, err = s.custody.Return(ctx, s.chen, back.ID, seen, custody.Receiving{Name: "李静"})
		s.step(err)
		reminders := func() (out []string) {
			t.Helper()
			s.step(runner.Drain(ctx))
			v, err := s.tickets.Get(ctx, s.desk, tk.ID)
			s.step(err)
			for _, e := range v.Timeline {
				if e.Verb == "back_due" {
					out = append(out, fmt.Sprint(e.Data["number"]))
				}
			}
			return out
		}
		c.Advance(48*time.Hour - time.Minute)
		if got := reminders(); len(got) != 0 {
			t.Errorf("reminded before it is due: %v", got)
		}
		c.Advance(time.Minute)
		if got := reminders(); !slices.Equal(got, []string{away.Number}) {
			t.Errorf("reminded of %v, want %s", got, away.Number)
		}
		c.Advance(24 * time.Hour)
		if got := reminders(); len(got) != 1 {
			t.Errorf("reminded again: %v", got)
		}
		told := dbtest.One[string](t, d, `SELECT body FROM outbox WHERE name = 'ticket.escalated'`)
		if !strings.Contains(told, "taken") {
			t.Errorf("nobody is told: %s", told)
		}
	})
}
