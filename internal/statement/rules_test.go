package statement

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

const bom = "\ufeff"

const bankFile = `账号：,110100200300400
交易日期,收入,支出,余额,对方户名,摘要,附言,流水号
期初余额,,,"1,000.00",,,,
2026-03-02,"1,200.00",,"2,200.00",王某,转账,3月物业费,LS001
20260303,,50.00,"2,150.00",某电力公司,电费,,LS002
2026/3/4 09:12:33,80.00,,"2,230.00",,现金存入,,
合计,"1,280.00",50.00,,,,,
`

const wechatFile = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n" +
	"`2026-03-02 10:01:02,`wx1,`1900000001,`0,`,`4200001,`GJ1,`o1,`NATIVE,`SUCCESS,`OTHERS,`CNY,`300.00,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`1.80000,`0.60%,`300.00,`0.00,`\n" +
	"`2026-03-03 11:00:00,`wx1,`1900000001,`0,`,`4200001,`GJ1,`o1,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030001,`TK1,`100.00,`0.00,`ORIGINAL,`SUCCESS,`物业费,`,`-0.60000,`0.60%,`0.00,`100.00,`\n" +
	"总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n" +
	"`2,`300.00,`100.00,`0.00,`1.20000,`300.00,`100.00\n"

const alipayFile = `#支付宝业务明细查询
#账号：[20880000000000010156]
#起始日期：[2026年03月02日 00:00:00]   终止日期：[2026年03月03日 00:00:00]
#-----------------------------------------业务明细列表----------------------------------------
支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,分润（元）,备注
2026030222001,GJ2	,交易,物业费,2026-03-02 08:00:00,2026-03-02 08:00:05,*某(138****0000),200.00,200.00,,-1.20,0.00,
2026030222001,GJ2	,退款,物业费,2026-03-02 08:00:00,2026-03-02 18:00:05,*某(138****0000),-50.00,-50.00,TK2,0.30,0.00,
#-----------------------------------------业务明细列表结束------------------------------------
#交易合计：1笔，商家实收共200.00元，商家优惠共0.00元
#退款合计：1笔，商家实收退款共-50.00元，商家优惠退款共0.00元
#导出时间：[2026年03月04日 00:00:00]
`

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func reads(t *testing.T, data []byte) read {
	t.Helper()
	f, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestABanksFileIsReadInAnyEncoding(t *testing.T) {
	for name, data := range map[string][]byte{
		"UTF-8": []byte(bankFile), "UTF-8 with BOM": []byte(bom + bankFile), "GBK": gbk(t, bankFile), "GBK with BOM": append([]byte(bom), gbk(t, bankFile)...),
		"tabs": []byte(strings.NewReplacer(`"1,`, "1", `"2,`, "2", `00",`, "00\t", ",", "\t").Replace(bankFile)),
	} {
		f := reads(t, data)
		if f.Account != "110100200300400" || len(f.Lines) != 3 {
			t.Fatalf("%s: %+v", name, f)
		}
		l := f.Lines[0]
		if l.Fen != 1200_00 || l.Party != "王某" || l.Words != "转账 3月物业费" || l.Serial != "LS001" || *l.Balance != 2200_00 || l.Day.String() != "2026-03-02" {
			t.Errorf("%s: %+v", name, l)
		}
		if f.Lines[1].Fen != -50_00 || f.Lines[2].Day.String() != "2026-03-04" {
			t.Errorf("%s: %+v", name, f.Lines)
		}
		if s := f.sums(); s.In != 1280_00 || s.Out != 50_00 || s.From.String() != "2026-03-02" || s.To.String() != "2026-03-04" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// book is a file of a spreadsheet program.
func book(t testing.TB, rows [][]any) []byte {
	t.Helper()
	b := excelize.NewFile()
	defer func() { _ = b.Close() }()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetSheetRow(b.GetSheetName(0), cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A bank's XLSX has cells that are dates and numbers, and lines of words above its headings.
func TestABanksSpreadsheetIsReadLikeItsText(t *testing.T) {
	rows := [][]any{
		{"某某银行企业账户明细"}, {"账号：", "110100200300400"},
		{"交易日期", "收入", "支出", "余额", "对方户名", "摘要", "附言", "流水号"},
		{time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 1200, nil, 2200, "王某", "转账", "3月物业费", "LS001"},
		{"20260303", nil, 50.25, 2149.75, "某电力公司", "电费", nil, "LS002"},
		{"2026/3/4 09:12:33", "80.00", "", "2,229.75", nil, "现金存入", nil, nil},
		{"合计", 1280, 50.25},
	}
	f := reads(t, book(t, rows))
	if f.Means != "bank" || f.Account != "110100200300400" || len(f.Lines) != 3 {
		t.Fatalf("%+v", f)
	}
	if l := f.Lines[0]; l.Fen != 1200_00 || l.Day.String() != "2026-03-02" || l.Party != "王某" || l.Words != "转账 3月物业费" || l.Serial != "LS001" || *l.Balance != 2200_00 {
		t.Errorf("%+v", l)
	}
	if f.Lines[1].Fen != -50_25 || f.Lines[2].Fen != 80_00 || f.Lines[2].Day.String() != "2026-03-04" {
		t.Errorf("%+v", f.Lines)
	}
	rows[6][1] = 1281
	if _, err := parse(book(t, rows)); !errors.Is(err, ErrSum) {
		t.Errorf("a sum that does not fit: %v", err)
	}
}

func TestABankMayWriteOneAmountWithASign(t *testing.T) {
	f := reads(t, []byte("记账日期,借贷标志,发生额（元）,账户余额,对方名称\n2026-03-02,贷,10.00,10.00,甲\n2026-03-02,借,3.00,7.00,乙\n"))
	if f.Lines[0].Fen != 10_00 || f.Lines[1].Fen != -3_00 {
		t.Errorf("%+v", f.Lines)
	}
}

// A bank that writes what goes out above 0 takes a fee back by a row below 0; one
// that writes all that goes out below 0 means just that.
func TestARowThatTakesAnotherBackHasTheOtherSign(t *testing.T) {
	for _, c := range []struct {
		rows string
		want []money.Fen
	}{
		{"2026-03-02,借,50.00\n2026-03-02,借,-50.00\n2026-03-03,贷,300.00\n2026-03-03,贷,-300.00\n", []money.Fen{-50_00, 50_00, 300_00, -300_00}},
		{"2026-03-02,借,-50.00\n2026-03-03,贷,300.00\n2026-03-04,借,-8.00\n", []money.Fen{-50_00, 300_00, -8_00}},
	} {
		f := reads(t, []byte("交易日期,借贷标志,交易金额\n"+c.rows))
		for i, l := range f.Lines {
			if l.Fen != c.want[i] {
				t.Errorf("%d: %s, want %s", i, l.Fen, c.want[i])
			}
		}
	}
}

func TestBillsOfWeChatAndAlipayAreReadWithTheirFees(t *testing.T) {
	f := reads(t, []byte(bom+wechatFile))
	if f.Means != "wechat" || f.Account != "1900000001" || len(f.Lines) != 2 {
		t.Fatalf("%+v", f)
	}
	if l := f.Lines[0]; l.Fen != 300_00 || l.Fee != 1_80 || l.Serial != "4200001" || l.Order != "GJ1" {
		t.Errorf("%+v", l)
	}
	if l := f.Lines[1]; l.Fen != -100_00 || l.Fee != -60 || l.Serial != "5030001" || l.Order != "TK1" {
		t.Errorf("%+v", l)
	}
	f = reads(t, gbk(t, alipayFile))
	if f.Means != "alipay" || f.Account != "20880000000000010156" || len(f.Lines) != 2 {
		t.Fatalf("%+v", f)
	}
	if l := f.Lines[0]; l.Fen != 200_00 || l.Fee != 1_20 || l.Order != "GJ2" {
		t.Errorf("%+v", l)
	}
	if l := f.Lines[1]; l.Fen != -50_00 || l.Fee != -30 || l.Order != "TK2" {
		t.Errorf("%+v", l)
	}
}

func TestWhatDoesNotFitIsRefusedByName(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       error
		params     map[string]any
	}{
		{"a bank's sum", strings.Replace(bankFile, `合计,"1,280.00"`, `合计,"1,281.00"`, 1), ErrSum, map[string]any{"said": "1281.00", "found": "1280.00"}},
		{"a bank's sum in words", "收入合计：99.00元\n交易日期,收入,支出\n2026-03-02,98.00,\n", ErrSum, map[string]any{"said": "99.00", "found": "98.00"}},
		{"WeChat's sum", strings.Replace(wechatFile, "`2,`300.00", "`2,`300.01", 1), ErrSum, map[string]any{"said": "300.01", "found": "300.00"}},
		{"WeChat's count", strings.Replace(wechatFile, "`2,`300.00", "`3,`300.00", 1), ErrSum, map[string]any{"said": "3.00", "found": "2.00"}},
		{"WeChat's fee", strings.Replace(wechatFile, "`1.20000", "`1.20001", 1), ErrSum, map[string]any{"said": "1.20001", "found": "1.20"}},
		{"Alipay's sum", strings.Replace(alipayFile, "实收共200.00", "实收共201.00", 1), ErrSum, map[string]any{"said": "201.00", "found": "200.00"}},
		{"WeChat cut off", wechatFile[:strings.Index(wechatFile, "总交易单数")], ErrNoSum, nil},
		{"Alipay cut off", alipayFile[:strings.Index(alipayFile, "#交易合计")], ErrNoSum, nil},
		{"a day", strings.Replace(bankFile, "20260303", "2026-02-30", 1), ErrRow, map[string]any{"row": 5, "column": "交易日期", "value": "2026-02-30"}},
		{"an amount", strings.Replace(bankFile, "80.00", "八十", 1), ErrRow, map[string]any{"row": 6, "column": "收入", "value": "八十"}},
		{"parts of a fen", strings.Replace(bankFile, "80.00", "80.001", 1), ErrRow, map[string]any{"row": 6}},
		{"nothing", "交易日期,收入,支出\n", ErrEmpty, nil},
		{"no headings", "甲,乙\n1,2\n", ErrHeads, nil},
		{"no text", "\x00\x01\x02交易日期", ErrUnreadable, nil},
		{"an amount beyond all money", strings.Replace(bankFile, "80.00", "99999999999999999999", 1), ErrRow, nil},
	} {
		_, err := parse([]byte(c.file))
		var e *errs.Error
		if !errors.Is(err, c.want) || !errors.As(err, &e) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for k, v := range c.params {
			if e.Params[k] != v {
				t.Errorf("%s: %s is %v, not %v", c.name, k, e.Params[k], v)
			}
		}
	}
}

func TestLinesThatAreAlikeAreToldApartAndKnownAgain(t *testing.T) {
	const file = "交易日期,收入,支出,对方户名\n2026-03-02,10.00,,甲\n2026-03-02,10.00,,甲\n2026-03-02,10.00,,乙\n"
	a, b := reads(t, []byte(file)), reads(t, []byte(file))
	seen := map[string]bool{}
	for i, l := range a.Lines {
		if l.Mark != b.Lines[i].Mark || seen[l.Mark] || strings.Contains(l.Mark, "甲") {
			t.Errorf("%q and %q", l.Mark, b.Lines[i].Mark)
		}
		seen[l.Mark] = true
	}
}

func TestALineIsWhatNamesItOrOneOfTheSameAmountThreeDaysApart(t *testing.T) {
	day := func(s string) clock.Day { d, _ := clock.ParseDay(s); return d }
	l := Line{Means: "bank", Day: day("2026-03-05"), Fen: 100, Party: "王某", Serial: "LS1"}
	all := []Booked{
		{Kind: "payment", ID: 1, Day: day("2026-03-09"), Fen: 100},
		{Kind: "payment", ID: 2, Day: day("2026-03-05"), Fen: 100},
		{Kind: "payment", ID: 3, Day: day("2026-03-02"), Fen: 100, Party: "王某"},
		{Kind: "payment", ID: 4, Day: day("2026-03-05"), Fen: 101},
		{Kind: "payment", ID: 5, Day: day("2026-02-05"), Fen: 100, Reference: "LS1"},
	}
	var got []int64
	for _, b := range propose(l, all) {
		got = append(got, int64(b.ID))
	}
	if len(got) != 3 || got[0] != 5 || got[1] != 3 || got[2] != 2 {
		t.Error(got)
	}
	if b, ok := exact(l, all); !ok || b.ID != 5 {
		t.Error(b, ok)
	}
	written := Line{Means: "bank", Day: day("2026-03-05"), Fen: 100, Serial: "ls 1"}
	if b, ok := exact(written, all); !ok || b.ID != 5 {
		t.Error("the same number in other case and spacing:", b, ok)
	}
	if _, ok := exact(l, append(all, Booked{ID: 6, Fen: 100, Reference: "LS1"})); ok {
		t.Error("two of a number are no matter of the machine")
	}
	if _, ok := exact(Line{Fen: 101, Serial: "LS1"}, all); ok {
		t.Error("another amount is another thing")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{bankFile, wechatFile, alipayFile, bom + bankFile, "交易日期,借贷标志,金额\n2026-03-02,贷,1\n"} {
		f.Add([]byte(s))
	}
	f.Add(book(f, [][]any{{"交易日期", "收入", "支出"}, {"2026-03-02", 1, nil}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := parse(data)
		if err != nil {
			return
		}
		var sum money.Fen
		marks := map[string]bool{}
		for _, l := range out.Lines {
			if l.Fen == 0 || l.Day.IsZero() || marks[l.Mark] {
				t.Errorf("%+v", l)
			}
			marks[l.Mark] = true
			sum += l.Fen
		}
		if s := out.sums(); s.In-s.Out != sum || len(out.Lines) == 0 {
			t.Errorf("%+v of %d lines", s, len(out.Lines))
		}
	})
}
