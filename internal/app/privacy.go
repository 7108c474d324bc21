package app

import (
	"context"
	"time"

	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/reseal"
)

// privacy keeps personal data as they should be: sealed, and not for ever.
func (a *App) privacy() {
	jobs.EveryAlone(a.jobs, "keys.seal_clear", time.Hour, a.sealClear)
}

// sealClear seals what a program from before the vault wrote in clear (CUS-04),
// also one that still runs during an upgrade.
func (a *App) sealClear(ctx context.Context) error {
	n, err := reseal.Clear(ctx, a.db, sealed())
	if n > 0 {
		a.conf.Log.InfoContext(ctx, "personal data sealed that stood in clear", "values", n)
	}
	return err
}
