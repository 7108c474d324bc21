package auth

import "guanjia/internal/platform/clock"

// CodeAt is what an authenticator app shows.
func CodeAt(secret string, now clock.Instant) string {
	raw, _ := base.DecodeString(secret)
	return totp(raw, uint64(int64(now)/1000/stepSeconds), 6)
}
