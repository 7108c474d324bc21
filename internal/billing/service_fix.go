package billing

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/approval"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/platform/web"
)

const mostMonths = 24

// checked is the draft in its one form, or every field that is wrong.
func (d FixDraft) checked(i Item) (FixDraft, error) {
	var wrong errs.Fields
	wrong.Words("reason", &d.Reason, 500, true)
	wrong.Words("evidence", &d.Evidence, 500, true)
	if d.First.IsZero() || d.Last.IsZero() || d.Last.Sub(d.First) < 0 || d.Last.Sub(d.First) >= mostMonths {
		wrong.Add("last", ErrFixRange.Code, nil)
	}
	if d.Cause != "tariff" {
		d.Wrong, d.Right = "", ""
		return d, wrong.Err()
	}
	was, is := pricing(&wrong, "wrongPrice", d.Wrong, true), pricing(&wrong, "rightPrice", d.Right, true)
	if was != nil && is != nil && was.Cmp(is) == 0 {
		wrong.Add("rightPrice", "billing.fix_same_price", nil)
	}
	if limit := exact(i.Cap); limit != nil && i.PriceKind == "guided" && is != nil && is.Cmp(limit) > 0 {
		wrong.Add("rightPrice", ErrOverCap.Code, map[string]any{"cap": i.Cap, "document": i.CapPaper})
	}
	return d, wrong.Err()
}

// priced are the versions of a tariff with the wrong price put right.
func (d FixDraft) priced(all []Tariff) []Tariff {
	was := exact(d.Wrong)
	if d.Cause != "tariff" || was == nil {
		return all
	}
	out := slices.Clone(all)
	for i, t := range out {
		if p := exact(t.Price); p != nil && p.Cmp(was) == 0 {
			out[i].Price = d.Right
		}
	}
	return out
}

// Fixes are the corrections of a community, the latest first.
func (s *Service) Fixes(ctx context.Context, who authz.Actor, community authz.CommunityID, before FixID, limit int) (out []Fix, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Fix](ctx, tx, `SELECT `+db.Columns[Fix]("f")+` FROM bill_fix f WHERE f.community_id = $1 AND f.id < $2 AND f.state <> 'dropped' AND {scope:f} ORDER BY f.id DESC LIMIT $3`, community, before, limit+1)
		return err
	})
	return out, err
}

func fix(ctx context.Context, tx *db.Tx, id FixID) (Fix, error) {
	return db.One[Fix](ctx, tx, `SELECT `+db.Columns[Fix]("f")+` FROM bill_fix f WHERE f.id = $1 AND {scope:f}`, id)
}

// Fix is a correction.
func (s *Service) Fix(ctx context.Context, who authz.Actor, id FixID) (f Fix, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		if f, err = fix(ctx, tx, id); err != nil {
			return err
		}
		f.Files, err = fixFiles(ctx, tx, f)
		return err
	})
	return f, err
}

// FixLines are what a correction does, line by line in the order of the register.
func (s *Service) FixLines(ctx context.Context, who authz.Actor, id FixID, after int64, limit int) (out []FixLineView, err error) {
	err = s.DB.Read(ctx, who, ActBills, func(tx *db.Tx) error {
		if _, err := fix(ctx, tx, id); err != nil {
			return err
		}
		out, err = fixLines(ctx, tx, id, after, limit+1)
		return err
	})
	return out, err
}

// BeginFix computes what a correction would change. Nothing is owed otherwise by it.
func (s *Service) BeginFix(ctx context.Context, who authz.Actor, d FixDraft) (f Fix, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		i, err := item(ctx, tx, d.Item)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
		}
		if d, err = d.checked(i); err != nil {
			return err
		}
		f = Fix{ID: db.NewID[Fix](tx), Community: i.Community, FixDraft: d, State: FixCalculating, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		tx.Note(f.Community, f.subject(), nil, map[string]any{"item": f.Item, "first": f.First, "last": f.Last, "cause": f.Cause, "evidence": f.Evidence})
		tx.Answer(&f)
		if err := db.Insert(ctx, tx, "bill_fix", f); err != nil {
			return err
		}
		return f.enqueue(ctx, tx)
	})
	return f, err
}

