package billing

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtItem names a charge item.
	AtItem struct {
		ID ItemID `path:"id"`
	}
	// AtMeter names a meter.
	AtMeter struct {
		ID MeterID `path:"id"`
	}
	// AtCost names a public cost.
	AtCost struct {
		ID CostID `path:"id"`
	}
	// AtRun names a bill run.
	AtRun struct {
		ID RunID `path:"id"`
	}
	// AtLine names a line of a bill.
	AtLine struct {
		ID LineID `path:"id"`
	}
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

// Routes is the API of charges, meters and bills.
func (s *Service) Routes(a *web.API) {
	s.chargeRoutes(a)
	s.meterRoutes(a)
	s.gatewayRoutes(a)
	s.photoRoutes(a)
	s.runRoutes(a)
	s.fixRoutes(a)
	s.discountRoutes(a)
	s.earlyRoutes(a)
}

func (s *Service) chargeRoutes(a *web.API) {
	web.Get(a, "/charges", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (web.List[ItemView], error) {
		all, err := s.Items(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Charge items of a community"))
	web.Get(a, "/charge-publicity", "", func(ctx context.Context, _ authz.Actor, in *OfCommunity) (Publicity, error) {
		return s.Publicity(ctx, in.Community)
	}, web.Summary("The charges of a community, for whoever asks"))
	web.Get(a, "/charges/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtItem) (ItemFull, error) {
		return s.Item(ctx, who, in.ID)
	}, web.Summary("A charge item with every version of its tariff"))
	web.Post(a, "/charges", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			ItemRules
			Community authz.CommunityID `json:"community"`
		}
	}) (Item, error) {
		return s.Create(ctx, who, in.Body.Community, in.Body.ItemRules)
	}, web.Created(), web.Summary("Add a charge item"))
	web.Put(a, "/charges/{id}", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtItem
		web.Match
		Body struct {
			ItemRules
			State string `json:"state" enum:"active,stopped"`
		}
	}) (Item, error) {
		return s.Update(ctx, who, in.ID, in.Match, in.Body.ItemRules, in.Body.State)
	}, web.Summary("Change a charge item; what is booked stays"))
	web.Post(a, "/charges/{id}/tariffs", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtItem
		Body TariffDraft
	}) (Tariff, error) {
		return s.AskTariff(ctx, who, in.ID, in.Body)
	}, web.Created(), web.Unversioned("it proposes a version; the decision looks at what is true by then"), web.Summary("Propose a version of a tariff, for somebody else to approve"))
}

type metersInput struct {
	web.Page
	MeterFilter
}

func (s *Service) meterRoutes(a *web.API) {
	web.Get(a, "/meters", ActMeters, func(ctx context.Context, who authz.Actor, in *metersInput) (web.List[MeterView], error) {
		after, err := web.After[meterAfter](in.Cursor)
		if err != nil {
			return web.List[MeterView]{}, err
		}
		all, err := s.Meters(ctx, who, in.MeterFilter, after, in.Limit)
		return web.Paged(all, in.Limit, func(m MeterView) meterAfter { return meterAfter{m.SortKey, m.ID} }), err
	}, web.Summary("Meters in the order of the register, with their last reading"))
	audit.Export(s.Exports, a, "/meters/export.xlsx", ActMeters, func(ctx context.Context, who authz.Actor, in *MeterFilter) (audit.Table, error) {
		return s.exportedMeters(ctx, who, *in), nil
	}, web.Summary("Meters as a workbook, with their last reading"))
	audit.Export(s.Exports, a, "/meter-readings/export.xlsx", ActMeters, func(ctx context.Context, who authz.Actor, in *ReadingsOf) (audit.Table, error) {
		return s.exportedReadings(ctx, who, *in)
	}, web.Summary("Readings of meters as a workbook"))
	web.Get(a, "/meters/{id}/readings", ActMeters, func(ctx context.Context, who authz.Actor, in *AtMeter) (web.List[ReadingView], error) {
		all, err := s.Readings(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("Readings of a meter, the latest first"))
	web.Post(a, "/meters", ActMeterEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			MeterDraft
			Community authz.CommunityID `json:"community"`
			First     *Entered          `json:"first,omitempty" doc:"what it shows at the beginning"`
		}
	}) (Meter, error) {
		return s.CreateMeter(ctx, who, in.Body.Community, in.Body.MeterDraft, in.Body.First)
	}, web.Created(), web.Summary("Add a meter"))
	web.Put(a, "/meters/{id}", ActMeterEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtMeter
		web.Match
		Body struct {
			MeterDraft
			State string `json:"state" enum:"active,removed"`
		}
	}) (Meter, error) {
		return s.UpdateMeter(ctx, who, in.ID, in.Match, in.Body.MeterDraft, in.Body.State)
	}, web.Summary("Change a meter"))
	web.Post(a, "/meter-readings", ActRead, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Readings  []Entered         `json:"readings" minItems:"1" maxItems:"500"`
		}
	}) (Entry, error) {
		made, err := s.Enter(ctx, who, in.Body.Community, in.Body.Readings)
		return Entry{len(made), made}, err
	}, web.Created(), web.Summary("Enter readings: all of them or none"))
	s.costRoutes(a)
}

