// Package demo fills an empty system with an invented community: 云栖苑, its
// people, its staff, and the tickets of the last thirty days.
//
//	found → rooms and people → staff → thirty days of tickets, minute by minute → sealed
//
// Everything is done by the use cases that a screen calls, by the person who
// would do it and at the time it would be done: the clock is driven through
// the month, and jobs run in between. So trail, timeline, numbers and ratings
// are what real work would have left. The same start gives the same month,
// except for the passwords.
//
// demo.go says in which order, homes.go and names.go invent the community,
// people.go its staff, people_month.go when they come and go, log.go what stands in the log of each day, estate.go and handing.go parcels, parking and a house that is handed over, tables.go what was imported, matters.go what breaks, course.go and now.go how each
// ticket goes, month.go lets it happen, fees.go bills it, bank.go asks for invoices and lets a bank collect, office.go what is
// decided meanwhile, roster.go who is on duty, proceed.go which steps are ticked, picture.go paints the photos.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/arrears"
	"guanjia/internal/attendance"
	"guanjia/internal/auth"
	"guanjia/internal/belonging"
	"guanjia/internal/billing"
	till "guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/daily"
	"guanjia/internal/debit"
	"guanjia/internal/extract"
	"guanjia/internal/facility"
	"guanjia/internal/followup"
	"guanjia/internal/handover"
	"guanjia/internal/housing"
	"guanjia/internal/imports"
	"guanjia/internal/improvement"
	"guanjia/internal/invoice"
	"guanjia/internal/lease"
	"guanjia/internal/lookin"
	"guanjia/internal/org"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/procedure"
	"guanjia/internal/publicity"
	"guanjia/internal/quote"
	"guanjia/internal/reminder"
	"guanjia/internal/roster"
	"guanjia/internal/setup"
	"guanjia/internal/slip"
	"guanjia/internal/staff"
	"guanjia/internal/staffing"
	"guanjia/internal/temporary"
	"guanjia/internal/ticket"
	"guanjia/internal/upkeep"
)

// Clock is what the program reads while the demo is filled.
type Clock struct{ ms atomic.Int64 }

// NewClock makes a clock that stands at t.
func NewClock(t time.Time) *Clock {
	c := &Clock{}
	c.Set(clock.Of(t))
	return c
}

// Now reads the clock.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.ms.Load()) }

// Set moves the clock.
func (c *Clock) Set(i clock.Instant) { c.ms.Store(int64(i)) }

// Target is what the demo needs of the program, which reads Clock.
type Target struct {
	DB         *db.DB
	Org        *org.Service
	Housing    *housing.Service
	Staff      *staff.Service
	Customers  *customer.Service
	Tickets    *ticket.Service
	FollowUps  *followup.Service
	Parking    *parking.Service
	Handovers  *handover.Service
	Facilities *facility.Service
	Approvals  *approval.Service
	Procedures *procedure.Service
	Imports    *imports.Service
	Drain      func(context.Context) error // does every job that is due
	Clock      *Clock
	Leases     *lease.Service
	Things     *belonging.Service
	Reminders  *reminder.Service
	Bills      *billing.Service
	Cashier    *till.Service
	Arrears    *arrears.Service
	Roster     *roster.Service
	Quotes     *quote.Service
	Attendance *attendance.Service
	Staffing   *staffing.Service
	Faults     *improvement.Service
	Temporary  *temporary.Service
	Publicity  *publicity.Service
	Extracts   *extract.Service
	Invoices   *invoice.Service
	Debits     *debit.Service
	Daily      *daily.Service
	LookIns    *lookin.Service
	Slips      *slip.Service
	Upkeep     *upkeep.Service
}

// SignIn is one of the staff who can sign in, once, with this password.
type SignIn struct{ AgentNo, Username, Password, Name, RoleZh, RoleEn string }

// days is how far back the tickets reach.
const days = 30

// actFill is what the demo does as itself: all that nobody at a screen could do.
const actFill authz.Action = "demo.fill"

var system = authz.System("demo", actFill, customer.ActNames)

// maker is one filling. Where there is a now, it is the instant at which the
// demo was started, and at which the month ends.
type maker struct {
	Target
	now       clock.Instant
	zone      *time.Location
	dice      *rand.Rand
	community authz.CommunityID
	buildings map[string]housing.BuildingID
	homes     []home
	lina      home // of the household in the first story
	staff     map[string]*colleague
	agenda    agenda
	told      int // how much has been put on the agenda
	pictures  pictures
	prices    map[string]quote.ItemID // by code
	once      [3]billing.ItemID       // an access card, renovation waste, parking
}

