package ledger

// The means of payments as exports say them, in Chinese and in English.
var meansSaid = map[Kind][2]string{
	Cash: {"现金", "cash"}, Bank: {"转账", "transfer"}, Cheque: {"支票", "cheque"}, POS: {"POS", "POS"}, WeChat: {"微信", "WeChat"}, Alipay: {"支付宝", "Alipay"},
	Prepaid: {"预存抵扣", "from prepayment"}, Early: {"提前缴费优惠", "early payment"}, Offset: {"抵账", "offset"}, Suspense: {"待查款", "from suspense"},
}

// Means is a means of payment in a language; what has no name stands as it is.
func (k Kind) Means(lang string) string {
	said, ok := meansSaid[k]
	switch {
	case !ok:
		return string(k)
	case lang == "en":
		return said[1]
	}
	return said[0]
}
