package ticket

import "strings"

// facetWords give away which side of a fee somebody speaks of (TIC-01a): how it
// is calculated, how it is collected, or what it is used for. Punctuation and
// blanks are taken out of what people say before they are looked for.
var facetWords = map[string][]string{
	"calculation": {
		"怎么算", "如何算", "算法", "计算", "算错", "算多", "算少", "算得不对", "算的不对", "多算", "少算", "重新算", "核算", "单价", "面积不对", "按面积", "按什么标准", "收费标准", "计费", "计价", "公式",
		"系数", "分摊比例", "怎么分摊", "阶梯", "读数", "抄错", "抄表", "表数不对", "用量不对", "用量太高", "怎么这么多", "怎么这么高", "怎么这么贵", "太高了", "突然涨", "涨了这么多", "金额不对", "数额不对", "费用不对", "折扣没算", "优惠没算", "天数不对", "月份不对",
	},
	"collection": {
		"怎么交", "怎么缴", "在哪交", "在哪缴", "去哪交", "去哪缴", "缴费", "交费", "付款", "扫码", "刷卡", "收不了", "付不了", "交不了", "缴不了", "付不出去", "扣款", "代扣", "扣了两次", "重复扣", "重复收", "重复交", "重复缴", "收了两次", "交了两次", "缴了两次", "多收", "乱收费", "没到账", "未到账", "到账",
		"还显示欠费", "显示欠费", "欠费", "催费", "催缴", "催款", "发票", "收据", "开票", "票据", "账单没收到", "没收到账单", "没收到通知", "通知单", "缴费通知", "滞纳金", "违约金", "预存", "退款", "退费", "退押金", "押金不退", "押金没退", "减免", "分期", "缓交", "什么时候交", "截止日期", "收费员", "收费窗口",
	},
	"use": {
		"用在哪", "用到哪", "花在哪", "花到哪", "花哪", "用哪", "去哪了", "钱去哪", "用途", "用于什么", "用来做什么", "怎么用", "怎么花", "使用情况", "使用明细", "资金使用", "动用", "挪用", "支出", "收支", "公示", "公开", "账目", "开支", "维修基金用", "维修资金用", "谁批的", "钱花", "收益", "广告费", "公共收益",
	},
}

// FacetByWords is the side of a fee whose longest word stands in the text; of
// two that are as long nobody can say. It proposes only (TIC-12).
func (t *Tree) FacetByWords(text string) string {
	plain, best, most, tied := clauses(text), "", 0, false
	for _, f := range t.facets() {
		longest := 0
		for _, w := range f.Words {
			if len(w) > longest && strings.Contains(plain, w) {
				longest = len(w)
			}
		}
		switch {
		case longest > most:
			best, most, tied = f.ID, longest, false
		case longest == most && most > 0:
			tied = true
		}
	}
	if tied {
		return ""
	}
	return best
}

// facets are the sides that classes have; all that have any have the same.
func (t *Tree) facets() []Facet {
	for _, c := range t.flat {
		if len(c.Facets) > 0 {
			return c.Facets
		}
	}
	return nil
}

// HasFacet reports whether classes have such a side.
func (t *Tree) HasFacet(id string) bool {
	_, has := Category{Facets: t.facets()}.Facet(id)
	return has
}
