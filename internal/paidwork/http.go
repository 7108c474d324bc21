package paidwork

import (
	"context"

	"guanjia/internal/payonline"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/web"
	"guanjia/internal/quote"
)

// Routes is the API of paying at the door.
func (s *Service) Routes(a *web.API) {
	web.Post(a, "/quotes/{id}/code", quote.ActOffer, func(ctx context.Context, who authz.Actor, in *struct {
		ID   quote.ID `path:"id"`
		Body struct {
			Channel string `json:"channel,omitempty" enum:"wechat,alipay," doc:"left out: the first that the community has"`
		}
	}) (payonline.Order, error) {
		return s.Code(ctx, who, in.ID, in.Body.Channel)
	}, web.Created(), web.Summary("Show the code by which an agreed quote is paid at the door"), web.Unversioned("the same again is the same code while it waits"))
}
