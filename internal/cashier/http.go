package cashier

import (
	"context"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// What is named in the path.
type (
	// AtRoom names a room.
	AtRoom struct {
		ID housing.RoomID `path:"id"`
	}
	// AtPayment names a payment.
	AtPayment struct {
		ID PaymentID `path:"id"`
	}
	// AtDeposit names a deposit.
	AtDeposit struct {
		ID DepositID `path:"id"`
	}
	// AtBook names a receipt book.
	AtBook struct {
		ID BookID `path:"id"`
	}
	// AtShift names a shift.
	AtShift struct {
		ID ShiftID `path:"id"`
	}
)

// OfCommunity chooses a community.
type OfCommunity struct {
	Community authz.CommunityID `query:"community" required:"true"`
}

type reason struct {
	Reason string `json:"reason" maxLength:"800"`
}

// Routes is the API of the cashier.
func (s *Service) Routes(a *web.API) {
	s.paymentRoutes(a)
	s.depositRoutes(a)
	s.orderRoutes(a)
	s.offsetRoutes(a)
	s.receiptRoutes(a)
	s.registerRoutes(a)
	s.shiftRoutes(a)
}

func (s *Service) paymentRoutes(a *web.API) {
	web.Get(a, "/rooms/{id}/due", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		AtRoom
		Also string `query:"also" maxLength:"700" doc:"rooms that are paid with it, with commas between them"`
	}) (Counter, error) {
		var also []housing.RoomID
		for _, text := range strings.FieldsFunc(in.Also, func(r rune) bool { return r == ',' }) {
			room, err := id.Parse[housing.Room](text)
			if err != nil || room == 0 {
				return Counter{}, errs.ErrFields.At(errs.Field{Name: "also", Code: "wrong_form"})
			}
			also = append(also, room)
		}
		return s.Counter(ctx, who, in.ID, also)
	}, web.Summary("What is due of a room today, with late fees, prepayments and deposits"))
	web.Get(a, "/rooms/{id}/payments", ActView, func(ctx context.Context, who authz.Actor, in *AtRoom) (web.List[PaymentView], error) {
		all, err := s.OfRoom(ctx, who, in.ID)
		return web.All(all), err
	}, web.Summary("Payments for a room, the latest first"))
	web.Get(a, "/payments", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		Filter
	}) (web.List[PaymentView], error) {
		before, err := web.After[PaymentID](in.Cursor)
		if err != nil {
			return web.List[PaymentView]{}, err
		}
		all, err := s.Payments(ctx, who, in.Filter, before, in.Limit)
		return web.Paged(all, in.Limit, func(v PaymentView) PaymentID { return v.ID }), err
	}, web.Summary("Payments of a community, the latest first"))
	audit.Export(s.Exports, a, "/payments/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
		return s.exported(ctx, who, *in), nil
	}, web.Summary("Payments of a community as a workbook"))
	web.Get(a, "/payment-numbers", ActTake, func(ctx context.Context, who authz.Actor, in *NumberAsked) (web.List[SameNumber], error) {
		all, err := s.SameNumbers(ctx, who, *in)
		return web.All(all), err
	}, web.Summary("What was booked with the number of a transfer or a cheque before"))
	web.Get(a, "/payments/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtPayment) (PaymentView, error) {
		return s.One(ctx, who, in.ID)
	}, web.Summary("A payment with what it was for"))
	web.Post(a, "/payments", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Paying }) (PaymentView, error) {
		return s.Pay(ctx, who, in.Body)
	}, web.Created(), web.Summary("Take money at the desk; the amount is computed here"))
	web.Post(a, "/payments/{id}/void", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtPayment
		web.Match
		Body reason
	}) (PaymentView, error) {
		return s.AskVoid(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Ask somebody else to void a payment and its receipt"))
}

func (s *Service) orderRoutes(a *web.API) {
	web.Get(a, "/pay-order", billing.ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (Order, error) {
		return s.Order(ctx, who, in.Community)
	}, web.Summary("In which order a payment is shared over what is owed"))
	web.Put(a, "/pay-order", billing.ActApprove, func(ctx context.Context, who authz.Actor, in *struct {
		web.Match
		OfCommunity
		Body OrderDraft
	}) (Order, error) {
		return s.SetOrder(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Change the order in which payments to come are shared, as the contract has it"))
}

func (s *Service) offsetRoutes(a *web.API) {
	web.Get(a, "/offsets", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OffsetFilter
	}) (web.List[OffsetView], error) {
		before, err := web.After[OffsetID](in.Cursor)
		if err != nil {
			return web.List[OffsetView]{}, err
		}
		all, err := s.Offsets(ctx, who, in.OffsetFilter, before, in.Limit)
		return web.Paged(all, in.Limit, func(v OffsetView) OffsetID { return v.ID }), err
	}, web.Summary("Claims of households that were set against what they owe, the latest first"))
	audit.Export(s.Exports, a, "/offsets/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *OffsetFilter) (audit.Table, error) {
		return s.exportedOffsets(ctx, who, *in), nil
	}, web.Summary("Offsets as a workbook"))
	web.Post(a, "/offsets", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Offsetting }) (OffsetView, error) {
		return s.SetOff(ctx, who, in.Body)
	}, web.Created(), web.Summary("Set a claim of a household against what it owes; above the limit somebody else is asked first"))
}

