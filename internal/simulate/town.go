package simulate

import (
	"context"
	"fmt"
	"slices"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/quote"
	"guanjia/internal/setup"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// Buildings of a hundred homes: twenty-five floors of four.
const (
	perBuilding = 100
	perFloor    = 4
)

// colleague is a member of staff who acts with the rights of their role.
type colleague struct {
	post
	id    staff.ID
	actor authz.Actor
}

// post is one line of the list of staff; group is the shift they take turns in,
// zero for who works by day.
type post struct {
	no, name, role, department string
	skills                     []string
	group                      int
}

// The staff that the simulation calls by their number.
const (
	admin      = "0001"
	director   = "0101"
	manager    = "0102"
	supervisor = "0201"
	mechanics  = "0501" // who leads them
)

// office are those who do not take turns.
var office = []post{
	{no: director, name: "主任", role: "property_manager"},
	{no: manager, name: "客服经理", role: "service_manager", department: "customer_service"},
	{no: supervisor, name: "客服主管", role: "service_supervisor", department: "customer_service"},
	{no: "0217", name: "电话一", role: "phone_agent", department: "customer_service"},
	{no: "0218", name: "电话二", role: "phone_agent", department: "customer_service"},
	{no: "0230", name: "前台一", role: "front_desk", department: "customer_service"},
	{no: "0231", name: "前台二", role: "front_desk", department: "customer_service"},
	{no: mechanics, name: "维修领班", role: "maintenance_leader", department: "engineering", skills: []string{"lift", "fire"}},
	{no: "0601", name: "环境领班", role: "cleaning_leader", department: "cleaning", skills: []string{"cleaning", "greening"}},
	{no: "0701", name: "秩序领班", role: "security_leader", department: "security", skills: []string{"security"}},
}

// hands are a group of those who go; the fourth group has nobody for gas and
// heat, so that now and then nobody is free.
var hands = []post{
	{name: "水暖", role: "technician", department: "engineering", skills: []string{"water", "home"}},
	{name: "综合", role: "technician", department: "engineering", skills: []string{"water", "doors", "home"}},
	{name: "电工", role: "technician", department: "engineering", skills: []string{"power", "access", "camera", "doors"}},
	{name: "弱电", role: "technician", department: "engineering", skills: []string{"lift", "fire", "access", "camera"}},
	{name: "保洁", role: "technician", department: "cleaning", skills: []string{"cleaning", "greening"}},
	{name: "秩序", role: "technician", department: "security", skills: []string{"security"}},
	{name: "管家", role: "technician", department: "customer_service", skills: []string{"service"}},
	{name: "燃气", role: "technician", department: "engineering", skills: []string{"gas", "heat"}},
}

const groups = 4

func posts() []post {
	all := slices.Clone(office)
	for g := 1; g <= groups; g++ {
		for i, p := range hands {
			if g == groups && p.skills[0] == "gas" {
				continue
			}
			p.no, p.name, p.group = fmt.Sprintf("1%d%02d", g, i), fmt.Sprintf("%s%d", p.name, g), g
			all = append(all, p)
		}
	}
	return all
}

// found makes company, community and households.
func (w *world) found(ctx context.Context) error {
	first := clock.DayOf(w.now(), w.zone)
	w.Clock.Set(first.At(6*60, w.zone))
	r := setup.Request{Company: "模拟物业"}
	r.Community.Name, r.Community.Zone = "模拟苑", w.zone.String()
	r.Admin.Name, r.Admin.Username, r.Admin.Password = "管理员", "admin", auth.OneTimePassword()
	if err := w.DB.Write(ctx, system, actSimulate, func(tx *db.Tx) error {
		id, err := setup.Found(ctx, tx, r)
		if err != nil {
			return err
		}
		me, err := db.One[staff.Member](ctx, tx, `SELECT `+db.Columns[staff.Member]("")+` FROM staff WHERE id = $1 AND {scope}`, id)
		w.community = me.Community
		w.take(post{no: admin, name: "管理员", role: "administrator"}, id)
		return err
	}); err != nil {
		return err
	}
	if err := w.DB.Write(ctx, system, actSimulate, func(tx *db.Tx) error {
		rows, err := w.rows()
		if err != nil {
			return err
		}
		_, wrong, err := customer.ImportRows(ctx, tx, w.community, rows)
		if len(wrong) > 0 {
			return fmt.Errorf("the first of %d wrong rows: %+v", len(wrong), wrong[0])
		}
		tx.Silent("who lives here is where the simulation begins")
		return err
	}); err != nil {
		return err
	}
	return w.read(ctx, func(tx *db.Tx) (err error) {
		w.homes, err = db.All[home](ctx, tx, `SELECT room_id, customer_id FROM relation WHERE community_id = $1 ORDER BY room_id`, w.community)
		return err
	})
}

// rows are the homes, each with its owner; some are VIPs.
func (w *world) rows() (rows []customer.ImportRow, err error) {
	for n := range w.Households {
		floor := int64(n%perBuilding/perFloor + 1)
		label, err := housing.ParseLabel(fmt.Sprintf("%d-%d%02d", n/perBuilding+1, floor, n%perFloor+1))
		if err != nil {
			return nil, err
		}
		r := customer.ImportRow{
			Room: housing.NewRoom{Label: label, Type: housing.Home, Floor: &floor, BuildingArea: 9000, InnerArea: 7500, State: housing.Occupied},
			Name: fmt.Sprintf("住户%d", n+1), Mobile: fmt.Sprintf("138%08d", n), Relation: customer.Owner,
		}
		if n%40 == 7 {
			r.Tags = customer.Tags{"VIP"}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// take remembers somebody who has just been hired.
func (w *world) take(p post, id staff.ID) {
	shipped, err := auth.ShippedRoles()
	if err != nil {
		panic(err) // part of the program and under test
	}
	g := authz.Grant{Actions: map[authz.Action]bool{}, Communities: []authz.CommunityID{w.community}, Everywhere: p.no == admin}
	for _, s := range shipped {
		if s.Code == p.role {
			for _, a := range s.Actions {
				g.Actions[a] = true
			}
		}
	}
	c := &colleague{p, id, authz.Actor{ID: id, Name: p.name, AgentNo: p.no, Grants: []authz.Grant{g}}}
	w.crew = append(w.crew, c)
	w.byID[id] = c
}

// who finds somebody by their number.
func (w *world) who(no string) *colleague {
	return w.crew[slices.IndexFunc(w.crew, func(c *colleague) bool { return c.no == no })]
}

// hire adds the others.
func (w *world) hire(ctx context.Context) error {
	boss := w.who(admin).actor
	departments, err := w.Org.Departments(ctx, boss, w.community)
	if err != nil {
		return err
	}
	for i, p := range posts() {
		h := staff.Hire{Username: "user" + p.no, Roles: []string{p.role}, Member: staff.Member{
			Community: w.community, AgentNo: p.no, Name: p.name, Mobile: fmt.Sprintf("199%08d", i), Position: p.name, Skills: p.skills,
		}}
		for _, d := range departments {
			if d.Kind == p.department {
				h.Department = db.ID(d.ID)
			}
		}
		v, _, err := w.Staff.Create(ctx, boss, h)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		w.take(p, v.ID)
	}
	return nil
}

// settings makes a price list, lets the desk's matters run in service hours, and
// has one category claimed and one given by hand.
func (w *world) settings(ctx context.Context) error {
	boss := w.who(admin).actor
	for i, name := range []string{"上门检修", "角阀", "软管"} {
		kind := "part"
		if i == 0 {
			kind = "labour"
		}
		it, err := w.Quotes.AddItem(ctx, boss, w.community, quote.Terms{Code: fmt.Sprint("P", i), Name: name, Kind: kind, Unit: "件", Price: money.Fen(30_00 + 1_50*i), WarrantyDays: int64(90 * i), Offered: true})
		if err != nil {
			return err
		}
		w.prices = append(w.prices, it.ID)
	}
	working, err := clock.ParseWindow("08:30-17:30")
	if err != nil {
		return err
	}
	hours := clock.Plan{Workdays: []clock.Window{working}}
	_, err = w.Tickets.SetSettings(ctx, boss, w.community, latest, ticket.Settings{
		Hours: &hours,
		Targets: []ticket.TargetRule{
			{Kind: ticket.Inquiry, Grade: ticket.C, ResponseMinutes: 60, ResolveMinutes: 9 * 60, InHours: true},
			{Kind: ticket.Suggestion, Grade: ticket.C, ResponseMinutes: 120, ResolveMinutes: 18 * 60, InHours: true},
			{Kind: ticket.Repair, Category: "facilities.other", Grade: ticket.C, ResponseMinutes: 90, ResolveMinutes: 9 * 60, InHours: true},
		},
		Dispatch: []ticket.DispatchRule{{Category: "environment.greening", Mode: ticket.ByClaim}, {Category: "facilities.other", Mode: ticket.ByHand}},
	})
	return err
}
