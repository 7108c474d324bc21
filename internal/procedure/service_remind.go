package procedure

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
)

// Reminder says that somebody was reminded of a version they have not confirmed (PRO-01b).
type Reminder struct {
	ID      id.Of[Reminder] `db:"id"`
	Edition VersionID       `db:"version_id"`
	Account authz.AccountID `db:"account_id"`
	At      clock.Instant   `db:"at"`
	ByName  string          `db:"by_name"` // empty: the program
}

// Reminded says whom to tell that they have something to read.
type Reminded struct {
	Community authz.CommunityID `json:"community"`
	To        []authz.AccountID `json:"to"`
}

// EventName implements db.Event.
func (Reminded) EventName() string { return "procedure.reminded" }

// Where implements db.Event.
func (e Reminded) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Reminded) About() string { return e.Community.String() }

const (
	remindsAt   = 9              // the hour of the community's clock at which the program reminds
	remindEvery = 72 * time.Hour // it does so again after this long
	remindAgain = 20 * time.Hour // a leader may after this long: once in a working day
)

const actRemind authz.Action = "procedure.remind"

var reminding = authz.System("procedure", actRemind)

// Schedule registers the reminders that go out by themselves.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actRemind), 30*time.Minute, s.RemindAll)
}

// RemindAll reminds, in the morning of each community, whoever has not
// confirmed a version that the company published. What came with the program
// is listed, and reminded of by hand.
func (s *Service) RemindAll(ctx context.Context) error {
	every := func(tx *db.Tx) ([]org.Local, error) { return org.Every(ctx, tx) }
	return org.Each(ctx, s.DB, reminding, actRemind, every, func(ctx context.Context, p org.Local, now clock.Instant, zone *time.Location) error {
		if now.In(zone).Hour() != remindsAt {
			return nil
		}
		return s.DB.Write(ctx, reminding, actRemind, func(tx *db.Tx) error {
			_, err := remind(ctx, tx, p.ID, remindEvery, func(v Version) bool { return v.PublishedAt != nil })
			return err
		})
	})
}

// Asks is how many people a reminder went to.
type Asks struct {
	People int `json:"people"`
}

// Remind lets a leader remind who has not confirmed a version in a community, once a day each.
func (s *Service) Remind(ctx context.Context, who authz.Actor, community authz.CommunityID, id VersionID) (out Asks, err error) {
	err = s.DB.Write(ctx, who, ActLead, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out.People, err = remind(ctx, tx, community, remindAgain, func(v Version) bool { return v.ID == id })
		if err == nil && out.People == 0 {
			err = ErrReminded
		}
		tx.Answer(&out)
		return err
	})
	return out, err
}

// remind tells those of a community who lag behind and were not told for a while.
func remind(ctx context.Context, tx *db.Tx, community authz.CommunityID, pause time.Duration, about func(Version) bool) (int, error) {
	now, err := current(ctx, tx)
	if err != nil {
		return 0, err
	}
	now = slices.DeleteFunc(now, func(v Version) bool { return !about(v) })
	if len(now) == 0 {
		tx.Silent("nothing is asked to be read")
		return 0, nil
	}
	lag, err := behind(ctx, tx, community, now)
	if err != nil {
		return 0, err
	}
	e := Reminded{Community: community}
	for _, b := range lag {
		for _, m := range b.Missing {
			if m.RemindedAt != nil && tx.Now.Sub(*m.RemindedAt) < pause {
				continue
			}
			if err := db.Insert(ctx, tx.Global(whyGlobal), "procedure_reminder", Reminder{db.NewID[Reminder](tx), b.Edition, m.Account, tx.Now, tx.Who.Name}); err != nil {
				return 0, err
			}
			if !slices.Contains(e.To, m.Account) {
				e.To = append(e.To, m.Account)
			}
		}
	}
	if len(e.To) == 0 {
		tx.Silent("everybody was reminded a while ago, or has confirmed")
		return 0, nil
	}
	tx.Note(community, "procedures:"+community.String(), nil, map[string]any{"reminded": len(e.To)})
	tx.Emit(e)
	return len(e.To), nil
}

// remindersOf are when people were reminded last of the published versions.
func remindersOf(ctx context.Context, tx *db.Tx) (map[readRow]clock.Instant, error) {
	type row struct {
		Edition VersionID       `db:"version_id"`
		Account authz.AccountID `db:"account_id"`
		At      clock.Instant   `db:"at"`
	}
	rows, err := db.All[row](ctx, tx.Global(whyGlobal), `SELECT r.version_id, r.account_id, MAX(r.at) AS at FROM procedure_reminder r JOIN procedure p ON p.current_id = r.version_id GROUP BY r.version_id, r.account_id`)
	out := map[readRow]clock.Instant{}
	for _, r := range rows {
		out[readRow{r.Edition, r.Account}] = r.At
	}
	return out, err
}
