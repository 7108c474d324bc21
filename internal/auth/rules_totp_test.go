package auth

import (
	"testing"

	"guanjia/internal/platform/clock"
)

func TestCodesAreThoseOfRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for second, want := range map[uint64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := totp(secret, second/stepSeconds, 8); got != want {
			t.Errorf("at %d s: %s, want %s", second, got, want)
		}
	}
}

func TestACodeMayBeOneStepOff(t *testing.T) {
	secret, now := newSecret(), clock.Instant(1_800_000_010_000)
	raw, _ := base.DecodeString(secret)
	current := int64(now) / 1000 / stepSeconds
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		got := stepOf(secret, totp(raw, uint64(current+off), 6), now, 0)
		if (got == current+off) != want {
			t.Errorf("%d steps off: %v", off, got)
		}
	}
	if stepOf(secret, totp(raw, uint64(current), 6), now, current) != 0 {
		t.Error("a code is taken twice")
	}
	for _, odd := range []string{"", "12345", "1234567", "abcdef", "１２３４５６"} {
		if stepOf(secret, odd, now, 0) != 0 {
			t.Errorf("%q is taken", odd)
		}
	}
}

func TestTheCommonPasswordsAreThoseThatCouldBeChosen(t *testing.T) {
	for w := range common() {
		if len([]rune(w)) < 10 {
			t.Errorf("%q is too short to be chosen anyway", w)
		}
	}
}
