package collection

import "guanjia/internal/platform/sheet"

// english are the words of the exported tables for who reads English.
var english = map[string]string{
	"楼栋": "Building", "收费项目": "Charge item", "房屋": "Room", "合计": "Total", "收缴": "Collection", "账龄": "Ageing", "与总账核对": "Against the ledger",
	"本期应收": "Receivable", "其中已收": "Paid of it", "权责收缴率%": "Accrual rate %", "本期实收本期": "Paid within the period", "现金收缴率%": "Cash rate %", "期初欠费": "Arrears before", "本期收回欠费": "Arrears recovered", "清欠率%": "Recovery rate %",
	"综合收缴率%": "Overall rate %", "现在未收": "Open now", "违约金已收": "Late fees paid", "违约金减免": "Late fees waived", "冲销": "Reversed", "预存余额": "Paid ahead",
	"未到期": "Not due", "3个月内": "Up to 3 months", "3-6个月": "3 to 6 months", "6-12个月": "6 to 12 months", "1-2年": "1 to 2 years", "2-3年": "2 to 3 years", "3年以上": "More than 3 years", "违约金未入账": "Late fees not booked", "最早到期日": "First due day", "最早时效届满": "First limitation",
	"科目": "Account", "报表": "Report", "总账": "Ledger", "相符": "Equal",
	"日期": "Day", "项目": "Item", "账期": "Month", "收据号": "Receipt", "方式": "Means", "金额": "Amount", "已冲销": "Reversed",
}

// checkWords are what each check holds against the ledger, for who reads Chinese.
var checkWords = map[string]string{"receivable": "应收款", "income": "收入", "late_income": "违约金收入", "prepaid": "预存余额", "waived": "违约金减免", "received": "实收"}

// checkIn is the name of a check in a language.
func checkIn(lang, name string) string {
	if said, ok := checkWords[name]; ok && lang != "en" {
		return said
	}
	return name
}

// wordIn is a word of a table in a language.
func wordIn(lang, word string) string {
	if said, ok := english[word]; ok && lang == "en" {
		return said
	}
	return word
}

// headsIn are headings in a language.
func headsIn(lang string, words ...string) []sheet.Column {
	said := make([]string, len(words))
	for i, w := range words {
		said[i] = wordIn(lang, w)
	}
	return sheet.Heads(said...)
}
