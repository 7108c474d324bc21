package debit_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guanjia/internal/cashier"
	"guanjia/internal/debit"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

const bank = "测试银行"

func (e *env) mandate(room housing.RoomID, most money.Fen) debit.Mandate {
	e.t.Helper()
	return must(e.svc.AddMandate(e.t.Context(), e.anna, debit.MandateDraft{Room: room, Number: fmt.Sprint("XY", int64(room)), Bank: bank, Holder: fmt.Sprint("户主", int64(room)), Account: fmt.Sprint("62000000000000", int64(room)), Signed: day("2026-03-01"), Most: most}))(e.t)
}

func (e *env) batch() debit.Batch {
	e.t.Helper()
	return must(e.svc.MakeBatch(e.t.Context(), e.anna, debit.BatchDraft{Community: 1, Bank: bank, Till: day("2026-12-31"), On: e.today().Add(5)}))(e.t)
}

func (e *env) one(id debit.BatchID) debit.Batch {
	e.t.Helper()
	return must(e.svc.One(e.t.Context(), e.anna, id))(e.t)
}

// released asks for the release of a batch and has it decided.
func (e *env) released(b debit.Batch, yes bool) debit.Batch {
	e.t.Helper()
	must(e.svc.AskRelease(e.t.Context(), e.anna, b.ID, match(b.Version)))(e.t)
	e.decide("debit.release", "debit_batch:"+b.ID.String(), yes)
	return e.one(b.ID)
}

func (e *env) items(b debit.Batch) []debit.ItemView {
	e.t.Helper()
	return must(e.svc.Items(e.t.Context(), e.anna, debit.ItemFilter{Community: 1, Batch: b.ID}, 0, 100))(e.t)
}

// of is the item of a room.
func (e *env) of(b debit.Batch, room housing.RoomID) debit.ItemView {
	e.t.Helper()
	for _, i := range e.items(b) {
		if i.Room == room {
			return i
		}
	}
	e.t.Fatalf("no item of room %d", room)
	return debit.ItemView{}
}

func (e *env) today() clock.Day {
	e.t.Helper()
	zone, err := clock.Zone("Asia/Shanghai")
	if err != nil {
		e.t.Fatal(err)
	}
	return clock.DayOf(e.d.Now(), zone)
}

const heads = "批次号,明细号,金额,扣款结果,失败原因,交易日期,银行流水号\n"

func paid(b debit.Batch, i debit.ItemView) string {
	return fmt.Sprintf("%s,%s,%s,成功,,%s,LS%d\n", b.Number, i.ID, i.Fen, b.On.Add(1), i.N)
}

func failed(b debit.Batch, i debit.ItemView, why string) string {
	return fmt.Sprintf("%s,%s,%s,失败,%s,,\n", b.Number, i.ID, i.Fen, why)
}

// answer comes two days after the batch was collected.
func (e *env) answer(b debit.Batch, rows string, keep bool) debit.Answered {
	e.t.Helper()
	if late := b.On.Add(2); late.After(e.today()) {
		e.on(late.String())
	}
	text, err := simplifiedchinese.GBK.NewEncoder().String(heads + rows)
	if err != nil {
		e.t.Fatal(err)
	}
	return must(e.svc.Import(e.t.Context(), e.anna, b.ID, keep, strings.NewReader(text)))(e.t)
}

func (e *env) payments() int64 {
	e.t.Helper()
	return dbtest.One[int64](e.t, e.d, `SELECT COUNT(*) FROM payment WHERE reversed_at IS NULL`)
}

