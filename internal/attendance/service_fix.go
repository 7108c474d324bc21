package attendance

import (
	"context"
	"errors"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// kindFix is the request for a mark that was forgotten; who asks never decides.
const kindFix = "attendance.fix"

// Fix is a mark that somebody asks for.
type Fix struct {
	Staff  staff.ID      `json:"staffId"`
	Kind   string        `json:"kind" enum:"in,out"`
	At     clock.Instant `json:"at"`
	Reason string        `json:"reason,omitempty" maxLength:"800"`
}

// Approve registers what somebody else decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindFix, Decide: ActDecide, TimeLimit: 48 * time.Hour, FourEyes: true, Ended: s.fixEnded, Describe: s.describe})
}

// longAgo is how far back a mark may be asked for.
const longAgo = 35 * 24 * time.Hour

func subject(f Fix) string { return "attendance:" + f.Staff.String() + ":" + f.Kind + f.At.String() }

// Ask asks somebody else to let a forgotten mark count.
func (s *Service) Ask(ctx context.Context, who authz.Actor, community authz.CommunityID, f Fix) (out Fix, err error) {
	f.Staff = who.ID
	var wrong errs.Fields
	wrong.Words("reason", &f.Reason, 200, true)
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		if err := member(ctx, tx, community, who.ID); err != nil {
			return err
		}
		if f.At > tx.Now {
			wrong.Add("at", "attendance.ahead", nil)
		} else if f.At < tx.Now.Add(-longAgo) {
			wrong.Add("at", "attendance.long_ago", nil)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindFix, Community: community, Subject: subject(f), About: who.Name, Data: f, Reason: f.Reason, Concerned: who.ID}); err != nil {
			return err
		}
		tx.Note(community, "attendance:"+f.Staff.String(), nil, map[string]any{"asked": f.Kind, "at": f.At})
		tx.Emit(Changed{community, f.Staff})
		out = f
		tx.Answer(&out)
		return nil
	})
	return out, err
}

func (s *Service) fixEnded(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var f Fix
	if err := r.Data.Unmarshal(&f); err != nil {
		return err
	}
	tx.Emit(Changed{r.Community, f.Staff})
	if r.State != approval.Approved {
		return nil
	}
	g := tx.Global("who may decide was looked at by the inbox")
	known, err := db.All[Mark](ctx, g, `SELECT `+db.Columns[Mark]("")+` FROM attendance_mark WHERE community_id = $1 AND staff_id = $2 AND at = $3 AND kind = $4`, r.Community, f.Staff, f.At, f.Kind)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		if known[0].Struck == nil {
			return nil
		}
		return restore(ctx, g, known[0], f)
	}
	return s.add(ctx, g, Mark{ID: db.NewID[Mark](tx), Community: r.Community, Staff: f.Staff, At: f.At, Kind: f.Kind, Source: ByFix, Reason: f.Reason, ByName: tx.Who.Name, Made: tx.Now, Version: 1})
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	var f Fix
	if err := r.Data.Unmarshal(&f); err != nil {
		return nil, err
	}
	zone, err := org.Zone(ctx, tx.Global("who may read was looked at by the inbox"), r.Community)
	if err != nil {
		return nil, err
	}
	return []approval.Line{{Label: "attendance.who", To: r.About}, {Label: "attendance.mark", To: kindWord(ctx, f.Kind) + " " + f.At.Time().In(zone).Format("2006-01-02 15:04")}}, nil
}

// asked are the corrections of somebody that wait.
func (s *Service) asked(ctx context.Context, tx *db.Tx, community authz.CommunityID, who staff.ID) ([]Fix, error) {
	all, err := approval.PendingOf(ctx, tx, community, kindFix, who)
	out := []Fix{}
	for _, r := range all {
		var f Fix
		if e := r.Data.Unmarshal(&f); e != nil {
			return nil, errors.Join(err, e)
		}
		out = append(out, f)
	}
	return out, err
}
