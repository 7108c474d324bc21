// Package payonline is what residents do about their bills (FAC-02): see what is
// due and how it came about, and pay by WeChat Pay or Alipay (PAY-01, PAY-03).
//
//	order: created ─gateway→ paying ─callback or query→ paid: booked by the cashier, once for each transaction
//	          └─ refused → failed ─┐      └─ time over, or given up → closed
//	                               └──────────── money that comes all the same ─→ paid, late
//
// The server computes what an order is for. A callback is believed by its
// signature only; who is paid, how much and for which order is compared with the
// order, and what does not fit is kept (Strange), told to finance and booked
// nowhere. Money that came is never refused: it pays the lines of its order that
// are still open, and what is over is prepaid by the household.
//
// A lost answer costs nothing: orders that wait are asked for at the gateway
// until they are paid or over.
package payonline

import (
	"context"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"rsc.io/qr"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/reseal"
)

// Actions; the first two are residents' and nobody else's.
const (
	ActBills    authz.Action = "ownbill.view"
	ActPay      authz.Action = "ownbill.pay"
	ActView     authz.Action = "online.view"
	ActSettle   authz.Action = "online.settle"
	ActSettings authz.Action = "online.settings"
	actTold     authz.Action = "online.told"
	actFollow   authz.Action = "online.follow"
)

// Actions are what a resident may do about their own bills.
var Actions = []authz.Action{ActBills, ActPay}

// Identifiers.
type (
	ChannelID = id.Of[Channel]
	OrderID   = id.Of[Order]
	StrangeID = id.Of[Strange]
)

// The channels.
const (
	WeChat = "wechat"
	Alipay = "alipay"
)

// How an order is paid.
const (
	Native = "native" // a code on a screen
	H5     = "h5"     // WeChat: from a phone's browser
	Page   = "page"   // Alipay: on a computer
	Wap    = "wap"    // Alipay: from a phone's browser
)

// Channel is how a community is paid. Keys are written, never shown.
type Channel struct {
	ID        ChannelID         `db:"id" json:"id,omitzero"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Channel   string            `db:"channel" json:"channel" enum:"wechat,alipay"`
	On        bool              `db:"is_on" json:"on"`
	AppID     string            `db:"app_id" json:"appId"`
	Merchant  string            `db:"merchant" json:"merchant" doc:"WeChat: mchid; Alipay: seller id (2088…)"`
	Serial    string            `db:"cert_serial" json:"serial,omitempty" doc:"WeChat: of the merchant's certificate"`
	Platform  string            `db:"platform_id" json:"platformId,omitempty" doc:"WeChat: id of the platform's public key, or serial of its certificate"`
	Public    string            `db:"public_key" json:"publicKey" doc:"of the platform; no secret"`
	Key       string            `db:"key_sealed" json:"-"`
	V3Key     string            `db:"v3_key_sealed" json:"-"`
	HasKey    bool              `db:"-" json:"keySet"`
	HasV3     bool              `db:"-" json:"v3KeySet"`
	Site      string            `db:"site" json:"site" doc:"where the gateway and residents reach the program: https://…"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Channel) ETag() int64 { return c.Version }

// Sealed are the columns of this package that nobody reads from a stolen copy.
var Sealed = []reseal.Column{
	{Table: "pay_channel", Name: "key", Sealed: "key_sealed"},
	{Table: "pay_channel", Name: "v3_key", Sealed: "v3_key_sealed"},
}

// State is where an order stands.
type State string

// The states of an order.
const (
	Created State = "created"
	Paying  State = "paying"
	Paid    State = "paid"
	Closed  State = "closed"
	Failed  State = "failed"
)

