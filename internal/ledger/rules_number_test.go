package ledger_test

import (
	"testing"

	"guanjia/internal/ledger"
)

func TestANumberIsTheSameHoweverItIsWritten(t *testing.T) {
	for in, want := range map[string]string{
		"LS 2026-001": "LS2026001", "ls2026001": "LS2026001", "ＬＳ２０２６００１": "LS2026001", " Ls.2026/001 ": "LS2026/001", "支票 12": "支票12", "": "", " - ": "-",
	} {
		if got := ledger.Number(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
