package audit

import (
	"context"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// ActSettings changes how much may be uncovered.
const ActSettings authz.Action = "privacy.settings"

// Settings of privacy. What the table does not say has its default.
type Settings struct {
	RevealsPerHour int64 `json:"revealsPerHour" minimum:"1" maximum:"1000" doc:"how often one account may uncover personal data within an hour"`
	Version        int64 `json:"version"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

var defaults = Settings{RevealsPerHour: 60, Version: 1}

func (s *Settings) named() map[string]*int64 {
	return map[string]*int64{"reveals_per_hour": &s.RevealsPerHour}
}

const installation = "settings of privacy hold for the whole installation"

// SettingsIn reads the settings.
func SettingsIn(ctx context.Context, tx *db.Tx) (Settings, error) {
	s := defaults
	rows, err := db.All[struct {
		Name    string `db:"name"`
		N       int64  `db:"n"`
		Version int64  `db:"version"`
	}](ctx, tx.Global(installation), `SELECT name, n, version FROM privacy_setting`)
	for _, r := range rows {
		if into, ok := s.named()[r.Name]; ok {
			*into = r.N
		}
		s.Version = max(s.Version, r.Version)
	}
	return s, err
}

// Settings returns the settings of privacy.
func (s *Service) Settings(ctx context.Context, who authz.Actor) (out Settings, err error) {
	err = s.db.Read(ctx, who, ActSettings, func(tx *db.Tx) error {
		out, err = SettingsIn(ctx, tx)
		return err
	})
	return out, err
}

var errWhole = errs.New(errs.Forbidden, "privacy.whole", "only who may do this everywhere changes what holds everywhere")

// SetSettings changes the settings, for who saw their latest version and may do so everywhere.
func (s *Service) SetSettings(ctx context.Context, who authz.Actor, expect func(int64) error, to Settings) (out Settings, err error) {
	if who.Can(ActSettings) && !who.Scope(ActSettings).All {
		return out, errWhole
	}
	err = s.db.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		old, err := SettingsIn(ctx, tx)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		to.Version = old.Version + 1
		for name, n := range to.named() {
			if _, err := tx.Global(installation).Exec(ctx, `INSERT INTO privacy_setting (name, n, version) VALUES ($1, $2, $3)
				ON CONFLICT (name) DO UPDATE SET n = excluded.n, version = excluded.version`, name, *n, to.Version); err != nil {
				return err
			}
		}
		tx.Note(0, "settings:privacy", old, to)
		out = to
		return nil
	})
	return out, err
}

// ErrReveals says that somebody uncovered as much as an account may within an hour.
var ErrReveals = errs.New(errs.TooMany, "privacy.reveals", "this account has uncovered as much personal data as it may within an hour")

// CountReveal counts one uncovering of personal data by the actor (CUS-04).
// refused tells that it is the first one too many of the hour: the transaction
// then commits, so that the trail shows it, and its caller answers ErrReveals.
func CountReveal(ctx context.Context, tx *db.Tx, place authz.CommunityID, subject string) (refused bool, err error) {
	set, err := SettingsIn(ctx, tx)
	if err != nil {
		return false, err
	}
	n, err := db.One[int64](ctx, tx.Global("an account's count is its own"), `INSERT INTO reveal_count (account_id, hour, n) VALUES ($1, $2, 1)
		ON CONFLICT (account_id, hour) DO UPDATE SET n = reveal_count.n + 1 RETURNING n`, tx.Who.ID, int64(tx.Now)/time.Hour.Milliseconds())
	switch {
	case err != nil || n <= set.RevealsPerHour:
		return false, err
	case n > set.RevealsPerHour+1:
		return false, ErrReveals
	}
	tx.Note(place, subject, nil, map[string]any{"refused": ErrReveals.Code})
	return true, nil
}
