package collection

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
)

// MonthID identifies a month's report.
type MonthID = id.Of[Reported]

// Reported are the rates of a month as they stood on the first of the next, when
// they were sent to the property manager (REP-05).
type Reported struct {
	ID        MonthID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Period    clock.Period      `db:"period" json:"period"`
	At        clock.Instant     `db:"at" json:"at"`
	Figures   Totals            `db:"figures" json:"figures"`
}

// Totals are the figures of the whole with their rates, kept as JSON text.
type Totals struct {
	Figures
	Rates
}

// Value implements driver.Valuer.
func (t Totals) Value() (driver.Value, error) {
	raw, err := json.Marshal(t)
	return string(raw), err
}

// Scan implements sql.Scanner.
func (t *Totals) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return errors.New("collection: figures are no text")
	}
	return json.Unmarshal([]byte(text), t)
}

// Monthly is told when a month was reported.
type Monthly struct {
	Community authz.CommunityID `json:"community"`
	Month     MonthID           `json:"month"`
	Period    clock.Period      `json:"period"`
	Rates     Rates             `json:"rates"`
}

// EventName implements db.Event.
func (Monthly) EventName() string { return "collection.monthly" }

// Where implements db.Event.
func (m Monthly) Where() authz.CommunityID { return m.Community }

// About implements db.Event.
func (m Monthly) About() string { return m.Month.String() }

const actMonthly authz.Action = "collection.monthly"

var worker = authz.System("collection", ActView, actMonthly)

// reportsAt is the hour of the first of a month from which on the last is reported.
const reportsAt = 8

// Schedule registers the report that is written by itself on the first.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actMonthly), 20*time.Minute, s.ReportMonths)
}

// ReportMonths reports the month that ended, once, in every community where the
// first has come and something was ever billed. A program that was off on the
// first does so when it is back.
func (s *Service) ReportMonths(ctx context.Context) error {
	type place struct {
		org.Local
		Last clock.Period `db:"last"`
	}
	billed := func(tx *db.Tx) ([]place, error) {
		return db.All[place](ctx, tx.Global("every community has its report"), `SELECT c.id, c.zone, (SELECT MAX(m.period) FROM collection_month m WHERE m.community_id = c.id) AS last FROM community c
			WHERE EXISTS (SELECT 1 FROM bill_line l WHERE l.community_id = c.id) ORDER BY c.id`)
	}
	return org.Each(ctx, s.DB, worker, actMonthly, billed, func(ctx context.Context, c place, now clock.Instant, zone *time.Location) error {
		month := clock.PeriodOf(now.Add(-reportsAt*time.Hour), zone).Add(-1)
		if !c.Last.IsZero() && month.Sub(c.Last) <= 0 {
			return nil
		}
		return s.reportMonth(ctx, c.ID, month)
	})
}

func (s *Service) reportMonth(ctx context.Context, community authz.CommunityID, month clock.Period) error {
	var r Report
	if err := s.DB.Read(ctx, worker, actMonthly, func(tx *db.Tx) (err error) {
		r, err = report(ctx, tx, Asked{Community: community, From: month, To: month})
		return err
	}); err != nil {
		return err
	}
	return s.DB.Write(ctx, worker, actMonthly, func(tx *db.Tx) error {
		m := Reported{db.NewID[Reported](tx), community, month, tx.Now, Totals{r.Total.Figures, r.Total.Rates}}
		err := db.Insert(ctx, tx, "collection_month", m)
		if db.Unique(err, "collection_month_once", "collection_month.community_id, collection_month.period") {
			tx.Silent("another node has reported it")
			return nil
		}
		tx.Note(community, "collection:"+month.String(), nil, m.Figures.Rates)
		tx.Emit(Monthly{community, m.ID, month, m.Figures.Rates})
		return err
	})
}

// Months are the reports of a community, the latest first.
func (s *Service) Months(ctx context.Context, who authz.Actor, community authz.CommunityID, before MonthID, limit int) (out []Reported, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Reported](ctx, tx, `SELECT `+db.Columns[Reported]("m")+` FROM collection_month m WHERE m.community_id = $1 AND m.id < $2 AND {scope:m} ORDER BY m.id DESC LIMIT $3`, community, int64(before), limit+1)
		return err
	})
	return out, err
}
