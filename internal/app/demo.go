package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"guanjia/internal/demo"
)

// FillDemo makes the demo, whose month ends now, if the database is empty, and
// says who can sign in. It opens the database for itself, with a clock
// that the demo drives and without waiting for the disk at every commit;
// closing it writes everything down.
func FillDemo(ctx context.Context, conf Config) (all []demo.SignIn, err error) {
	c := demo.NewClock(conf.clock()())
	conf.Now, conf.Relaxed = c.Now, true
	a, err := New(ctx, conf)
	if err != nil {
		return nil, err
	}
	needed, err := a.setup.Needed(ctx)
	if err == nil && needed {
		all, err = demo.Fill(ctx, demo.Target{
			DB: a.db, Org: a.org, Housing: a.housing, Staff: a.staff, Customers: a.customers, Tickets: a.tickets, FollowUps: a.followups, Parking: a.parking, Handovers: a.handovers, Facilities: a.facility, Leases: a.leases, Things: a.things, Reminders: a.reminders, Imports: a.imports, Approvals: a.approvals, Procedures: a.procedure, Bills: a.bills, Cashier: a.cashier, Arrears: a.arrears, Roster: a.roster, Quotes: a.quotes, Temporary: a.temporary, Attendance: a.attend, Staffing: a.staffing, Faults: a.faults, Publicity: a.publicity, Invoices: a.invoices, Debits: a.debits, Extracts: a.extracts, Daily: a.daily, LookIns: a.lookins, Slips: a.slips, Upkeep: a.upkeep, Drain: a.jobs.Drain, Clock: c,
		})
	}
	return all, errors.Join(err, a.Close())
}

// tellDemo prints how to get in. Passwords stand nowhere else, so a second
// start can only say how to get new ones.
func tellDemo(out io.Writer, at net.Addr, all []demo.SignIn, where string) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	if len(all) == 0 {
		say("这里已有数据，不再填充。忘记密码：guanjia user reset 用户名 %s", where)
		say("There is data already; it stays as it is. New password: guanjia user reset NAME %s", where)
		return
	}
	say("\n演示小区“云栖苑”已就绪（全部为虚构）。首次登录须自设密码。")
	say("The invented community 云栖苑 is ready. Everybody chooses a password at the first sign-in.")
	say("  工作台 console  http://%s/", at)
	say("  手机   phone    http://%s/m    (chenshifu)", at)
	say("  业主端 resident http://%s/r    (业主详情里生成验证码 a code from the customer's page)\n", at)
	say("  %-13s %-16s %s", "user", "password", "角色 role")
	for _, s := range all {
		say("  %-13s %-16s %s %s · %s %s", s.Username, s.Password, s.RoleZh, s.RoleEn, s.AgentNo, s.Name)
	}
	say("")
}
