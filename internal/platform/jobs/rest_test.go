package jobs_test

import (
	"testing"
	"time"

	"guanjia/internal/platform/jobs"
)

// QUA-01: the desk is served first, and what it sets off follows.
func TestTheMorePeopleWriteTheLongerJobsRest(t *testing.T) {
	const stream = 10 * time.Millisecond
	for _, c := range []struct {
		crowd int64
		want  time.Duration
	}{
		{0, 0},
		{1, 20 * time.Millisecond},
		{3, 40 * time.Millisecond},
		{5, 60 * time.Millisecond},
		{32, 60 * time.Millisecond},
	} {
		if got := jobs.Rest(stream, c.crowd); got != c.want {
			t.Errorf("while %d write, a stream of %v is followed by a pause of %v, want %v", c.crowd, stream, got, c.want)
		}
	}
	if got := jobs.Rest(90*time.Millisecond, 32); got != 100*time.Millisecond {
		t.Errorf("a slow stream is followed by a pause of %v, want 100ms: jobs never stand still", got)
	}
}
