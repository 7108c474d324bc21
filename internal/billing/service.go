package billing

import (
	"context"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/fee/formula"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

// Service are the use cases of billing.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Blobs     *blob.Store
	Exports   *audit.Service
	// Replace takes care of what was paid on a line while change reverses it and
	// books another one; change answers with that one.
	Replace func(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, id LineID, change func() (LineID, error)) error
}

// The kinds of requests; who asks never decides (BIL-02a, BIL-06).
const (
	kindTariff = "billing.tariff"
	kindBook   = "billing.book"
	kindCancel = "billing.cancel"
	kindFix    = "billing.fix"
)

// Approve registers what somebody else decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindTariff, Decide: ActApprove, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.tariffEnded, Describe: s.describeTariff})
	a.Register(approval.Kind{Name: kindBook, Decide: ActBook, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.bookEnded, Describe: s.describeRun})
	a.Register(approval.Kind{Name: kindCancel, Decide: ActBook, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.cancelEnded, Describe: s.describeRun})
	a.Register(approval.Kind{Name: kindFix, Decide: ActBook, TimeLimit: 24 * time.Hour, FourEyes: true, Ended: s.fixEnded, Describe: s.describeFix})
	a.Register(approval.Kind{Name: kindDiscount, Decide: ActApprove, TimeLimit: 72 * time.Hour, FourEyes: true, Ended: s.discountEnded, Describe: s.describeDiscount})
	a.Register(approval.Kind{Name: kindEarly, Decide: ActApprove, TimeLimit: 72 * time.Hour, FourEyes: true, Ended: s.earlyEnded, Describe: s.describeEarly})
}

// Schedule registers the work on runs.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Long(r, workKind, func(ctx context.Context, p payload) error { return s.Work(ctx, p.Run) })
	jobs.Long(r, fixKind, func(ctx context.Context, p fixPayload) error { return s.WorkFix(ctx, p.Fix) })
}

// Items lists a community's charge items.
func (s *Service) Items(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []ItemView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		all, err := items(ctx, tx, community)
		if err != nil {
			return err
		}
		prices, err := tariffs(ctx, tx, community)
		out = make([]ItemView, len(all))
		for i, one := range all {
			out[i] = ItemView{Item: one}
			out[i].sum(prices[one.ID], today)
		}
		return err
	})
	return out, err
}

// ItemFull is an item with every version of its tariff.
type ItemFull struct {
	Item
	Tariffs []TariffView `json:"tariffs" doc:"the latest first"`
}

// Item returns an item with its tariffs.
func (s *Service) Item(ctx context.Context, who authz.Actor, id ItemID) (f ItemFull, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if f.Item, err = item(ctx, tx, id); err != nil {
			return err
		}
		f.Tariffs, err = tariffViews(ctx, tx, f.Item)
		return err
	})
	return f, err
}

// Create adds a charge item.
func (s *Service) Create(ctx context.Context, who authz.Actor, community authz.CommunityID, r ItemRules) (i Item, err error) {
	if r, err = r.checked(); err != nil {
		return i, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		i = Item{ID: db.NewID[Item](tx), Community: community, ItemRules: r, State: "active", Version: 1}
		if err := sampled(ctx, tx, i); err != nil {
			return err
		}
		tx.Note(community, i.subject(), nil, i)
		tx.Answer(&i)
		tx.Emit(Changed{community})
		if err := db.Insert(ctx, tx, "charge_item", i); err != nil {
			return err
		}
		return i.keepLate(ctx, tx)
	})
	return i, taken(err)
}

func (i Item) subject() string { return "charge:" + i.ID.String() }

// Update changes an item; what is booked stays as it is.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ItemID, match web.Match, r ItemRules, state string) (i Item, err error) {
	if r, err = r.checked(); err != nil {
		return i, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if i, err = item(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(i.Version); err != nil {
			return err
		}
		before := i
		i.ItemRules, i.State = r, state
		if err := sampled(ctx, tx, i); err != nil {
			return err
		}
		tx.Note(i.Community, i.subject(), before, i)
		tx.Emit(Changed{i.Community})
		if err := db.Save(ctx, tx, "charge_item", &i); err != nil || i.sameLate(before.ItemRules) {
			return err
		}
		return i.keepLate(ctx, tx)
	})
	return i, taken(err)
}

const mostSamples = 50

// sampled computes an item's formula for some rooms: what cannot be computed is
// refused when it is saved, not found out at a run (BIL-03).
func sampled(ctx context.Context, tx *db.Tx, i Item) error {
	if i.Formula == "" {
		return nil
	}
	f, err := formula.Parse(i.Formula, variables)
	if err != nil {
		return err
	}
	rooms, err := rooms(ctx, tx, i.Community, roomIn{}, mostSamples)
	if err != nil {
		return err
	}
	price := exact("1")
	for _, r := range rooms {
		if _, err := f.Eval(r.values(price, 30)); err != nil {
			var wrong errs.Fields
			badFormula(&wrong, err)
			wrong[0].Params["room"] = r.Label
			wrong[0].Code += "_at"
			return wrong.Err()
		}
	}
	return nil
}

func taken(err error) error {
	if db.Unique(err, "charge_item_code", "charge_item.community_id, charge_item.code") {
		return errs.ErrFields.At(errs.Field{Name: "code", Code: ErrCodeTaken.Code})
	}
	return err
}
