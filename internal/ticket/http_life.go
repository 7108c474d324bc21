package ticket

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

type (
	holdInput struct {
		Edit
		Body struct {
			Why     Waiting        `json:"why" enum:"customer,material,third_party"`
			Text    string         `json:"text" maxLength:"4000" doc:"what the customer is told"`
			Until   *clock.Instant `json:"until,omitempty" doc:"when work is expected to go on"`
			Interim string         `json:"interim,omitempty" maxLength:"4000" doc:"what is done for now"`
		}
	}
	verifyInput struct {
		Edit
		Body struct {
			Channel string `json:"channel" enum:"phone,sms,wechat,visit,app"`
			Text    string `json:"text,omitempty" maxLength:"4000"`
		}
	}
	complexInput struct {
		Edit
		Body struct {
			Reason  string `json:"reason" maxLength:"2000"`
			Interim string `json:"interim,omitempty" maxLength:"4000" doc:"what is done for now"`
		}
	}
	extendInput struct {
		Edit
		Body struct {
			Reason string        `json:"reason" maxLength:"2000"`
			Until  clock.Instant `json:"until"`
		}
	}
	excuseInput struct {
		Edit
		Body struct {
			Clock  string `json:"clock" enum:"response,resolve"`
			Reason string `json:"reason" maxLength:"2000"`
		}
	}
)

func (s *Service) lifeRoutes(a *web.API) {
	post(s, a, "depart", ActDepart, "Set out", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Depart(ctx, who, in.ID, in.Expect)
	})
	post(s, a, "hold", ActHold, "Let it wait; the clocks stand still", func(ctx context.Context, who authz.Actor, in *holdInput) (Ticket, error) {
		b := in.Body
		return s.Hold(ctx, who, in.ID, in.Expect, Holding{b.Why, b.Text, b.Until, b.Interim})
	})
	post(s, a, "resume", ActHold, "Go on", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Resume(ctx, who, in.ID, in.Expect)
	})
	post(s, a, "interim", ActInterim, "Record what is done for now", func(ctx context.Context, who authz.Actor, in *noteInput) (Ticket, error) {
		return s.Interim(ctx, who, in.ID, in.Expect, in.Body.Text)
	})
	post(s, a, "verify", ActVerify, "The customer finds it settled", func(ctx context.Context, who authz.Actor, in *verifyInput) (Ticket, error) {
		return s.Verify(ctx, who, in.ID, in.Expect, in.Body.Channel, in.Body.Text)
	})
	post(s, a, "reopen", ActReopen, "Take it up again, within seven days", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.Reopen(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	post(s, a, "archive", ActArchive, "End it for good", func(ctx context.Context, who authz.Actor, in *Edit) (Ticket, error) {
		return s.Archive(ctx, who, in.ID, in.Expect)
	})
	post(s, a, "excuse", ActExcuse, "Excuse a missed clock", func(ctx context.Context, who authz.Actor, in *excuseInput) (Ticket, error) {
		return s.Excuse(ctx, who, in.ID, in.Expect, in.Body.Clock, in.Body.Reason)
	})
	post(s, a, "ask-complex", ActAsk, "Ask for the time of a complex matter", func(ctx context.Context, who authz.Actor, in *complexInput) (Ticket, error) {
		return s.AskComplex(ctx, who, in.ID, in.Expect, in.Body.Reason, in.Body.Interim)
	})
	post(s, a, "ask-extension", ActAsk, "Ask for more time", func(ctx context.Context, who authz.Actor, in *extendInput) (Ticket, error) {
		return s.AskExtend(ctx, who, in.ID, in.Expect, in.Body.Reason, in.Body.Until)
	})
	post(s, a, "ask-visit", ActAsk, "Ask for a visit where remote help would do", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.AskVisit(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	post(s, a, "ask-cancel", ActAsk, "Ask the mentor before a customer is refused", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.AskCancel(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
	post(s, a, "ask-mentor", ActAsk, "Ask the mentor for a step that the community has named", func(ctx context.Context, who authz.Actor, in *mentorInput) (Ticket, error) {
		return s.AskMentor(ctx, who, in.ID, in.Expect, in.Body.Step, in.Body.Reason)
	})
	post(s, a, "ask-reopening", ActAsk, "Ask to take it up again after seven days", func(ctx context.Context, who authz.Actor, in *reasonInput) (Ticket, error) {
		return s.AskReopen(ctx, who, in.ID, in.Expect, in.Body.Reason)
	})
}

// ByCommunity names a community in the path.
type ByCommunity struct {
	Community authz.CommunityID `path:"community"`
}

func (s *Service) settingRoutes(a *web.API) {
	web.Get(a, "/communities/{community}/ticket-settings", ActView, func(ctx context.Context, who authz.Actor, in *ByCommunity) (SettingsView, error) {
		set, err := s.Settings(ctx, who, in.Community)
		return set.view(), err
	}, web.Summary("The clocks and the ladder of a community"))
	web.Put(a, "/communities/{community}/ticket-settings", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		ByCommunity
		web.Match
		Body Settings
	}) (SettingsView, error) {
		set, err := s.SetSettings(ctx, who, in.Community, in.Expect, in.Body)
		return set.view(), err
	}, web.Summary("Set the clocks and the ladder for tickets opened from now on"))
}

type mentorInput struct {
	Edit
	Body struct {
		Step   Step   `json:"step" enum:"grade,hold"`
		Reason string `json:"reason" maxLength:"2000"`
	}
}
