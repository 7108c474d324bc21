package cashier

import (
	"context"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// SameNumber is money that was booked with a number before. That is no mistake
// by itself: one transfer may pay for several rooms (ARR-06).
type SameNumber struct {
	Payment PaymentID   `db:"id" json:"paymentId,omitempty" doc:"left out: it is in suspense"`
	Day     clock.Day   `db:"on_day" json:"day"`
	Means   ledger.Kind `db:"means" json:"means"`
	Fen     money.Fen   `db:"amount" json:"amount"`
	Label   string      `db:"label" json:"label,omitempty" doc:"of the room"`
	Number  string      `db:"number" json:"receipt,omitempty"`
}

// NumberAsked is a number as somebody types it.
type NumberAsked struct {
	OfCommunity
	Means     ledger.Kind `query:"means" enum:"bank,cheque,pos,wechat,alipay" required:"true"`
	Reference string      `query:"reference" maxLength:"400" required:"true"`
}

const mostSame = 5

// SameNumbers is what was booked with a number by the same means and still
// holds, payments and money in suspense, the latest first.
func (s *Service) SameNumbers(ctx context.Context, who authz.Actor, in NumberAsked) (out []SameNumber, err error) {
	number := ledger.Number(in.Reference)
	err = s.DB.Read(ctx, who, ActTake, func(tx *db.Tx) error {
		if err := tx.In(ctx, in.Community); err != nil || number == "" {
			return err
		}
		out, err = db.All[SameNumber](ctx, tx, `SELECT p.id, p.on_day, p.means, p.amount, o.label, COALESCE(r.number, '') AS number FROM payment p JOIN room o ON o.community_id = p.community_id AND o.id = p.room_id
			LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id
			WHERE p.community_id = $1 AND p.reference_key = $2 AND p.reference_key <> '' AND p.means = $3 AND p.reversed_at IS NULL AND {scope:p} ORDER BY p.id DESC LIMIT $4`, in.Community, number, string(in.Means), mostSame)
		if err != nil {
			return err
		}
		waits, err := db.All[SameNumber](ctx, tx, `SELECT CAST(NULL AS BIGINT) AS id, s.came_on AS on_day, s.means, s.amount, '' AS label, '' AS number FROM suspense s
			WHERE s.community_id = $1 AND s.reference_key = $2 AND s.means = $3 AND s.state IN ('open', 'asked') AND {scope:s} ORDER BY s.id DESC LIMIT $4`, in.Community, number, string(in.Means), mostSame)
		out = append(out, waits...)
		return err
	})
	return out, err
}
