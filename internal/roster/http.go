package roster

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// What paths and queries name.
type (
	// ByShift names a shift.
	ByShift struct {
		ID ShiftID `path:"id"`
	}
	// ByPattern names a pattern.
	ByPattern struct {
		ID PatternID `path:"id"`
	}
	// ByDuty names a duty.
	ByDuty struct {
		ID DutyID `path:"id"`
	}
	// ByLeave names a leave.
	ByLeave struct {
		ID LeaveID `path:"id"`
	}
	// BySwap names a swap and the version that was seen.
	BySwap struct {
		ID SwapID `path:"id"`
		web.Match
	}
	// ByHandover names a handover and the version that was seen.
	ByHandover struct {
		ID HandoverID `path:"id"`
		web.Match
	}
	// Here names a community.
	Here struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}
	// Reasoned is why.
	Reasoned struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
	// Remarked is what somebody says to a handover.
	Remarked struct {
		Remark string `json:"remark,omitempty" maxLength:"2000"`
	}
)

// Routes is the API of the roster.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/roster", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Day clock.Day `query:"day" doc:"a day of the week; left out: this week"`
	}) (Week, error) {
		return s.Week(ctx, who, in.Community, in.Day)
	}, web.Summary("The roster of a week with shifts, people, leave, staffing and conflicts"))
	web.Get(a, "/roster-now", ActView, func(ctx context.Context, who authz.Actor, in *Here) (Presence, error) {
		return s.Now(ctx, who, in.Community)
	}, web.Summary("Who is on duty now, by the roster"))
	s.exportRoute(a)
	s.teamRoutes(a)
	s.dutyRoutes(a)
	s.fillRoutes(a)
	s.setupRoutes(a)
	s.swapRoutes(a)
	s.ownRoutes(a)
	s.handoverRoutes(a)
}

func (s *Service) teamRoutes(a *web.API) {
	web.Get(a, "/response-team", ActView, func(ctx context.Context, who authz.Actor, in *Here) (Team, error) {
		return s.Team(ctx, who, in.Community)
	}, web.Summary("The response team: who calls whom, who is there now, and when nobody will be"))
	web.Put(a, "/response-team", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		web.Match
		Body struct {
			Lines []Call `json:"lines" maxItems:"60"`
		}
	}) (Team, error) {
		return s.SetTeam(ctx, who, in.Community, in.Expect, in.Body.Lines)
	}, web.Summary("Write down who calls whom"))
}

func (s *Service) dutyRoutes(a *web.API) {
	web.Post(a, "/roster-duties", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Wish
			Community authz.CommunityID `json:"community"`
		}
	}) (Line, error) {
		return s.Plan(ctx, who, in.Body.Community, in.Body.Wish)
	}, web.Created(), web.Summary("Plan somebody for a shift; a warning needs a reason"))
	web.Put(a, "/roster-duties/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByDuty
		web.Match
		Body Wish
	}) (Line, error) {
		return s.Move(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Give a duty to another person, day or shift"))
	web.Delete(a, "/roster-duties/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByDuty
		web.Match
	}) (web.None, error) {
		return web.None{}, s.Cancel(ctx, who, in.ID, in.Match)
	}, web.Summary("Take a duty off the roster"))
	web.Post(a, "/roster-leaves", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Staff     staff.ID          `json:"staffId"`
			Kind      string            `json:"kind" enum:"annual,sick,personal,training,other"`
			FromDay   clock.Day         `json:"fromDay"`
			ToDay     clock.Day         `json:"toDay"`
		}
	}) (Leave, error) {
		b := in.Body
		return s.AddLeave(ctx, who, Leave{Community: b.Community, Staff: b.Staff, Kind: b.Kind, FromDay: b.FromDay, ToDay: b.ToDay})
	}, web.Created(), web.Summary("Enter that somebody is away"))
	web.Delete(a, "/roster-leaves/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByLeave
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemoveLeave(ctx, who, in.ID, in.Match)
	}, web.Summary("Take a leave back"))
}

