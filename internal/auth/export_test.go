package auth

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
)

// CodeAt is what an authenticator app shows.
func CodeAt(secret string, now clock.Instant) string {
	raw, _ := base.DecodeString(secret)
	return totp(raw, uint64(int64(now)/1000/stepSeconds), 6)
}

// Depart and Arrive are the two ends of single sign-on, which package web calls.
func (s *Service) Depart(ctx context.Context) (to, kept string, err error) { return s.depart(ctx, 0) }

// Arrive ends what Depart began.
func (s *Service) Arrive(ctx context.Context, who authz.Actor, r Return) (Arrived, error) {
	return s.arrive(ctx, who, r)
}
