package extract

import (
	"strings"

	"guanjia/internal/platform/clock"
)

// said are the words of a statement on paper and in tables: in the language of
// who reads it, not of who prints it.
var said = map[string]map[string]string{
	"zh": {
		"title": "对账单", "for": "客户", "rooms": "房屋", "span": "对账期间", "asOf": "数据截至", "developer": "开发建设单位", "more": "等 {n} 套",
		"opening": "期初", "closing": "期末", "owed": "应缴未缴", "ahead": "预存", "deposit": "押金", "balance": "余额",
		"day": "日期", "what": "事项", "room": "房屋", "item": "收费项目", "period": "账期", "due": "应缴日", "number": "收据/凭证号", "means": "方式", "charged": "应缴", "credited": "缴纳", "aheadMove": "预存变动", "depositMove": "押金变动",
		"accrued": "未入账违约金", "waived": "减免违约金", "words": "说明", "lateIn": "（含违约金 {n}）",
		"bill": "账单", "corrected": "更正后账单", "reversal": "账单冲销", "payment": "缴费", "void": "缴费作废", "early": "提前缴费优惠", "used": "预存抵扣", "moved": "原缴款转入", "handed": "预存转让", "refund": "退款", "refund_back": "退款退回",
		"held": "收取押金", "returned": "退还押金", "kept": "押金扣留", "waiver": "违约金减免", "over": "接房时结余", "other": "其他",
		"cash": "现金", "bank": "银行转账", "cheque": "支票", "pos": "POS", "wechat": "微信支付", "alipay": "支付宝", "prepaid": "预存", "offset": "抵账",
		"totals": "本期合计", "billed": "新增账单", "reversed": "冲销", "late": "已入账违约金", "paid": "缴纳", "off": "提前缴费优惠", "back": "退款",
		"open": "截至 {day} 未缴清的账单", "billedCol": "账单金额", "openCol": "未缴", "lateCol": "违约金（未入账）", "sum": "合计", "none": "没有未缴清的账单", "nothing": "本期没有往来", "payable": "共计待缴",
		"office": "客服中心", "phone": "服务电话", "complaint": "投诉渠道", "hint": "余额为应缴未缴减去预存；为负表示预存大于欠缴。违约金在缴纳时入账，未入账的单列，不计入余额。对账单有疑问，请在上述时间到客服中心核对或致电。",
		"joint": "由租户支付、您负连带责任的未缴账单", "jointHint": "依《物业管理条例》第四十一条，约定由租户（物业使用人）交纳的，业主负连带交纳责任。这些账单不计入以上余额和合计，您可以代为支付。", "sheetJoint": "租户未缴账单",
		"sheetEntries": "往来明细", "sheetOpen": "未缴账单", "sheetHead": "汇总",
	},
	"en": {
		"title": "Statement of account", "for": "For", "rooms": "Rooms", "span": "Days", "asOf": "As of", "developer": "The developer", "more": "and others, {n} in all",
		"opening": "Opening balance", "closing": "Closing balance", "owed": "Billed, not paid", "ahead": "Paid ahead", "deposit": "Deposits held", "balance": "Balance",
		"day": "Day", "what": "What", "room": "Room", "item": "Charge", "period": "Period", "due": "Due", "number": "Receipt", "means": "Means", "charged": "Charged", "credited": "Paid", "aheadMove": "Paid ahead ±", "depositMove": "Deposit ±",
		"accrued": "Late fee, not booked", "waived": "Late fee waived", "words": "Note", "lateIn": " (late fee {n} included)",
		"bill": "Bill", "corrected": "Corrected bill", "reversal": "Bill reversed", "payment": "Payment", "void": "Payment voided", "early": "Taken off for paying early", "used": "Paid from what was paid ahead", "moved": "Earlier payment carried over", "handed": "Paid ahead, handed over", "refund": "Refund", "refund_back": "Refund came back",
		"held": "Deposit taken", "returned": "Deposit returned", "kept": "Deposit kept", "waiver": "Late fee waived", "over": "Standing when the room became yours", "other": "Other",
		"cash": "cash", "bank": "bank transfer", "cheque": "cheque", "pos": "POS", "wechat": "WeChat Pay", "alipay": "Alipay", "prepaid": "paid ahead", "offset": "offset",
		"totals": "In these days", "billed": "Billed", "reversed": "Reversed", "late": "Late fees booked", "paid": "Paid", "off": "Taken off for paying early", "back": "Given back",
		"open": "Bills that are open on {day}", "billedCol": "Billed", "openCol": "Open", "lateCol": "Late fee (not booked)", "sum": "Total", "none": "No bill is open", "nothing": "Nothing happened in these days", "payable": "To be paid",
		"office": "Service centre", "phone": "Telephone", "complaint": "Complaints", "hint": "The balance is what was billed and not paid, less what is paid ahead; below zero more is paid ahead than owed. Late fees are booked when they are paid; until then they stand by themselves and not in the balance. If something seems wrong, come to the service centre in its hours, or call.",
		"joint": "Open bills that tenants pay and you are jointly liable for", "jointHint": "Where it is agreed that the tenant pays, the owner is jointly liable (Regulations on Property Management, article 41). These bills stand in no sum above; you may pay them.", "sheetJoint": "Open bills of tenants",
		"sheetEntries": "Entries", "sheetOpen": "Open bills", "sheetHead": "Summary",
	},
}

// word is a word of a statement in a language; {n}, {m} and {day} are filled in turn by name.
func word(lang, key string, holes ...string) string {
	all, ok := said[lang]
	if !ok {
		all = said["zh"]
	}
	text := all[key]
	for i := 0; i+1 < len(holes); i += 2 {
		text = strings.ReplaceAll(text, "{"+holes[i]+"}", holes[i+1])
	}
	return text
}

// mostNamed is how many rooms the head of a statement names.
const mostNamed = 6

// roomsIn names the rooms of a statement.
func (s Statement) roomsIn() string {
	if len(s.Rooms) <= mostNamed {
		return strings.Join(s.Rooms, map[bool]string{true: ", ", false: "、"}[s.Lang == "en"])
	}
	return strings.Join(s.Rooms[:mostNamed], map[bool]string{true: ", ", false: "、"}[s.Lang == "en"]) + " " + word(s.Lang, "more", "n", itoa(len(s.Rooms)))
}

// nameIn is whom a statement is for.
func (s Statement) nameIn() string {
	if s.Form == ByDeveloper || s.Name == "" {
		return word(s.Lang, "developer")
	}
	return s.Name
}

// what says what an entry is.
func (e Entry) what(lang string) string {
	text := word(lang, string(e.Kind))
	if e.Booked != 0 {
		text += word(lang, "lateIn", "n", e.Booked.Grouped())
	}
	return text
}

// spanOf writes the days that something is for.
func (e Entry) spanOf() string {
	if e.From.IsZero() {
		return periodText(e.Period)
	}
	if e.From == e.Period.First() && e.To == e.Period.Last() {
		return periodText(e.Period)
	}
	return e.From.String() + "–" + e.To.String()
}

func periodText(p clock.Period) string {
	if p.IsZero() {
		return ""
	}
	return p.String()
}
