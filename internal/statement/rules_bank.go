package statement

import (
	"regexp"
	"slices"
	"strings"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/sheet"
)

// What banks call their columns.
var (
	dayHeads     = []string{"交易日期", "记账日期", "入账日期", "交易时间", "记账时间", "交易日", "记账日", "日期", "交易日期时间"}
	inHeads      = []string{"收入", "收入金额", "贷方发生额", "贷方金额", "贷方", "存入", "存入金额", "转入金额", "贷方发生额(收入)", "贷方发生额/元(收入)", "收入(贷)"}
	outHeads     = []string{"支出", "支出金额", "借方发生额", "借方金额", "借方", "取出", "支取", "转出金额", "借方发生额(支取)", "借方发生额/元(支取)", "支出(借)"}
	amountHeads  = []string{"交易金额", "发生额", "金额"}
	signHeads    = []string{"借贷标志", "借贷方向", "借贷", "借/贷", "收支标志", "收支", "收/支"}
	balanceHeads = []string{"余额", "账户余额", "本次余额", "当前余额"}
	partyHeads   = []string{"对方户名", "对方名称", "对方账户名称", "对方单位名称", "对方单位", "对手户名", "交易对方", "付款人名称"}
	wordsHeads   = []string{"摘要", "附言", "用途", "备注", "交易摘要", "交易附言"}
	serialHeads  = []string{"流水号", "交易流水号", "核心流水号", "银行流水号", "账户明细编号-交易流水号", "交易序号"}
)

// What banks write beside an amount that came in, and beside one that went out.
var (
	inSigns  = []string{"贷", "收", "收入", "C", "CR", "+", "转入", "来账", "贷方"}
	outSigns = []string{"借", "支", "支出", "D", "DR", "-", "转出", "往账", "借方"}
)

func allHeads() []string {
	return slices.Concat(dayHeads, inHeads, outHeads, amountHeads, balanceHeads, partyHeads, wordsHeads, serialHeads)
}

func (t table) isBank() bool {
	return t.column(dayHeads...) >= 0 && (t.column(inHeads...) >= 0 || t.column(amountHeads...) >= 0)
}

// bankTable is a bank's table with where its columns are.
type bankTable struct {
	table
	day, in, out, amount, sign, balance, party, serial int
	sumIn, sumOut                                      tiny
	count                                              int
	above                                              bool // what goes out stands above 0, so that below 0 it is taken back
}

func (t table) bank() (out read, err error) {
	b := bankTable{
		table: t, day: t.column(dayHeads...), in: t.column(inHeads...), out: t.column(outHeads...), amount: t.column(amountHeads...), sign: t.column(signHeads...), balance: t.column(balanceHeads...), party: t.column(partyHeads...), serial: t.column(serialHeads...),
	}
	out.Means, out.Account = ledger.Bank, t.account()
	b.above = slices.ContainsFunc(t.rows, func(r row) bool {
		n, ok := amount(r.At(b.amount))
		return ok && n > 0 && slices.Contains(outSigns, strings.ToUpper(r.At(b.sign)))
	})
	for _, r := range t.rows {
		if b.isSum(r) {
			continue // of the whole file: looked at when all is read
		}
		l, ok, err := b.line(r)
		if err != nil {
			return out, err
		}
		if ok {
			out.Lines = append(out.Lines, l)
		}
	}
	for _, r := range slices.Concat(t.before, t.rows) {
		if err := b.check(r); err != nil {
			return out, err
		}
	}
	return out, nil
}

// line reads a row; ok is false of rows that are no movement: carried balances, notes.
func (b *bankTable) line(r row) (l Line, ok bool, err error) {
	in, out, err := b.moved(r)
	if err != nil {
		return l, false, err
	}
	day, dated := dayOf(r.At(b.day))
	switch {
	case in == 0 && out == 0:
		filled := 0
		for _, i := range []int{b.in, b.out, b.amount} {
			if dated && i >= 0 && r.At(i) != "" {
				filled++
			}
		}
		if dated && filled == 0 && !carried(r) {
			return l, false, badRow(r, b.head(max(b.in, b.amount)), "")
		}
		return l, false, nil
	case !dated:
		return l, false, badRow(r, b.head(b.day), r.At(b.day))
	case in != 0 && out != 0:
		return l, false, badRow(r, b.head(b.out), r.At(b.out))
	}
	l = Line{Means: ledger.Bank, Day: day, Fen: in.fen() - out.fen(), Party: r.At(b.party), Serial: r.At(b.serial), Words: b.words(r)}
	if text := r.At(b.balance); text != "" {
		n, ok := amount(text)
		if !ok || !n.whole() {
			return l, false, badRow(r, b.head(b.balance), text)
		}
		fen := n.fen()
		l.Balance = &fen
	}
	b.sumIn, b.sumOut, b.count = b.sumIn+in, b.sumOut+out, b.count+1
	return l, true, nil
}

