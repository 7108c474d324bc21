package message_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/message"
	"guanjia/internal/notice"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/mail/mailtest"
	"guanjia/internal/platform/webpush"
	"guanjia/internal/platform/webpush/pushtest"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

func seen(int64) error { return nil }

// town is a home with Ms Li in it, a technician, a desk, a mail server and a push service.
type town struct {
	t              *testing.T
	d              *db.DB
	clock          *dbtest.Clock
	run            *jobs.Runner
	tickets        *ticket.Service
	messages       *message.Service
	notices        *notice.Service
	smtp           *mailtest.Server
	push           *pushtest.Service
	li, desk, chen authz.Actor
	admin          authz.Actor
}

const liID, chenID, deskID authz.AccountID = 77, 532, 217

func build(t *testing.T, d *db.DB, c *dbtest.Clock) *town {
	t.Helper()
	w := &town{t: t, d: d, clock: c, tickets: &ticket.Service{DB: d}, messages: &message.Service{DB: d, Push: webpush.New(true)}, notices: &notice.Service{DB: d}, smtp: mailtest.New(t, mail.STARTTLS), push: pushtest.New(t)}
	w.messages.Trust = func(s *mail.Server) { s.Roots = w.smtp.Roots }
	dbtest.Communities(t, d, 1, 2)
	dbtest.Exec(t, d, `INSERT INTO building (id, community_id, code, name, sort_key, version) VALUES (30, 1, '3', '3栋', '3', 1)`)
	dbtest.Exec(t, d, `INSERT INTO room (id, community_id, building_id, number, label, label_key, sort_key, type, state, version, notes) VALUES (1502, 1, 30, '1502', '3栋1502', '3-1502', '1', 'home', 'occupied', 1, '')`)
	for id, kind := range map[authz.AccountID]string{liID: "resident", chenID: "staff", deskID: "staff"} {
		dbtest.Exec(t, d, `INSERT INTO account (id, kind, username, mobile, name, agent_no, password, must_change, disabled, version) VALUES ($1, $2, $3, '', $4, $5, '', $6, $6, 1)`, id, kind, fmt.Sprint(id), map[authz.AccountID]string{liID: "李女士", chenID: "陈师傅", deskID: "小周"}[id], fmt.Sprint(int64(id)), false)
		dbtest.Exec(t, d, `INSERT INTO session (id, token_hash, account_id, csrf, created_at, seen_at, expires_at, ip, user_agent) VALUES ($1, $2, $1, '', 0, 0, 9999999999999, '', '')`, id, hash(fmt.Sprint(int64(id))))
	}
	dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (532, 1, '532', '陈师傅', '', '', '["water"]', 'active', $1, '', 1)`, true)
	dbtest.Exec(t, d, `INSERT INTO resident_binding (id, community_id, account_id, room_id, kind, origin, at, by_name, ended_why, version) VALUES (5, 1, 77, 1502, 'owner', 'desk', 0, '', '', 1)`)
	dbtest.Exec(t, d, `INSERT INTO role (id, code, zh, en, needs_second_factor, version) VALUES (9, 'technician', '', '', $1, 1)`, false)
	dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (9, 'ticket.view')`)
	dbtest.Exec(t, d, `INSERT INTO role_holder (id, account_id, role_id, community_id) VALUES (1, 532, 9, 1)`)
	here := []authz.CommunityID{1}
	own := func(a authz.Actor, act authz.Action) authz.Actor {
		a.Grants = append(a.Grants, authz.Grant{Actions: map[authz.Action]bool{act: true}, Everywhere: true})
		return a
	}
	w.li = own(dbtest.Actor(liID, here), auth.ActResident)
	w.desk = dbtest.Actor(deskID, here, ticket.ActOpen, ticket.ActView, ticket.ActDispatch, ticket.ActTell, ticket.ActCancel, message.ActView, message.ActRetry, message.ActSettings)
	w.chen = own(dbtest.Actor(chenID, here, ticket.ActView, ticket.ActAccept, ticket.ActDepart, ticket.ActHold), auth.ActSelf)
	w.admin = authz.Actor{ID: 1, Grants: []authz.Grant{{Actions: map[authz.Action]bool{message.ActServer: true}, Everywhere: true}}}
	w.node()
	w.must(w.messages.EnsureKey(t.Context()))
	password := w.smtp.Password
	_, err := w.messages.SetMailServer(t.Context(), w.admin, seen, message.Terms{On: true, Host: w.smtp.Host, Port: w.smtp.Port, Security: mail.STARTTLS, User: w.smtp.User, Password: &password, Sender: "post@example.com", Name: "阳光花园", Site: "https://desk.example.com"})
	w.must(err)
	return w
}

