package followup

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// Figures are how the follow-ups of a time went (FUP-05): of those that fell
// due in it, whoever they concerned.
type Figures struct {
	Key       string `json:"key" doc:"a person's name, a department's or category's code, a rule; empty: nobody"`
	Planned   int64  `json:"planned" doc:"that fell due"`
	Made      int64  `json:"made" doc:"ended: answered, or not reached after every attempt"`
	InTime    int64  `json:"inTime" doc:"first attempt and completion by when they should be"`
	Reached   int64  `json:"reached"`
	Satisfied int64  `json:"satisfied" doc:"rated 4 and better"`
	Tenths    int64  `json:"ratings" doc:"the sum of all ratings, in tenths"`
}

func (f Figures) plus(g Figures) Figures {
	f.Planned, f.Made, f.InTime, f.Reached, f.Satisfied, f.Tenths = f.Planned+g.Planned, f.Made+g.Made, f.InTime+g.InTime, f.Reached+g.Reached, f.Satisfied+g.Satisfied, f.Tenths+g.Tenths
	return f
}

// Report are figures in all and for each of a dimension.
type Report struct {
	Total Figures   `json:"total"`
	Items []Figures `json:"items"`
}

// Dimensions that figures are told by.
const (
	ByWorker     = "worker" // who did the work
	ByCaller     = "caller" // who followed it up
	ByDepartment = "department"
	ByCategory   = "category"
	ByRule       = "rule"
)

// part are the figures of one combination; folded into what is asked for.
type part struct {
	Worker    string `db:"worker"`
	Caller    string `db:"caller"`
	Category  string `db:"category"`
	Rule      string `db:"rule"`
	Planned   int64  `db:"planned"`
	Made      int64  `db:"made"`
	InTime    int64  `db:"in_time"`
	Reached   int64  `db:"reached"`
	Satisfied int64  `db:"satisfied"`
	Tenths    int64  `db:"tenths"`
}

func (p part) key(by string, tree *ticket.Tree) string {
	switch by {
	case ByWorker:
		return p.Worker
	case ByCaller:
		return p.Caller
	case ByDepartment:
		c, _ := tree.ByID(p.Category)
		return c.Dept
	case ByCategory:
		return p.Category
	}
	return p.Rule
}

// Figures tells how the follow-ups went that fell due on some days, both included.
func (s *Service) Figures(ctx context.Context, who authz.Actor, community authz.CommunityID, from, to clock.Day, by string) (Report, error) {
	return s.figures(ctx, who, ActView, community, from, to, by)
}

func (s *Service) figures(ctx context.Context, who authz.Actor, act authz.Action, community authz.CommunityID, from, to clock.Day, by string) (r Report, err error) {
	if from.IsZero() || to.IsZero() || to.Before(from) || to.Sub(from) > 3*366 {
		return r, errs.ErrFields.At(errs.Field{Name: "to", Code: "followup.period"})
	}
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		// What is not due yet is not missing: a line counts once its time has come, or once it is done.
		parts, err := db.All[part](ctx, tx, `SELECT COALESCE(t.assignee_name, '') AS worker, f.done_by_name AS caller, COALESCE(t.category, '') AS category, f.rule, COUNT(*) AS planned,
				COUNT(*) FILTER (WHERE f.state <> 'due') AS made, COUNT(*) FILTER (WHERE f.first_at <= f.due_at AND (f.complete_by IS NULL OR f.done_at <= f.complete_by)) AS in_time,
				COUNT(*) FILTER (WHERE f.state = 'done') AS reached, COUNT(*) FILTER (WHERE f.rating >= $4) AS satisfied, CAST(COALESCE(SUM(f.rating), 0) AS BIGINT) AS tenths
			FROM follow_up f LEFT JOIN ticket t ON t.community_id = f.community_id AND t.id = f.ticket_id
			WHERE f.community_id = $1 AND f.state <> 'void' AND f.due_at >= $2 AND f.due_at < $3 AND (f.due_at <= $5 OR f.state <> 'due') AND {scope:f}
			GROUP BY 1, 2, 3, 4`, community, from.Start(zone), to.Add(1).Start(zone), Satisfied, tx.Now)
		r = fold(parts, by, ticket.TreeOf(tx))
		return err
	})
	return r, err
}

