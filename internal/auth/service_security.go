package auth

import (
	"context"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/jobs"
)

// Lock is a name that waits at a place, or a whole address (ACC-07).
type Lock struct {
	ID      id.Of[Lock]     `db:"id" json:"id"`
	Account authz.AccountID `db:"account_id" json:"-"`
	Name    string          `db:"name" json:"name,omitempty" doc:"whose it is; absent for an address, and for a name nobody has"`
	Where   string          `db:"-" json:"where" enum:"name,device,address" doc:"a name at an address, a name at a device it signed in from before, or an address for all unknown devices"`
	IP      string          `db:"ip" json:"ip"`
	Rounds  int64           `db:"rounds" json:"rounds"`
	Until   clock.Instant   `db:"until" json:"until"`
	Hash    string          `db:"name_hash" json:"-"`
	Origin  string          `db:"origin" json:"-"`
}

// Failure is one failed try.
type Failure struct {
	ID      id.Of[Failure] `db:"id" json:"id"`
	At      clock.Instant  `db:"at" json:"at"`
	Name    string         `db:"name" json:"name,omitempty" doc:"absent for a name nobody has; what was typed is not kept"`
	AgentNo string         `db:"agent_no" json:"agentNo,omitempty"`
	IP      string         `db:"ip" json:"ip"`
	Known   bool           `db:"known" json:"knownDevice"`
}

// seen limits a list to accounts of people at work where the caller may look;
// names nobody has, and addresses, are the company's.
func seen(tx *db.Tx, alias string) string {
	if tx.Who.Scope(tx.Act).All {
		return `1 = 1`
	}
	return `EXISTS (SELECT 1 FROM staff m WHERE m.id = ` + alias + `.account_id AND {scope:m})`
}

// Settings returns the figures of sign-in.
func (s *Service) Settings(ctx context.Context, who authz.Actor) (out Settings, err error) {
	err = s.DB.Read(ctx, who, ActUnlock, func(tx *db.Tx) error {
		out, err = settings(ctx, tx)
		return err
	})
	return out, err
}

// ChangeSettings sets the figures of sign-in, for the whole company.
func (s *Service) ChangeSettings(ctx context.Context, who authz.Actor, expect func(int64) error, next Settings) (Settings, error) {
	err := s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if !who.Scope(ActSettings).All {
			return ErrCompany
		}
		old, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if err := next.Check(); err != nil {
			return err
		}
		tx.Note(0, "sign_in_settings", old, next)
		next.ID, next.Version = old.ID, old.Version
		return db.Save(ctx, tx.Global("one for the company"), "sign_in_setting", &next)
	})
	return next, err
}

// Locks lists who has to wait now.
func (s *Service) Locks(ctx context.Context, who authz.Actor) (out []Lock, err error) {
	err = s.DB.Read(ctx, who, ActUnlock, func(tx *db.Tx) error {
		out, err = locks(ctx, tx, 0)
		return err
	})
	return out, err
}

func locks(ctx context.Context, tx *db.Tx, one id.Of[Lock]) ([]Lock, error) {
	out, err := db.All[Lock](ctx, tx.Global("names and addresses are the company's; the rest is limited by seen"), `
		SELECT g.id, g.account_id, COALESCE(a.name, '') AS name, g.ip, g.rounds, g.until, g.name_hash, g.origin FROM sign_in_guard g LEFT JOIN account a ON a.id = g.account_id
		WHERE g.until > $1 AND (g.id = $2 OR $2 = 0) AND g.origin <> 'own' AND `+seen(tx, "g")+` ORDER BY g.until DESC LIMIT 200`, tx.Now, int64(one))
	for i, l := range out {
		switch {
		case l.Hash == "":
			out[i].Where = "address"
		case l.Origin[:3] == "dev":
			out[i].Where = "device"
		default:
			out[i].Where = "name"
		}
	}
	return out, err
}

// Unlock lets a name, or an address, try again at once.
func (s *Service) Unlock(ctx context.Context, who authz.Actor, one id.Of[Lock]) error {
	return s.DB.Write(ctx, who, ActUnlock, func(tx *db.Tx) error {
		all, err := locks(ctx, tx, one)
		if err == nil && len(all) == 0 {
			err = db.ErrNotFound
		}
		if err != nil {
			return err
		}
		l, b := all[0], tx.Global("the lock was found in the caller's scope")
		tx.Note(0, subject(l.Account), map[string]any{"lockedUntil": l.Until, "where": l.Where}, map[string]any{"result": "unlocked"})
		if _, err := b.Exec(ctx, `DELETE FROM sign_in_failure WHERE origin = $1 AND (name_hash = $2 OR $2 = '')`, l.Origin, l.Hash); err != nil {
			return err
		}
		_, err = b.Exec(ctx, `DELETE FROM sign_in_guard WHERE id = $1`, l.ID)
		return err
	})
}

// Failures lists failed tries, the latest first.
func (s *Service) Failures(ctx context.Context, who authz.Actor, before id.Of[Failure], limit int) (out []Failure, err error) {
	err = s.DB.Read(ctx, who, ActUnlock, func(tx *db.Tx) error {
		out, err = db.All[Failure](ctx, tx.Global("names nobody has are the company's; the rest is limited by seen"), `
			SELECT f.id, f.at, COALESCE(a.name, '') AS name, COALESCE(a.agent_no, '') AS agent_no, f.ip, substr(f.origin, 1, 4) = 'dev:' AS known
			FROM sign_in_failure f LEFT JOIN account a ON a.id = f.account_id
			WHERE (f.id < $1 OR $1 = 0) AND f.origin <> 'own' AND `+seen(tx, "f")+` ORDER BY f.id DESC LIMIT $2`, int64(before), limit)
		return err
	})
	return out, err
}

// Schedule throws away, every hour, what can have no effect any more.
func (s *Service) Schedule(r *jobs.Runner) { jobs.Every(r, "auth.trim", time.Hour, trim) }