// node hands events to the messages as the program does.
func (w *town) node() {
	w.run = jobs.New(w.d, jobs.Options{})
	jobs.On(w.run, "message.ticket_opened", w.messages.Opened)
	jobs.On(w.run, "message.customer_informed", w.messages.Informed)
	jobs.On(w.run, "message.notice_added", w.messages.Noticed)
	jobs.On(w.run, "message.signed_out", w.messages.SignedOut)
	jobs.On(w.run, "message.approval_requested", w.messages.Asked)
	jobs.On(w.run, "message.swap_moved", w.messages.SwapMoved)
	jobs.On(w.run, "notice.ticket_given", w.notices.GivenTo)
	w.messages.Schedule(w.run)
}

// hash is what is kept of a session's cookie.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) drain() {
	w.t.Helper()
	w.must(w.run.Drain(w.t.Context()))
}

func (w *town) open(grade ticket.Grade) ticket.Ticket {
	w.t.Helper()
	tk, err := w.tickets.Open(w.t.Context(), w.desk, ticket.Intake{Community: 1, Kind: ticket.Repair, Room: 1502, Category: "facilities.water", Grade: grade, Title: "厨房水管漏水", Channel: "phone"})
	w.must(err)
	return tk
}

// letters lets Ms Li give an address and confirm it.
func (w *town) letters() {
	w.t.Helper()
	before := len(w.smtp.Letters())
	_, err := w.messages.SetAddress(w.t.Context(), w.li, auth.ActResident, "zh", "r", "li@example.com")
	w.must(err)
	code := regexp.MustCompile(`\d{6}`).FindString(w.smtp.Letters()[before].Subject)
	o, err := w.messages.Confirm(w.t.Context(), w.li, auth.ActResident, code)
	w.must(err)
	if !o.Mail || !o.Confirmed || o.Address != "l***@example.com" {
		w.t.Fatalf("%+v", o)
	}
}

func (w *town) browser(who authz.Actor, act authz.Action, face string) *pushtest.Browser {
	w.t.Helper()
	b := w.push.Browser()
	_, err := w.messages.Subscribe(w.t.Context(), who, act, fmt.Sprint(int64(who.ID)), face, "zh", b.Subscription)
	w.must(err)
	return b
}

func (w *town) states(channel string) string {
	w.t.Helper()
	all, err := w.messages.List(w.t.Context(), w.desk, message.Filter{Channel: channel, Limit: 500})
	w.must(err)
	n := map[message.State]int{}
	for _, m := range all {
		n[m.State]++
	}
	return strings.TrimPrefix(fmt.Sprint(n), "map")
}

func shows(t *testing.T, payload string) (title, body, url string) {
	t.Helper()
	p := struct{ Title, Body, URL string }{}
	if err := json.Unmarshal([]byte(payload), &p); err != nil {
		t.Fatal(err)
	}
	return p.Title, p.Body, p.URL
}