// fold adds parts up by a dimension, the most first.
func fold(parts []part, by string, tree *ticket.Tree) Report {
	r := Report{Items: []Figures{}}
	at := map[string]int{}
	for _, p := range parts {
		f := Figures{"", p.Planned, p.Made, p.InTime, p.Reached, p.Satisfied, p.Tenths}
		r.Total = r.Total.plus(f)
		key := p.key(by, tree)
		i, seen := at[key]
		if !seen {
			i = len(r.Items)
			at[key], r.Items = i, append(r.Items, Figures{Key: key})
		}
		r.Items[i] = r.Items[i].plus(f)
	}
	slices.SortFunc(r.Items, func(a, b Figures) int {
		return cmp.Or(cmp.Compare(b.Planned, a.Planned), cmp.Compare(a.Key, b.Key))
	})
	return r
}

// percent is "87.5 %" of a part, "–" of nothing.
func percent(part, of int64) any {
	if of == 0 {
		return "–"
	}
	tenths := (part*2000/of + 1) / 2
	return sheet.Decimal(fmt.Sprintf("%d.%d", tenths/10, tenths%10))
}

func mean(tenths, n int64) any {
	if n == 0 {
		return "–"
	}
	m := (tenths*2/n + 1) / 2
	return sheet.Decimal(fmt.Sprintf("%d.%d", m/10, m%10))
}

// ruleNames are the rules as a spreadsheet says them.
var ruleNames = map[string][2]string{
	RuleRepair: {"报修", "Repair"}, RuleService: {"服务（未上门）", "Service without a visit"}, RuleVisit: {"上门服务", "Service on the spot"}, RuleComplaint: {"投诉", "Complaint"},
	RuleVIP: {"重要客户", "VIP"}, RuleSample: {"咨询抽样", "Sample of inquiries"}, RuleHandover: {"交房", "Room handed over"}, RuleCare: {"关怀走访", "Household in care"},
}

var departmentNames = map[string][2]string{
	"customer_service": {"客户服务", "Customer service"}, "engineering": {"工程", "Engineering"}, "security": {"秩序", "Security"}, "cleaning": {"环境", "Cleaning"},
	"finance": {"财务", "Finance"}, "quality": {"品质", "Quality"}, "department": {"责任部门", "Department concerned"},
}

// named says a key of figures in a language.
func named(ctx context.Context, tree *ticket.Tree, by, key string) string {
	switch {
	case key == "" && by == ByCaller:
		return web.Pick(ctx, "客户自助或未回访", "By link, or nobody yet")
	case key == "":
		return web.Pick(ctx, "无", "None")
	case by == ByRule:
		n := ruleNames[key]
		return web.Pick(ctx, n[0], n[1])
	case by == ByDepartment:
		n := departmentNames[key]
		return web.Pick(ctx, n[0], n[1])
	case by == ByCategory:
		c, _ := tree.ByID(key)
		return web.Pick(ctx, c.Zh, c.En)
	}
	return key
}

// exportFigures writes a report as a spreadsheet.
func (s *Service) exportFigures(ctx context.Context, who authz.Actor, in *figuresInput) (audit.Table, error) {
	r, err := s.figures(ctx, who, ActExport, in.Community, in.From, in.To, in.By)
	if err != nil {
		return audit.Table{}, err
	}
	heads := web.Pick(ctx, []string{"项目", "应回访", "已回访", "回访率 %", "及时率 %", "接通率 %", "满意率 %", "平均分"}, []string{"Of", "Due", "Made", "Rate %", "In time %", "Reached %", "Satisfied %", "Mean rating"})
	rows := func(yield func([]any, error) bool) {
		line := func(title string, f Figures) bool {
			return yield([]any{title, f.Planned, f.Made, percent(f.Made, f.Planned), percent(f.InTime, f.Planned), percent(f.Reached, f.Made), percent(f.Satisfied, f.Reached), mean(f.Tenths, f.Reached)}, nil)
		}
		for _, f := range r.Items {
			if !line(named(ctx, ticket.TreeOf(s.DB), in.By, f.Key), f) {
				return
			}
		}
		line(web.Pick(ctx, "合计", "Total"), r.Total)
	}
	return audit.Table{Name: "followups.xlsx", What: "followups", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "回访指标", "Follow-ups"), heads, rows)}}, nil
}
