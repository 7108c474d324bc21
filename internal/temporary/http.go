package temporary

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// OfMonth chooses a month of a community.
type OfMonth struct {
	OfCommunity
	Period clock.Period `query:"period" required:"true"`
}

// Routes is the API of temporary charges and of parking by time.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/temporary-charges", billing.ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfMonth
	}) (web.List[Charge], error) {
		before, err := web.After[billing.LineID](in.Cursor)
		if err != nil {
			return web.List[Charge]{}, err
		}
		all, err := s.List(ctx, who, in.Community, in.Period, before, in.Limit+1)
		return web.Paged(all, in.Limit, func(c Charge) billing.LineID { return c.ID }), err
	}, web.Summary("What the desk billed in a month, the latest first"))
	audit.Export(s.Exports, a, "/temporary-charges/export.xlsx", billing.ActBills, func(ctx context.Context, who authz.Actor, in *OfMonth) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("What the desk billed in a month, as a workbook"))
	web.Get(a, "/temporary-items", ActBill, func(ctx context.Context, who authz.Actor, in *struct {
		OfCommunity
		Room housing.RoomID `query:"room"`
	}) (Desk, error) {
		return s.Desk(ctx, who, in.Community, in.Room)
	}, web.Summary("What the desk may bill, and what it costs for a room today"))
	web.Post(a, "/temporary-charges", ActBill, func(ctx context.Context, who authz.Actor, in *struct{ Body Draft }) (Charge, error) {
		return s.Bill(ctx, who, in.Body)
	}, web.Created(), web.Summary("Bill something once, due today"))
	web.Post(a, "/temporary-charges/{id}/take-back", ActTakeBack, func(ctx context.Context, who authz.Actor, in *struct {
		billing.AtLine
		Body struct {
			Reason string `json:"reason" maxLength:"800"`
		}
	}) (Charge, error) {
		return s.TakeBack(ctx, who, in.ID, in.Body.Reason)
	}, web.Unversioned("a line is reversed once, and never once something is paid on it"), web.Summary("Take a charge back that somebody else billed and nobody paid"))
	s.parkingRoutes(a)
}

func (s *Service) parkingRoutes(a *web.API) {
	web.Post(a, "/parking-fees", ActBill, func(ctx context.Context, who authz.Actor, in *struct{ Body Parked }) (Quoted, error) {
		return s.Quote(ctx, who, in.Body)
	}, web.Summary("What a stay of a car costs, and how that comes about"))
	web.Post(a, "/parking-stays", ActBill, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Parked
			Expected money.Fen `json:"expected" doc:"what the clerk saw; another amount is refused"`
		}
	}) (Charge, error) {
		return s.BillStay(ctx, who, in.Body.Parked, in.Body.Expected)
	}, web.Created(), web.Summary("Bill a stay to the household of the plate, or to the passer-by"))
	web.Get(a, "/temporary-settings", billing.ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (Settings, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("How much a role may bill freely"))
	web.Put(a, "/temporary-settings", billing.ActApprove, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		OfCommunity
		Body struct {
			Limits auth.Limits `json:"limits" maxItems:"30"`
		}
	}) (Settings, error) {
		return s.SetSettings(ctx, who, in.Community, in.Expect, in.Body.Limits)
	}, web.Summary("Change how much a role may bill freely"))
}

const exportPage = 500

func (s *Service) exported(ctx context.Context, who authz.Actor, in OfMonth) audit.Table {
	heads := web.Pick(ctx, []string{"日期", "房屋", "谁欠", "项目", "用途", "单价", "数量", "金额", "已收", "状态", "事由", "收费人"}, []string{"Day", "Room", "Debtor", "Charge", "What for", "Price", "Quantity", "Amount", "Paid", "State", "Why", "Billed by"})
	states := web.Pick(ctx, map[string]string{"open": "未收", "part": "部分已收", "paid": "已收", "taken_back": "已撤销"}, map[string]string{"open": "open", "part": "paid in part", "paid": "paid", "taken_back": "taken back"})
	rows := sheet.Walk(func(after billing.LineID) ([]Charge, error) {
		return s.List(ctx, who, in.Community, in.Period, after, exportPage)
	}, func(c Charge) billing.LineID { return c.ID }, func(c Charge) []any {
		return []any{c.From, c.Label, c.Who, c.ItemName, c.Explain.For, c.Price, c.Quantity, sheet.Decimal(c.Fen.String()), sheet.Decimal(c.Paid.String()), states[c.State], c.Explain.Why, c.Explain.By}
	})
	return audit.Table{Name: "temporary-" + in.Period.String() + ".xlsx", What: "temporary", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "临时收费", "Temporary charges"), heads, rows)}}
}