func TestAMandateIsKeptSealedAndShownMasked(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		m := e.mandate(1000, 0)
		if m.Masked != "**************1000" || m.Owner != "户主1000" {
			t.Errorf("%+v", m)
		}
		row := dbtest.One[string](t, e.d, `SELECT holder_sealed || number_sealed || number_index FROM debit_mandate`)
		if strings.Contains(row, "62000000000000") || strings.Contains(row, "户主") {
			t.Error("it stands in clear")
		}
		blind := dbtest.Actor(11, []authz.CommunityID{1}, debit.ActView)
		if all := must(e.svc.Mandates(t.Context(), blind, debit.MandateFilter{Community: 1}, 0, 10))(t); len(all) != 1 || strings.Contains(all[0].Owner, "主1000") {
			t.Errorf("%+v", all)
		}
		_, err := e.svc.AddMandate(t.Context(), e.anna, debit.MandateDraft{Room: 1000, Number: "X", Bank: bank, Holder: "户主", Account: "6200000000000001", Signed: day("2026-03-01")})
		field(t, err, "roomId", debit.ErrMandate.Code)
		_, err = e.svc.AddMandate(t.Context(), e.anna, debit.MandateDraft{Room: 1001, Number: m.Number, Bank: bank, Holder: "户主", Account: "6200000000000001", Signed: day("2026-03-01")})
		field(t, err, "number", debit.ErrNumber.Code)
		_, err = e.svc.AddMandate(t.Context(), e.anna, debit.MandateDraft{Room: 1001, Number: "Y", Bank: bank, Holder: "户主", Account: "12", Signed: day("2026-03-06")})
		field(t, err, "account", "customer.account_form")
		_, err = e.svc.AddMandate(t.Context(), e.far, debit.MandateDraft{Room: 1001, Number: "Y", Bank: bank, Holder: "户主", Account: "6200000000000001", Signed: day("2026-03-01")})
		field(t, err, "roomId", "not_found")
		ended := must(e.svc.EndMandate(t.Context(), e.anna, m.ID, match(m.Version), "换卡"))(t)
		if ended.State != "ended" || ended.EndedOn.String() != "2026-03-05" {
			t.Errorf("%+v", ended)
		}
	})
}

func TestABatchIsPaidOnceHoweverOftenItsAnswerComes(t *testing.T) { // PAY-02b, PAY-03
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.mandate(1000, 0)
		e.mandate(1001, 0)
		b := e.batch()
		if b.N != 2 || b.Fen != 400_00 || b.State != "draft" {
			t.Fatalf("%+v", b)
		}
		// A line is in one batch that is under way.
		_, err := e.svc.MakeBatch(t.Context(), e.anna, debit.BatchDraft{Community: 1, Bank: bank, Till: day("2026-12-31"), On: day("2026-03-10")})
		e.is(err, debit.ErrNothing)
		if b = e.released(b, false); b.State != "draft" {
			t.Fatal(b.State)
		}
		b = e.released(b, true)
		if b.State != "released" || b.ReleasedBy == "" || b.ReleasedBy == b.ByName {
			t.Fatalf("%+v", b)
		}
		x, y := e.of(b, 1000), e.of(b, 1001)
		rows := paid(b, x) + failed(b, y, "余额不足")
		if a := e.answer(b, rows, false); a.Kept || a.Paid != 1 || a.Failed != 1 || e.payments() != 0 {
			t.Errorf("%+v", a)
		}
		if a := e.answer(b, rows, true); !a.Kept || a.Paid != 1 || a.Fen != 200_00 || a.Failed != 1 {
			t.Errorf("%+v", a)
		}
		for range 2 {
			if a := e.answer(b, rows, true); a.Same != 2 || a.Paid != 0 {
				t.Errorf("%+v", a)
			}
		}
		x, y = e.of(b, 1000), e.of(b, 1001)
		if x.State != "paid" || x.Receipt == "" || y.State != "failed" || y.Problem != "余额不足" || e.payments() != 1 || e.one(b.ID).State != "done" {
			t.Errorf("%+v %+v", x, y)
		}
		p := must(e.cash.One(t.Context(), e.anna, x.Payment))(t)
		if p.Fen != 200_00 || p.Means != ledger.Bank || p.Reference != "LS1" || p.Customer != 2000 || p.PaidOn.String() != "2026-03-10" {
			t.Errorf("%+v", p)
		}
		// What failed is offered again.
		next := e.batch()
		if next.N != 1 || e.of(next, 1001).Tries != 1 {
			t.Errorf("%+v", next)
		}
		e.verify()
	})
}