// fillRoutes are those of filling a week at once.
func (s *Service) fillRoutes(a *web.API) {
	web.Get(a, "/roster-proposal", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Day     clock.Day `query:"day" required:"true" doc:"a day of the week to fill"`
		Pattern PatternID `query:"pattern" doc:"left out: as the week before"`
	}) (web.List[Line], error) {
		all, err := s.Propose(ctx, who, in.Community, in.Day, in.Pattern)
		return web.All(all), err
	}, web.Summary("What a pattern, or the week before, would put into a week; nothing is saved"))
	web.Get(a, "/roster-proposal-by-load", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Day clock.Day `query:"day" required:"true" doc:"a day of the week to fill"`
	}) (ByLoad, error) {
		return s.ProposeByLoad(ctx, who, in.Community, in.Day)
	}, web.Summary("Who should be on duty in a week by the expected load and the rules of rest and hours; nothing is saved"))
	web.Post(a, "/roster-fill", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Slots     []Slot            `json:"slots" minItems:"1" maxItems:"1000"`
			Reason    string            `json:"reason,omitempty" maxLength:"1000" doc:"plan those with a warning too, because …"`
		}
	}) (Filled, error) {
		return s.Fill(ctx, who, in.Body.Community, in.Body.Slots, in.Body.Reason)
	}, web.Summary("Plan what was taken from a proposal"))
}

func (s *Service) setupRoutes(a *web.API) {
	web.Post(a, "/roster-shifts", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			ShiftDraft
			Community authz.CommunityID `json:"community"`
		}
	}) (Shift, error) {
		return s.AddShift(ctx, who, in.Body.Community, in.Body.ShiftDraft)
	}, web.Created(), web.Summary("Add a shift"))
	web.Put(a, "/roster-shifts/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByShift
		web.Match
		Body struct {
			ShiftDraft
			Active bool `json:"active"`
		}
	}) (Shift, error) {
		return s.ChangeShift(ctx, who, in.ID, in.Match, in.Body.ShiftDraft, in.Body.Active)
	}, web.Summary("Change a shift, or plan nobody for it any more"))
	web.Post(a, "/roster-patterns", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			PatternDraft
			Community authz.CommunityID `json:"community"`
		}
	}) (Pattern, error) {
		return s.AddPattern(ctx, who, in.Body.Community, in.Body.PatternDraft)
	}, web.Created(), web.Summary("Keep a pattern to fill weeks by"))
	web.Put(a, "/roster-patterns/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByPattern
		web.Match
		Body PatternDraft
	}) (Pattern, error) {
		return s.ChangePattern(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Change a pattern"))
	web.Delete(a, "/roster-patterns/{id}", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		ByPattern
		web.Match
	}) (web.None, error) {
		return web.None{}, s.RemovePattern(ctx, who, in.ID, in.Match)
	}, web.Summary("Forget a pattern; weeks filled by it stay"))
}

