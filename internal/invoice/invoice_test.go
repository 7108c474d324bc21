package invoice_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/invoice"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
)

const taxNo = "91350100M000100Y43"

// company keeps a title of the owner of room 1000.
func (e *env) company() invoice.Title {
	e.t.Helper()
	return must(e.svc.AddTitle(e.t.Context(), e.anna, 2000, invoice.TitleDraft{Kind: "company", Name: "测试商贸有限公司", TaxNo: taxNo, Address: "测试路1号", Phone: "020-0000000", Bank: "测试银行", Account: "6200000000000000123"}))(e.t)
}

func (e *env) settings() {
	e.t.Helper()
	must(e.svc.Set(e.t.Context(), e.boss, 1, match(0), invoice.SettingsDraft{Seller: invoice.SellerDraft{Name: "测试物业有限公司", TaxNo: taxNo, Drawer: "财务"}, Goods: []invoice.GoodsDraft{{Item: e.item, Code: "3040801010000000000", Name: "物业管理费", Treatment: "taxed"}}}))(e.t)
}

func (e *env) apply(title invoice.TitleID, payments ...cashier.PaymentID) invoice.View {
	e.t.Helper()
	return must(e.svc.Ask(e.t.Context(), e.anna, invoice.Wish{Room: 1000, Payments: payments, Title: title}))(e.t)
}

func (e *env) exported() invoice.Batch {
	e.t.Helper()
	return must(e.svc.Export(e.t.Context(), e.boss, invoice.BatchDraft{Community: 1}))(e.t)
}

func (e *env) answer(rows string, keep bool) invoice.Answered {
	e.t.Helper()
	return must(e.svc.Import(e.t.Context(), e.boss, invoice.Coming{Community: 1, Keep: keep}, strings.NewReader("申请单号,状态,发票号码,开票日期,失败原因\n"+rows)))(e.t)
}

// issued has an application exported and issued.
func (e *env) issued(v invoice.View, no string) invoice.View {
	e.t.Helper()
	e.exported()
	if a := e.answer(v.Number+",已开具,"+no+",2026-03-06,\n", true); !a.Kept || a.Issued != 1 {
		e.t.Fatalf("%+v", a)
	}
	return e.one(v.ID)
}

func (e *env) one(id invoice.ID) invoice.View {
	e.t.Helper()
	return must(e.svc.One(e.t.Context(), e.boss, id))(e.t)
}

// void voids a payment with somebody else's word.
func (e *env) void(p cashier.PaymentView) {
	e.t.Helper()
	p = must(e.cash.One(e.t.Context(), e.anna, p.ID))(e.t)
	must(e.cash.AskVoid(e.t.Context(), e.anna, p.ID, match(p.Version), "收错"))(e.t)
	e.decide("cashier.void", "payment:"+p.ID.String(), true)
}

// left is what of room 1000 stands in no invoice.
func (e *env) left() (sum money.Fen) {
	e.t.Helper()
	d := must(e.svc.ForRoom(e.t.Context(), e.anna, 1000))(e.t)
	for _, s := range d.Sources {
		sum += s.Left
	}
	return sum
}

func TestAnInvoiceIsWhatTheReceiptSaysWithItsTaxToTheFen(t *testing.T) { // PAY-02a
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.billed("2026-04")
		e.on("2026-03-25") // ten days late: 0.5 ‰ a day of 200.00
		p := e.pays(1000, 400_00+90)
		title := e.company()
		if title.Masked != "***************0123" || strings.Contains(dbtest.One[string](t, e.d, `SELECT number_sealed FROM invoice_title`), "0123") {
			t.Errorf("%+v", title)
		}
		v := e.apply(title.ID, p.ID)
		if v.Fen != 400_90 || v.Net+v.Tax != v.Fen || v.Tax != 22_69 || len(v.Lines) != 2 || v.Receipts[0] != p.Number || v.State != invoice.Applied {
			t.Fatalf("%+v", v)
		}
		fees, late := v.Lines[0], v.Lines[1]
		if fees.Part == cashier.LateFee {
			fees, late = late, fees
		}
		if fees.Fen != 400_00 || fees.Tax != 22_64 || fees.From.String() != "2026-03-01" || fees.To.String() != "2026-04-30" || late.Fen != 90 || late.Tax != 5 || late.Name != "物业费违约金" {
			t.Errorf("%+v %+v", fees, late)
		}
		// The same money is not in two.
		if _, err := e.svc.Ask(t.Context(), e.anna, invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{p.ID}, Title: title.ID}); err == nil || e.left() != 0 {
			t.Error("the same money twice", err)
		}
		// Withdrawn, it is free again.
		must(e.svc.Withdraw(t.Context(), e.anna, v.ID, match(v.Version), "抬头错"))(t)
		if e.left() != 400_90 {
			t.Error(e.left())
		}
		// Who belongs to another room, or another community, gets none.
		other := must(e.svc.AddTitle(t.Context(), e.anna, 2001, invoice.TitleDraft{Kind: "person", Name: "业主1"}))(t)
		_, err := e.svc.Ask(t.Context(), e.anna, invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{p.ID}, Title: other.ID})
		field(t, err, "titleId", "not_found")
		if _, err := e.svc.One(t.Context(), e.far, v.ID); err == nil {
			t.Error("another community sees it")
		}
	})
}

