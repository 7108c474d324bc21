package customer

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/web"
)

type byID struct {
	ID ID `path:"id"`
}

// Edit names a customer and the version that was seen.
type Edit struct {
	web.Match
	ID ID `path:"id"`
}

func (s *Service) privacyRoutes(a *web.API) {
	web.Get(a, "/customers/{id}/consents", ActView, func(ctx context.Context, who authz.Actor, in *byID) (web.List[ConsentView], error) {
		out, err := s.Consents(ctx, who, in.ID)
		return web.All(out), err
	}, web.Summary("What a customer agreed to, latest first"))
	web.Post(a, "/customers/{id}/consents", ActConsent, s.postConsent, web.Created(), web.Summary("Record a consent, or that it is taken back"),
		web.Unversioned("a line is added, and nothing is replaced"))
	audit.Export(s.Exports, a, "/customers/{id}/export.xlsx", ActExport, func(ctx context.Context, who authz.Actor, in *byID) (audit.Table, error) {
		return s.OwnExport(ctx, who, in.ID, web.Lang(ctx) == i18n.English)
	}, web.Summary("All that is kept of a person, for them"))
	web.Post(a, "/customers/{id}/erasure", ActErase, func(ctx context.Context, who authz.Actor, in *struct {
		Edit
		Body struct {
			Reason string `json:"reason" maxLength:"2000"`
		}
	}) (approval.Request, error) {
		return s.RequestErasure(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Created(), web.Summary("Ask for somebody's data to be erased"))
	web.Get(a, "/consent-texts", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (web.List[ConsentText], error) {
		out, err := s.Texts(ctx, who, in.Community)
		return web.All(out), err
	}, web.Summary("The texts of consent, every edition"))
	web.Post(a, "/consent-texts", ActTexts, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Kind      ConsentKind       `json:"kind" enum:"privacy,contact,pictures,third_party"`
			Zh        string            `json:"zh" maxLength:"60000"`
			En        string            `json:"en" maxLength:"60000"`
		}
	}) (ConsentText, error) {
		return s.Publish(ctx, who, ConsentText{Community: in.Body.Community, Kind: in.Body.Kind, Zh: in.Body.Zh, En: in.Body.En})
	}, web.Created(), web.Summary("Publish the next edition of a text"))
}

func (s *Service) postConsent(ctx context.Context, who authz.Actor, in *struct {
	ID   ID `path:"id"`
	Body struct {
		Text    ConsentTextID `json:"textId"`
		Given   bool          `json:"given"`
		Channel string        `json:"channel" enum:"paper,phone,visit,app"`
	}
}) (ConsentView, error) {
	return s.Consent(ctx, who, in.ID, in.Body.Text, in.Body.Given, in.Body.Channel)
}
