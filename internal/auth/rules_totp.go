package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // #nosec G505 -- RFC 6238 as every authenticator app speaks it; HMAC-SHA-1 is not broken
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"

	"guanjia/internal/platform/clock"
)

const (
	stepSeconds   = 30
	recoveryCodes = 10
)

var base = base32.StdEncoding.WithPadding(base32.NoPadding)

// newSecret makes a secret for an authenticator app: 20 bytes in base 32.
func newSecret() string {
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails
	return base.EncodeToString(raw)
}

// totp is the code of a step (RFC 6238, HMAC-SHA-1) with that many digits.
func totp(secret []byte, step uint64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // never fails
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n, most := binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff, uint32(1)
	for range digits {
		most *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%most)
}

// stepOf finds the step of which code is, at most one before or after now and
// after the last one used; 0 when it is none.
func stepOf(secret, code string, now clock.Instant, last int64) int64 {
	raw, err := base.DecodeString(secret)
	if err != nil || len(code) != 6 {
		return 0
	}
	current, found := int64(now)/1000/stepSeconds, int64(0)
	for step := current - 1; step <= current+1; step++ {
		if hmac.Equal([]byte(totp(raw, uint64(step), 6)), []byte(code)) && step > last && found == 0 { // #nosec G115 -- after 1970
			found = step
		}
	}
	return found
}

// otpauth is what an authenticator app reads from the QR code.
func otpauth(secret, account string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Guanjia"}}
	return "otpauth://totp/" + url.PathEscape("Guanjia:"+account) + "?" + q.Encode()
}

// newRecoveryCodes makes codes that each replace the second factor once.
func newRecoveryCodes() []string {
	out := make([]string, recoveryCodes)
	for i := range out {
		t := strings.ToLower(rand.Text())
		out[i] = t[:5] + "-" + t[5:10]
	}
	return out
}

// plainCode is a code without what people type between its characters.
func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u3000", "").Replace(code))
}
