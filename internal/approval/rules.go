package approval

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"slices"
	"time"
)

// post is one role that somebody holds, with one of the permissions it gives.
type post struct {
	Account    authz.AccountID   `db:"account_id"`
	Name       string            `db:"name"`
	Role       string            `db:"code"`
	Action     authz.Action      `db:"action"`
	Community  authz.CommunityID `db:"community_id"`
	Everywhere bool              `db:"everywhere"`
}

func (p post) covers(place authz.CommunityID) bool {
	return p.Everywhere || place != 0 && p.Community == place
}

// first is the lowest level that decides an amount; the last one takes any.
func (r Rule) first(amount *money.Fen) int64 {
	for i, l := range r.Levels {
		if amount == nil || l.UpTo == nil || *amount <= *l.UpTo {
			return int64(i)
		}
	}
	return int64(max(len(r.Levels)-1, 0))
}

func (r Rule) last() int64 { return int64(max(len(r.Levels)-1, 0)) }

func (r Rule) limit() time.Duration { return time.Duration(r.Hours) * time.Hour }

// sits reports whether p makes its holder an approver of q at a level. Who is
// asked by name has the first level for themselves.
func (r Rule) sits(p post, decide authz.Action, level int64, q Request) bool {
	if p.Action != decide || !p.covers(q.Community) {
		return false
	}
	if q.Approver != 0 && level == 0 {
		return p.Account == q.Approver
	}
	if len(r.Levels) == 0 {
		return level == 0
	}
	roles := r.Levels[level].Roles
	return len(roles) == 0 || slices.Contains(roles, p.Role)
}

// barred: who asked, who took the request over and whom it is about do not decide.
func (q Request) barred(who authz.AccountID) error {
	switch {
	case who == 0:
		return ErrNotYours
	case who == q.Concerned:
		return ErrAboutYou
	case (who == q.RequestedBy || who == q.KeptBy) && !q.Alone:
		return ErrOwn
	}
	return nil
}

// approvers lists who could decide q at a level.
func (r Rule) approvers(q Request, decide authz.Action, level int64, all []post) (out []post) {
	for _, p := range all {
		if r.sits(p, decide, level, q) && q.barred(p.Account) == nil && !slices.ContainsFunc(out, func(o post) bool { return o.Account == p.Account }) {
			out = append(out, p)
		}
	}
	return out
}

// place puts q on the lowest level, from the given one, at which somebody
// could decide it: the next one up where the approver is the requester or the
// person concerned (ACC-12).
func (r Rule) place(q Request, k Kind, from int64, all []post) (Request, error) {
	for _, alone := range []bool{false, true} {
		q.Alone = alone
		for q.Level = from; q.Level <= r.last(); q.Level++ {
			if len(r.approvers(q, k.Decide, q.Level, all)) > 0 {
				return q, nil
			}
		}
		if k.FourEyes {
			break
		}
	}
	return q, ErrNobody
}

// decider finds for whom who would decide q: themselves, or somebody absent
// whose deputy they are. The deputy needs the permission too, and takes over
// nothing but the level. Where asked for the inbox, only levels that the
// request has reached count.
func (r Rule) decider(q Request, k Kind, who authz.AccountID, mine []post, upTo int64) (absent post, err error) {
	if err := q.barred(who); err != nil {
		return absent, err
	}
	holds := slices.ContainsFunc(mine, func(p post) bool { return p.Account == who && p.Action == k.Decide && p.covers(q.Community) })
	if !holds {
		return absent, ErrNotYours
	}
	for level := r.first(q.Amount); level <= min(upTo, r.last()); level++ {
		for _, p := range mine {
			if !r.sits(p, k.Decide, level, q) {
				continue
			}
			if p.Account == who {
				return post{}, nil
			}
			if q.barred(p.Account) == nil {
				absent = p
			}
		}
	}
	if absent.Account == 0 {
		err = ErrNotYours
	}
	return absent, err
}

// check finds what is wrong with levels that an administrator sets.
func (r Rule) check(known []string) error {
	var f errs.Fields
	if len(r.Levels) == 0 || len(r.Levels) > 6 {
		f.Add("levels", "approval.levels", nil)
	}
	for i, l := range r.Levels {
		for _, code := range l.Roles {
			if !slices.Contains(known, code) {
				f.Add("levels", "auth.role_unknown", nil)
			}
		}
		if i > 0 && r.Levels[i-1].UpTo != nil && l.UpTo != nil && *l.UpTo <= *r.Levels[i-1].UpTo {
			f.Add("levels", "approval.amounts", nil)
		}
		if l.UpTo != nil && *l.UpTo < 0 {
			f.Add("levels", "approval.amounts", nil)
		}
	}
	if n := len(r.Levels); n > 0 && r.Levels[n-1].UpTo != nil {
		f.Add("levels", "approval.last_level", nil)
	}
	if r.Hours < 1 || r.Hours > 24*90 {
		f.Add("hours", "approval.hours", nil)
	}
	return f.Err()
}
