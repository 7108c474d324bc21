package cashier

import (
	"context"

	"guanjia/internal/billing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// notTooFar refuses what would be paid ahead for more months than the community
// lets (BIL-02). Money that is there already (paper, bank, gateways) is not
// refused; nor is what nobody can say the month of, as for water.
func (in Paying) notTooFar(ctx context.Context, tx *db.Tx, t Taking) error {
	if in.Way != "ahead" && !in.Rest || in.Means == ledger.Prepaid {
		return nil
	}
	months, err := billing.MostAhead(ctx, tx, t.Community)
	if err != nil || months == 0 {
		return err
	}
	day, err := today(ctx, tx, t.Community)
	if err != nil {
		return err
	}
	month, err := billing.MonthCharge(ctx, tx, t.Community, t.Room, in.Item, day)
	if err != nil || month == 0 {
		return err
	}
	due, err := Due(ctx, tx, t.Community, t.Rooms, day)
	if err != nil {
		return err
	}
	_, over, _ := shared(t, due)
	have, err := aheadFor(ctx, tx, t, in.Item)
	if err != nil {
		return err
	}
	if most := month*money.Fen(months) - have; over > most {
		return errs.ErrFields.At(errs.Field{Name: "amount", Code: "cashier.too_far_ahead", Params: map[string]any{
			"months": months, "month": month.String(), "have": have.String(), "most": max(most, 0).String(),
		}})
	}
	return nil
}

// aheadFor is what the owners have paid ahead that an item may use: its own, and with 0 everything.
func aheadFor(ctx context.Context, tx *db.Tx, t Taking, item billing.ItemID) (sum money.Fen, err error) {
	all, err := AheadOf(ctx, tx, t.Community, t.Room)
	for _, a := range all {
		if a.Of == "" && (item == 0 || a.Item == item) {
			sum += a.Fen
		}
	}
	return sum, err
}
