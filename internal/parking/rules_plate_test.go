package parking

import (
	"errors"
	"testing"
)

func TestEveryPlateOfTheMainlandIsKnownInAnyWriting(t *testing.T) {
	for text, want := range map[string]string{
		"浙A12345": "浙A12345", "浙a·12345": "浙A12345", " 浙Ａ 12345 ": "浙A12345", "浙A-1B2C3": "浙A1B2C3", "浙AD12345": "浙AD12345", "浙A·F1234 5": "浙AF12345", "浙A12345D": "浙A12345D",
		"粤Z1234港": "粤Z1234港", "粤Z12A4澳": "粤Z12A4澳", "224578使": "224578使", "使224578": "使224578", "沪A0023领": "沪A0023领", "京A1234学": "京A1234学", "京A1234警": "京A1234警", "京A1234挂": "京A1234挂",
		"WJ京12345": "WJ京12345", "京O12345": "京O12345", "": "", "  ": "",
	} {
		if got, err := Plate(text); err != nil || got != want {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
}

func TestWhatIsNoPlateIsRefusedWithAReason(t *testing.T) {
	for text, want := range map[string]error{
		"浙A1234O": ErrPlateLetters, "浙AI2345": ErrPlateLetters, "浙A1234": ErrPlateForm, "浙A1234567": ErrPlateForm, "A12345": ErrPlateForm, "浙12345": ErrPlateForm, "杭A12345": ErrPlateForm,
		"浙AZ12345": ErrPlateForm, "浙A1234港": ErrPlateForm, "12345使": ErrPlateForm, "没有": ErrPlateForm, "<b>": ErrPlateForm,
	} {
		if got, err := Plate(text); !errors.Is(err, want) {
			t.Errorf("%q: %q %v, want %v", text, got, err, want)
		}
	}
}

func FuzzPlate(f *testing.F) {
	for _, s := range []string{"浙A12345", "粤Z1234港", "浙a·d1234 5", "<b>", "使224578"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Plate(s)
		if err != nil {
			return
		}
		if again, err := Plate(p); err != nil || again != p {
			t.Errorf("%q: %q reads %q (%v)", s, p, again, err)
		}
		if tail(tail(p)) != p {
			t.Errorf("%q: the tail of the tail is another", p)
		}
	})
}