// Somebody is sent so quickly that this is heard before the registration is.
func TestTheRegistrationIsToldFirstAndOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		late := true
		w.run = jobs.New(w.d, jobs.Options{Log: slog.New(slog.DiscardHandler)})
		jobs.On(w.run, "message.ticket_opened", func(ctx context.Context, tx *db.Tx, e ticket.Opened) error {
			if late {
				return errors.New("not yet")
			}
			return w.messages.Opened(ctx, tx, e)
		})
		jobs.On(w.run, "message.customer_informed", w.messages.Informed)
		w.messages.Schedule(w.run)
		tk := w.open(ticket.C)
		_, err := w.tickets.Dispatch(t.Context(), w.desk, tk.ID, seen, chenID)
		w.must(err)
		if err := w.run.Drain(t.Context()); err == nil {
			t.Fatal("the registration was heard at once")
		}
		late = false
		c.Advance(time.Minute)
		w.drain()
		var subjects []string
		for _, l := range w.smtp.Letters()[1:] {
			subjects = append(subjects, strings.TrimPrefix(l.Subject, tk.Number+" "))
		}
		if fmt.Sprint(subjects) != "[已登记 已派单]" {
			t.Errorf("%v", subjects)
		}
	})
}

func TestTheCustomerIsToldByMailAndOnTheirPhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		phone := w.browser(w.li, auth.ActResident, "r")
		tk := w.open(ticket.C)
		w.drain()
		got := w.smtp.Letters()[1]
		if got.To != "li@example.com" || got.Subject != tk.Number+" 已登记" || !strings.Contains(got.Text, "单号："+tk.Number) || !strings.Contains(got.Text, "前安排人员并与您联系") ||
			!strings.Contains(got.Text, "https://desk.example.com/r/tickets/"+tk.ID.String()) || strings.Contains(got.Raw, "1502") || strings.Contains(got.Text, "厨房") {
			t.Errorf("%v", got)
		}
		title, body, url := shows(t, phone.Received()[0].Payload)
		if title != tk.Number+" 已登记" || body != "您的报修（水）已登记" && !strings.HasPrefix(body, "您的报修（") || url != "/r/tickets/"+tk.ID.String() || phone.Received()[0].Urgency != "normal" {
			t.Errorf("%q %q %q", title, body, url)
		}
		if strings.Contains(phone.Received()[0].Payload, "厨房") || strings.Contains(phone.Received()[0].Payload, "李") {
			t.Errorf("a locked screen shows %s", phone.Received()[0].Payload)
		}
		ctx := t.Context()
		at := c.Instant().Add(3 * time.Hour)
		step := func(_ ticket.Ticket, err error) { t.Helper(); w.must(err); w.drain() }
		step(w.tickets.Dispatch(ctx, w.desk, tk.ID, seen, chenID))
		step(w.tickets.Tell(ctx, w.desk, tk.ID, seen, "phone", "三点上门", &at))
		later := at.Add(time.Hour)
		step(w.tickets.Tell(ctx, w.desk, tk.ID, seen, "phone", "改到四点", &later))
		step(w.tickets.Tell(ctx, w.desk, tk.ID, seen, "phone", "电话里说过了", nil))
		step(w.tickets.Tell(ctx, w.desk, tk.ID, seen, "app", "请准备好钥匙", nil))
		step(w.tickets.Accept(ctx, w.chen, tk.ID, seen))
		step(w.tickets.Depart(ctx, w.chen, tk.ID, seen))
		var subjects []string
		for _, l := range w.smtp.Letters()[1:] {
			subjects = append(subjects, strings.TrimPrefix(l.Subject, tk.Number+" "))
		}
		if strings.Join(subjects, ",") != "已登记,已派单,约定了上门时间,改了上门时间,有新消息,已出发" || len(phone.Received()) != 6 {
			t.Errorf("%v, %d on the phone", subjects, len(phone.Received()))
		}
		if l := w.smtp.Letters(); !strings.Contains(l[2].Text, "陈师傅 532") || !strings.Contains(l[4].Text, "16:00") || !strings.Contains(l[5].Text, "请准备好钥匙") {
			t.Errorf("%s\n%s\n%s", l[2].Text, l[4].Text, l[5].Text)
		}
		told, err := w.messages.OfTicket(ctx, w.desk, tk.ID)
		if err != nil || strings.Join(told.Channels, ",") != "push,mail" || len(told.Items) != 12 || told.Items[0].State != message.Sent {
			t.Errorf("%+v %v", told, err)
		}
	})
}