func (s *Service) depositRoutes(a *web.API) {
	web.Get(a, "/deposits", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		DepositFilter
	}) (web.List[DepositRow], error) {
		before, err := web.After[DepositID](in.Cursor)
		if err != nil {
			return web.List[DepositRow]{}, err
		}
		all, err := s.Deposits(ctx, who, in.DepositFilter, before, in.Limit)
		return web.Paged(all, in.Limit, func(d DepositRow) DepositID { return d.ID }), err
	}, web.Summary("Deposits of a community with what is held, the latest first"))
	audit.Export(s.Exports, a, "/deposits/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *DepositFilter) (audit.Table, error) {
		return s.exportedDeposits(ctx, who, *in), nil
	}, web.Summary("Deposits as a workbook"))
	web.Post(a, "/deposits", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Depositing }) (DepositView, error) {
		return s.TakeDeposit(ctx, who, in.Body)
	}, web.Created(), web.Summary("Take a deposit"))
	web.Post(a, "/deposits/{id}/return", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtDeposit
		web.Match
		Body Returning
	}) (DepositView, error) {
		return s.Return(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Pay a deposit back, or a part of it; above the limit somebody else is asked first"))
	web.Post(a, "/deposits/{id}/pay-out", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtDeposit
		web.Match
		Body struct {
			Move id.Of[DepositMove] `json:"moveId"`
			Pay  bool               `json:"pay" doc:"false: it is given up, and held again"`
		}
	}) (DepositView, error) {
		return s.PayOut(ctx, who, in.ID, in.Match, in.Body.Move, in.Body.Pay)
	}, web.Summary("Pay out what somebody else approved to give back, or give it up"))
	web.Post(a, "/deposits/{id}/keep", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtDeposit
		web.Match
		Body struct {
			reason
			Amount money.Fen `json:"amount"`
		}
	}) (DepositView, error) {
		return s.AskKeep(ctx, who, in.ID, in.Match, in.Body.Amount, in.Body.Reason)
	}, web.Summary("Ask somebody else to have a part of a deposit kept"))
}

func (s *Service) receiptRoutes(a *web.API) {
	web.Post(a, "/receipts/{id}/print", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID ReceiptID `path:"id"`
	}) (Printed, error) {
		return s.Print(ctx, who, in.ID)
	}, web.Unversioned("it counts a print, and says whether it is the first"), web.Summary("Print a receipt: every print after the first is a copy"))
	web.GetFile(a, "/receipts/{id}/receipt.pdf", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		ID ReceiptID `path:"id"`
	}) (web.Download, error) {
		p, err := s.Paper(ctx, who, in.ID)
		return p.Download(ctx, err)
	}, web.Summary("The receipt that was just printed, as PDF of A4"))
	web.Get(a, "/receipt-proofs/{code}", "", func(ctx context.Context, _ authz.Actor, in *struct {
		Code string `path:"code" maxLength:"40"`
	}) (Proof, error) {
		return s.Prove(ctx, in.Code)
	}, web.Summary("Whether a receipt is genuine, for whoever holds its code"))
	web.Get(a, "/receipt-books", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (web.List[BookView], error) {
		all, err := s.Books(ctx, who, in.Community)
		return web.All(all), err
	}, web.Summary("Receipt books of a community"))
	web.Post(a, "/receipt-books", ActBooks, func(ctx context.Context, who authz.Actor, in *struct{ Body BookDraft }) (BookView, error) {
		return s.GiveBook(ctx, who, in.Body)
	}, web.Created(), web.Summary("Give a receipt book out"))
	web.Post(a, "/receipt-books/{id}/close", ActBooks, func(ctx context.Context, who authz.Actor, in *struct {
		AtBook
		web.Match
		Body reason
	}) (BookView, error) {
		return s.CloseBook(ctx, who, in.ID, in.Match, in.Body.Reason)
	}, web.Summary("Take a receipt book back"))
	web.Post(a, "/receipt-books/{id}/spoil", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtBook
		Body struct {
			reason
			Number string `json:"number" maxLength:"30"`
		}
	}) (BookView, error) {
		return s.Spoil(ctx, who, in.ID, in.Body.Number, in.Body.Reason)
	}, web.Unversioned("the number says which one it is; its turn is looked at"), web.Summary("Count a paper receipt as spoiled"))
	web.Post(a, "/paper-receipts", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Slip }) (PaymentView, error) {
		return s.EnterSlip(ctx, who, in.Body)
	}, web.Created(), web.Summary("Enter a paper receipt that was written while the system was down"))
	web.Get(a, "/receipt-office", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (Office, error) {
		return s.Office(ctx, who, in.Community)
	}, web.Summary("What every receipt says of the office"))
	web.Put(a, "/receipt-office", ActBooks, func(ctx context.Context, who authz.Actor, in *struct {
		OfCommunity
		web.Match
		Body OfficeDraft
	}) (Office, error) {
		return s.SetOffice(ctx, who, in.Community, in.Expect, in.Body)
	}, web.Summary("Change what every receipt says of the office"))
}

