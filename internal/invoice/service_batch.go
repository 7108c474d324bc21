package invoice

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

const mostInBatch = 1000

// goneWhy is why an application ends whose money was reversed before it was exported.
const goneWhy = "款项已冲销或更正，申请作废"

// BatchDraft says which invoices go out.
type BatchDraft struct {
	Community authz.CommunityID `json:"community"`
	Invoices  []ID              `json:"invoices,omitempty" maxItems:"1000" doc:"left out: everything that was applied for"`
}

// Export puts what was applied for into a batch for the platform. What lost its
// money meanwhile is withdrawn instead; what is about to be voided waits.
func (s *Service) Export(ctx context.Context, who authz.Actor, in BatchDraft) (b Batch, err error) {
	err = s.DB.Write(ctx, who, ActIssue, func(tx *db.Tx) error {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		set, err := settings(ctx, tx, in.Community)
		if err != nil {
			return err
		}
		if set.Seller.Name == "" || set.Seller.TaxNo == "" {
			return ErrSeller
		}
		all, err := ready(ctx, tx, in)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return ErrNoBatch
		}
		today, err := org.Today(ctx, tx, in.Community)
		if err != nil {
			return err
		}
		n, err := tx.Number(ctx, in.Community, "KP"+today.String())
		if err != nil {
			return err
		}
		b = Batch{ID: db.NewID[Batch](tx), Community: in.Community, Number: number("KP", today, n), N: int64(len(all)), At: tx.Now, ByName: who.Name, Version: 1, Waiting: int64(len(all))}
		for i := range all {
			b.Fen, b.Tax = b.Fen+all[i].Fen, b.Tax+all[i].Tax
		}
		if err := db.Insert(ctx, tx, "invoice_batch", b); err != nil {
			return err
		}
		tx.Note(b.Community, "invoice_batch:"+b.ID.String(), nil, map[string]any{"number": b.Number, "invoices": b.N, "amount": b.Fen})
		for _, v := range all {
			if err := v.coded(ctx, tx, set); err != nil {
				return err
			}
			v.State, v.Batch = Exported, b.ID
			if err := v.save(ctx, tx, Applied); err != nil {
				return err
			}
		}
		tx.Answer(&b)
		return nil
	})
	return b, err
}

// ready are the invoices that go out; those whose money is gone are withdrawn.
func ready(ctx context.Context, tx *db.Tx, in BatchDraft) (out []Invoice, err error) {
	type applied struct {
		Invoice
		Gone  bool `db:"is_gone"`
		Asked bool `db:"is_asked"`
	}
	args := []any{in.Community, mostInBatch}
	chosen := ""
	if len(in.Invoices) > 0 {
		chosen = ` AND b.id IN ` + db.Among(&args, in.Invoices)
	}
	const money = ` FROM invoice_part s JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id WHERE s.community_id = b.community_id AND s.invoice_id = b.id AND `
	all, err := db.All[applied](ctx, tx, `SELECT `+db.Columns[Invoice]("b")+`, (b.kind = 'blue' AND EXISTS (SELECT 1`+money+gone+`)) AS is_gone, (b.kind = 'blue' AND EXISTS (SELECT 1`+money+`p.void_state = 'asked')) AS is_asked
		FROM invoice b WHERE b.community_id = $1 AND b.state = 'applied'`+chosen+` AND {scope:b} ORDER BY b.id LIMIT $2`, args...)
	for _, v := range all {
		switch {
		case v.Gone:
			v.State, v.EndedWhy = Withdrawn, goneWhy
			if err := v.save(ctx, tx, Applied); err != nil {
				return nil, err
			}
		case !v.Asked:
			out = append(out, v.Invoice)
		}
	}
	return out, err
}

// coded writes the tax classification of today on lines that have none yet.
func (v Invoice) coded(ctx context.Context, tx *db.Tx, set Settings) error {
	lines, err := linesIn(ctx, tx, v)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Code != "" {
			continue
		}
		for _, g := range set.Goods {
			if g.Item == l.Item {
				l.Code = g.Code
			}
		}
		if l.Code == "" {
			return ErrGoods.With("item", l.Name)
		}
		if _, err := tx.Exec(ctx, `UPDATE invoice_line SET goods_code = $1 WHERE community_id = $2 AND id = $3 AND {scope}`, l.Code, v.Community, l.ID); err != nil {
			return err
		}
	}
	return nil
}

type batchRow struct {
	Batch
	Waiting int64 `db:"waiting"`
}

// Batches are the batches of a community, the latest first.
func (s *Service) Batches(ctx context.Context, who authz.Actor, community authz.CommunityID, before BatchID, limit int) (out []Batch, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := db.All[batchRow](ctx, tx, `SELECT `+db.Columns[Batch]("t")+`, (SELECT COUNT(*) FROM invoice v WHERE v.community_id = t.community_id AND v.batch_id = t.id AND v.state = 'exported') AS waiting
			FROM invoice_batch t WHERE t.community_id = $1 AND (t.id < $2 OR $2 = 0) AND {scope:t} ORDER BY t.id DESC LIMIT $3`, community, int64(before), limit+1)
		for _, r := range all {
			r.Batch.Waiting = r.Waiting
			out = append(out, r.Batch)
		}
		return err
	})
	return out, err
}

func yuan(f money.Fen) sheet.Decimal { return sheet.Decimal(f.String()) }