// Quiet hours: 22:00 to 8:00 for all but grade A; in the morning one message of a ticket, not all of the night.
func TestAtNightOnlyAnEmergencyIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		phone := w.browser(w.li, auth.ActResident, "r")
		c.Set(dbtest.Noon.Add(11 * time.Hour)) // 23:00
		tk := w.open(ticket.C)
		w.drain()
		_, err := w.tickets.Dispatch(t.Context(), w.desk, tk.ID, seen, chenID)
		w.must(err)
		w.drain()
		if n := len(phone.Received()); n != 0 {
			t.Fatalf("%d in the night", n)
		}
		w.open(ticket.A)
		w.drain()
		if got := phone.Received(); len(got) != 1 || got[0].Urgency != "high" {
			t.Fatalf("an emergency: %v", got)
		}
		c.Advance(9 * time.Hour) // 8:00
		w.drain()
		got := phone.Received()
		if len(got) != 2 || !strings.Contains(got[1].Payload, "已派单") {
			t.Errorf("%v", got)
		}
		if s := w.states(message.Push); s != "[dropped:1 sent:2]" {
			t.Error(s)
		}
		if q, err := w.messages.SetQuietHours(t.Context(), w.desk, 1, seen, 0, 0); err != nil || q.Version != 1 {
			t.Fatal(q, err)
		}
		c.Advance(15 * time.Hour)
		w.open(ticket.C)
		w.drain()
		if len(phone.Received()) != 3 {
			t.Error("without quiet hours it is told at night too")
		}
	})
}

func TestWhoLeftOrSignedOutOrLostTheRoomGetsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		phone := w.browser(w.li, auth.ActResident, "r")
		quiet := func(name string, leave, back func()) {
			t.Helper()
			c.Set(dbtest.Noon.Add(11 * time.Hour))
			w.open(ticket.C)
			w.drain()
			leave()
			w.drain()
			before, letters := len(phone.Received()), len(w.smtp.Letters())
			c.Advance(9 * time.Hour)
			w.drain()
			if len(phone.Received()) != before || len(w.smtp.Letters()) != letters {
				t.Errorf("%s: told all the same", name)
			}
			back()
		}
		quiet("the binding ended", func() { dbtest.Exec(t, d, `UPDATE resident_binding SET ended_at = 1`) }, func() { dbtest.Exec(t, d, `UPDATE resident_binding SET ended_at = NULL`) })
		quiet("disabled", func() { dbtest.Exec(t, d, `UPDATE account SET disabled = $1 WHERE id = 77`, true) }, func() { dbtest.Exec(t, d, `UPDATE account SET disabled = $1 WHERE id = 77`, false) })
		choose := func(on bool) func() {
			return func() {
				_, err := w.messages.Choose(t.Context(), w.li, auth.ActResident, "zh", message.Choice{Push: on, Mail: on, Face: "r"})
				w.must(err)
			}
		}
		quiet("switched off", choose(false), choose(true))
		if s := w.states(message.Push); s != "[dropped:3]" {
			t.Error(s)
		}
		out := func(tx *db.Tx) error { return auth.EndSessions(t.Context(), tx, liID) }
		w.must(d.Write(t.Context(), authz.System("test", "test.out"), "test.out", out))
		w.drain()
		if o, err := w.messages.Own(t.Context(), w.li, auth.ActResident); err != nil || len(o.Devices) != 0 {
			t.Errorf("signed out, and still subscribed: %+v %v", o, err)
		}
	})
}

