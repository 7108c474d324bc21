package ledger

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
)

// Routes is the API of the ledger.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/ledger/trial", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[KindBalance], error) {
		all, err := s.Trial(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Trial balance of a community: debits and credits by kind of account"))
}
