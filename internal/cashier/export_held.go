package cashier

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// The words of these exports, in Chinese and in English.
var (
	suspenseSaid = [2]map[string]string{
		{"open": "待查", "asked": "审批中", "released": "已认领", "returned": "已退回"},
		{"open": "waiting", "asked": "being decided", "released": "released", "returned": "sent back"},
	}
	depositsSaid = [2]map[string]string{
		{"renovation": "装修押金", "card": "门禁卡押金", "key": "钥匙押金", "other": "其他押金"},
		{"renovation": "renovation", "card": "card", "key": "key", "other": "other"},
	}
)

// SuspenseFilter chooses money in suspense.
type SuspenseFilter struct {
	OfCommunity
	State string `query:"state" enum:"ended,all," doc:"left out: what waits"`
}

// exportedSuspense is money in suspense as a workbook, names as far as the caller sees them.
func (s *Service) exportedSuspense(ctx context.Context, who authz.Actor, f SuspenseFilter) audit.Table {
	lang, states, itself := web.Lang(ctx), web.Pick(ctx, suspenseSaid[0], suspenseSaid[1]), web.Pick(ctx, "系统", "the system")
	heads := web.Pick(ctx, []string{"到账日", "方式", "付款人", "金额", "凭证号", "摘要", "状态", "认领房屋", "理由", "退回凭证号", "提出人", "审批人", "登记人"},
		[]string{"Came on", "Means", "Payer", "Amount", "Reference", "Words", "State", "Released to", "Reason", "Reference of the return", "Asked by", "Decided by", "Kept by"})
	rows := sheet.Walk(func(after SuspenseID) ([]Suspense, error) {
		return s.InSuspense(ctx, who, f.Community, f.State, after, exportPage)
	}, func(v Suspense) SuspenseID { return v.ID }, func(v Suspense) []any {
		if strings.HasPrefix(v.ByName, "system:") {
			v.ByName = itself
		}
		return []any{v.Came, v.Means.Means(lang), v.Payer, sheet.Decimal(v.Fen.String()), v.Reference, v.Words, states[v.State], v.Label, v.Reason, v.BackRef, v.Asker, v.Decider, v.ByName}
	})
	return audit.Table{Name: "suspense.xlsx", What: "suspense", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "待查款", "Suspense"), heads, rows)}}
}

// DepositFilter chooses deposits of a community.
type DepositFilter struct {
	OfCommunity
	State string         `query:"state" enum:"ended,all," doc:"left out: of which something is held or asked for; ended: given back, kept or voided"`
	Kind  string         `query:"kind" enum:"renovation,card,key,other"`
	Room  housing.RoomID `query:"room"`
}

// DepositRow is a deposit in the list of a community, with what became of it.
type DepositRow struct {
	Deposit
	Number  string    `db:"number" json:"number" doc:"of the receipt"`
	Label   string    `db:"label" json:"label"`
	Back    money.Fen `db:"back" json:"back" doc:"given back, at the desk or as a refund"`
	Kept    money.Fen `db:"kept" json:"kept"`
	Waiting money.Fen `db:"waiting" json:"waiting" doc:"asked for, or approved and not paid out yet"`
	Held    money.Fen `db:"held" json:"held" doc:"neither given back nor kept; what waits is still in it"`
}

// Deposits lists the deposits of a community, the latest first.
func (s *Service) Deposits(ctx context.Context, who authz.Actor, f DepositFilter, before DepositID, limit int) (out []DepositRow, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		const moved = `(SELECT COALESCE(SUM(m.amount), 0) FROM deposit_move m WHERE m.community_id = d.community_id AND m.deposit_id = d.id AND `
		const held = `(CASE WHEN d.voided_at IS NOT NULL THEN 0 ELSE d.amount - ` + moved + `m.state = 'done') END)`
		out, err = db.All[DepositRow](ctx, tx, `SELECT `+db.Columns[Deposit]("d")+`, COALESCE((SELECT r.number FROM receipt r WHERE r.community_id = d.community_id AND r.payment_id = d.payment_id), '') AS number, o.label,
			CAST(`+moved+`m.kind <> 'kept' AND m.state = 'done') AS BIGINT) AS back, CAST(`+moved+`m.kind = 'kept' AND m.state = 'done') AS BIGINT) AS kept, CAST(`+moved+`m.state IN ('asked', 'approved')) AS BIGINT) AS waiting, CAST(`+held+` AS BIGINT) AS held
			FROM deposit d JOIN room o ON o.community_id = d.community_id AND o.id = d.room_id
			WHERE d.community_id = $1 AND (d.id < $2 OR $2 = 0) AND (d.room_id = $3 OR $3 = 0) AND ($4 = '' OR d.kind = $4) AND ($5 = 'all' OR $5 = '' AND `+held+` > 0 OR $5 = 'ended' AND `+held+` = 0) AND {scope:d} ORDER BY d.id DESC LIMIT $6`,
			f.Community, int64(before), int64(f.Room), f.Kind, f.State, limit+1)
		see := customer.SightOf(who, f.Community)
		for i, d := range out {
			out[i].Payer = see.Name(d.Payer, false)
		}
		return err
	})
	return out, err
}

// exportedDeposits are deposits as a workbook, names as far as the caller sees them.
func (s *Service) exportedDeposits(ctx context.Context, who authz.Actor, f DepositFilter) audit.Table {
	kinds, void := web.Pick(ctx, depositsSaid[0], depositsSaid[1]), web.Pick(ctx, "已作废", "voided")
	heads := web.Pick(ctx, []string{"收据号", "房屋", "交款人", "种类", "金额", "已退", "已扣留", "处理中", "在押", "备注", "状态", "收款人"},
		[]string{"Receipt", "Room", "Payer", "For", "Amount", "Given back", "Kept", "On its way", "Held", "Words", "State", "Taken by"})
	rows := sheet.Walk(func(after DepositID) ([]DepositRow, error) {
		return s.Deposits(ctx, who, f, after, exportPage)
	}, func(d DepositRow) DepositID { return d.ID }, func(d DepositRow) []any {
		state := ""
		if d.VoidedAt != nil {
			state = void
		}
		return []any{d.Number, d.Label, d.Payer, kinds[d.Kind], sheet.Decimal(d.Fen.String()), sheet.Decimal(d.Back.String()), sheet.Decimal(d.Kept.String()), sheet.Decimal(d.Waiting.String()), sheet.Decimal(d.Held.String()), d.Words, state, d.ByName}
	})
	return audit.Table{Name: "deposits.xlsx", What: "deposits", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "押金", "Deposits"), heads, rows)}}
}
