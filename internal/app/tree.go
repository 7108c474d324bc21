package app

import (
	"context"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/ticket"
)

var treeRevised = ticket.TreeRevised{}.EventName()

// followTree keeps this node's tree of categories true: it reads it when any node
// tells of a revision, and once a minute in case it missed that.
func (a *App) followTree(ctx context.Context) {
	news := a.hub.Subscribe(ctx, -1, func(name string, _ authz.CommunityID) bool { return name == treeRevised })
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		if err := a.tickets.LoadTree(ctx); err != nil && ctx.Err() == nil {
			a.conf.Log.WarnContext(ctx, "the tree of categories is not read", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case _, going := <-news:
			if !going {
				news = nil
			}
		case <-minute.C:
		}
	}
}
