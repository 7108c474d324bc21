package auth

import (
	"net/netip"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// Settings are the figures of sign-in that administrators change (ACC-06, ACC-07).
type Settings struct {
	ID              int64 `db:"id" json:"-"`
	Failures        int64 `db:"failures" json:"failures" doc:"that many failures of a name from one place lock it there"`
	WindowMinutes   int64 `db:"window_minutes" json:"windowMinutes" doc:"within this time"`
	LockMinutes     int64 `db:"lock_minutes" json:"lockMinutes" doc:"for this long; each further round doubles, up to a day"`
	AddressFailures int64 `db:"address_failures" json:"addressFailures" doc:"failures of all names together that lock an address for unknown devices"`
	IdleMinutes     int64 `db:"idle_minutes" json:"idleMinutes" doc:"a session ends after this time without use"`
	AbsoluteMinutes int64 `db:"absolute_minutes" json:"absoluteMinutes" doc:"and after this time in any case"`
	Version         int64 `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

func (s Settings) window() time.Duration { return time.Duration(s.WindowMinutes) * time.Minute }

const (
	longestLock = 24 * time.Hour
	day         = 24 * 60
)

// Check finds figures that would leave the door open, or nobody inside.
func (s Settings) Check() error {
	var f errs.Fields
	for _, c := range []struct {
		name            string
		is, least, most int64
	}{
		{"failures", s.Failures, 3, 10},
		{"windowMinutes", s.WindowMinutes, 5, day},
		{"lockMinutes", s.LockMinutes, 5, day},
		{"addressFailures", s.AddressFailures, 20, 10_000},
		{"idleMinutes", s.IdleMinutes, 5, day},
		{"absoluteMinutes", s.AbsoluteMinutes, 60, 30 * day},
	} {
		if c.is < c.least || c.is > c.most {
			f.Add(c.name, "auth.setting_range", map[string]any{"min": c.least, "max": c.most})
		}
	}
	return f.Err()
}

// guarded is what is known of a name at a place, or of a place alone.
type guarded struct {
	Rounds int64         `db:"rounds"`
	Until  clock.Instant `db:"until"`
}

// lock returns how the next lock is: as long as the first one, doubled for
// every round that began within a day after the last ended (ACC-07).
func (g guarded) lock(s Settings, now clock.Instant) guarded {
	if g.Rounds > 0 && now > g.Until.Add(longestLock) {
		g.Rounds = 0
	}
	g.Rounds++
	long := time.Duration(s.LockMinutes) * time.Minute
	for i := int64(1); i < g.Rounds && long < longestLock; i++ {
		long *= 2
	}
	g.Until = now.Add(min(long, longestLock))
	return g
}

// addressOf is what an address counts as: one of IPv6 as its /64, which is
// what a single household or attacker is given.
func addressOf(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "ip:" + ip
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return "ip:" + a.String()
	}
	return "ip:" + netip.PrefixFrom(a, 64).Masked().String()
}

// throttled says honestly how long to wait.
func throttled(wait time.Duration) error {
	return ErrThrottled.After(wait).With("minutes", int64((wait+time.Minute-1)/time.Minute))
}
