package payonline

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
	"guanjia/internal/platform/wechatpay"
)

// What is named in the path.
type (
	// AtOrder names an order.
	AtOrder struct {
		ID OrderID `path:"id"`
	}
	// AtStrange names a strange payment.
	AtStrange struct {
		ID StrangeID `path:"id"`
	}
	// OfRoom names a room of the caller.
	OfRoom struct {
		Room housing.RoomID `query:"room" required:"true"`
	}
	// AtPlace names the community whose ways they are.
	AtPlace struct {
		Community authz.CommunityID `path:"id"`
	}
)

// Routes is the API of residents' bills and of paying online.
func (s *Service) Routes(a *web.API) {
	s.billRoutes(a)
	s.orderRoutes(a)
	s.callbackRoutes(a)
	s.staffRoutes(a)
	s.channelRoutes(a)
}

func (s *Service) billRoutes(a *web.API) {
	web.Get(a, "/resident/bills", ActBills, func(ctx context.Context, who authz.Actor, in *OfRoom) (Bills, error) {
		return s.Bills(ctx, who, in.Room)
	}, web.Summary("What is due for my room, and how it can be paid"))
	web.Get(a, "/resident/bills/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		ID billing.LineID `path:"id"`
	}) (Bill, error) {
		return s.Bill(ctx, who, in.ID)
	}, web.Summary("A line of my bill with how it came about"))
	web.GetFile(a, "/resident/meter-photos/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		ID billing.PhotoID `path:"id"`
	}) (web.Download, error) {
		p, r, err := s.Photo(ctx, who, in.ID)
		return web.Stored("", p.Type, r), err
	}, web.Summary("A picture of my meter that a line of my bill rests on"))
	web.Get(a, "/resident/statement", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		OfRoom
		Year int `query:"year" minimum:"2000" maximum:"2100" required:"true"`
	}) (Statement, error) {
		return s.Statement(ctx, who, in.Room, in.Year)
	}, web.Summary("What my room was billed and what was paid in a year"))
	web.Get(a, "/resident/receipts/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		OfRoom
		ID cashier.PaymentID `path:"id"`
	}) (Receipt, error) {
		return s.Receipt(ctx, who, in.Room, in.ID)
	}, web.Summary("The receipt of a payment for my room"))
	web.GetFile(a, "/resident/receipts/{id}/receipt.pdf", ActBills, func(ctx context.Context, who authz.Actor, in *struct {
		OfRoom
		ID cashier.PaymentID `path:"id"`
	}) (web.Download, error) {
		p, err := s.Paper(ctx, who, in.Room, in.ID)
		return p.Download(ctx, err)
	}, web.Summary("The receipt of a payment for my room as PDF"))
}

func (s *Service) orderRoutes(a *web.API) {
	free := web.Unversioned("the state of the order says what is still possible")
	web.Post(a, "/resident/orders", ActPay, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Room    housing.RoomID   `json:"roomId"`
			Lines   []billing.LineID `json:"lines,omitempty" maxItems:"200" doc:"left out: everything that is due"`
			Channel string           `json:"channel" enum:"wechat,alipay"`
			Way     string           `json:"way" enum:"native,h5,page,wap"`
		}
	}) (Order, error) {
		b := in.Body
		o, err := s.Pay(ctx, who, Wish{b.Room, b.Lines, b.Channel, b.Way, web.RequestOf(ctx).IP})
		return o.drawn(err)
	}, web.Created(), web.Summary("Begin to pay bills of my room"))
	web.Get(a, "/resident/orders/{id}", ActBills, func(ctx context.Context, who authz.Actor, in *AtOrder) (Order, error) {
		o, err := s.Order(ctx, who, in.ID)
		return o.drawn(err)
	}, web.Summary("An order of mine"))
	web.Post(a, "/resident/orders/{id}/check", ActPay, func(ctx context.Context, who authz.Actor, in *AtOrder) (Order, error) {
		o, err := s.Check(ctx, who, in.ID)
		return o.drawn(err)
	}, free, web.Summary("Ask the payment service whether it is paid"))
	web.Post(a, "/resident/orders/{id}/cancel", ActPay, func(ctx context.Context, who authz.Actor, in *AtOrder) (Order, error) {
		return s.Cancel(ctx, who, in.ID)
	}, free, web.Summary("Give an order up"))
}