func TestWhatIsPaidAheadOrHeldIsNotInvoicedUntilItPaysABill(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		p := must(e.cash.Pay(t.Context(), e.anna, cashier.Paying{Room: 1000, Way: "ahead", Amount: 500_00, Means: "cash", Payer: "业主"}))(t)
		title := e.company()
		_, err := e.svc.Ask(t.Context(), e.anna, invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{p.ID}, Title: title.ID})
		e.is(err, invoice.ErrNothing)
		e.billed("2026-03")
		used := must(e.cash.Pay(t.Context(), e.anna, cashier.Paying{Room: 1000, Way: "until", Until: day("2030-01-01"), Expected: 200_00, Means: "prepaid", Payer: "业主"}))(t)
		if v := e.apply(title.ID, p.ID, used.ID); v.Fen != 200_00 {
			t.Errorf("%+v", v)
		}
	})
}

func TestATitleOfACompanyNeedsARightTaxNumber(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		_, err := e.svc.AddTitle(t.Context(), e.anna, 2000, invoice.TitleDraft{Kind: "company", Name: "某公司"})
		field(t, err, "taxNo", "required")
		_, err = e.svc.AddTitle(t.Context(), e.anna, 2000, invoice.TitleDraft{Kind: "company", Name: "某公司", TaxNo: "91350100M000100Y44"})
		field(t, err, "taxNo", invoice.ErrTaxNo.Code)
		_, err = e.svc.AddTitle(t.Context(), e.far, 2000, invoice.TitleDraft{Kind: "person", Name: "某人"})
		field(t, err, "customerId", "not_found")
		v := e.company()
		ended := must(e.svc.EndTitle(t.Context(), e.anna, v.ID, match(v.Version)))(t)
		if all := must(e.svc.TitlesOf(t.Context(), e.anna, 2000))(t); ended.EndedAt == nil || len(all) != 0 {
			t.Errorf("%+v", all)
		}
	})
}

func TestABatchGoesOutOnceAndItsAnswerComesInOnce(t *testing.T) { // PAY-02
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		title := e.company()
		a := e.apply(title.ID, e.pays(1000, 200_00).ID)
		_, err := e.svc.Export(t.Context(), e.boss, invoice.BatchDraft{Community: 1})
		e.is(err, invoice.ErrSeller)
		must(e.svc.Set(t.Context(), e.boss, 1, match(0), invoice.SettingsDraft{Seller: invoice.SellerDraft{Name: "物业", TaxNo: taxNo}}))(t)
		_, err = e.svc.Export(t.Context(), e.boss, invoice.BatchDraft{Community: 1})
		e.is(err, invoice.ErrGoods)
		must(e.svc.Set(t.Context(), e.boss, 1, match(1), invoice.SettingsDraft{Seller: invoice.SellerDraft{Name: "物业", TaxNo: taxNo}, Goods: []invoice.GoodsDraft{{Item: e.item, Code: "3040801010000000000", Treatment: "taxed"}}}))(t)
		b := e.exported()
		if b.N != 1 || b.Fen != 200_00 || e.one(a.ID).Lines[0].Code != "3040801010000000000" {
			t.Fatalf("%+v", b)
		}
		_, err = e.svc.Export(t.Context(), e.boss, invoice.BatchDraft{Community: 1})
		e.is(err, invoice.ErrNoBatch)
		// What is wrong is refused by name, and then nothing is kept.
		const no = "26442000000000000001"
		rows := a.Number + ",已开具," + no + ",2026-03-06,\n"
		for name, file := range map[string]string{"unknown": rows + "FP999,已开具,26442000000000000009,2026-03-06,\n", "twice": rows + rows} {
			if got := e.answer(file, true); got.Kept || len(got.Problems) != 1 || got.Problems[0].Code != name || e.one(a.ID).State != invoice.Exported {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if got := e.answer(rows, false); got.Kept || got.Issued != 1 || e.one(a.ID).State != invoice.Exported {
			t.Errorf("shown and kept: %+v", got)
		}
		if got := e.answer(rows, true); !got.Kept || got.Issued != 1 {
			t.Errorf("%+v", got)
		}
		v := e.one(a.ID)
		if v.State != invoice.Issued || v.IssuedNo != no || v.IssuedOn.String() != "2026-03-06" {
			t.Errorf("%+v", v)
		}
		// The same file again changes nothing; another number for the same is refused.
		if got := e.answer(rows, true); got.Same != 1 || got.Issued != 0 || e.one(a.ID).Version != v.Version {
			t.Errorf("%+v", got)
		}
		if got := e.answer(a.Number+",已开具,26442000000000000002,2026-03-06,\n", true); got.Kept || got.Problems[0].Code != "otherwise" {
			t.Errorf("%+v", got)
		}
	})
}

