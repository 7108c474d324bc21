package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"guanjia/internal/belonging"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/lease"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
	"guanjia/internal/reminder"
)

// families fills what the reception knows of people besides their tickets:
// birthdays, tenancies, pets, things that need care, agreed calls, archives
// that were opened twice, a room that was sold. It has dice of its own, so that
// the month stays the same.
func (m *maker) families(ctx context.Context) error {
	f := &families{maker: m, dice: rand.New(rand.NewPCG(1602, 5)), today: clock.DayOf(m.now, m.zone)}
	for _, step := range []func(context.Context) error{f.birthdays, f.tenancies, f.register, f.twice, f.sold, f.calls} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

type families struct {
	*maker
	dice  *rand.Rand
	today clock.Day
}

func at(version int64) web.Match { return web.Match{IfMatch: fmt.Sprint(version)} }

func fen(yuan int64) *money.Fen { f := money.Fen(yuan * 100); return &f }

// birthdays, some of them today, with how people like to be reached.
func (f *families) birthdays(ctx context.Context) error {
	su, zone := f.staff[su].actor, int64(60)
	channels := []string{"phone", "wechat", "sms", "app"}
	for i, h := range f.homes[30:90] {
		c, err := f.Customers.Customer(ctx, f.staff[administrator].actor, h.caller.Customer)
		if err != nil {
			return err
		}
		if c.Kind != customer.Person {
			continue
		}
		md := f.today.Add(f.dice.IntN(300) + 5)
		if i%20 == 0 {
			md = f.today
		}
		born := fmt.Sprintf("%d-%s", 1940+f.dice.IntN(60), md.String()[5:])
		if _, err := clock.ParseDay(born); err != nil {
			continue // 29 February
		}
		from, to := 9*zone, 20*zone
		d := customer.Draft{Kind: c.Kind, Name: c.Name, Tags: c.Tags, Notes: c.Notes, Details: &customer.DetailsDraft{Details: customer.Details{
			Birthday: born, Gender: []string{"male", "female"}[i%2], Language: []string{"zh", "zh", "yue", "en"}[f.dice.IntN(4)], Channel: channels[i%4], ContactFrom: &from, ContactTo: &to, NoCalls: i%17 == 3,
		}}}
		if i%10 == 0 {
			d.Details.CardNo = fmt.Sprintf("YX%05d", 88000+i)
			d.Details.Emergency = &customer.EmergencyDraft{Name: "钱" + []string{"大海", "小玲"}[i/10%2], Relation: "子女", Number: fmt.Sprintf("199000077%02d", i)}
		}
		if _, err := f.Customers.Update(ctx, su, c.ID, at(c.Version), d); err != nil {
			return err
		}
	}
	return nil
}

// let are the homes that are let, with their people.
func (f *families) let(ctx context.Context) (out []home, people [][]customer.Resident, err error) {
	for _, h := range f.homes {
		if h.room.State != housing.Let {
			continue
		}
		if err := f.DB.Read(ctx, system, actFill, func(tx *db.Tx) error {
			all, err := customer.PeopleOf(ctx, tx, h.room)
			people = append(people, all)
			return err
		}); err != nil {
			return nil, nil, err
		}
		out = append(out, h)
	}
	return out, people, nil
}

// tenancies of most homes that are let: some end soon, some lack something,
// some nobody looked at for long.
func (f *families) tenancies(ctx context.Context) error {
	homes, people, err := f.let(ctx)
	if err != nil {
		return err
	}
	su := f.staff[su].actor
	for i, h := range homes[:min(len(homes), 60)] {
		d := lease.Draft{From: f.today.Add(-60 - f.dice.IntN(400)), Rent: fen(2600 + int64(f.dice.IntN(30))*100), Deposit: fen(5000)}
		d.To = d.From.Add(364)
		switch {
		case i%6 == 0:
			d.To = f.today.Add(3 + i%25)
		case !d.To.After(f.today):
			d.To = d.From.Add(2*365 - 1)
		}
		for _, p := range people[i] {
			switch p.Relation {
			case customer.Owner:
				d.Parties = append(d.Parties, lease.PartyDraft{Role: lease.Landlord, Customer: p.Customer})
			case customer.Tenant:
				d.Parties = append(d.Parties, lease.PartyDraft{Role: lease.Tenant, Customer: p.Customer})
			}
		}
		if i%3 == 0 {
			o := lease.PartyDraft{Role: lease.Occupant, Name: []string{"冯小满", "蔡一诺", "卫东来"}[i/3%3]}
			if i%2 == 0 {
				o.IdentityKind, o.Identity = customer.Passport, fmt.Sprintf("E%08d", i+1)
			}
			d.Parties = append(d.Parties, o)
		}
		if i%5 != 1 {
			d.RegistrationNo, d.RegisteredOn = fmt.Sprintf("ZL2025%05d", 300+i), d.From.Add(7)
		}
		if i%4 != 2 {
			d.Emergency, d.EmergencyAs, d.EmergencyNumber = "陶安", "家人", fmt.Sprintf("199000066%02d", i)
		}
		v, err := f.Leases.Begin(ctx, su, lease.New{Draft: d, Room: h.room.ID})
		if err != nil {
			return fmt.Errorf("tenancy of %s: %w", h.room.Label, err)
		}
		if i%4 != 0 {
			if _, err := f.Leases.Verify(ctx, su, v.ID, at(v.Version)); err != nil {
				return err
			}
		}
	}
	return nil
}

// register writes down pets, bicycles, cards and things.
func (f *families) register(ctx context.Context) error {
	six, twelve, sixty := int64(6), int64(12), int64(60)
	long := f.today.Add(-400)
	kinds := []func(i int) belonging.Particulars{
		func(i int) belonging.Particulars {
			return belonging.Particulars{Kind: belonging.Dog, Name: []string{"豆豆", "旺财", "毛毛", "可乐"}[i/5%4], Model: []string{"柴犬", "泰迪", "金毛", "中华田园犬"}[i/5%4], Number: fmt.Sprintf("QX-%04d", 1200+i),
				ExpiresOn: f.today.Add(i*7 - 20), VaccinatedUntil: f.today.Add(i*5 - 6)}
		},
		func(i int) belonging.Particulars {
			return belonging.Particulars{Kind: belonging.EBike, Model: "两轮电动车", Number: fmt.Sprintf("云A%05d", 40100+i), Charging: []string{"shed", "cabinet"}[i%2], ExpiresOn: f.today.Add(300)}
		},
		func(i int) belonging.Particulars {
			return belonging.Particulars{Kind: belonging.Card, Number: fmt.Sprintf("MJ%06d", 700100+i)}
		},
		func(i int) belonging.Particulars {
			return belonging.Particulars{Kind: belonging.WaterFilter, Name: "厨房净水滤芯", EveryMonths: &six, InstalledOn: long, LastOn: f.today.Add(-170 - i/2), WarrantyUntil: f.today.Add(i * 3)}
		},
		func(i int) belonging.Particulars {
			return belonging.Particulars{Kind: []belonging.Kind{belonging.Hose, belonging.Valve, belonging.Appliance}[i/5%3], Name: []string{"洗衣机进水软管", "入户总阀", "燃气热水器"}[i/5%3],
				EveryMonths: []*int64{&sixty, &twelve, &twelve}[i/5%3], InstalledOn: f.today.Add(-360 - i), Muted: i%3 == 0}
		},
	}
	for i, h := range f.homes[:60] {
		v, err := f.Things.Register(ctx, f.staff[su].actor, h.room.ID, h.caller.Customer, kinds[i%len(kinds)](i))
		if err != nil {
			return fmt.Errorf("thing %d: %w", i, err)
		}
		if v.Kind == belonging.Card && i%4 == 2 {
			if _, err := f.Things.Edit(ctx, f.staff[su].actor, v.ID, at(v.Version), v.Customer, "lost", v.Particulars); err != nil {
				return err
			}
		}
	}
	return nil
}

// twice opens archives for people who have one: one pair was merged already.
func (f *families) twice(ctx context.Context) error {
	chief := f.staff[supervisor].actor
	for i, h := range f.homes[100:104] {
		var number string
		if err := f.DB.Read(ctx, system, actFill, func(tx *db.Tx) (err error) {
			number, err = customer.PrimaryMobile(ctx, tx, h.caller.Customer)
			return err
		}); err != nil {
			return err
		}
		c, err := f.Customers.Create(ctx, chief, customer.New{Community: f.community, Draft: customer.Draft{
			Kind: customer.Person, Name: h.caller.Name, Notes: "来电时新建", Mobiles: []customer.MobileDraft{{Number: number, Primary: true}, {Number: fmt.Sprintf("199000055%02d", i)}},
		}})
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		kept, err := f.Customers.Customer(ctx, chief, h.caller.Customer)
		if err != nil {
			return err
		}
		if _, err := f.Customers.Merge(ctx, chief, kept.ID, at(kept.Version), c.ID, c.Version); err != nil {
			return err
		}
	}
	return nil
}

// sold is a home that changed hands.
func (f *families) sold(ctx context.Context) error {
	for _, h := range f.homes[110:] {
		if h.room.State != housing.Occupied || h.room.Type != housing.Home {
			continue
		}
		day := clock.DayOf(clock.Of(f.Clock.Now()), f.zone)
		buyer := func(name, number string) customer.NewOwner {
			return customer.NewOwner{Share: "1/2", New: &customer.Draft{Kind: customer.Person, Name: name, Mobiles: []customer.MobileDraft{{Number: number, Primary: true}}}}
		}
		// Who lived there stays with the new owners as tenants, so that the month's callers are at home.
		_, err := f.Customers.Transfer(ctx, f.staff[su].actor, customer.TransferDraft{Room: h.room.ID, Day: day, KeepAsTenants: true,
			Owners: []customer.NewOwner{buyer("邵文博", "19900004401"), buyer("丁雨", "19900004402")}})
		return err
	}
	return nil
}

// calls are agreed for today and tomorrow; at the end of the month some of
// today's reminders are done.
func (f *families) calls(ctx context.Context) error {
	for i, words := range []string{"约上门看热水器", "回复车位续租", "告知装修押金退还进度", "约看出租房"} {
		minute := int64(9*60 + 45*i)
		h := f.homes[10+i]
		c := reminder.Callback{Community: f.community, Customer: h.caller.Customer, Room: h.room.ID, Day: f.today.Add(i / 3), Minute: &minute, Words: words}
		if i%2 == 0 {
			c.Assignee = f.staff[su].id
		}
		if _, err := f.Reminders.Agree(ctx, f.staff[zhou].actor, c); err != nil {
			return err
		}
	}
	f.on(f.now.Add(-20*time.Minute), func(ctx context.Context) error {
		zhou := f.staff[zhou].actor
		all, _, err := f.Reminders.Today(ctx, zhou, f.community, "mine", "birthday", reminder.Start, 3)
		for i, item := range all {
			if err == nil && i < 2 {
				_, err = f.Reminders.Mark(ctx, zhou, f.community, item.Source, item.Subject, item.Day, reminder.Act{Do: "done", Note: "已发祝福短信"})
			}
		}
		return err
	})
	return nil
}