// moved is what came in and went out in a row. The bank's credit is our income.
func (b *bankTable) moved(r row) (in, out tiny, err error) {
	for _, c := range []struct {
		at   int
		into *tiny
	}{{b.in, &in}, {b.out, &out}} {
		n, ok := amount(r.At(c.at))
		if !ok || !n.whole() {
			return 0, 0, badRow(r, b.head(c.at), r.At(c.at))
		}
		*c.into = n
	}
	if b.in >= 0 || b.amount < 0 {
		return in, out, nil
	}
	n, ok := amount(r.At(b.amount))
	if !ok || !n.whole() {
		return 0, 0, badRow(r, b.head(b.amount), r.At(b.amount))
	}
	sign := strings.ToUpper(r.At(b.sign))
	switch {
	case n == 0:
	case sign == "":
		if b.sign >= 0 {
			return 0, 0, badRow(r, b.head(b.sign), "")
		}
		return max(n, 0), max(-n, 0), nil
	case slices.Contains(inSigns, sign):
		return n, 0, nil
	case slices.Contains(outSigns, sign) && b.above:
		return 0, n, nil
	case slices.Contains(outSigns, sign):
		return 0, -n, nil
	default:
		return 0, 0, badRow(r, b.head(b.sign), r.At(b.sign))
	}
	return 0, 0, nil
}

func (b *bankTable) words(r row) string {
	var all []string
	for i, h := range b.heads {
		if text := r.At(i); slices.Contains(wordsHeads, h) && text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return sheet.Plain(strings.Join(all, " "))
}

// carried says that a row only names a balance.
func carried(r row) bool {
	text := strings.Join(r.Cells, " ")
	return strings.Contains(text, "期初") || strings.Contains(text, "承前") || strings.Contains(text, "上页") || strings.Contains(text, "余额")
}

var sumWord = regexp.MustCompile(`^(合计|总计|总合计|累计|小计|本页合计|本页小计|本月合计|本年累计)`)

// isSum says that a row is one of sums: no day, and such a word in front.
func (b *bankTable) isSum(r row) bool {
	if _, dated := dayOf(r.At(b.day)); dated {
		return false
	}
	return slices.ContainsFunc(r.Cells, sumWord.MatchString) || slices.ContainsFunc(r.Cells, said.MatchString)
}

var (
	said     = regexp.MustCompile(`(收入|贷方|支出|借方)(?:发生额|金额)?(?:合计|总计|总额|总金额|合计金额)(?:\(元\))?[:：\s]*([0-9][0-9,]*(?:\.[0-9]+)?)?`)
	ofWhole  = regexp.MustCompile(`^(合计|总计|总合计)`)
	creditOf = map[string]bool{"收入": true, "贷方": true}
)

// check compares the sums that the file gives with those of its rows.
func (b *bankTable) check(r row) error {
	if _, dated := dayOf(r.At(b.day)); dated {
		return nil
	}
	for i, c := range r.Cells {
		for _, m := range said.FindAllStringSubmatch(c, -1) {
			text := m[2]
			if text == "" {
				text = r.At(i + 1)
			}
			found := b.sumOut
			if creditOf[m[1]] {
				found = b.sumIn
			}
			if n, ok := amount(text); ok && text != "" && n != found {
				return badSum(m[1]+"合计", n, found)
			}
		}
	}
	if !slices.ContainsFunc(r.Cells, ofWhole.MatchString) {
		return nil
	}
	for _, c := range []struct {
		at    int
		found tiny
	}{{b.in, b.sumIn}, {b.out, b.sumOut}} {
		if n, ok := amount(r.At(c.at)); c.at >= 0 && r.At(c.at) != "" && (!ok || n != c.found) {
			if !ok {
				return badRow(r, b.head(c.at), r.At(c.at))
			}
			return badSum(b.head(c.at)+"合计", n, c.found)
		}
	}
	return nil
}
