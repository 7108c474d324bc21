package demo

import (
	"context"
	"fmt"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// The staff that the month calls by their number.
const (
	administrator = "0001"
	deskHead      = "0102"
	supervisor    = "0201"
	zhou          = "0217"
	tang          = "0218"
	su            = "0230"
	zheng         = "0231"
	leader        = "0501"
	chen          = "0532"
	cleaner       = "0601"
	guard         = "0701"
	quality       = "0901"
)

// Shifts: who is on duty as the month ends, who went home some hours before,
// and who is never switched on.
type shift int

const (
	never shift = iota
	working
	gone
)

// role is one line of the list of staff.
type role struct {
	no, name, username, role, position, department string
	skills, areas                                  []string // areas: building codes
	shift                                          shift
	level                                          staff.Level
	mentor                                         string
	shown                                          bool // in the list of who can sign in
}

func (r role) mobile() string { return "1990000" + "9" + r.no[1:] }

// crew are the twenty. Nobody on duty can mend gas or heating, so such tickets
// wait for a dispatcher.
var crew = []role{
	{no: administrator, name: "何立", username: "admin", role: "administrator", position: "系统管理员", shown: true},
	{no: "0101", name: "沈国平", username: "shenguoping", role: "property_manager", position: "管理处主任", shown: true},
	{no: deskHead, name: "林若兰", username: "linruolan", role: "service_manager", position: "客户服务部经理", department: "customer_service"},
	{no: supervisor, name: "许晴", username: "xuqing", role: "service_supervisor", position: "客服主管", department: "customer_service", shift: working, shown: true, level: staff.Supervisor},
	{no: zhou, name: "周敏", username: "zhoumin", role: "phone_agent", position: "电话客服", department: "customer_service", shift: working, shown: true, level: staff.Senior},
	{no: tang, name: "唐小蕾", username: "tangxiaolei", role: "phone_agent", position: "电话客服", department: "customer_service", shift: gone, level: staff.Junior, mentor: zhou},
	{no: su, name: "苏婉", username: "suwan", role: "front_desk", position: "前台", department: "customer_service", shift: working, shown: true},
	{no: zheng, name: "郑洁", username: "zhengjie", role: "front_desk", position: "前台", department: "customer_service", shift: gone},
	{no: leader, name: "马建军", username: "majianjun", role: "maintenance_leader", position: "维修领班", department: "engineering", skills: []string{"lift", "fire"}, shift: working, shown: true, level: staff.Supervisor},
	{no: chen, name: "陈师傅", username: "chenshifu", role: "technician", position: "水暖工", department: "engineering", skills: []string{"water", "home"}, areas: []string{"1", "2", "3"}, shift: working, shown: true, level: staff.Senior},
	{no: "0533", name: "刘海涛", username: "liuhaitao", role: "technician", position: "电工", department: "engineering", skills: []string{"power", "access", "camera"}, shift: working},
	{no: "0534", name: "孙大勇", username: "sundayong", role: "technician", position: "综合维修工", department: "engineering", skills: []string{"doors", "home"}, areas: []string{"5", "6"}, shift: working, level: staff.Junior, mentor: chen},
	{no: "0535", name: "罗成", username: "luocheng", role: "technician", position: "水暖工", department: "engineering", skills: []string{"water", "home"}, areas: []string{"5", "6", "A"}, shift: gone, level: staff.Senior},
	{no: "0536", name: "高翔", username: "gaoxiang", role: "technician", position: "燃气与供暖技工", department: "engineering", skills: []string{"gas", "heat"}, shift: gone},
	{no: "0537", name: "韦志远", username: "weizhiyuan", role: "technician", position: "弱电与消防技工", department: "engineering", skills: []string{"fire", "camera", "power"}, shift: gone},
	{no: cleaner, name: "蒋红", username: "jianghong", role: "cleaning_leader", position: "环境领班", department: "cleaning", skills: []string{"cleaning", "greening"}, shift: working},
	{no: guard, name: "雷鸣", username: "leiming", role: "security_leader", position: "秩序领班", department: "security", skills: []string{"security"}, shift: working},
	{no: "0801", name: "钱慧", username: "qianhui", role: "cashier", position: "收费员", department: "finance", shift: working, shown: true},
	{no: quality, name: "邓宇", username: "dengyu", role: "quality_officer", position: "品质专员", department: "quality"},
	{no: "0902", name: "叶知秋", username: "yezhiqiu", role: "auditor", position: "审计（只读）", shown: true},
}

// colleague is a member of staff who acts with the rights of their role.
type colleague struct {
	role
	id       staff.ID
	actor    authz.Actor
	password string
}

// take remembers somebody who has just been hired.
func (m *maker) take(r *role, id staff.ID, password string, err error) error {
	if err != nil {
		return err
	}
	shipped, err := auth.ShippedRoles()
	if err != nil {
		return err
	}
	g := authz.Grant{Actions: map[authz.Action]bool{}, Communities: []authz.CommunityID{m.community}, Everywhere: r.no == administrator}
	for _, s := range shipped {
		if s.Code == r.role {
			for _, a := range s.Actions {
				g.Actions[a] = true
			}
		}
	}
	m.staff[r.no] = &colleague{*r, id, authz.Actor{ID: id, Name: r.name, AgentNo: r.no, Grants: []authz.Grant{g}}, password}
	return nil
}

// hire adds the other nineteen and lets them come on duty.
func (m *maker) hire(ctx context.Context) error {
	admin := m.staff[administrator].actor
	departments, err := m.Org.Departments(ctx, admin, m.community)
	if err != nil {
		return err
	}
	for i := range crew[1:] {
		r := &crew[1+i]
		h := staff.Hire{Username: r.username, Roles: []string{r.role}, Member: staff.Member{
			Community: m.community, AgentNo: r.no, Name: r.name, Mobile: r.mobile(), Position: r.position, Skills: r.skills, Level: r.level,
		}}
		if r.mentor != "" {
			h.Mentor = m.staff[r.mentor].id
		}
		for _, d := range departments {
			if d.Kind == r.department {
				h.Department = db.ID(d.ID)
			}
		}
		if h.Department == 0 && r.department != "" {
			return fmt.Errorf("%s: there is no department %q", r.name, r.department)
		}
		for _, code := range r.areas {
			h.Areas = append(h.Areas, staff.BuildingID(m.buildings[code]))
		}
		v, password, err := m.Staff.Create(ctx, admin, h)
		if err := m.take(r, v.ID, password, err); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	m.Clock.Set(m.now.Add(-(days*24 + 12) * hour))
	return m.duty(ctx, true, working, gone)
}

// duty switches everybody of these shifts.
func (m *maker) duty(ctx context.Context, on bool, shifts ...shift) error {
	for _, r := range crew {
		for _, s := range shifts {
			if r.shift != s {
				continue
			}
			c := m.staff[r.no]
			if _, err := m.Staff.SetDuty(ctx, c.actor, c.id, on); err != nil {
				return fmt.Errorf("duty of %s: %w", r.name, err)
			}
		}
	}
	return m.drain(ctx)
}

// signIns lists those of the staff whose faces of the program differ.
func (m *maker) signIns() (out []SignIn, err error) {
	names := map[string]auth.ShippedRole{}
	shipped, err := auth.ShippedRoles()
	for _, s := range shipped {
		names[s.Code] = s
	}
	for _, r := range crew {
		if c := m.staff[r.no]; r.shown {
			out = append(out, SignIn{AgentNo: r.no, Username: r.username, Password: c.password, Name: r.name, RoleZh: names[r.role].Zh, RoleEn: names[r.role].En})
		}
	}
	return out, err
}
