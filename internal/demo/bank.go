package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guanjia/internal/billing"
	till "guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/debit"
	"guanjia/internal/invoice"
	"guanjia/internal/platform/clock"
)

// The bank of the demo's mandates; like everything here it is invented.
const demoBank = "清溪农村商业银行"

// invoices lets some who paid ask for an invoice: one is out, one was refused by
// the platform, one waits to be exported.
func (m *maker) invoices(ctx context.Context) error {
	m.Clock.Set(m.now.Add(-25 * time.Minute))
	office := m.staff[administrator].actor
	items, err := m.Bills.Items(ctx, office, m.community)
	if err != nil {
		return err
	}
	set := invoice.SettingsDraft{Seller: invoice.SellerDraft{Name: "云和物业服务有限公司", TaxNo: "91330199MA0000001W", Address: "清溪路 18 号", Phone: "0571-2000 0018", Bank: demoBank, AccountNo: "3301000000000018", Drawer: "钱慧"}, Goods: goods(items)}
	if _, err := m.Invoices.Set(ctx, office, m.community, matching(0), set); err != nil {
		return err
	}
	asked := make([]invoice.View, 0, 3)
	for i, d := range []invoice.TitleDraft{
		{Kind: "person"}, {Kind: "company", Name: "清溪云帆设计有限公司", TaxNo: "91330199MA00000020", Address: "清溪路 20 号", Phone: "0571-2000 0020", Bank: demoBank, Account: "3301000000000020"}, {Kind: "person"},
	} {
		if len(asked) == 2 { // the third comes once the first two are exported
			if err := m.issue(ctx, asked); err != nil {
				return err
			}
		}
		v, err := m.invoiced(ctx, m.homes[1+i], d)
		if err != nil {
			return err
		}
		asked = append(asked, v)
	}
	return nil
}

// goods say how charge items stand on invoices; what only passes through is not taxed.
func goods(items []billing.ItemView) (out []invoice.GoodsDraft) {
	for _, i := range items {
		g := invoice.GoodsDraft{Item: i.ID, Code: "3040801010000000000", Name: i.Name, Treatment: "taxed"}
		if i.TaxRate.Sign() == 0 {
			g.Treatment = "untaxed"
		}
		out = append(out, g)
	}
	return out
}

// invoiced applies for all that a household paid.
func (m *maker) invoiced(ctx context.Context, h home, d invoice.TitleDraft) (v invoice.View, err error) {
	who := m.staff[cashier].actor
	if d.Name == "" {
		d.Name = h.caller.Name
	}
	title, err := m.Invoices.AddTitle(ctx, who, h.caller.Customer, d)
	if err != nil {
		return v, err
	}
	at, err := m.Invoices.ForRoom(ctx, who, h.room.ID)
	if err != nil {
		return v, err
	}
	var payments []till.PaymentID
	for _, s := range at.Sources {
		payments = append(payments, s.ID)
	}
	return m.Invoices.Ask(ctx, who, invoice.Wish{Room: h.room.ID, Payments: payments, Title: title.ID})
}

// issue exports two applications; the platform issues one and refuses the other.
func (m *maker) issue(ctx context.Context, two []invoice.View) error {
	office, today := m.staff[administrator].actor, clock.DayOf(m.now, m.zone)
	if _, err := m.Invoices.Export(ctx, office, invoice.BatchDraft{Community: m.community}); err != nil {
		return err
	}
	rows := fmt.Sprintf("申请单号,状态,发票号码,开票日期,失败原因\n%s,已开具,26330000000000000018,%s,\n%s,失败,,,购买方名称与税号不一致\n", two[0].Number, today, two[1].Number)
	_, err := m.Invoices.Import(ctx, office, invoice.Coming{Community: m.community, Keep: true}, strings.NewReader(rows))
	return err
}

// debits lets a bank collect from five households: it answers for one batch, of
// which one fails; the next batch, with that one, waits to be released.
func (m *maker) debits(ctx context.Context) error {
	m.Clock.Set(m.now.Add(-20 * time.Minute))
	who, today := m.staff[cashier].actor, clock.DayOf(m.now, m.zone)
	for i, h := range m.homes[30:36] {
		if err := m.mandate(ctx, h, i, today); err != nil {
			return err
		}
		if i == 4 { // the sixth signs after the first batch went out
			if err := m.collected(ctx, today); err != nil {
				return err
			}
		}
	}
	b, err := m.Debits.MakeBatch(ctx, who, debit.BatchDraft{Community: m.community, Bank: demoBank, Till: today, On: today.Add(3)})
	if err == nil {
		_, err = m.Debits.AskRelease(ctx, who, b.ID, matching(b.Version))
	}
	return err
}

func (m *maker) mandate(ctx context.Context, h home, i int, today clock.Day) error {
	d := debit.MandateDraft{Room: h.room.ID, Number: fmt.Sprintf("XY2026%04d", 118+i), Bank: demoBank, Holder: h.caller.Name, Account: fmt.Sprintf("62179900000012%05d", 7340+i), Signed: today.Add(-40 + 3*i)}
	if h.caller.Relation != customer.Owner {
		d.Holder += "（代扣）"
	}
	_, err := m.Debits.AddMandate(ctx, m.staff[cashier].actor, d)
	return err
}

func (m *maker) collected(ctx context.Context, today clock.Day) error {
	who := m.staff[cashier].actor
	b, err := m.Debits.MakeBatch(ctx, who, debit.BatchDraft{Community: m.community, Bank: demoBank, Till: today, On: today})
	if err != nil {
		return err
	}
	if b, err = m.Debits.AskRelease(ctx, who, b.ID, matching(b.Version)); err != nil {
		return err
	}
	if err := m.approve(ctx, manager, "debit.release", "debit_batch:"+b.ID.String(), "户数和金额与清单一致，同意放行。"); err != nil {
		return err
	}
	items, err := m.Debits.Items(ctx, who, debit.ItemFilter{Community: m.community, Batch: b.ID}, 0, 100)
	if err != nil {
		return err
	}
	rows := "批次号,明细号,金额,扣款结果,失败原因,交易日期,银行流水号\n"
	for i, one := range items {
		if i == 0 {
			rows += fmt.Sprintf("%s,%s,%s,失败,余额不足,,\n", b.Number, one.ID, one.Fen)
			continue
		}
		rows += fmt.Sprintf("%s,%s,%s,成功,,%s,NS%s%04d\n", b.Number, one.ID, one.Fen, today, strings.ReplaceAll(today.String(), "-", ""), 771+i)
	}
	_, err = m.Debits.Import(ctx, who, b.ID, true, strings.NewReader(rows))
	return err
}
