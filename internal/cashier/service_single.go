package cashier

import (
	"context"
	"errors"

	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// TakeBack reverses a line on which nothing was paid, inside the caller's
// transaction; what something was paid on stays, and so does what is reversed
// already. Nobody can take money for it meanwhile.
func TakeBack(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID, line billing.LineID, reason string) (bool, error) {
	if err := hold(ctx, tx, community, []housing.RoomID{room}); err != nil {
		return false, err
	}
	principal, late, err := PaidOf(ctx, tx, community, line)
	if err != nil || principal != 0 || late != 0 {
		return false, err
	}
	_, err = billing.Correct(ctx, tx, line, 0, reason)
	if errors.Is(err, billing.ErrReversedLine) {
		return false, nil
	}
	return err == nil, err
}

// LinesOf are the lines that a payment reached, and the number of its receipt.
func LinesOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, id PaymentID) (lines []billing.LineID, receipt string, err error) {
	lines, err = db.All[billing.LineID](ctx, tx, `SELECT DISTINCT line_id FROM payment_part WHERE community_id = $1 AND payment_id = $2 AND line_id IS NOT NULL AND {scope} ORDER BY line_id`, community, id)
	if err != nil || len(lines) == 0 {
		return lines, "", err
	}
	numbers, err := db.All[string](ctx, tx, `SELECT number FROM receipt WHERE community_id = $1 AND payment_id = $2 AND {scope}`, community, id)
	if err == nil && len(numbers) > 0 {
		receipt = numbers[0]
	}
	return lines, receipt, err
}
