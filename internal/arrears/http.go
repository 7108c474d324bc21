package arrears

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtRoom names a room.
	AtRoom struct {
		ID housing.RoomID `path:"id"`
	}
	// AtLine names a line of a bill.
	AtLine struct {
		ID billing.LineID `path:"id"`
	}
	// AtDun names what is to be done about a household.
	AtDun struct {
		ID DunID `path:"id"`
	}
	// AtDispute names a dispute.
	AtDispute struct {
		ID DisputeID `path:"id"`
	}
	// AtPromise names a promise.
	AtPromise struct {
		ID PromiseID `path:"id"`
	}
)

// Routes is the API of arrears.
func (s *Service) Routes(a *web.API) {
	s.listRoutes(a)
	s.roomRoutes(a)
	s.disputeRoutes(a)
}

type worklistInput struct {
	web.Page
	Filter
}

func (s *Service) listRoutes(a *web.API) {
	web.Get(a, "/arrears", ActView, func(ctx context.Context, who authz.Actor, in *worklistInput) (web.List[Debtor], error) {
		from, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[Debtor]{}, err
		}
		all, err := s.Worklist(ctx, who, in.Filter, from, in.Limit)
		return web.Paged(all, in.Limit, func(d Debtor) Position { return Position{d.Fen, d.Oldest, d.Room} }), err
	}, web.Summary("Households that owe, by amount or age"))
	audit.Export(s.Exports, a, "/arrears/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Households that owe, as a workbook"))
	web.Get(a, "/arrears/rules", ActView, func(ctx context.Context, who authz.Actor, in *billing.OfCommunity) (Rules, error) {
		return s.Settings(ctx, who, in.Community)
	}, web.Summary("The ladder of dunning, what roles may waive, and what lateness costs"))
	web.Put(a, "/arrears/rules", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		billing.OfCommunity
		Body RulesDraft
	}) (Rules, error) {
		return s.SetRules(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Change the ladder of dunning"))
	web.Get(a, "/arrears/effects", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		billing.OfCommunity
		From clock.Day `query:"from" required:"true"`
		To   clock.Day `query:"to" required:"true"`
	}) (web.List[Effect], error) {
		all, err := s.Effects(ctx, who, in.Community, in.From, in.To)
		return web.All(all), err
	}, web.Summary("What was paid within 14 days after each step"))
	web.Get(a, "/arrears-tasks/{id}/notice", ActView, func(ctx context.Context, who authz.Actor, in *AtDun) (NoticeView, error) {
		return s.Notice(ctx, who, in.ID)
	}, web.Summary("What is printed, said or written at a step, as it stands now"))
	web.Post(a, "/arrears-tasks/{id}/done", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtDun
		web.Match
		Body Outcome
	}) (Household, error) {
		return s.Done(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("What came of a call, a visit or a notice"))
}

func (s *Service) roomRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/arrears", ActView, func(ctx context.Context, who authz.Actor, in *AtRoom) (Household, error) {
		return s.Household(ctx, who, in.ID)
	}, web.Summary("What a room owes, with late fees, and what was done about it"))
	web.Post(a, "/rooms/{id}/promises", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Body struct {
			Instalment
			Line  billing.LineID `json:"lineId,omitempty" doc:"a bill of who promises: their bills only are left alone; left out: everything that is owed of the room"`
			Words string         `json:"words,omitempty" maxLength:"2000"`
		}
	}) (Household, error) {
		return s.Promise(ctx, who, in.ID, in.Body.Instalment, in.Body.Line, in.Body.Words)
	}, web.Created(), web.Unversioned("it adds a promise and changes none"), web.Summary("Note a promise to pay"))
	web.Post(a, "/rooms/{id}/plans", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Body struct {
			Instalments []Instalment   `json:"instalments" minItems:"2" maxItems:"36"`
			Line        billing.LineID `json:"lineId,omitempty" doc:"a bill of who agrees to it: for their bills only; left out: for everything that is owed of the room"`
			Words       string         `json:"words,omitempty" maxLength:"2000"`
		}
	}) (Household, error) {
		return s.Plan(ctx, who, in.ID, in.Body.Instalments, in.Body.Line, in.Body.Words)
	}, web.Created(), web.Unversioned("it adds promises and changes none"), web.Summary("Agree on instalments for everything that is owed"))
	web.Post(a, "/promises/{id}/withdraw", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtPromise
		web.Match
	}) (Household, error) {
		return s.Withdraw(ctx, who, in.ID, in.Expect)
	}, web.Summary("Take a promise back, with the plan that it is of"))
	web.Post(a, "/rooms/{id}/hardship", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Body struct {
			Until clock.Day `json:"until,omitzero" doc:"left out: no longer"`
			Words string    `json:"words,omitempty" maxLength:"2000"`
		}
	}) (Household, error) {
		return s.SetHardship(ctx, who, in.ID, in.Body.Until, in.Body.Words)
	}, web.Unversioned("the last word on how long a household is left alone holds"), web.Summary("Leave a household alone until a day"))
	web.Post(a, "/bill-lines/{id}/waive", ActWaive, func(ctx context.Context, who authz.Actor, in *struct {
		AtLine
		Body struct {
			Fen    money.Fen `json:"amount"`
			Reason string    `json:"reason" maxLength:"500"`
		}
	}) (Household, error) {
		return s.Waive(ctx, who, in.ID, in.Body.Fen, in.Body.Reason)
	}, web.Unversioned("what may be waived is computed anew"), web.Summary("Waive some of a late fee, or ask somebody else to"))
}

func (s *Service) disputeRoutes(a *web.API) {
	web.Post(a, "/bill-lines/{id}/dispute", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtLine
		Body struct {
			Reason string `json:"reason" maxLength:"1000"`
		}
	}) (Household, error) {
		return s.Open(ctx, who, in.ID, in.Body.Reason)
	}, web.Created(), web.Unversioned("a line is disputed once at a time"), web.Summary("Somebody says that a bill is wrong"))
	web.Post(a, "/disputes/{id}/steps", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtDispute
		web.Match
		Body struct {
			Verb  string `json:"verb" enum:"basis,meeting,mediation"`
			Words string `json:"words" maxLength:"1000"`
		}
	}) (Household, error) {
		return s.Step(ctx, who, in.ID, in.Expect, in.Body.Verb, in.Body.Words)
	}, web.Summary("What was done about a dispute"))
	web.Post(a, "/disputes/{id}/settle", ActWork, func(ctx context.Context, who authz.Actor, in *struct {
		AtDispute
		web.Match
		Body struct {
			Outcome string    `json:"outcome" enum:"uphold,correct,waive"`
			Fen     money.Fen `json:"amount,omitempty" doc:"of a correction: what it is to be"`
			Words   string    `json:"words" maxLength:"1000"`
		}
	}) (Household, error) {
		return s.Settle(ctx, who, in.ID, in.Expect, in.Body.Outcome, in.Body.Fen, in.Body.Words)
	}, web.Summary("End a dispute: uphold the bill, or ask for its correction"))
}