// Fill makes the demo in an empty system. The clock ends where it stood.
func Fill(ctx context.Context, t Target) (all []SignIn, err error) {
	zone, err := clock.Zone("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	m := &maker{Target: t, now: clock.Of(t.Clock.Now()), zone: zone, dice: rand.New(rand.NewPCG(1502, 217)), staff: map[string]*colleague{}}
	defer t.Clock.Set(m.now)
	m.Clock.Set(clock.DayOf(m.now, zone).Add(-days-3).At(9*60, zone))
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"the community", m.found}, {"rooms and people", m.settle}, {"staff", m.hire}, {"parcels, parking and hand-overs", m.estate}, {"facilities and plans", m.plant}, {"prices", m.price}, {"papers", m.papers}, {"families", m.families}, {"what is read", m.readAll}, {"the month", m.month}, {"households in care", m.care}, {"tables", m.bring}, {"statements wanted", m.wish}, {"fees", m.fees}, {"money taken", m.collect}, {"money owed", m.owe}, {"invoices", m.invoices}, {"direct debit", m.debits}, {"statements", m.state}, {"shared income", m.shared}, {"appointments", m.visits},
	} {
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", step.what, err)
		}
	}
	// Three times, some seconds apart: what one round's jobs leave, the next one seals.
	for _, before := range []time.Duration{6 * time.Second, 3 * time.Second, 0} {
		m.Clock.Set(m.now.Add(-before))
		if err := m.drain(ctx); err != nil {
			return nil, fmt.Errorf("demo: jobs: %w", err)
		}
	}
	return m.signIns()
}

// found makes company, community and administrator as a first start does.
func (m *maker) found(ctx context.Context) error {
	r := setup.Request{Company: "云和物业服务有限公司"}
	r.Community.Name, r.Community.Address, r.Community.ServicePhone, r.Community.Zone = "云栖苑", "清溪路 18 号", "0571-2000 0018", "Asia/Shanghai"
	admin := &crew[0]
	r.Admin.Name, r.Admin.Username, r.Admin.Mobile, r.Admin.Password = admin.name, admin.username, admin.mobile(), auth.OneTimePassword()
	return m.DB.Write(ctx, system, actFill, func(tx *db.Tx) error {
		id, err := setup.Found(ctx, tx, r)
		if err != nil {
			return err
		}
		me, err := staffIn(ctx, tx, id)
		if err != nil {
			return err
		}
		m.community = me.Community
		// The password that Found was given was nobody's: this one must be changed.
		password, err := auth.ResetPassword(ctx, tx, id)
		return m.take(admin, id, password, err)
	})
}

// staffIn finds the community that the first start has just made.
func staffIn(ctx context.Context, tx *db.Tx, id staff.ID) (staff.Member, error) {
	return db.One[staff.Member](ctx, tx, `SELECT `+db.Columns[staff.Member]("")+` FROM staff WHERE id = $1 AND {scope}`, id)
}

// settle brings in rooms and people, and remembers who could call.
func (m *maker) settle(ctx context.Context) error {
	rows, err := m.rows()
	if err != nil {
		return err
	}
	if err := m.DB.Write(ctx, system, actFill, func(tx *db.Tx) error {
		r, wrong, err := customer.ImportRows(ctx, tx, m.community, rows)
		if len(wrong) > 0 {
			return fmt.Errorf("%d rows contradict others, the first: %+v", len(wrong), wrong[0])
		}
		tx.Note(m.community, "community:"+m.community.String(), nil, map[string]any{"rooms": r.NewRooms, "customers": r.NewCustomers})
		return err
	}); err != nil {
		return err
	}
	all, err := m.Housing.Buildings(ctx, m.staff[administrator].actor, m.community)
	m.buildings = map[string]housing.BuildingID{}
	for _, b := range all {
		m.buildings[b.Code] = b.ID
	}
	if err != nil {
		return err
	}
	return m.DB.Read(ctx, system, actFill, func(tx *db.Tx) error { return m.callers(ctx, tx) })
}

func (m *maker) drain(ctx context.Context) error { return m.Drain(ctx) }

// chance is true in so many of a hundred cases.
func (m *maker) chance(percent int) bool { return m.dice.IntN(100) < percent }

// minutes draws a duration of whole seconds.
func (m *maker) minutes(from, to float64) time.Duration {
	return (time.Duration((from + m.dice.Float64()*(to-from)) * float64(time.Minute))).Truncate(time.Second)
}

func pick[T any](m *maker, from []T) T { return from[m.dice.IntN(len(from))] }
