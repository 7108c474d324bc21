package collection

import (
	"context"

	"guanjia/internal/fee"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Month is a month of the trend.
type Month struct {
	Period     clock.Period `db:"period" json:"period"`
	Receivable money.Fen    `db:"receivable" json:"receivable" doc:"lines whose days begin in the month, less those that were reversed"`
	Paid       money.Fen    `db:"paid" json:"paid" doc:"of them, paid at any time"`
	Collected  money.Fen    `db:"collected" json:"collected" doc:"principal paid in the month, of lines of any month"`
	Received   money.Fen    `db:"received" json:"received" doc:"money that payments brought in: late fees, prepayments and deposits too"`
	Accrual    string       `db:"-" json:"accrual" doc:"paid ÷ receivable in per cent"`
}

// Trend is month by month what was billed and what came in; a month in which
// nothing happened stands there with zeros.
func (s *Service) Trend(ctx context.Context, who authz.Actor, a Asked) (out []Month, err error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, a.Community); err != nil {
			return err
		}
		out, err = trend(ctx, tx, a)
		return err
	})
	return out, err
}

// trends are the sums of the trend; money counts on its day, and against it on the day on which it was voided.
var trends = []string{
	`SELECT SUBSTR(l.from_on, 1, 7) AS period, CAST(SUM(` + lineFigures["receivable"] + `) AS BIGINT) AS receivable, CAST(SUM(` + lineFigures["paid"] + `) AS BIGINT) AS paid, 0 AS collected, 0 AS received` + lineTables + `
		AND l.from_on >= $2 AND l.from_on < $3 GROUP BY SUBSTR(l.from_on, 1, 7)`,
	principalBy("on_day", ""), principalBy("reversed_on", "-"), receivedBy("on_day", ""), receivedBy("reversed_on", "-"),
}

func principalBy(day, sign string) string {
	return `SELECT SUBSTR(y.` + day + `, 1, 7) AS period, 0 AS receivable, 0 AS paid, CAST(SUM(` + sign + `x.amount) AS BIGINT) AS collected, 0 AS received FROM payment_part x JOIN payment y ON y.community_id = x.community_id AND y.id = x.payment_id
		WHERE x.community_id = $1 AND x.part = 'principal' AND y.means <> 'early' AND y.` + day + ` >= $2 AND y.` + day + ` < $3 AND {scope:x} GROUP BY SUBSTR(y.` + day + `, 1, 7)`
}

func receivedBy(day, sign string) string {
	return `SELECT SUBSTR(y.` + day + `, 1, 7) AS period, 0 AS receivable, 0 AS paid, 0 AS collected, CAST(SUM(` + sign + `y.amount) AS BIGINT) AS received FROM payment y
		WHERE y.community_id = $1 AND y.means IN ` + moneyKinds + ` AND y.` + day + ` >= $2 AND y.` + day + ` < $3 AND {scope:y} GROUP BY SUBSTR(y.` + day + `, 1, 7)`
}

func trend(ctx context.Context, tx *db.Tx, a Asked) ([]Month, error) {
	out := make([]Month, a.To.Sub(a.From)+1)
	for i := range out {
		out[i].Period = a.From.Add(i)
	}
	for _, q := range trends {
		if err := db.Each(ctx, tx, q, []any{a.Community, a.first(), a.end()}, func(m Month) error {
			to := &out[m.Period.Sub(a.From)]
			to.Receivable += m.Receivable
			to.Paid += m.Paid
			to.Collected += m.Collected
			to.Received += m.Received
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for i := range out {
		out[i].Accrual = fee.Ratio{Part: out[i].Paid, Whole: out[i].Receivable}.Percent()
	}
	return out, nil
}