// The columns of a batch (docs/invoices.md). They are the platform's language and
// the same whoever downloads.
var (
	invoiceHeads = []string{"申请单号", "发票类型", "购买方类型", "购买方名称", "购买方税号", "购买方地址", "购买方电话", "购买方开户行", "购买方账号", "价税合计", "金额", "税额", "备注", "开票人", "原蓝字发票号码", "红冲原因", "销售方名称", "销售方税号", "销售方地址", "销售方电话", "销售方开户行", "销售方账号"}
	lineHeads    = []string{"申请单号", "行号", "项目名称", "税收分类编码", "费用起", "费用止", "金额", "税率", "税额", "价税合计", "优惠政策"}
	kindWords    = map[Kind]string{Blue: "蓝字", Red: "红字"}
	buyerWords   = map[string]string{"person": "个人", "company": "企业"}
	whyWords     = map[string]string{"wrong": "开票有误", "returned": "销货退回", "ended": "服务中止", "allowance": "销售折让"}
	taxWords     = map[string]string{"exempt": "免税", "untaxed": "不征税"}
)

// workbook is a batch as the platform takes it, with everything in clear.
func (s *Service) workbook(ctx context.Context, who authz.Actor, id BatchID) (t audit.Table, err error) {
	err = s.DB.Read(ctx, who, ActIssue, func(tx *db.Tx) error {
		b, err := db.One[Batch](ctx, tx, `SELECT `+db.Columns[Batch]("")+` FROM invoice_batch WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		set, err := settings(ctx, tx, b.Community)
		if err != nil {
			return err
		}
		type out struct {
			Invoice
			BlueNo string `db:"blue_no"`
		}
		all, err := db.All[out](ctx, tx, `SELECT `+db.Columns[Invoice]("b")+`, COALESCE((SELECT v.issued_no FROM invoice v WHERE v.community_id = b.community_id AND v.id = b.blue_id), '') AS blue_no FROM invoice b WHERE b.community_id = $1 AND b.batch_id = $2 AND {scope:b} ORDER BY b.id`, b.Community, b.ID)
		if err != nil {
			return err
		}
		own, err := linesOfBatch(ctx, tx, b)
		if err != nil {
			return err
		}
		var heads, lines [][]any
		for _, v := range all {
			phone, account, err := v.numbers(tx)
			if err != nil {
				return err
			}
			x := set.Seller
			heads = append(heads, []any{v.Number, kindWords[v.Kind], buyerWords[v.BuyerKind], v.Buyer, v.BuyerTaxNo, v.BuyerPlace, phone, v.BuyerBank, account, yuan(v.Fen), yuan(v.Net), yuan(v.Tax), v.Words, x.Drawer, v.BlueNo, whyWords[v.Why], x.Name, x.TaxNo, x.Place, x.Phone, x.Bank, x.AccountNo})
			for _, l := range own[v.ID] {
				lines = append(lines, []any{v.Number, l.N, l.Name, l.Code, l.From, l.To, yuan(l.Net), sheet.Decimal(l.rate()), yuan(l.Tax), yuan(l.Fen), taxWords[l.Treatment]})
			}
		}
		t = audit.Table{Name: b.Number + ".xlsx", What: "invoice_batch", Community: b.Community, Subject: "invoice_batch:" + b.ID.String(), Filter: map[string]any{"batch": b.Number}, Sheets: []sheet.Sheet{sheet.Of("发票", invoiceHeads, sheet.Rows(heads)), sheet.Of("明细", lineHeads, sheet.Rows(lines))}}
		return nil
	})
	return t, err
}

// rate is the rate as it is printed: what is exempt or not taxed has 0.
func (l Line) rate() string {
	if l.Treatment != "taxed" {
		return "0"
	}
	return l.Rate.String()
}

// The words of the list's export, in Chinese and in English.
var (
	kindsSaid  = [2]map[Kind]string{kindWords, {Blue: "blue", Red: "red letter"}}
	statesSaid = [2]map[State]string{{Applied: "待导出", Exported: "开票中", Issued: "已开具", Refused: "开具失败", Withdrawn: "已撤回"}, {Applied: "to export", Exported: "at the platform", Issued: "issued", Refused: "refused", Withdrawn: "withdrawn"}}
)

const exportPage = 500

// exported is the list of invoices as a workbook, as far as the caller sees names.
func (s *Service) exported(ctx context.Context, who authz.Actor, f Filter) audit.Table {
	kinds, states := web.Pick(ctx, kindsSaid[0], kindsSaid[1]), web.Pick(ctx, statesSaid[0], statesSaid[1])
	heads := web.Pick(ctx, []string{"申请单号", "类型", "房屋", "购买方", "税号", "价税合计", "金额", "税额", "其中违约金", "状态", "发票号码", "开票日期", "原蓝字发票", "已红冲", "待红冲", "收据", "批次", "申请人", "原因"},
		[]string{"Application", "Kind", "Room", "Made out to", "Tax number", "Amount", "Net", "Tax", "Late fees in it", "State", "Number", "Issued on", "Blue invoice", "Taken back", "Needs a red letter", "Receipts", "Batch", "Applied for by", "Why"})
	rows := sheet.Walk(func(after ID) ([]View, error) {
		return s.List(ctx, who, f, after, exportPage)
	}, func(v View) ID { return v.ID }, func(v View) []any {
		late := money.Fen(0)
		for _, l := range v.Lines {
			if l.Part == cashier.LateFee {
				late += l.Fen
			}
		}
		return []any{v.Number, kinds[v.Kind], v.Label, v.Buyer, v.BuyerTaxNo, yuan(v.Fen), yuan(v.Net), yuan(v.Tax), yuan(late), states[v.State], v.IssuedNo, v.IssuedOn, v.BlueNo, yuan(v.RedFen), yuan(v.NeedsRed), strings.Join(v.Receipts, " "), v.BatchLabel, v.ByName, v.EndedWhy}
	})
	return audit.Table{Name: "invoices.xlsx", What: "invoices", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "发票", "Invoices"), heads, rows)}}
}