// callbackRoutes are called by the payment services, which cannot sign in: their
// signatures say who they are.
func (s *Service) callbackRoutes(a *web.API) {
	free := web.Unversioned("each transaction is booked once")
	web.PostText(a, "/online-pay/wechat/{id}", func(ctx context.Context, _ authz.Actor, in *struct {
		wechatpay.Signed
		ID      ChannelID `path:"id"`
		RawBody []byte
	}) (string, error) {
		return "", s.FromWeChat(ctx, in.ID, in.Signed, in.RawBody)
	}, free, web.Summary("WeChat Pay tells of a payment"))
	web.PostText(a, "/online-pay/alipay/{id}", func(ctx context.Context, _ authz.Actor, in *struct {
		ID      ChannelID `path:"id"`
		RawBody []byte
	}) (string, error) {
		return "success", s.FromAlipay(ctx, in.ID, in.RawBody)
	}, free, web.Summary("Alipay tells of a payment"))
}

func (s *Service) staffRoutes(a *web.API) {
	web.Get(a, "/online-orders", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		billing.OfCommunity
		State string `query:"state" enum:"created,paying,paid,closed,failed,"`
	}) (web.List[OrderView], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[OrderView]{}, err
		}
		all, err := s.Orders(ctx, who, in.Community, in.State, after, in.Limit+1)
		return web.Paged(all, in.Limit, func(o OrderView) Position { return Position{db.ID(o.ID)} }), err
	}, web.Summary("What residents paid, or began to pay, online"))
	web.Get(a, "/online-strange", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		billing.OfCommunity
		State string `query:"state" enum:"open,settled,"`
	}) (web.List[Strange], error) {
		after, err := web.After[Position](in.Cursor)
		if err != nil {
			return web.List[Strange]{}, err
		}
		all, err := s.Strangers(ctx, who, in.Community, in.State, after, in.Limit+1)
		return web.Paged(all, in.Limit, func(x Strange) Position { return Position{db.ID(x.ID)} }), err
	}, web.Summary("Payments that fit no order"))
	web.Get(a, "/online-strange/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtStrange) (Strange, error) {
		return s.One(ctx, who, in.ID)
	}, web.Summary("A payment that fits no order"))
	web.Post(a, "/online-strange/{id}/settle", ActSettle, func(ctx context.Context, who authz.Actor, in *struct {
		AtStrange
		web.Match
		Body struct {
			Words string `json:"words" minLength:"1" maxLength:"2000" doc:"what was done about it"`
		}
	}) (Strange, error) {
		return s.Settle(ctx, who, in.ID, in.Expect, in.Body.Words)
	}, web.Summary("Say what was done about a strange payment"))
}

func (s *Service) channelRoutes(a *web.API) {
	web.Get(a, "/pay-channels", ActSettings, func(ctx context.Context, who authz.Actor, in *billing.OfCommunity) (web.List[Channel], error) {
		all, err := s.Channels(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("How a community is paid online"))
	web.Put(a, "/pay-channels/{id}", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		AtPlace
		web.Match
		Body struct {
			Terms
			Channel string `json:"channel" enum:"wechat,alipay"`
		}
	}) (Channel, error) {
		return s.SetChannel(ctx, who, in.Community, in.Body.Channel, in.Expect, in.Body.Terms)
	}, web.Summary("Set how a community is paid online"))
	web.Post(a, "/pay-channels/{id}/test", ActSettings, func(ctx context.Context, who authz.Actor, in *struct {
		AtPlace
		Body struct {
			Channel string `json:"channel" enum:"wechat,alipay"`
		}
	}) (Tested, error) {
		return s.TestChannel(ctx, who, in.Community, in.Body.Channel)
	}, web.Unversioned("nothing is changed"), web.Summary("Ask the payment service whether it knows the merchant"))
}