// Order is what somebody wants to pay at once.
type Order struct {
	ID          OrderID           `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"-"`
	Room        housing.RoomID    `db:"room_id" json:"roomId"`
	Customer    db.ID             `db:"customer_id" json:"-"`
	Account     authz.AccountID   `db:"account_id" json:"-"`
	ChannelID   ChannelID         `db:"channel_id" json:"-"`
	Channel     string            `db:"channel" json:"channel" enum:"wechat,alipay"`
	Way         string            `db:"way" json:"way" enum:"native,h5,page,wap"`
	Number      string            `db:"number" json:"number" doc:"as the gateway knows it"`
	AppID       string            `db:"app_id" json:"-"`
	Merchant    string            `db:"merchant" json:"-"`
	Fen         money.Fen         `db:"amount" json:"amount"`
	Day         clock.Day         `db:"on_day" json:"-"` // late fees were computed for
	Lines       Lines             `db:"lines" json:"lines"`
	State       State             `db:"state" json:"state" enum:"created,paying,paid,closed,failed"`
	Target      string            `db:"target" json:"target,omitempty" doc:"native: the text of the code; else where the browser goes"`
	Transaction string            `db:"transaction_id" json:"transaction,omitempty" doc:"of the gateway"`
	Payment     cashier.PaymentID `db:"payment_id" json:"paymentId,omitempty"`
	Rest        money.Fen         `db:"rest" json:"rest" doc:"of the amount prepaid, because something was paid meanwhile"`
	Late        bool              `db:"is_late" json:"late" doc:"the money came after the order was over"`
	Trouble     string            `db:"trouble" json:"-"`
	At          clock.Instant     `db:"at" json:"at"`
	Expires     clock.Instant     `db:"expires_at" json:"expiresAt"`
	PaidAt      *clock.Instant    `db:"paid_at" json:"paidAt,omitempty"`
	AskAt       clock.Instant     `db:"ask_at" json:"-"`
	Asked       int64             `db:"asked" json:"-"`
	Code        string            `db:"-" json:"code,omitempty" doc:"native: the code to scan, an image as a data: address"`
	Channels    []string          `db:"-" json:"channels,omitempty" doc:"of a code shown at the door: in which it could be paid"`
	Version     int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (o Order) ETag() int64 { return o.Version }

// drawn adds the picture of a code that is scanned.
func (o Order) drawn(err error) (Order, error) {
	if err != nil || o.Way != Native || o.Target == "" {
		return o, err
	}
	code, err := qr.Encode(o.Target, qr.M)
	if err == nil {
		o.Code = "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())
	}
	return o, err
}

// Lines are what an order is for, kept as JSON.
type Lines []Share

// Share is what an order pays on a line, as computed when it was made.
type Share struct {
	Line      billing.LineID `json:"lineId"`
	Principal money.Fen      `json:"principal"`
	Late      money.Fen      `json:"lateFee"`
	Off       money.Fen      `json:"earlyOff,omitzero" doc:"taken off the principal, because it is paid whole and early"`
}

// Value implements driver.Valuer.
func (l Lines) Value() (driver.Value, error) {
	raw, err := json.Marshal([]Share(l))
	return string(raw), err
}

// Scan implements sql.Scanner.
func (l *Lines) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("payonline: lines are no text: %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]Share)(l))
}

// Why a payment is strange.
const (
	UnknownOrder  = "unknown_order"
	WrongAmount   = "wrong_amount"
	WrongMerchant = "wrong_merchant"
	PaidTwice     = "paid_twice" // two transactions of one order
)

// Strange is a payment that the gateway told of and that fits no order. It is
// booked nowhere until a person has looked at it.
type Strange struct {
	ID          StrangeID         `db:"id" json:"id"`
	Community   authz.CommunityID `db:"community_id" json:"community"`
	ChannelID   ChannelID         `db:"channel_id" json:"-"`
	Channel     string            `db:"channel" json:"channel" enum:"wechat,alipay"`
	Why         string            `db:"why" json:"why" enum:"unknown_order,wrong_amount,wrong_merchant,paid_twice"`
	Number      string            `db:"number" json:"number" doc:"of the order, as told"`
	Transaction string            `db:"transaction_id" json:"transaction"`
	AppID       string            `db:"app_id" json:"appId"`
	Merchant    string            `db:"merchant" json:"merchant"`
	Fen         money.Fen         `db:"amount" json:"amount"`
	Expected    *money.Fen        `db:"expected" json:"expected,omitempty"`
	At          clock.Instant     `db:"at" json:"at"`
	State       string            `db:"state" json:"state" enum:"open,settled"`
	SettledAt   *clock.Instant    `db:"settled_at" json:"settledAt,omitempty"`
	SettledBy   string            `db:"settled_by_name" json:"settledBy,omitempty"`
	Words       string            `db:"settled_words" json:"words,omitempty"`
	Version     int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Strange) ETag() int64 { return s.Version }

func (s Strange) subject() string { return "online_strange:" + s.ID.String() }

// Errors.
var (
	ErrOff       = errs.New(errs.Conflict, "online.off", "this way of paying is not set up")
	ErrGateway   = errs.New(errs.Conflict, "online.gateway", "the payment service did not answer, or refused")
	ErrBelieved  = errs.New(errs.Forbidden, "online.signature", "the signature is not the payment service's")
	ErrNothing   = errs.New(errs.Conflict, "online.nothing", "nothing of this is due any more")
	ErrNotNow    = errs.New(errs.Conflict, "online.not_now", "the order does not wait for a payment")
	ErrMany      = errs.New(errs.TooMany, "online.many", "too many orders wait for their payment")
	ErrKeyAgain  = errs.New(errs.Invalid, "online.key_again", "another merchant has other keys: give them again")
	ErrSettled   = errs.New(errs.Conflict, "online.settled", "somebody has seen to it already")
	ErrNotTested = errs.New(errs.Conflict, "online.not_set", "something is missing yet")
)

// Changed says that an order came into another state, or a strange payment came or was seen to.
type Changed struct {
	Community authz.CommunityID `json:"community"`
	Order     OrderID           `json:"order,omitempty"`
	Strange   StrangeID         `json:"strange,omitempty"`
}

// EventName implements db.Event.
func (Changed) EventName() string { return "online.changed" }

// Where implements db.Event.
func (e Changed) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Changed) About() string {
	if e.Order != 0 {
		return e.Order.String()
	}
	return e.Strange.String()
}

// Service are the use cases of this package.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Gateways  Gateways
	OpenPhoto func(billing.Photo) (io.ReadSeekCloser, error)
	Refunded  func(ctx context.Context, community authz.CommunityID, number string) error // a gateway says that it has seen to a refund; nil: nobody asks
}

// Gateways are the addresses that the channels are called at; "": production.
type Gateways struct{ WeChat, Alipay string }