// TIC-03b: an escalation storm is one message, and says how many.
func TestWhatComesInOneMinuteIsOneMessageForWhoWorksHere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		phone := w.browser(w.chen, auth.ActSelf, "m")
		var all []ticket.Ticket
		for range 7 {
			all = append(all, w.open(ticket.C))
		}
		storm := func(percent int64, of ...ticket.Ticket) {
			t.Helper()
			w.must(d.Write(t.Context(), authz.System("test", "test.storm"), "test.storm", func(tx *db.Tx) error {
				for _, k := range of {
					var e ticket.Escalated
					e.Ticket, e.Community, e.Clock, e.Percent, e.To = k.ID, 1, "resolve", percent, []authz.AccountID{chenID}
					if err := w.notices.Escalate(t.Context(), tx, e); err != nil {
						return err
					}
				}
				return nil
			}))
			w.drain()
			c.Advance(time.Minute)
			w.drain()
		}
		storm(80, all...)
		storm(80, all[0])
		storm(100, all[0], all[1])
		got := phone.Received()
		if len(got) != 3 {
			t.Fatalf("%d messages", len(got))
		}
		for i, want := range []string{"7 件将超时", all[0].Number + " 完成时限已过 80%", "2 件已超时"} {
			if title, _, url := shows(t, got[i].Payload); title != want || i == 0 && url != "/m/notices" || i == 1 && url != "/m/tickets/"+all[0].ID.String() {
				t.Errorf("%q %q, want %q", title, url, want)
			}
		}
		dbtest.Exec(t, d, `DELETE FROM role_holder WHERE account_id = 532`)
		storm(100, all[2])
		if len(phone.Received()) != 3 {
			t.Error("who may not see the ticket any more was told of it")
		}
	})
}

// QUA-13: the mail server is away for a day; what waited goes out within ten minutes of its return, once.
func TestAfterADayWithoutTheMailServerEverythingGoesOutOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		w.smtp.Stop()
		for range 25 {
			w.open(ticket.A)
			w.drain()
		}
		for range 24 * 2 {
			c.Advance(30 * time.Minute)
			w.drain()
		}
		if s, err := w.messages.MailServer(t.Context(), w.admin); err != nil || s.DownSince == nil || s.Waiting != 25 || !strings.Contains(s.DownWhy, "refused") {
			t.Fatalf("%+v %v", s, err)
		}
		w.smtp.Start()
		for range 10 {
			c.Advance(time.Minute)
			w.drain()
		}
		times := map[string]int{}
		for _, l := range w.smtp.Letters()[1:] {
			times[l.Subject]++
		}
		if len(times) != 25 || len(w.smtp.Letters()) != 26 || w.states(message.Mail) != "[sent:25]" {
			t.Errorf("%d letters of %d tickets, %s", len(w.smtp.Letters())-1, len(times), w.states(message.Mail))
		}
		if s, err := w.messages.MailServer(t.Context(), w.admin); err != nil || s.DownSince != nil || s.Waiting != 0 {
			t.Errorf("%+v %v", s, err)
		}
	})
}

func TestALetterRefusedForGoodIsNotTriedAgainAndOneForNowIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		w.smtp.Refuse("li@example.com", 550, "no such user li@example.com")
		w.open(ticket.A)
		w.drain()
		c.Advance(time.Hour)
		w.drain()
		all, err := w.messages.List(t.Context(), w.desk, message.Filter{State: message.Failed, Limit: 5})
		if err != nil || len(all) != 1 || all[0].Tries != 1 || !strings.Contains(all[0].Reason, "no such user") || strings.Contains(all[0].Reason, "li@") {
			t.Fatalf("%+v %v", all, err)
		}
		w.smtp.Refuse("li@example.com", 451, "come back later")
		if _, err := w.messages.Retry(t.Context(), w.desk, all[0].ID, seen); err != nil {
			t.Fatal(err)
		}
		w.drain()
		if s := w.states(message.Mail); s != "[waiting:1]" {
			t.Error(s)
		}
		w.smtp.Refuse("li@example.com", 0, "")
		c.Advance(time.Minute)
		w.drain()
		if s := w.states(message.Mail); s != "[sent:1]" || len(w.smtp.Letters()) != 2 {
			t.Error(s)
		}
		if _, err := w.messages.Retry(t.Context(), w.desk, all[0].ID, seen); !errors.Is(err, message.ErrNothing) {
			t.Errorf("sent twice: %v", err)
		}
		if _, err := w.messages.Retry(t.Context(), dbtest.Actor(9, []authz.CommunityID{2}, message.ActRetry), all[0].ID, seen); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("of another community: %v", err)
		}
	})
}

