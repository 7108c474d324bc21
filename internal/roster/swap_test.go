package roster_test

import (
	"testing"
	"time"

	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/platform/webtest"
	"guanjia/internal/roster"
)

// A swap that nobody has answered by the time one of its duties begins, at night as well, is over: it is no work of the
// planner's any more, and nobody is offered to say yes to it.
func TestASwapIsOverWhenItsDutyBegins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h, china := build(t, d, c), time.FixedZone("", 8*3600)
		early, night := h.shift("早班", 8*60, 480), h.shift("夜班", 22*60, 600)
		ask := func(duty, back roster.DutyID) roster.SwapView {
			t.Helper()
			body := object{"dutyId": duty.String(), "toId": luo.String(), "reason": "家里有事"}
			if back != 0 {
				body["backId"] = back.String()
			}
			return webtest.JSON[roster.SwapView](h.Do("chen", "POST", "/roster-swaps", body).Is(201))
		}
		accept := func(w roster.SwapView) webtest.Answer {
			return h.Do("luo", "POST", "/roster-swaps/"+w.ID.String()+"/accept", nil, "If-Match", `"1"`)
		}
		given := ask(h.plan(night, chen, "2026-03-05").ID, 0)
		exchanged := ask(h.plan(early, chen, "2026-03-10").ID, h.plan(night, luo, "2026-03-07").ID)
		h.plan(night, luo, "2026-03-08")
		warned := ask(h.plan(early, chen, "2026-03-09").ID, 0) // no rest between the night and the morning
		h.Do("planner", "GET", "/roster-swaps?community="+here, nil).Is(200, given.ID.String(), exchanged.ID.String(), warned.ID.String())

		c.Set(time.Date(2026, 3, 5, 21, 59, 0, 0, china))
		h.Do("luo", "GET", "/roster-mine?community="+here, nil).Is(200, `"state":"asked"`).Not(`"state":"withdrawn"`)
		c.Set(time.Date(2026, 3, 5, 22, 0, 0, 0, china))
		h.Do("luo", "GET", "/roster-mine?community="+here, nil).Is(200, `"state":"withdrawn"`)
		h.Do("planner", "GET", "/roster-swaps?community="+here, nil).Is(200, exchanged.ID.String()).Not(given.ID.String())
		accept(given).Is(409, "roster.past")
		c.Set(time.Date(2026, 3, 7, 23, 0, 0, 0, china)) // what would be taken for it runs
		h.Do("planner", "GET", "/roster-swaps?community="+here, nil).Is(200, warned.ID.String()).Not(exchanged.ID.String())
		h.Do("planner", "GET", "/roster-swaps?view=all&community="+here, nil).Is(200, exchanged.ID.String(), given.ID.String())
	})
}