const fixKind = "bill.fix"

type fixPayload struct {
	Fix       FixID             `json:"fix"`
	Community authz.CommunityID `json:"community"`
}

// Where belongs to the community in the list of jobs.
func (p fixPayload) Where() authz.CommunityID { return p.Community }

func (f Fix) enqueue(ctx context.Context, tx *db.Tx) error {
	tx.Emit(FixMoved{f.ID, f.Community})
	if f.State != FixCalculating && f.State != FixWorking {
		return nil
	}
	return jobs.At(ctx, tx, fixKind, f.ID.String(), tx.Now, fixPayload{f.ID, f.Community})
}

// moveFix changes a correction in one of some states.
func (s *Service) moveFix(ctx context.Context, who authz.Actor, id FixID, match web.Match, from []FixState, fn func(ctx context.Context, tx *db.Tx, f *Fix) error) (f Fix, err error) {
	err = s.DB.Write(ctx, who, ActRun, func(tx *db.Tx) error {
		if f, err = fix(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(f.Version); err != nil {
			return err
		}
		if !slices.Contains(from, f.State) {
			return ErrNotNow
		}
		before := f.State
		if err := fn(ctx, tx, &f); err != nil {
			return err
		}
		tx.Note(f.Community, f.subject(), map[string]any{"state": before}, map[string]any{"state": f.State})
		tx.Answer(&f)
		if err := db.Save(ctx, tx, "bill_fix", &f); err != nil {
			return err
		}
		return f.enqueue(ctx, tx)
	})
	return f, err
}

// MoveFix takes a correction a step on: "again" computes it anew, "submit" asks
// somebody else to have it booked, "drop" throws it away.
func (s *Service) MoveFix(ctx context.Context, who authz.Actor, id FixID, match web.Match, step string) (Fix, error) {
	from := []FixState{FixCalculated}
	if step == "drop" {
		from = append(from, FixCalculating)
	}
	return s.moveFix(ctx, who, id, match, from, func(ctx context.Context, tx *db.Tx, f *Fix) error {
		switch step {
		case "again":
			f.State, f.Done, f.Total = FixCalculating, 0, 0
			return nil
		case "drop":
			f.State = FixDropped
			return nil
		}
		if f.Total == 0 {
			return ErrFixSame
		}
		f.State = FixPending
		i, err := item(ctx, tx, f.Item)
		if err != nil {
			return err
		}
		most := max(f.Old, f.New)
		_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindFix, Community: f.Community, Subject: f.subject(), About: i.Name + " " + f.First.String() + " – " + f.Last.String(), Data: fixPayload{f.ID, f.Community}, Reason: f.Reason, Amount: &most})
		return err
	})
}

func (s *Service) fixEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var p fixPayload
	if err := q.Data.Unmarshal(&p); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	f, err := db.One[Fix](ctx, g, `SELECT `+db.Columns[Fix]("")+` FROM bill_fix WHERE id = $1 AND community_id = $2`, p.Fix, q.Community)
	if err != nil || f.State != FixPending {
		return err
	}
	if f.State = FixCalculated; q.State == approval.Approved {
		f.State, f.Done, f.Decider = FixWorking, 0, q.Decider
	}
	f.DecidedAt, f.Decision = &tx.Now, q.Decision
	tx.Note(f.Community, f.subject(), map[string]any{"state": FixPending}, map[string]any{"state": f.State})
	if err := db.Save(ctx, g, "bill_fix", &f); err != nil {
		return err
	}
	return f.enqueue(ctx, tx)
}