func TestABrowserThatIsGoneIsForgottenAndAServiceThatIsBusyIsAskedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		phone := w.browser(w.li, auth.ActResident, "r")
		w.push.Answer(503)
		w.open(ticket.A)
		w.drain()
		if s := w.states(message.Push); s != "[waiting:1]" {
			t.Fatal(s)
		}
		w.push.Answer(429, "Retry-After", "600")
		c.Advance(time.Minute)
		w.drain()
		calls := w.push.Calls()
		w.push.Answer(201)
		c.Advance(9 * time.Minute)
		w.drain()
		if w.push.Calls() != calls {
			t.Error("it was asked to wait ten minutes")
		}
		c.Advance(time.Minute)
		w.drain()
		if len(phone.Received()) != 1 {
			t.Fatal(w.states(message.Push))
		}
		w.push.Answer(410)
		w.open(ticket.A)
		w.drain()
		o, err := w.messages.Own(t.Context(), w.li, auth.ActResident)
		if err != nil || len(o.Devices) != 0 || w.states(message.Push) != "[dropped:1 sent:1]" {
			t.Errorf("%+v %s %v", o, w.states(message.Push), err)
		}
	})
}

func TestNobodySubscribesSomebodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		ctx := t.Context()
		set := func(to string) error {
			_, err := w.messages.SetAddress(ctx, w.li, auth.ActResident, "en", "r", to)
			return err
		}
		if err := set("nobody"); errs.Of(err).Fields[0].Name != "address" {
			t.Error(err)
		}
		w.smtp.Refuse("gone@example.com", 550, "no such user")
		if err := set("gone@example.com"); !errors.Is(err, message.ErrNotTaken) || !strings.Contains(fmt.Sprint(errs.Of(err).Params), "no such user") {
			t.Error(err)
		}
		w.must(set("li@example.com"))
		if _, err := w.messages.Choose(ctx, w.li, auth.ActResident, "zh", message.Choice{Mail: true, Face: "r"}); !errors.Is(err, message.ErrUnconfirmed) {
			t.Errorf("letters to an address that nobody confirmed: %v", err)
		}
		for range 6 {
			if _, err := w.messages.Confirm(ctx, w.li, auth.ActResident, "000000"); !errors.Is(err, message.ErrCode) {
				t.Error(err)
			}
		}
		code := regexp.MustCompile(`\d{6}`).FindString(w.smtp.Letters()[0].Subject)
		if _, err := w.messages.Confirm(ctx, w.li, auth.ActResident, code); !errors.Is(err, message.ErrCode) {
			t.Errorf("after five wrong codes the right one is worth nothing: %v", err)
		}
		for range 3 {
			w.must(set("li@example.com"))
		}
		if err := set("li@example.com"); !errors.Is(err, message.ErrMany) {
			t.Errorf("a sixth code in a day: %v", err)
		}
		w.open(ticket.A)
		w.drain()
		if s := w.states(message.Mail); s != "[]" {
			t.Error(s)
		}
	})
}