func (s *Service) shiftRoutes(a *web.API) {
	web.Get(a, "/cashier-shift", ActTake, func(ctx context.Context, who authz.Actor, in *OfCommunity) (Shift, error) {
		return s.OwnShift(ctx, who, in.Community)
	}, web.Summary("One's own open shift, with what it should have now"))
	web.Get(a, "/cashier-shifts/{id}", ActView, func(ctx context.Context, who authz.Actor, in *AtShift) (Shift, error) {
		return s.Shift(ctx, who, in.ID)
	}, web.Summary("A cashier's shift"))
	web.Post(a, "/cashier-shifts", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Opening   money.Fen         `json:"opening"`
		}
	}) (Shift, error) {
		return s.Open(ctx, who, in.Body.Community, in.Body.Opening)
	}, web.Created(), web.Summary("Open one's own shift with the cash in the till"))
	web.Post(a, "/cashier-shifts/{id}/close", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		AtShift
		web.Match
		Body Closing
	}) (Shift, error) {
		return s.Close(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Count and close one's own shift"))
	s.suspenseRoutes(a)
	web.Post(a, "/till-moves", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Till }) (Move, error) {
		return s.Petty(ctx, who, in.Body)
	}, web.Created(), web.Summary("Spend petty cash from one's own till, or bring cash to it"))
	web.Get(a, "/cashier-days", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		OfCommunity
		Day clock.Day `query:"day" required:"true"`
	}) (DaySheet, error) {
		return s.Sheet(ctx, who, in.Community, in.Day)
	}, web.Summary("The sheet of a day at the cashier's"))
	web.Post(a, "/cashier-days", ActDay, func(ctx context.Context, who authz.Actor, in *struct {
		Body struct {
			Community authz.CommunityID `json:"community"`
			Day       clock.Day         `json:"day"`
		}
	}) (DaySheet, error) {
		return s.CloseDay(ctx, who, in.Body.Community, in.Body.Day)
	}, web.Created(), web.Summary("Close a day: what comes later is booked on the next"))
}

func (s *Service) suspenseRoutes(a *web.API) {
	web.Get(a, "/suspense", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		SuspenseFilter
	}) (web.List[Suspense], error) {
		before, err := web.After[SuspenseID](in.Cursor)
		if err != nil {
			return web.List[Suspense]{}, err
		}
		all, err := s.InSuspense(ctx, who, in.Community, in.State, before, in.Limit)
		return web.Paged(all, in.Limit, func(v Suspense) SuspenseID { return v.ID }), err
	}, web.Summary("Money that came and nobody knows whose it is, the latest first"))
	audit.Export(s.Exports, a, "/suspense/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *SuspenseFilter) (audit.Table, error) {
		return s.exportedSuspense(ctx, who, *in), nil
	}, web.Summary("Money in suspense as a workbook"))
	web.Post(a, "/suspense", ActTake, func(ctx context.Context, who authz.Actor, in *struct{ Body Unknown }) (Suspense, error) {
		return s.BookUnknown(ctx, who, in.Body)
	}, web.Created(), web.Summary("Book money that cannot be identified to suspense"))
	web.Post(a, "/suspense/{id}/release", ActTake, func(ctx context.Context, who authz.Actor, in *struct {
		ID SuspenseID `path:"id"`
		web.Match
		Body Finding
	}) (Suspense, error) {
		return s.AskRelease(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Ask somebody else to release money in suspense to a household, or to have it sent back"))
}

func (s *Service) registerRoutes(a *web.API) {
	web.Post(a, "/receipt-books/{id}/hand", ActBooks, func(ctx context.Context, who authz.Actor, in *struct {
		AtBook
		web.Match
		Body Handing
	}) (BookView, error) {
		return s.HandBook(ctx, who, in.ID, in.Match, in.Body)
	}, web.Summary("Pass a book on to a colleague, or take it back to the office"))
	web.Get(a, "/book-handovers", ActView, func(ctx context.Context, who authz.Actor, in *struct {
		web.Page
		OfCommunity
		Book BookID `query:"book"`
	}) (web.List[HandoverView], error) {
		before, err := web.After[HandoverID](in.Cursor)
		if err != nil {
			return web.List[HandoverView]{}, err
		}
		all, err := s.Handovers(ctx, who, in.Community, in.Book, before, in.Limit)
		return web.Paged(all, in.Limit, func(v HandoverView) HandoverID { return v.ID }), err
	}, web.Summary("The register of books: who had which numbers from when until when"))
	audit.Export(s.Exports, a, "/book-handovers/export.xlsx", ActView, func(ctx context.Context, who authz.Actor, in *OfCommunity) (audit.Table, error) {
		return s.register(ctx, who, in.Community), nil
	}, web.Summary("The register of books as a workbook"))
}
