package reminder

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/web"
)

// Total is how many reminders are open for the caller.
type Total struct {
	Open int `json:"open"`
}

// Routes is the API of reminders.
func (s *Service) Routes(a *web.API) {
	web.Get(a, "/reminders", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Community authz.CommunityID `query:"community" required:"true"`
		View      string            `query:"view" enum:"mine,all,done" default:"mine"`
		Source    string            `query:"source" maxLength:"40"`
	}) (web.List[Item], error) {
		after, err := web.After[position](in.Cursor)
		if err != nil {
			return web.List[Item]{}, err
		}
		out, _, err := s.Today(ctx, who, in.Community, in.View, in.Source, after, in.Limit)
		return web.Paged(out, in.Limit, Item.position), err
	}, web.Summary("What the caller is reminded of today"))
	web.Get(a, "/reminder-count", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		Community authz.CommunityID `query:"community" required:"true"`
	}) (Total, error) {
		_, n, err := s.Today(ctx, who, in.Community, "mine", "", position{}, 0)
		return Total{n}, err
	}, web.Summary("How many of them are open"))
	web.Post(a, "/reminders", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Source    string            `json:"source" maxLength:"40"`
			Subject   string            `json:"subject" maxLength:"60"`
			Day       clock.Day         `json:"day"`
			Act
		}
	}) (Item, error) {
		b := in.Body
		return s.Mark(ctx, who, b.Community, b.Source, b.Subject, b.Day, b.Act)
	}, web.Summary("Mark one as done, put it off, or give it to somebody"))
	web.Post(a, "/callbacks", ActEdit, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Customer  customer.ID       `json:"customerId,omitempty"`
			Room      housing.RoomID    `json:"roomId,omitempty"`
			Day       clock.Day         `json:"day"`
			Minute    *int64            `json:"minute,omitempty" minimum:"0" maximum:"1439"`
			Words     string            `json:"words" maxLength:"500"`
			Assignee  authz.AccountID   `json:"assigneeId,omitempty"`
		}
	}) (Callback, error) {
		b := in.Body
		return s.Agree(ctx, who, Callback{Community: b.Community, Customer: b.Customer, Room: b.Room, Day: b.Day, Minute: b.Minute, Words: b.Words, Assignee: b.Assignee})
	}, web.Created(), web.Summary("Write an agreed call down"))
}
