package publicity

import (
	"context"
	"fmt"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

const kindPublish = "publicity.publish"

// Approve registers what somebody else decides: that a year is published.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	a.Register(approval.Kind{Name: kindPublish, Decide: ActPublish, TimeLimit: 72 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe})
}

// Years are those of a community with their balances, the latest first.
func (s *Service) Years(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Year, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := years(ctx, tx, community)
		for i := range all {
			out = append(out, all[len(all)-1-i])
		}
		return err
	})
	return out, err
}

// Entries are those of a year, the latest first.
func (s *Service) Entries(ctx context.Context, who authz.Actor, id YearID, before spot, limit int) (out []EntryView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		y, _, err := yearWith(ctx, tx, id)
		if err != nil {
			return err
		}
		if out, err = entries(ctx, tx, y, before, limit); err != nil {
			return err
		}
		return withFiles(ctx, tx, y, out)
	})
	return out, err
}

// Enter writes down what came in or went out.
func (s *Service) Enter(ctx context.Context, who authz.Actor, community authz.CommunityID, w Written) (e Entry, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := w.checked(today); err != nil {
			return err
		}
		y, err := openYear(ctx, tx, community, w.Day)
		if err != nil {
			return err
		}
		e, err = added(ctx, tx, y, w, 0)
		return err
	})
	return e, err
}

func added(ctx context.Context, tx *db.Tx, y Year, w Written, corrects EntryID) (Entry, error) {
	e := Entry{ID: db.NewID[Entry](tx), Community: y.Community, Year: y.ID, Written: w, Corrects: corrects, At: tx.Now, By: tx.Who.ID, ByName: tx.Who.Name, Version: 1}
	tx.Note(e.Community, e.subject(), nil, map[string]any{"year": y.No, "entry": w, "corrects": corrects})
	tx.Emit(Changed{event{e.Community, e.subject()}})
	tx.Answer(&e)
	return e, db.Insert(ctx, tx, "shared_entry", e)
}

// seen is an entry at the version that was seen, of a year that is open and held.
func seen(ctx context.Context, tx *db.Tx, id EntryID, match web.Match) (e Entry, y Year, err error) {
	if e, err = entry(ctx, tx, id); err != nil {
		return e, y, err
	}
	if err := match.Expect(e.Version); err != nil {
		return e, y, err
	}
	if y, _, err = yearWith(ctx, tx, e.Year); err != nil {
		return e, y, err
	}
	if y.State != "open" || e.Corrects != 0 {
		return e, y, ErrNotNow
	}
	return e, y, touched(ctx, tx, y)
}

// Change puts an entry right while its year is open. Its day stays in the year.
func (s *Service) Change(ctx context.Context, who authz.Actor, id EntryID, match web.Match, w Written) (e Entry, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		var y Year
		if e, y, err = seen(ctx, tx, id, match); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, e.Community)
		if err != nil {
			return err
		}
		if err := w.checked(today); err != nil {
			return err
		}
		if int64(w.Day.Year()) != y.No {
			return errs.ErrFields.At(errs.Field{Name: "day", Code: "publicity.other_year", Params: map[string]any{"year": y.No}})
		}
		before := e.Written
		e.Written = w
		tx.Note(e.Community, e.subject(), map[string]any{"entry": before}, map[string]any{"entry": w})
		tx.Emit(Changed{event{e.Community, e.subject()}})
		tx.Answer(&e)
		return db.Save(ctx, tx, "shared_entry", &e)
	})
	return e, err
}

