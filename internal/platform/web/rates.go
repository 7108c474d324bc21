package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates bounds how many requests one address may make; nodes count for themselves.
type rates struct {
	mu        sync.Mutex
	perSecond int
	burst     int
	of        map[string]*rate.Limiter
}

const mostAddresses = 20_000

func newRates(perSecond, burst int) *rates {
	return &rates{perSecond: perSecond, burst: burst, of: map[string]*rate.Limiter{}}
}

func (r *rates) allow(ip string) bool {
	if r.perSecond == 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.of[ip]
	if !ok {
		if len(r.of) >= mostAddresses {
			r.of = map[string]*rate.Limiter{} // forgetting is cheaper than being filled up from outside
		}
		l = rate.NewLimiter(rate.Limit(r.perSecond), r.burst)
		r.of[ip] = l
	}
	return l.AllowN(time.Now(), 1)
}
