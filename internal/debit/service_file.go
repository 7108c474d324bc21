package debit

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// fileHeads are the columns of the file to the bank (docs/direct-debit.md).
var fileHeads = []string{"批次号", "序号", "明细号", "协议号", "开户行", "户名", "账号", "金额", "扣款日期", "用途"}

// file is a batch as the bank takes it, with everything in clear: CSV in GBK or
// UTF-8 with a BOM, lines ending in CR LF.
func (s *Service) file(ctx context.Context, who authz.Actor, id BatchID, encoding string) (t audit.Table, err error) {
	var b Batch
	var rows [][]string
	err = s.DB.Read(ctx, who, ActRun, func(tx *db.Tx) error {
		if b, err = batch(ctx, tx, id); err != nil {
			return err
		}
		if b.State != "released" && b.State != "done" {
			return ErrNotNow
		}
		rows, err = b.rows(ctx, tx)
		return err
	})
	if err != nil {
		return t, err
	}
	text, err := written(append([][]string{fileHeads}, rows...), encoding)
	if err != nil {
		return t, err
	}
	return audit.Table{
		Name: b.Number + ".csv", Type: "text/csv; charset=" + map[string]string{"gbk": "GBK", "utf8": "utf-8"}[encoding], What: "debit_batch", Community: b.Community, Subject: b.subject(), Filter: map[string]any{"batch": b.Number, "encoding": encoding},
		Write: func(w io.Writer, _ string, n *int64) error {
			*n = int64(len(rows))
			_, err := w.Write(text)
			return err
		},
	}, nil
}

func (b Batch) rows(ctx context.Context, tx *db.Tx) (out [][]string, err error) {
	all, err := itemsOf(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	mandates := map[MandateID]Mandate{}
	found, err := db.All[mandateRow](ctx, tx, `SELECT `+db.Columns[Mandate]("m")+`, o.label FROM debit_mandate m JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id
		WHERE m.community_id = $1 AND m.id IN (SELECT mandate_id FROM debit_item WHERE community_id = $1 AND batch_id = $2) AND {scope:m}`, b.Community, b.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		r.Mandate.Label = r.Label
		mandates[r.ID] = r.Mandate
	}
	for _, i := range all {
		if i.State == "dropped" || i.State == "waiting" {
			continue
		}
		m := mandates[i.Mandate]
		holder, account, err := m.open(tx)
		if err != nil {
			return nil, err
		}
		out = append(out, []string{b.Number, itoa(i.N), i.ID.String(), m.Number, m.Bank, holder, account, i.Fen.String(), b.On.String(), "物业费 " + m.Label})
	}
	return out, nil
}

// written is a CSV in an encoding. A cell that a spreadsheet would take for a
// formula gets a blank before it.
func written(rows [][]string, encoding string) ([]byte, error) {
	var b bytes.Buffer
	if encoding == "utf8" {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, r := range rows {
		for i, c := range r {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				r[i] = " " + c
			}
		}
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	if w.Flush(); w.Error() != nil || encoding == "utf8" {
		return b.Bytes(), w.Error()
	}
	return simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes()) // of GBK it is the whole, and of rare names the only one
}

// The words of the exports, in Chinese and in English.
var (
	itemWords    = [2]map[string]string{{"waiting": "待放行", "dropped": "未扣", "sent": "扣款中", "paid": "成功", "failed": "失败", "conflict": "冲突（待查款）"}, {"waiting": "waiting", "dropped": "dropped", "sent": "at the bank", "paid": "paid", "failed": "failed", "conflict": "conflict (in suspense)"}}
	droppedWords = [2]map[string]string{{"paid": "已另行缴费", "ended": "协议已终止", "hand": "人工剔除"}, {"paid": "paid otherwise", "ended": "the mandate ended", "hand": "taken out"}}
	mandateWords = [2]map[string]string{{"active": "有效", "ended": "已终止"}, {"active": "active", "ended": "ended"}}
)

const exportPage = 500

// exported is the list of items as a workbook, as far as the caller sees names.
func (s *Service) exported(ctx context.Context, who authz.Actor, f ItemFilter) audit.Table {
	states, dropped := web.Pick(ctx, itemWords[0], itemWords[1]), web.Pick(ctx, droppedWords[0], droppedWords[1])
	heads := web.Pick(ctx, []string{"批次", "序号", "房屋", "户名", "账号", "金额", "状态", "原因", "银行流水号", "银行日期", "此前失败次数", "收据"}, []string{"Batch", "No.", "Room", "Holder", "Account", "Amount", "State", "Why", "Bank reference", "Bank day", "Failed before", "Receipt"})
	rows := sheet.Walk(func(after ItemID) ([]ItemView, error) {
		return s.Items(ctx, who, f, after, exportPage)
	}, func(i ItemView) ItemID { return i.ID }, func(i ItemView) []any {
		why := i.Problem
		if i.State == "dropped" {
			why = dropped[i.Problem]
		}
		return []any{i.Number, i.N, i.Label, i.Holder, i.Masked, sheet.Decimal(i.Fen.String()), states[i.State], why, i.Reference, i.On, i.Tries, i.Receipt}
	})
	return audit.Table{Name: "debit-items.xlsx", What: "debit_items", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "代扣明细", "Direct debit"), heads, rows)}}
}

// exportedMandates is the list of mandates as a workbook: names as far as the
// caller sees them, accounts masked for everybody.
func (s *Service) exportedMandates(ctx context.Context, who authz.Actor, f MandateFilter) audit.Table {
	states := web.Pick(ctx, mandateWords[0], mandateWords[1])
	heads := web.Pick(ctx, []string{"房屋", "开户行", "户名", "账号", "协议号", "签订日期", "每次限额", "状态", "终止日期", "终止原因", "登记人"}, []string{"Room", "Bank", "Holder", "Account", "Mandate number", "Signed on", "Limit of one collection", "State", "Ended on", "Why it ended", "Kept by"})
	rows := sheet.Walk(func(after MandateID) ([]Mandate, error) {
		return s.Mandates(ctx, who, f, after, exportPage)
	}, func(m Mandate) MandateID { return m.ID }, func(m Mandate) []any {
		var most any = sheet.Decimal(m.Most.String())
		if m.Most == 0 {
			most = ""
		}
		return []any{m.Label, m.Bank, m.Owner, m.Masked, m.Number, m.Signed, most, states[m.State], m.EndedOn, m.EndedWhy, m.ByName}
	})
	return audit.Table{Name: "debit-mandates.xlsx", What: "debit_mandates", Community: f.Community, Filter: f, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "代扣协议", "Mandates"), heads, rows)}}
}