func (s *Service) swapRoutes(a *web.API) {
	web.Get(a, "/roster-swaps", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		web.Page
		View string `query:"view" enum:"waiting,all" default:"waiting"`
	}) (web.List[SwapView], error) {
		after, err := web.After[SwapID](in.Cursor)
		if err != nil {
			return web.List[SwapView]{}, err
		}
		all, err := s.Swaps(ctx, who, in.Community, in.View == "waiting", after, in.Limit)
		return web.Paged(all, in.Limit, func(v SwapView) SwapID { return v.ID }), err
	}, web.Summary("Swaps of a community, the newest first"))
	web.Post(a, "/roster-swaps", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Duty   DutyID   `json:"dutyId"`
			Back   DutyID   `json:"backId,omitempty"`
			To     staff.ID `json:"toId"`
			Reason string   `json:"reason" maxLength:"1000"`
		}
	}) (SwapView, error) {
		b := in.Body
		return s.Ask(ctx, who, Swap{Duty: b.Duty, Back: b.Back, To: b.To, Reason: b.Reason})
	}, web.Created(), web.Summary("Ask a colleague to take a duty of one's own"))
	web.Post(a, "/roster-swaps/{id}/accept", ActSelf, func(ctx context.Context, who authz.Actor, in *BySwap) (SwapView, error) {
		return s.Accept(ctx, who, in.ID, in.Expect)
	}, web.Summary("Take the duty that one was asked to take"))
	web.Post(a, "/roster-swaps/{id}/refuse", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		BySwap
		Body Reasoned
	}) (SwapView, error) {
		return s.Refuse(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Say no to a swap, as who was asked or as a planner"))
	web.Post(a, "/roster-swaps/{id}/withdraw", ActSelf, func(ctx context.Context, who authz.Actor, in *BySwap) (SwapView, error) {
		return s.Withdraw(ctx, who, in.ID, in.Expect)
	}, web.Summary("Take back what one asked for"))
	web.Post(a, "/roster-swaps/{id}/confirm", ActPlan, func(ctx context.Context, who authz.Actor, in *struct {
		BySwap
		Body Reasoned
	}) (SwapView, error) {
		return s.Confirm(ctx, who, in.ID, in.Expect, in.Body.Reason)
	}, web.Summary("Let a swap be in spite of a warning"))
}

func (s *Service) ownRoutes(a *web.API) {
	web.Get(a, "/roster-mine", ActSelf, func(ctx context.Context, who authz.Actor, in *Here) (Mine, error) {
		return s.Mine(ctx, who, in.Community)
	}, web.Summary("One's own duties and swaps"))
	web.Get(a, "/roster-duties/{id}/partners", ActSelf, func(ctx context.Context, who authz.Actor, in *ByDuty) (web.List[Partner], error) {
		all, err := s.Partners(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("Who could take a duty of one's own"))
	web.Post(a, "/roster-feed", ActSelf, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
		}
	}) (Link, error) {
		return s.MakeFeed(ctx, who, in.Body.Community)
	}, web.Created(), web.Summary("A secret link to one's duties as a calendar; the one before ends"))
	web.Delete(a, "/roster-feed", ActSelf, func(ctx context.Context, who authz.Actor, in *Here) (web.None, error) {
		return web.None{}, s.EndFeed(ctx, who, in.Community)
	}, web.Summary("Make the link worthless"))
	web.GetFile(a, "/roster-feeds/{token}/duties.ics", "", func(ctx context.Context, _ authz.Actor, in *struct {
		Token string `path:"token" minLength:"20" maxLength:"100"`
	}) (web.Download, error) {
		return s.Calendar(ctx, in.Token)
	}, web.Summary("The duties of who made the link, as iCalendar"))
}

func (s *Service) handoverRoutes(a *web.API) {
	web.Get(a, "/shift-handovers", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Day clock.Day `query:"day" doc:"left out: today"`
	}) (web.List[Handover], error) {
		all, err := s.Handovers(ctx, who, in.Community, in.Day)
		return web.All(all), err
	}, web.Summary("Handovers of a day"))
	web.Get(a, "/shift-handovers-waiting", ActHandover, func(ctx context.Context, who authz.Actor, in *Here) (web.List[Handover], error) {
		all, err := s.ToTake(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Handovers that wait for the caller"))
	web.Get(a, "/shift-handover-start", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		Here
		Post Post `query:"post" enum:"service,maintenance,security,cleaning,response,other" doc:"left out: the caller's own"`
	}) (Start, error) {
		return s.StartHandover(ctx, who, in.Community, in.Post)
	}, web.Summary("What a handover begins with: open matters, and who comes next"))
	web.Post(a, "/shift-handovers", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			HandoverDraft
			Community authz.CommunityID `json:"community"`
		}
	}) (Handover, error) {
		return s.Give(ctx, who, in.Body.Community, in.Body.HandoverDraft)
	}, web.Created(), web.Summary("Write down and confirm what the shift hands over"))
	web.Put(a, "/shift-handovers/{id}", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		ByHandover
		Body HandoverDraft
	}) (Handover, error) {
		return s.GiveAgain(ctx, who, in.ID, in.Expect, in.Body)
	}, web.Summary("Correct a handover that came back"))
	web.Post(a, "/shift-handovers/{id}/take", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		ByHandover
		Body Remarked
	}) (Handover, error) {
		return s.Take(ctx, who, in.ID, in.Expect, in.Body.Remark)
	}, web.Summary("Confirm a handover as who comes"))
	web.Post(a, "/shift-handovers/{id}/object", ActHandover, func(ctx context.Context, who authz.Actor, in *struct {
		ByHandover
		Body Remarked
	}) (Handover, error) {
		return s.Object(ctx, who, in.ID, in.Expect, in.Body.Remark)
	}, web.Summary("Give a handover back: something is not so"))
}
