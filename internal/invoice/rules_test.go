package invoice

import "testing"

func TestATaxNumberWithOneWrongSignIsRefused(t *testing.T) {
	const right = "91350100M000100Y43" // the example of GB 32100-2015
	if !creditCode(right) {
		t.Fatal("the example of the standard is refused")
	}
	for i := range right {
		for _, c := range creditSigns {
			if byte(c) == right[i] {
				continue
			}
			if wrong := right[:i] + string(c) + right[i+1:]; creditCode(wrong) {
				t.Errorf("%s passes", wrong)
			}
		}
	}
	for _, s := range []string{"", right[:17], right + "0", "91350100I000100Y43", "91350100m000100y43"} {
		if creditCode(s) {
			t.Errorf("%q passes", s)
		}
	}
}

func TestAnAnswerOfThePlatformIsReadWithItsHeadingsAndItsMistakes(t *testing.T) {
	rows, problems, err := parseAnswer([]byte("开票结果\n申请单号,状态,发票号码,开票日期,失败原因,价税合计\nFP1,已开具,26442000000000000001,2026-03-06,,200.00\nFP2,失败,,,税号不存在,\nFP3,成功,12,2026-03-06,,\nFP4,不明,,,,\nFP5,失败,,,,\nFP6,成功,26442000000000000002,三月,,\n\n"))
	if err != nil || len(rows) != 2 || !rows[0].issued || rows[0].issuedOn.String() != "2026-03-06" || rows[1].reason != "税号不存在" {
		t.Fatalf("%+v %v", rows, err)
	}
	var codes string
	for _, p := range problems {
		codes += p.Number + " " + p.Code + ";"
	}
	if codes != "FP3 number;FP4 state;FP5 reason;FP6 day;" {
		t.Error(codes)
	}
	for _, bad := range []string{"", "a,b\n1,2\n", "申请单号,状态,发票号码,开票日期\n", "\x00\x01"} {
		if _, _, err := parseAnswer([]byte(bad)); err == nil {
			t.Errorf("%q is an answer", bad)
		}
	}
}