func TestARefusedInvoiceFreesItsMoneyAndANumberIsNotTakenTwice(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.settings()
		title := e.company()
		e.billed("2026-03")
		a := e.issued(e.apply(title.ID, e.pays(1000, 200_00).ID), "26442000000000000001")
		e.billed("2026-04")
		p := e.pays(1000, 200_00)
		b := e.apply(title.ID, p.ID)
		e.exported()
		if got := e.answer(b.Number+",已开具,"+a.IssuedNo+",2026-03-06,\n", true); got.Kept || got.Problems[0].Code != "taken" {
			t.Errorf("%+v", got)
		}
		b = e.one(b.ID)
		_, err := e.svc.Answer(t.Context(), e.boss, b.ID, match(b.Version), invoice.Typed{Issued: true, IssuedNo: a.IssuedNo, IssuedOn: day("2026-03-06")})
		field(t, err, "issuedNo", invoice.ErrTaken.Code)
		if got := e.answer(b.Number+",失败,,,税号不存在\n", true); !got.Kept || got.Refused != 1 || e.one(b.ID).EndedWhy != "税号不存在" || e.left() != 200_00 {
			t.Errorf("%+v", got)
		}
		again := e.apply(title.ID, p.ID)
		e.exported()
		again = e.one(again.ID)
		if v := must(e.svc.Answer(t.Context(), e.boss, again.ID, match(again.Version), invoice.Typed{Issued: true, IssuedNo: "26442000000000000003", IssuedOn: day("2026-03-07")}))(t); v.State != invoice.Issued {
			t.Errorf("%+v", v)
		}
	})
}