func TestOnePersonHasTenBrowsersAndABrowserOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		first := w.browser(w.li, auth.ActResident, "r")
		for range 10 {
			c.Advance(time.Minute)
			w.browser(w.li, auth.ActResident, "r")
		}
		o, err := w.messages.Own(t.Context(), w.li, auth.ActResident)
		if err != nil || len(o.Devices) != 10 {
			t.Fatalf("%d %v", len(o.Devices), err)
		}
		_, err = w.messages.Subscribe(t.Context(), w.chen, auth.ActSelf, "532", "m", "zh", first.Subscription)
		w.must(err)
		c.Advance(time.Minute)
		_, err = w.messages.Subscribe(t.Context(), w.li, auth.ActResident, "77", "r", "zh", first.Subscription)
		w.must(err)
		if o, err := w.messages.Own(t.Context(), w.chen, auth.ActSelf); err != nil || len(o.Devices) != 0 {
			t.Errorf("the browser belongs to who signed in last: %+v %v", o, err)
		}
		for _, bad := range []webpush.Subscription{{}, {Endpoint: "https://10.0.0.1/", P256dh: first.P256dh, Auth: first.Auth}, {Endpoint: first.Endpoint, P256dh: "x", Auth: first.Auth}} {
			if _, err := w.messages.Subscribe(t.Context(), w.li, auth.ActResident, "77", "r", "zh", bad); len(errs.Of(err).Fields) != 1 {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

func TestTheMailServerIsSetByWhoAnswersForAllAndItsPasswordIsNeverShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		ctx := t.Context()
		if _, err := w.messages.MailServer(ctx, dbtest.Actor(9, []authz.CommunityID{1}, message.ActServer)); !errors.Is(err, authz.ErrForbidden) {
			t.Error(err)
		}
		s, err := w.messages.MailServer(ctx, w.admin)
		if raw, _ := json.Marshal(s); err != nil || !s.HasSecret || strings.Contains(string(raw), "horse") {
			t.Errorf("%+v %v", s, err)
		}
		if n := dbtest.One[int](t, d, `SELECT COUNT(*) FROM mail_server WHERE password_sealed LIKE '%horse%'`); n != 0 {
			t.Error("the password stands in clear")
		}
		good := message.Terms{On: true, Host: w.smtp.Host, Port: w.smtp.Port, Security: mail.STARTTLS, User: "post", Sender: "post@example.com", Name: "阳光花园"}
		for field, change := range map[string]func(*message.Terms){
			"host": func(t *message.Terms) { t.Host = "a b" }, "sender": func(t *message.Terms) { t.Sender = "post" }, "senderName": func(t *message.Terms) { t.Name = "" }, "site": func(t *message.Terms) { t.Site = "http://example.com" },
			"security": func(t *message.Terms) { t.Security, t.Host = mail.None, "smtp.example.com" }, "password": func(t *message.Terms) { t.Host = "elsewhere.example.com" },
		} {
			bad := good
			change(&bad)
			if _, err := w.messages.SetMailServer(ctx, w.admin, seen, bad); len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if out, err := w.messages.TestMail(ctx, w.admin, "zh", "boss@example.com"); err != nil || !out.Taken || w.smtp.Letters()[0].Subject != "测试邮件" {
			t.Errorf("%+v %v", out, err)
		}
		wrong := "wrong"
		good.Password = &wrong
		if _, err := w.messages.SetMailServer(ctx, w.admin, seen, good); err != nil {
			t.Fatal(err)
		}
		if out, err := w.messages.TestMail(ctx, w.admin, "zh", "boss@example.com"); err != nil || out.Taken || !strings.Contains(out.Words, "who are you") {
			t.Errorf("%+v %v", out, err)
		}
	})
}