func (s *Service) costRoutes(a *web.API) {
	web.Get(a, "/public-costs", ActMeters, func(ctx context.Context, who authz.Actor, in *struct {
		OfCommunity
		Period clock.Period `query:"period" required:"true"`
	}) (web.List[Cost], error) {
		all, err := s.Costs(ctx, who, in.Community, in.Period)
		return web.All(all), err
	}, web.Summary("Public costs of a month"))
	web.Post(a, "/public-costs", ActMeterEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			CostDraft
			Community authz.CommunityID `json:"community"`
		}
	}) (Cost, error) {
		return s.AddCost(ctx, who, in.Body.Community, in.Body.CostDraft)
	}, web.Created(), web.Summary("Enter a public cost that rooms share"))
	web.Delete(a, "/public-costs/{id}", ActMeterEdit, func(ctx context.Context, who authz.Actor, in *struct {
		AtCost
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemoveCost(ctx, who, in.ID, in.Expect)
	}, web.Summary("Take a public cost back that was not billed"))
}

// Entry says how many readings were taken.
type Entry struct {
	Entered  int         `json:"entered"`
	Readings []ReadingID `json:"readings" doc:"in the order in which they were sent, for pictures of them"`
}

type runInput struct {
	AtRun
	web.Match
}

type reasonInput struct {
	AtRun
	web.Match
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) runRoutes(a *web.API) {
	web.Get(a, "/bill-runs", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
	}) (web.List[Run], error) {
		before, err := web.After[RunID](in.Cursor)
		if err != nil {
			return web.List[Run]{}, err
		}
		all, err := s.Runs(ctx, who, in.Community, before, in.Limit)
		return web.Paged(all, in.Limit, func(r Run) RunID { return r.ID }), err
	}, web.Summary("Bill runs of a community, the latest first"))
	web.Get(a, "/bill-runs/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *AtRun) (Run, error) {
		return s.Run(ctx, who, in.ID)
	}, web.Summary("A bill run"))
	web.Get(a, "/bill-runs/{id}/lines", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		AtRun
		Item ItemID `query:"item"`
	}) (web.List[LineView], error) {
		after, err := web.After[int64](in.Cursor)
		if err != nil {
			return web.List[LineView]{}, err
		}
		all, err := s.RunLines(ctx, who, in.ID, in.Item, after, in.Limit)
		return web.Paged(all, in.Limit, func(l LineView) int64 { return l.N }), err
	}, web.Summary("Lines of a bill run"))
	web.Post(a, "/bill-runs", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Period    clock.Period      `json:"period"`
			Items     []ItemID          `json:"items,omitempty" maxItems:"100" doc:"left out: every item that is due"`
		}
	}) (Run, error) {
		return s.Calculate(ctx, who, in.Body.Community, in.Body.Period, in.Body.Items)
	}, web.Created(), web.Summary("Calculate a month; nothing is owed by it"))
	web.Post(a, "/bill-runs/{id}/again", ActRun, func(ctx context.Context, who authz.Actor, in *runInput) (Run, error) {
		return s.Again(ctx, who, in.ID, in.Match)
	}, web.Summary("Calculate a run anew"))
	web.Post(a, "/bill-runs/{id}/submit", ActRun, func(ctx context.Context, who authz.Actor, in *struct {
		AtRun
		web.Match
		Body struct {
			Reason  string `json:"reason" minLength:"1" maxLength:"500"`
			Despite bool   `json:"despiteErrors,omitempty" doc:"rooms with errors are left out knowingly"`
		}
	}) (Run, error) {
		return s.Submit(ctx, who, in.ID, in.Match, in.Body.Reason, in.Body.Despite)
	}, web.Summary("Ask somebody else to have a run booked"))
	web.Post(a, "/bill-runs/{id}/drop", ActRun, func(ctx context.Context, who authz.Actor, in *runInput) (Run, error) {
		return s.Drop(ctx, who, in.ID, in.Match)
	}, web.Summary("Throw a calculation away"))
	web.Post(a, "/bill-runs/{id}/cancel", ActRun, func(ctx context.Context, who authz.Actor, in *reasonInput) (Run, error) {
		return s.AskCancel(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Ask somebody else to have a booked run reversed"))
	s.lineRoutes(a)
}

func (s *Service) lineRoutes(a *web.API) {
	audit.Export(s.Exports, a, "/bill-runs/{id}/export.xlsx", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		AtRun
		Item ItemID `query:"item"`
	}) (audit.Table, error) {
		return s.exportedRun(ctx, who, in.ID, in.Item)
	}, web.Summary("A bill run as a workbook: totals, differences to the month before, warnings, lines"))
	web.Get(a, "/rooms/{id}/bills", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		ID housing.RoomID `path:"id"`
	}) (web.List[LineView], error) {
		all, err := s.Bills(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("What a room was billed, the latest month first"))
	web.Get(a, "/bill-lines/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *AtLine) (LineView, error) {
		return s.Bill(ctx, who, in.ID)
	}, web.Summary("A line of a bill with how it came about"))
}
