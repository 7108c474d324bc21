package customer

import (
	"errors"
	"strings"
	"testing"

	"guanjia/internal/platform/authz"
)

// The numbers of these tests have the region 000000, which there is not.
func TestAnIdentityNumberIsCheckedBeforeItIsKept(t *testing.T) {
	for given, want := range map[string]struct {
		number string
		err    error
	}{
		"000000199001010018":     {"000000199001010018", nil},
		" 000000-19900101-0018 ": {"000000199001010018", nil},
		"００００００１９９００１０１００１８": {"000000199001010018", nil},
		"000000199001010017":       {"", ErrIdentityChecksum},
		"000000199002300018":       {"", ErrIdentityDay},
		"00000019900101001":        {"", ErrIdentityForm},
		"00000019900101001A":       {"", ErrIdentityForm},
		"":                         {"", ErrIdentityForm},
		"'; DROP TABLE customer;-": {"", ErrIdentityForm},
	} {
		got, err := ParseIdentity(IDCard, given)
		if !errors.Is(err, want.err) || err == nil && got != want.number {
			t.Errorf("%q: %q %v", given, got, err)
		}
	}
	for last := range 11 { // one of the eleven check digits is right, and x is X
		if _, err := ParseIdentity(IDCard, "00000019900101001"+"0123456789x"[last:last+1]); (err == nil) != (last == 8) {
			t.Errorf("check digit %d: %v", last, err)
		}
	}
}

func TestOtherPapersAreLessStrict(t *testing.T) {
	for kind, number := range map[IdentityKind]string{Passport: "e00000001", HomeReturn: "H00000000", Taiwan: "00000000", Residence: "000000199001010018", CreditCode: "91000000MA0000000X"} {
		if got, err := ParseIdentity(kind, number); err != nil || got != strings.ToUpper(number) {
			t.Errorf("%s %s: %q %v", kind, number, got, err)
		}
	}
	if _, err := ParseIdentity("none", "E00000001"); !errors.Is(err, ErrIdentityForm) {
		t.Error(err)
	}
	if got, err := ParseAccount("6200 0000 0000 0000 001"); err != nil || got != "6200000000000000001" {
		t.Error(got, err)
	}
	for _, bad := range []string{"", "1234567", "62000000x0000", strings.Repeat("1", 31)} {
		if _, err := ParseAccount(bad); !errors.Is(err, ErrAccountForm) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add("id_card", "000000199001010018")
	f.Add("passport", "E00000001")
	f.Fuzz(func(t *testing.T, kind, s string) {
		n, err := ParseIdentity(IdentityKind(kind), s)
		if err != nil {
			return
		}
		if again, err := ParseIdentity(IdentityKind(kind), n); err != nil || again != n {
			t.Errorf("%q is read as %q, which is read as %q: %v", s, n, again, err)
		}
		if strings.Contains(maskTail(n), n) {
			t.Errorf("%q is shown as %q", n, maskTail(n))
		}
	})
}

// CUS-04: names and numbers are masked unless the role may see them, there.
func TestWhatSomebodySeesDependsOnThePlace(t *testing.T) {
	who := authz.Actor{ID: 1, Grants: []authz.Grant{{Actions: map[authz.Action]bool{ActNames: true}, Communities: []authz.CommunityID{1}}, {Actions: map[authz.Action]bool{ActNumbers: true}, Communities: []authz.CommunityID{2}}}}
	here, there, elsewhere := SightOf(who, 1), SightOf(who, 2), SightOf(who, 3)
	if got := here.Name("李娜", false) + here.Number("13800005678"); got != "李娜138****5678" {
		t.Error(got)
	}
	if got := there.Name("欧阳小娜", false) + there.Number("13800005678"); got != "欧阳**13800005678" {
		t.Error(got)
	}
	if got := elsewhere.Name("云栖苑便利店", true) + elsewhere.Name(ErasedName, false) + elsewhere.Number(""); got != "云栖苑便利店"+ErasedName {
		t.Error(got)
	}
}