func TestAVoidedPaymentNeedsARedLetterAndOneThatIsNotOutYetIsWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.settings()
		title := e.company()
		e.billed("2026-03")
		p := e.pays(1000, 200_00)
		blue := e.issued(e.apply(title.ID, p.ID), "26442000000000000001")
		e.void(p)
		if v := e.one(blue.ID); v.NeedsRed != 200_00 {
			t.Fatalf("%+v", v)
		}
		if all := must(e.svc.List(t.Context(), e.boss, invoice.Filter{Community: 1, State: "needs_red"}, 0, 10))(t); len(all) != 1 {
			t.Errorf("%+v", all)
		}
		again := e.pays(1000, 200_00) // other money, and another invoice
		e.apply(title.ID, again.ID)
		blue = e.one(blue.ID)
		red := must(e.svc.Reverse(t.Context(), e.boss, blue.ID, match(blue.Version), invoice.Reversing{Why: "wrong", Words: "收错作废"}))(t)
		if red.Fen != -200_00 || red.Tax != -blue.Tax || red.BlueNo != blue.IssuedNo || e.one(blue.ID).NeedsRed != 0 {
			t.Errorf("%+v", red)
		}
		e.void(again)
		b := e.exported()
		if b.N != 1 || b.Fen != -200_00 {
			t.Errorf("%+v", b)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM invoice WHERE state = 'withdrawn'`); n != 1 {
			t.Error("an application without its money went out")
		}
	})
}

func TestRedLettersNeverTakeBackMoreThanTheBlueOne(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.settings()
		title := e.company()
		e.billed("2026-03")
		p := e.pays(1000, 200_00)
		blue := e.issued(e.apply(title.ID, p.ID), "26442000000000000001")
		red := func(fen money.Fen) (invoice.View, error) {
			blue = e.one(blue.ID)
			return e.svc.Reverse(t.Context(), e.boss, blue.ID, match(blue.Version), invoice.Reversing{Why: "allowance", Words: "折让", Lines: []invoice.RedLineWish{{Line: blue.Lines[0].ID, Amount: fen}}})
		}
		_, err := red(200_01)
		field(t, err, "lines[0].amount", invoice.ErrMore.Code)
		var reds []invoice.View
		sum, tax := money.Fen(0), money.Fen(0)
		for _, fen := range []money.Fen{33_33, 9, 9, 100_00} {
			reds = append(reds, must(red(fen))(t))
		}
		_, err = red(66_50)
		field(t, err, "lines[0].amount", invoice.ErrMore.Code)
		reds = append(reds, must(red(66_49))(t))
		for _, r := range reds {
			sum, tax = sum+r.Fen, tax+r.Tax
		}
		if sum != -blue.Fen || tax != -blue.Tax || e.one(blue.ID).Lines[0].Left != 0 {
			t.Errorf("%s and %s of %s and %s", sum, tax, blue.Fen, blue.Tax)
		}
		_, err = red(1)
		field(t, err, "lines[0].amount", invoice.ErrMore.Code)
		// Only when a red one is issued the money may stand in another blue one.
		if e.left() != 0 {
			t.Error(e.left())
		}
		e.exported()
		rows := ""
		for i, r := range reds {
			rows += fmt.Sprintf("%s,成功,2644200000000000010%d,2026-03-08,\n", r.Number, i)
		}
		if a := e.answer(rows, true); a.Issued != len(reds) || e.left() != 200_00 {
			t.Errorf("%+v %s", a, e.left())
		}
	})
}

func TestMoneyThatACorrectionSetFreeWaitsForTheRedLetter(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.settings()
		title := e.company()
		e.billed("2026-03")
		p := e.pays(1000, 200_00)
		blue := e.issued(e.apply(title.ID, p.ID), "26442000000000000001")
		line := dbtest.One[billing.LineID](t, e.d, `SELECT id FROM bill_line WHERE room_id = 1000`)
		e.corrected(line, 150_00)
		if v := e.one(blue.ID); v.NeedsRed != 200_00 {
			t.Fatalf("%+v", v)
		}
		moved := dbtest.One[cashier.PaymentID](t, e.d, `SELECT id FROM payment WHERE means = 'prepaid'`)
		wish := invoice.Wish{Room: 1000, Payments: []cashier.PaymentID{moved}, Title: title.ID}
		_, err := e.svc.Ask(t.Context(), e.anna, wish)
		e.is(err, invoice.ErrRedFirst)
		blue = e.one(blue.ID)
		red := must(e.svc.Reverse(t.Context(), e.boss, blue.ID, match(blue.Version), invoice.Reversing{Why: "wrong", Words: "单价录错"}))(t)
		e.exported()
		e.answer(red.Number+",成功,26442000000000000011,2026-03-08,\n", true)
		if v := must(e.svc.Ask(t.Context(), e.anna, wish))(t); v.Fen != 150_00 {
			t.Errorf("%+v", v)
		}
		e.verify()
	})
}

func TestWhoMayOnlyApplyDoesNotExportOrReverse(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.settings()
		title := e.company()
		e.billed("2026-03")
		blue := e.issued(e.apply(title.ID, e.pays(1000, 200_00).ID), "26442000000000000001")
		clerk := dbtest.Actor(11, []authz.CommunityID{1}, invoice.ActView, invoice.ActAsk)
		if v := must(e.svc.One(t.Context(), clerk, blue.ID))(t); v.Buyer != "测试商贸有限公司" {
			t.Error(v.Buyer)
		}
		_, err := e.svc.Reverse(t.Context(), clerk, blue.ID, match(blue.Version), invoice.Reversing{Why: "wrong", Words: "x"})
		e.is(err, authz.ErrForbidden)
		_, err = e.svc.Export(t.Context(), clerk, invoice.BatchDraft{Community: 1})
		e.is(err, authz.ErrForbidden)
		_, err = e.svc.Import(t.Context(), clerk, invoice.Coming{Community: 1, Keep: true}, bytes.NewReader([]byte("申请单号,状态,发票号码,开票日期\nFP1,成功,12345678,2026-03-01\n")))
		e.is(err, authz.ErrForbidden)
	})
}