func (s *Service) describeFix(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var p fixPayload
	if err := q.Data.Unmarshal(&p); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	f, err := db.One[Fix](ctx, g, `SELECT `+db.Columns[Fix]("")+` FROM bill_fix WHERE id = $1 AND community_id = $2`, p.Fix, q.Community)
	if err != nil {
		return nil, err
	}
	files, err := db.One[int64](ctx, g, `SELECT COUNT(*) FROM bill_fix_file WHERE community_id = $1 AND fix_id = $2`, q.Community, p.Fix)
	out := []approval.Line{{Label: "evidence", To: f.Evidence}, {Label: "lines", To: strconv.FormatInt(f.Total, 10)}, {Label: "total", From: f.Old.Grouped(), To: f.New.Grouped()}}
	if files > 0 {
		out = append(out, approval.Line{Label: "files", To: strconv.FormatInt(files, 10)})
	}
	if f.Wrong != "" {
		out = append(out, approval.Line{Label: "price", From: f.Wrong, To: f.Right})
	}
	return out, err
}

// OfFix are the lines that a correction is about in some rooms: those that were
// reversed, and those that stand in their place.
func OfFix(ctx context.Context, tx *db.Tx, community authz.CommunityID, of FixID, rooms []housing.RoomID) ([]LineView, error) {
	args := []any{community, of}
	in := db.Among(&args, rooms)
	all, err := db.All[LineView](ctx, tx, views("bill_line", "l.reversed_at")+` JOIN bill_fix_line f ON f.community_id = l.community_id AND (f.line_id = l.id OR f.new_id = l.id)
		WHERE f.community_id = $1 AND f.fix_id = $2 AND f.state = 'done' AND f.room_id IN `+in+` AND {scope:l} ORDER BY l.period, l.due_on, l.id`, args...)
	return masked(tx, all), err
}

// CorrectReading changes what a register is said to have shown; what was billed
// stays until a correction of bills. The reading after it gets the rest (BIL-04).
func (s *Service) CorrectReading(ctx context.Context, who authz.Actor, id ReadingID, was, value, reason string) (out []ReadingView, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 200, true)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, who, ActMeterEdit, func(tx *db.Tx) error {
		r, err := db.One[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.id = $1 AND {scope:r}`, id)
		if err != nil {
			return err
		}
		if r.Value != was {
			return db.ErrStale
		}
		m, err := meter(ctx, tx, r.Meter)
		if err != nil {
			return err
		}
		if err := m.reread(ctx, tx, r, value); err != nil {
			return err
		}
		tx.Note(m.Community, m.subject(), map[string]any{"on": r.On, "value": r.Value}, map[string]any{"on": r.On, "value": value, "reason": reason})
		tx.Emit(Changed{m.Community})
		tx.Answer(&out)
		out, err = withPhotos(ctx, tx, m, 100)
		return err
	})
	return out, err
}

// reread writes a reading with another value, and the usage of the one after it.
func (m Meter) reread(ctx context.Context, tx *db.Tx, r Reading, value string) error {
	all, err := db.All[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.community_id = $1 AND r.meter_id = $2 AND {scope:r} ORDER BY r.on_day`, m.Community, m.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(x Reading) bool { return x.ID == r.ID })
	all[at].Value = value
	for i := at; i < len(all) && i <= at+1; i++ {
		then := m
		then.Multiplier, then.Digits = all[i].Multiplier, all[i].Digits
		var before *Reading
		if i > 0 {
			before = &all[i-1]
		}
		e := Entered{Meter: m.ID, On: all[i].On, Value: all[i].Value, OldFinal: all[i].OldFinal, NewInitial: all[i].NewInitial, Estimated: all[i].Estimated && i != at, Confirmed: true}
		read, err := then.read(e, before, nil)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE meter_reading SET value = $1, usage = $2, remark = $3, estimated = $4 WHERE id = $5 AND {scope}`, read.Value, read.Usage, read.Remark, e.Estimated, all[i].ID); err != nil {
			return err
		}
	}
	return nil
}
