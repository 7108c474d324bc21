package procedure

import (
	"cmp"
	"context"
	"slices"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// unreadOf are the published versions that somebody works with, by the roles
// they hold anywhere, and has not confirmed (PRO-01b).
func unreadOf(ctx context.Context, tx *db.Tx, account authz.AccountID) (out []Version, err error) {
	roles, err := auth.RolesAnywhere(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	read, err := readBy(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	now, err := current(ctx, tx)
	for _, v := range now {
		if !slices.Contains(read, v.ID) && slices.ContainsFunc(v.Doc.concerned(), func(r string) bool { return slices.Contains(roles, r) }) {
			out = append(out, v)
		}
	}
	return out, err
}

// ToRead lists what the caller has to read and confirm.
func (s *Service) ToRead(ctx context.Context, who authz.Actor) (out []Version, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = unreadOf(ctx, tx, who.ID)
		return err
	})
	for i := range out {
		out[i] = out[i].asked()
	}
	return out, err
}

// UnreadCount is how many versions somebody still has to confirm.
func UnreadCount(ctx context.Context, tx *db.Tx, account authz.AccountID) (int, error) {
	all, err := unreadOf(ctx, tx, account)
	return len(all), err
}

// Confirm records that the caller has read a published version, and passed its
// quiz where it has one. To confirm again changes nothing.
func (s *Service) Confirm(ctx context.Context, who authz.Actor, id VersionID) (v Version, err error) {
	err = s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		if v, err = version(ctx, tx, id); err != nil {
			return err
		}
		if v.State != Published {
			return db.ErrNotFound
		}
		if ok, err := passed(ctx, tx, v, who.ID); err != nil {
			return err
		} else if !ok {
			return ErrQuiz
		}
		v = v.asked()
		tx.Note(0, "procedure:"+v.Procedure.String(), nil, map[string]any{"read": v.Number})
		tx.Answer(&v)
		_, err = tx.Global(whyGlobal).Exec(ctx, `INSERT INTO procedure_reading (id, version_id, account_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			db.NewID[Reading](tx), v.ID, who.ID, tx.Now)
		return err
	})
	return v, err
}

// Behind is a published version with who works with it and has not confirmed it.
type Behind struct {
	Procedure   ID             `json:"procedureId"`
	Edition     VersionID      `json:"versionId"`
	Zh          string         `json:"zh"`
	En          string         `json:"en"`
	Number      int64          `json:"number"`
	PublishedAt *clock.Instant `json:"publishedAt,omitempty"`
	Concerned   int            `json:"concerned" doc:"how many work with it here"`
	Quiz        bool           `json:"quiz" doc:"a quiz comes before confirming"`
	Missing     []Missing      `json:"missing" doc:"who has not confirmed"`
}

// Missing is somebody who has not confirmed a version they work with.
type Missing struct {
	Account    authz.AccountID `json:"-"`
	Name       string          `json:"name"`
	Tries      int64           `json:"tries,omitempty" doc:"attempts at its quiz"`
	Best       int64           `json:"best,omitempty" doc:"most right answers in one of them"`
	RemindedAt *clock.Instant  `json:"remindedAt,omitempty"`
}

// Readers lists, for one community, who has not confirmed what they work with.
func (s *Service) Readers(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Behind, err error) {
	err = s.DB.Read(ctx, who, ActLead, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		now, err := current(ctx, tx)
		if err != nil {
			return err
		}
		out, err = behind(ctx, tx, community, now)
		slices.SortStableFunc(out, func(a, b Behind) int { return cmp.Compare(len(b.Missing), len(a.Missing)) })
		return err
	})
	return out, err
}

// behind says of versions who works with them in a community and has not confirmed them.
func behind(ctx context.Context, tx *db.Tx, community authz.CommunityID, of []Version) (out []Behind, err error) {
	rows, err := readings(ctx, tx)
	if err != nil {
		return nil, err
	}
	done := map[readRow]bool{}
	for _, r := range rows {
		done[r] = true
	}
	tries, err := triesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	told, err := remindersOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, v := range of {
		roles := v.Doc.concerned()
		if len(roles) == 0 {
			continue
		}
		people, err := auth.HoldersAt(ctx, tx, community, roles)
		if err != nil {
			return nil, err
		}
		b := Behind{Procedure: v.Procedure, Edition: v.ID, Zh: v.Doc.Zh, En: v.Doc.En, Number: v.Number, PublishedAt: v.PublishedAt, Concerned: len(people), Quiz: v.Doc.Quiz != nil, Missing: []Missing{}}
		for _, p := range people {
			of := readRow{v.ID, p.ID}
			if done[of] {
				continue
			}
			m := Missing{Account: p.ID, Name: p.Name, Tries: tries[of].Tries, Best: tries[of].Best}
			if at, ok := told[of]; ok {
				m.RemindedAt = &at
			}
			b.Missing = append(b.Missing, m)
		}
		if len(people) > 0 {
			out = append(out, b)
		}
	}
	return out, nil
}