func TestAWrongAnswerBooksNothing(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.mandate(1000, 0)
		e.mandate(1001, 0)
		b := e.released(e.batch(), true)
		x, y := e.of(b, 1000), e.of(b, 1001)
		good := paid(b, x)
		less, other := y, b
		less.Fen, other.Number = 199_99, "DK20260101001"
		for code, row := range map[string]string{
			"amount": paid(b, less), "batch": paid(other, y), "unknown": fmt.Sprintf("%s,06q3g8k2m4n5p,200.00,成功,,2026-03-11,LS9\n", b.Number), "twice": good, "state": fmt.Sprintf("%s,%s,200.00,处理中,,,\n", b.Number, y.ID),
			"reference": fmt.Sprintf("%s,%s,200.00,成功,,2026-03-11,\n", b.Number, y.ID), "day": fmt.Sprintf("%s,%s,200.00,成功,,2026-03-13,LS2\n", b.Number, y.ID), "reason": failed(b, y, ""),
		} {
			a := e.answer(b, good+row, true)
			if a.Kept || len(a.Problems) != 1 || a.Problems[0].Code != code || e.payments() != 0 || e.of(b, 1000).State != "sent" {
				t.Errorf("%s: %+v", code, a)
			}
		}
		e.on("2026-03-08") // before the day of collection nothing can have been collected
		early := must(e.svc.Import(t.Context(), e.anna, b.ID, true, strings.NewReader(heads+good)))(t)
		if early.Kept || early.Problems[0].Code != "day" {
			t.Errorf("%+v", early)
		}
		if _, err := e.svc.Import(t.Context(), e.far, b.ID, true, strings.NewReader(heads+good)); err == nil {
			t.Error("another community answers")
		}
		e.answer(b, good, true)
		if a := e.answer(b, failed(b, x, "退回"), true); a.Kept || a.Problems[0].Code != "otherwise" {
			t.Errorf("%+v", a)
		}
	})
}

func TestWhatWasPaidMeanwhileIsDroppedAtTheReleaseAndAfterItGoesToSuspense(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.billed("2026-04")
		e.mandate(1000, 0)
		e.mandate(1001, 0)
		b := e.batch()
		if b.Fen != 800_00 {
			t.Fatalf("%+v", b)
		}
		e.pays(1000, 400_00)
		must(e.cash.Pay(t.Context(), e.anna, cashier.Paying{Room: 1001, Way: "amount", Amount: 300_00, Expected: 400_00, Means: ledger.Cash, Payer: "业主"}))(t)
		b = e.released(b, true)
		x, y := e.of(b, 1000), e.of(b, 1001)
		if b.N != 1 || b.Fen != 100_00 || x.State != "dropped" || x.Problem != "paid" || y.Fen != 100_00 {
			t.Fatalf("%+v %+v %+v", b, x, y)
		}
		if a := e.answer(b, paid(b, x), true); a.Kept || a.Problems[0].Code != "not_sent" {
			t.Errorf("%+v", a)
		}
		// It is paid at the desk while the bank collects: the money waits in suspense.
		e.pays(1001, 100_00)
		before := e.payments()
		for range 2 {
			e.answer(b, paid(b, y), true)
		}
		if y = e.of(b, 1001); y.State != "conflict" || e.payments() != before {
			t.Errorf("%+v", y)
		}
		if n := dbtest.One[money.Fen](t, e.d, `SELECT CAST(SUM(amount) AS BIGINT) FROM suspense WHERE state = 'open' AND reference = 'LS2'`); n != 100_00 {
			t.Error(n)
		}
		e.verify()
	})
}