// Remove takes an entry out of a year that is open; the trail keeps it.
func (s *Service) Remove(ctx context.Context, who authz.Actor, id EntryID, match web.Match) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		e, y, err := seen(ctx, tx, id, match)
		if err != nil {
			return err
		}
		tx.Note(e.Community, e.subject(), map[string]any{"year": y.No, "entry": e.Written}, nil)
		tx.Emit(Changed{event{e.Community, e.subject()}})
		if _, err := tx.Exec(ctx, `DELETE FROM publicity_file WHERE community_id = $1 AND entry_id = $2 AND {scope}`, e.Community, e.ID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM shared_entry WHERE id = $1 AND {scope}`, e.ID)
		return err
	})
}

// Counter takes back an entry of a closed year, today: that year stays as it was published.
func (s *Service) Counter(ctx context.Context, who authz.Actor, id EntryID, match web.Match, reason string) (out Entry, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 300, true)
	if err := wrong.Err(); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		e, err := entry(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(e.Version); err != nil {
			return err
		}
		y, _, err := yearWith(ctx, tx, e.Year)
		if err != nil {
			return err
		}
		if y.State != "published" {
			return ErrNotNow
		}
		if e.Corrects != 0 {
			return ErrCorrected
		}
		today, err := org.Today(ctx, tx, e.Community)
		if err != nil {
			return err
		}
		now, err := openYear(ctx, tx, e.Community, today)
		if err != nil {
			return err
		}
		out, err = added(ctx, tx, now, Written{Side: e.Side, Kind: e.Kind, Day: today, Fen: -e.Fen, Words: reason, Document: e.Document}, e.ID)
		return err
	})
	if db.Unique(err, "shared_entry_once", "shared_entry.community_id, shared_entry.corrects_id") {
		err = ErrCorrected
	}
	return out, err
}

// SetOpening writes down with what the first year began.
func (s *Service) SetOpening(ctx context.Context, who authz.Actor, id YearID, match web.Match, opening money.Fen, words string) (y Year, err error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 300, true)
	if opening < -mostAtOnce || opening > mostAtOnce {
		wrong.Add("opening", ErrAmount.Code, nil)
	}
	if err := wrong.Err(); err != nil {
		return y, err
	}
	return s.move(ctx, who, id, match, func(_ context.Context, tx *db.Tx, y *Year, _ []Year) error {
		if y.State != "open" {
			return ErrNotNow
		}
		if !y.First {
			return ErrNotFirst
		}
		tx.Note(y.Community, y.subject(), map[string]any{"opening": y.Opening}, map[string]any{"opening": opening, "words": words})
		y.Closing += opening - y.Opening
		y.Opening, y.Words = opening, words
		return nil
	})
}

// Close ends a year that is over, and asks somebody else to publish it.
func (s *Service) Close(ctx context.Context, who authz.Actor, id YearID, match web.Match) (y Year, err error) {
	return s.move(ctx, who, id, match, func(ctx context.Context, tx *db.Tx, y *Year, all []Year) error {
		today, err := org.Today(ctx, tx, y.Community)
		if err != nil {
			return err
		}
		if err := y.closes(all, today); err != nil {
			return err
		}
		y.State, y.ClosedAt, y.ClosedBy = "asked", &tx.Now, who.Name
		tx.Note(y.Community, y.subject(), map[string]any{"state": "open"}, map[string]any{"state": y.State, "closing": y.Closing})
		_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindPublish, Community: y.Community, Subject: y.subject(), About: fmt.Sprint(y.No), Data: publishing{y.ID}, Reason: fmt.Sprintf("%d 公共收益 / shared income", y.No), Amount: &y.Closing})
		return err
	})
}

func (s *Service) move(ctx context.Context, who authz.Actor, id YearID, match web.Match, fn func(context.Context, *db.Tx, *Year, []Year) error) (y Year, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		var all []Year
		if y, all, err = yearWith(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(y.Version); err != nil {
			return err
		}
		if err := fn(ctx, tx, &y, all); err != nil {
			return err
		}
		tx.Emit(Changed{event{y.Community, y.subject()}})
		tx.Answer(&y)
		return db.Save(ctx, tx, "shared_year", &y)
	})
	return y, err
}

type publishing struct {
	Year YearID `json:"year"`
}

func (s *Service) decided(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var p publishing
	if err := q.Data.Unmarshal(&p); err != nil {
		return err
	}
	y, _, err := yearWith(ctx, tx, p.Year)
	if err != nil || y.State != "asked" {
		return err
	}
	if y.State = "open"; q.State == approval.Approved {
		y.State, y.PublishedAt, y.PublishedBy = "published", &tx.Now, q.Decider
	} else {
		y.ClosedAt, y.ClosedBy = nil, ""
	}
	tx.Note(y.Community, y.subject(), map[string]any{"state": "asked"}, map[string]any{"state": y.State, "closing": y.Closing})
	tx.Emit(Changed{event{y.Community, y.subject()}})
	return db.Save(ctx, tx, "shared_year", &y)
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var p publishing
	if err := q.Data.Unmarshal(&p); err != nil {
		return nil, err
	}
	all, err := years(ctx, tx, q.Community)
	y := one(all, p.Year)
	return []approval.Line{{Label: "opening", To: y.Opening.Grouped()}, {Label: "income", To: y.Income.Grouped()}, {Label: "expense", To: y.Expense.Grouped()}, {Label: "closing", To: y.Closing.Grouped()}}, err
}