// Two nodes look at the same time, and one dies with letters in its hands: each goes out, and none twice.
func TestTwoNodesSendEachLetterOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		w.letters()
		c.Set(dbtest.Noon.Add(11 * time.Hour))
		for range 30 {
			w.open(ticket.C)
		}
		w.drain()
		c.Advance(9 * time.Hour)
		first, second := w.run, (*jobs.Runner)(nil)
		w.node()
		second = w.run
		done := make(chan error, 2)
		for _, r := range []*jobs.Runner{first, second} {
			go func() { done <- r.Drain(context.Background()) }()
		}
		for range 2 {
			w.must(<-done)
		}
		w.drain()
		times := map[string]int{}
		for _, l := range w.smtp.Letters()[1:] {
			times[l.Subject]++
		}
		if len(times) != 30 || len(w.smtp.Letters()) != 31 {
			t.Errorf("%d letters of %d tickets", len(w.smtp.Letters())-1, len(times))
		}
	})
}

func TestWhoShouldDecideIsToldWhileItWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		office := &approval.Service{DB: d}
		office.Register(approval.Kind{Name: "refund", Decide: "refund.decide", TimeLimit: time.Hour, Ended: func(context.Context, *db.Tx, approval.Request) error { return nil }})
		w.messages.Deciders = office.Deciders
		for _, act := range []string{"refund.decide", "approval.decide"} {
			dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (9, $1)`, act)
		}
		dbtest.Exec(t, d, `INSERT INTO scope_reach (account_id, role_id, community_id) VALUES (532, 9, 1)`)
		phone := w.browser(w.chen, auth.ActSelf, "m")
		ask := func(about string) (q approval.Request) {
			t.Helper()
			who := dbtest.Actor(deskID, []authz.CommunityID{1}, approval.ActInbox, "test.ask")
			w.must(d.Write(t.Context(), who, "test.ask", func(tx *db.Tx) (err error) {
				q, err = office.Request(t.Context(), tx, approval.Ask{Kind: "refund", Community: 1, Subject: about, About: about, Reason: "重复收费"})
				return err
			}))
			return q
		}
		first := ask("a")
		w.drain()
		got := phone.Received()
		if len(got) != 1 || strings.Contains(got[0].Payload, "重复") {
			t.Fatal(got)
		}
		if title, _, url := shows(t, got[0].Payload); title != "有申请等您审批" || url != "/m/approvals/"+first.ID.String() {
			t.Error(title, url)
		}
		second := ask("b")
		dbtest.Exec(t, d, `UPDATE approval SET state = 'withdrawn' WHERE id = $1`, second.ID)
		w.drain()
		if len(phone.Received()) != 1 {
			t.Error("told of what is decided")
		}
	})
}

func TestAColleagueIsAskedForASwapOnTheirPhone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := build(t, d, c)
		dbtest.Exec(t, d, `INSERT INTO staff (id, community_id, agent_no, name, mobile, position, skills, state, on_duty, left_reason, version) VALUES (217, 1, '217', '小周', '', '', '[]', 'active', $1, '', 1)`, true)
		dbtest.Exec(t, d, `INSERT INTO roster_shift (id, community_id, name, post, start_minute, minutes, skills, least, active, version) VALUES (1, 1, '早班', 'desk', 480, 480, '[]', 0, $1, 1)`, true)
		dbtest.Exec(t, d, `INSERT INTO roster_duty (id, community_id, shift_id, staff_id, day, from_at, to_at, state, reason, version) VALUES (1, 1, 1, 217, '2026-03-05', 9999999999998, 9999999999999, 'planned', '', 1)`)
		dbtest.Exec(t, d, `INSERT INTO role_action (role_id, action) VALUES (9, 'roster.self')`)
		phone := w.browser(w.chen, auth.ActSelf, "m")
		plan := &roster.Service{DB: d}
		_, err := plan.Ask(t.Context(), dbtest.Actor(deskID, []authz.CommunityID{1}, roster.ActSelf), roster.Swap{Duty: 1, To: chenID, Reason: "家里有事"})
		w.must(err)
		w.drain()
		got := phone.Received()
		if len(got) != 1 || strings.Contains(got[0].Payload, "家里") {
			t.Fatal(got)
		}
		if title, _, url := shows(t, got[0].Payload); title != "同事请您换班" || url != "/m/duties" {
			t.Error(title, url)
		}
	})
}
