package statement

import (
	"regexp"
	"strconv"
	"strings"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/sheet"
)

// wechatSums are the sums at the end of a WeChat bill, and the columns they are of.
var wechatSums = map[string]string{
	"应结订单总金额": "应结订单金额", "总交易额": "总金额", "订单总金额": "订单金额", "退款总金额": "退款金额", "总退款金额": "退款金额", "申请退款总金额": "申请退款金额", "充值券退款总金额": "充值券退款金额", "手续费总金额": "手续费",
}

var summed = func() map[string]bool {
	out := map[string]bool{}
	for _, column := range wechatSums {
		out[column] = true
	}
	return out
}()

// wechat reads a “trade bill” of WeChat Pay (pay.weixin.qq.com, 下载交易账单, all
// orders): every value has ` before it, refunds are rows of their own, and the
// sums stand at the end under headings of their own.
func (t table) wechat() (out read, err error) {
	out.Means = ledger.WeChat
	sums, count := map[string]tiny{}, 0
	for i, r := range t.rows {
		if sheet.Heading(r.At(0)) == "总交易单数" {
			if i+1 >= len(t.rows) {
				return out, ErrNoSum
			}
			return out, t.wechatSum(r, t.rows[i+1], sums, count)
		}
		l, err := t.wechatLine(r, sums)
		if err != nil {
			return out, err
		}
		count++
		if account := r.At(t.column("商户号")); out.Account == "" {
			out.Account = account
		}
		if l.Fen != 0 {
			out.Lines = append(out.Lines, l)
		}
	}
	return out, ErrNoSum
}

func (t table) wechatLine(r row, sums map[string]tiny) (l Line, err error) {
	at := t.column("交易时间")
	day, ok := dayOf(r.At(at))
	if !ok {
		return l, badRow(r, "交易时间", r.At(at))
	}
	for i, head := range t.heads {
		if !summed[head] {
			continue
		}
		n, ok := amount(r.At(i))
		if !ok {
			return l, badRow(r, head, r.At(i))
		}
		sums[head] += n
	}
	paid, _ := amount(r.At(t.column("订单金额", "应结订单金额", "总金额")))
	back, _ := amount(r.At(t.column("申请退款金额", "退款金额")))
	fee, _ := amount(r.At(t.column("手续费")))
	l = Line{Means: ledger.WeChat, Day: day, Fee: fee.fen(), Words: r.At(t.column("商品名称"))}
	switch state := strings.ToUpper(r.At(t.column("交易状态"))); state {
	case "SUCCESS":
		l.Fen, l.Serial, l.Order = paid.fen(), r.At(t.column("微信订单号")), r.At(t.column("商户订单号"))
	case "REFUND", "REVOKED":
		l.Fen, l.Serial, l.Order = -back.fen(), r.At(t.column("微信退款单号")), r.At(t.column("商户退款单号"))
	default:
		return l, badRow(r, "交易状态", state)
	}
	if l.Serial == "" {
		return l, badRow(r, "微信订单号", "")
	}
	return l, nil
}

func (t table) wechatSum(heads, values row, sums map[string]tiny, count int) error {
	for i, h := range heads.Cells {
		n, ok := amount(values.At(i))
		if !ok || values.At(i) == "" {
			return badRow(values, h, values.At(i))
		}
		found, known := tiny(count)*100*tinyFen, sheet.Heading(h) == "总交易单数"
		if of, ok := wechatSums[sheet.Heading(h)]; ok && t.column(of) >= 0 {
			found, known = sums[of], true
		}
		if known && n != found {
			return badSum(h, n, found)
		}
	}
	return nil
}

var (
	alipaySum = regexp.MustCompile(`(交易|退款)合计[:：]\s*(\d{1,9})\s*笔[^#]*?商家实收(?:退款)?共?\s*(-?[0-9,.]+)\s*元`)
	alipayNo  = regexp.MustCompile(`账号[:：]\s*\[?([0-9]{6,32})`)
)

// alipay reads 业务明细 of Alipay (opendocs.alipay.com, 对账单 trade): lines with #
// around it, refunds below 0, sums after the rows. Fees stand below 0 too.
func (t table) alipay() (out read, err error) {
	out.Means = ledger.Alipay
	for _, r := range t.before {
		if m := alipayNo.FindStringSubmatch(strings.Join(r.Cells, ",")); m != nil {
			out.Account = m[1]
		}
	}
	found, counts, checked := map[string]tiny{}, map[string]int{}, map[string]bool{}
	for _, r := range t.rows {
		if text := strings.Join(r.Cells, ","); strings.HasPrefix(text, "#") {
			if m := alipaySum.FindStringSubmatch(text); m != nil {
				if err := alipayCheck(r, m, found, counts); err != nil {
					return out, err
				}
				checked[m[1]] = true
			}
			continue
		}
		l, kind, got, err := t.alipayLine(r)
		if err != nil {
			return out, err
		}
		found[kind] += got
		counts[kind]++
		if l.Fen != 0 {
			out.Lines = append(out.Lines, l)
		}
	}
	if !checked["交易"] || counts["退款"] > 0 && !checked["退款"] {
		return out, ErrNoSum
	}
	return out, nil
}

func (t table) alipayLine(r row) (l Line, kind string, got tiny, err error) {
	at := t.column("完成时间", "创建时间")
	day, ok := dayOf(r.At(at))
	if !ok {
		return l, "", 0, badRow(r, t.head(at), r.At(at))
	}
	values := map[string]tiny{}
	for _, head := range []string{"订单金额", "商家实收", "服务费"} {
		n, ok := amount(r.At(t.column(head)))
		if !ok || !n.whole() {
			return l, "", 0, badRow(r, head, r.At(t.column(head)))
		}
		values[head] = n
	}
	kind = "交易"
	l = Line{Means: ledger.Alipay, Day: day, Fen: values["订单金额"].fen(), Fee: -values["服务费"].fen(), Party: r.At(t.column("对方账户")), Words: r.At(t.column("商品名称")), Serial: r.At(t.column("支付宝交易号")), Order: r.At(t.column("商户订单号"))}
	if strings.Contains(r.At(t.column("业务类型")), "退") {
		batch := r.At(t.column("退款批次号/请求号", "退款批次号"))
		kind, l.Fen, l.Order = "退款", -max(l.Fen, -l.Fen), batch
		l.Serial += "/" + batch
	}
	if l.Serial == "" {
		return l, "", 0, badRow(r, "支付宝交易号", "")
	}
	return l, kind, values["商家实收"], nil
}

func alipayCheck(r row, m []string, found map[string]tiny, counts map[string]int) error {
	n, err := strconv.Atoi(m[2])
	said, ok := amount(m[3])
	if err != nil || !ok {
		return badRow(r, m[1]+"合计", m[3])
	}
	if n != counts[m[1]] {
		return badSum(m[1]+"笔数", tiny(n)*100*tinyFen, tiny(counts[m[1]])*100*tinyFen)
	}
	if got := found[m[1]]; said != got && -said != got {
		return badSum(m[1]+"合计", said, got)
	}
	return nil
}