func TestALimitAPersonAndADayBoundWhatIsCollected(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.billed("2026-04")
		e.mandate(1000, 250_00)
		b := e.batch()
		if b.N != 1 || b.Fen != 200_00 || b.Left.OverLimit != 1 || e.items(b)[0].Lines[0].Period != "2026-03" {
			t.Fatalf("%+v", b)
		}
		i := e.items(b)[0]
		if b = must(e.svc.Drop(t.Context(), e.anna, i.ID, match(i.Version)))(t); b.N != 0 || b.Fen != 0 {
			t.Errorf("%+v", b)
		}
		_, err := e.svc.AskRelease(t.Context(), e.anna, b.ID, match(b.Version))
		e.is(err, debit.ErrNotNow)
		if b = must(e.svc.Cancel(t.Context(), e.anna, b.ID, match(b.Version), "不做了"))(t); b.State != "cancelled" {
			t.Errorf("%+v", b)
		}
		e.must(must(e.svc.AddMandate(t.Context(), e.anna, debit.MandateDraft{Room: 1001, Customer: 2001, Number: "P", Bank: bank, Holder: "户主", Account: "6200000000000001", Signed: day("2026-03-01")}))(t))
		early := must(e.svc.MakeBatch(t.Context(), e.anna, debit.BatchDraft{Community: 1, Bank: bank, Till: day("2026-03-31"), On: day("2026-03-10")}))(t)
		if early.N != 2 || early.Fen != 400_00 || early.Left.OverLimit != 0 {
			t.Errorf("%+v", early)
		}
		_, err = e.svc.MakeBatch(t.Context(), e.anna, debit.BatchDraft{Community: 1, Bank: bank, Till: day("2026-03-31"), On: day("2026-03-04")})
		field(t, err, "collectOn", debit.ErrCollect.Code)
	})
}

func (e *env) must(debit.Mandate) {}

func TestABatchTheBankNeverAnswersIsClosedAndMoneyThatComesAfterAllGoesToSuspense(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		m := e.mandate(1000, 0)
		b := e.released(e.batch(), true)
		_, err := e.svc.EndMandate(t.Context(), e.anna, m.ID, match(m.Version), "换卡")
		e.is(err, debit.ErrUnending)
		i := e.of(b, 1000)
		b = must(e.svc.Close(t.Context(), e.anna, b.ID, match(b.Version), "银行退回整批"))(t)
		if b.State != "done" || e.of(b, 1000).State != "failed" {
			t.Fatalf("%+v", b)
		}
		next := e.released(e.batch(), true)
		if next.N != 1 {
			t.Fatalf("%+v", next)
		}
		e.answer(b, paid(b, i), true)
		if i = e.of(b, 1000); i.State != "conflict" || e.payments() != 0 {
			t.Errorf("%+v", i)
		}
		e.answer(next, paid(next, e.of(next, 1000)), true)
		if e.payments() != 1 {
			t.Error(e.payments())
		}
		e.verify()
	})
}

func TestTheFileToTheBankIsThereOnceTheBatchIsReleased(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.billed("2026-03")
		e.mandate(1000, 0)
		b := e.batch()
		api := web.New("v1")
		e.svc.Routes(api)
		handler := api.Handler(web.Guard{Find: func(context.Context, string, authz.Request) (web.Session, error) {
			return web.Session{Who: e.anna}, nil
		}, Now: e.d.Now})
		get := func(encoding string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, web.Prefix+"/debit-batches/"+b.ID.String()+"/file.csv?encoding="+encoding, nil)
			r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "x"})
			handler.ServeHTTP(w, r)
			return w
		}
		if w := get("gbk"); w.Code != http.StatusConflict {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		b = e.released(b, true)
		text, err := simplifiedchinese.GBK.NewDecoder().Bytes(get("gbk").Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		utf := get("utf8").Body.Bytes()
		if !bytes.Equal(append([]byte("\ufeff"), text...), utf) {
			t.Errorf("%s\n%s", text, utf)
		}
		want := b.Number + ",1," + e.of(b, 1000).ID.String() + ",XY1000," + bank + ",户主1000,620000000000001000,200.00,2026-03-10,物业费 1栋100\r\n"
		if !strings.HasSuffix(string(text), want) || !strings.HasPrefix(string(text), "批次号,序号,明细号,协议号,开户行,户名,账号,金额,扣款日期,用途\r\n") {
			t.Errorf("%s", text)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM export_log WHERE what = 'debit_batch' AND row_count = 1`); n != 2 {
			t.Errorf("%d lines in the log of exports", n)
		}
	})
}
