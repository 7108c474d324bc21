package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guanjia/internal/platform/vault"
)

func fresh(t testing.TB) (*vault.Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	v, err := vault.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return v, path
}

func TestWhatIsSealedOpensAtItsPlaceAndNowhereElse(t *testing.T) {
	v, _ := fresh(t)
	rapid.Check(t, func(r *rapid.T) {
		place, other := rapid.String().Draw(r, "place"), rapid.String().Draw(r, "other")
		plain := rapid.StringN(1, -1, -1).Draw(r, "plain")
		sealed := v.Seal(place, plain)
		if got, err := v.Open(place, sealed); err != nil || got != plain {
			r.Fatalf("%q %v", got, err)
		}
		if strings.Contains(sealed, plain) && len(plain) > 3 {
			r.Fatalf("%q shows %q", sealed, plain)
		}
		if v.Seal(place, plain) == sealed {
			r.Fatal("sealing twice gives the same text: equal values can be seen to be equal")
		}
		if other != place {
			if got, err := v.Open(other, sealed); !errors.Is(err, vault.ErrBroken) {
				r.Fatalf("opened elsewhere: %q %v", got, err)
			}
		}
	})
}

func TestOneChangedCharacterIsNoticed(t *testing.T) {
	v, _ := fresh(t)
	sealed := v.Seal("here", "310101199001011237")
	for i := range sealed {
		c := byte('A')
		if sealed[i] == c {
			c = 'B'
		}
		if got, err := v.Open("here", sealed[:i]+string(c)+sealed[i+1:]); err == nil {
			t.Errorf("position %d: opened as %q", i, got)
		}
	}
}

func TestNothingStaysNothing(t *testing.T) {
	v, _ := fresh(t)
	opened, err := v.Open("here", "")
	if v.Seal("here", "") != "" || opened != "" || err != nil || v.Index("mobile", "") != "" || !v.Current("") || !v.CurrentIndex("") {
		t.Error("an empty value is kept as an empty value")
	}
}

func TestAnIndexFindsTheSameValueOfTheSameKindOnly(t *testing.T) {
	v, _ := fresh(t)
	another, _ := fresh(t)
	a := v.Index("mobile", "13812345678")
	switch {
	case a != v.Index("mobile", "13812345678"):
		t.Error("the same value has two indexes")
	case a == v.Index("mobile", "13812345679"), a == v.Index("identity", "13812345678"), a == another.Index("mobile", "13812345678"):
		t.Error("different values, kinds or installations share an index")
	case strings.Contains(a, "5678"):
		t.Error("the index shows the value")
	}
}

func TestAfterARotationOldValuesOpenAndAreFound(t *testing.T) {
	v, path := fresh(t)
	sealed, index, signature := v.Seal("here", "secret"), v.Index("mobile", "138"), v.Sign("head")
	node, err := vault.Open(path) // another node, which does not know of the rotation
	if err != nil {
		t.Fatal(err)
	}
	ids, err := v.Add()
	if err != nil || strings.Join(ids, " ") != "k2 i2 s2" {
		t.Fatal(ids, err)
	}
	if v.Current(sealed) || !v.Current(v.Seal("here", "x")) || v.CurrentIndex(index) {
		t.Error("what is old is not told from what is new")
	}
	if got, err := v.Open("here", sealed); got != "secret" || err != nil {
		t.Error(got, err)
	}
	if all := v.Indexes("mobile", "138"); len(all) != 2 || all[1] != index {
		t.Errorf("the old index %s is not among %v", index, all)
	}
	if got, err := node.Open("here", v.Seal("here", "new")); got != "new" || err != nil {
		t.Error("the other node does not read the new key:", got, err)
	}
	if !v.Signed("head", signature) || !node.Signed("head", v.Sign("head")) || v.Signed("other", signature) || v.Signed("head", "s9.x") {
		t.Error("a signature is not judged rightly")
	}
	if err := v.Retire("k1", "i1", "s1", "k2"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Open("here", sealed); !errors.Is(err, vault.ErrUnknownKey) {
		t.Error("a retired key still opens:", err)
	}
	if !v.Signed("head", signature) || !v.Current(v.Seal("here", "x")) {
		t.Error("signing keys and the newest key stay")
	}
}

func TestAKeyFileIsRefused(t *testing.T) {
	_, path := fresh(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Create(path); !errors.Is(err, os.ErrExist) {
		t.Error("an existing key file was replaced:", err)
	}
	if _, err := vault.Open(path + "x"); !errors.Is(err, vault.ErrNoFile) {
		t.Error(err)
	}
	for why, text := range map[string]string{
		"that is empty": "", "that is cut off": string(whole[:len(whole)/2]), "without keys": "{}", "with a short key": `{"seal":[{"id":"k1","key":"AAAA"}],"index":[],"sign":[]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(path); err == nil {
			t.Error("a file", why, "was read")
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil { // #nosec G302 -- that is what must be refused
		t.Fatal(err)
	}
	if _, err := vault.Open(path); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Error("a file that others may read was accepted:", err)
	}
}

func FuzzOpen(f *testing.F) {
	v, _ := fresh(f)
	f.Add("here", v.Seal("here", "secret"))
	f.Add("", "k1.")
	f.Fuzz(func(t *testing.T, place, sealed string) {
		if plain, err := v.Open(place, sealed); err == nil && sealed != "" && plain != "secret" {
			t.Errorf("%q opened as %q", sealed, plain)
		}
	})
}
