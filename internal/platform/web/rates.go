package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates bounds how many requests one address, or one account, may make; nodes
// count for themselves.
type rates struct {
	name      string
	mu        sync.Mutex
	perSecond int
	burst     int
	of        map[string]*rate.Limiter
}

const mostAddresses = 20_000

func newRates(name string, perSecond, burst int) *rates {
	return &rates{name: name, perSecond: perSecond, burst: burst, of: map[string]*rate.Limiter{}}
}

// take counts one request and tells the client what is left (API-01), in the
// words of the IETF draft on RateLimit headers.
func (r *rates) take(h http.Header, key string) error {
	if r.perSecond == 0 {
		return nil
	}
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.of[key]
	if !ok {
		if len(r.of) >= mostAddresses {
			r.of = map[string]*rate.Limiter{} // forgetting is cheaper than being filled up from outside
		}
		l = rate.NewLimiter(rate.Limit(r.perSecond), r.burst)
		r.of[key] = l
	}
	allowed := l.AllowN(now, 1)
	left := l.TokensAt(now)
	window := (r.burst + r.perSecond - 1) / r.perSecond
	h.Add("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, r.name, r.burst, window))
	h.Add("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, r.name, max(0, int(left)), window))
	if allowed {
		return nil
	}
	return errTooMany.After(time.Duration((1 - left) / float64(r.perSecond) * float64(time.Second)))
}

// network is who an address stands for: in IPv6 one customer has a /64.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap().Is4() {
		return ip
	}
	p, err := a.Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}
