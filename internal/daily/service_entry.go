package daily

import (
	"context"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Add writes an entry into the log of a day; no day: today's. An important one
// is reported to the property manager (INC-03a).
func (s *Service) Add(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day, d Draft) (e Entry, err error) {
	err = s.DB.Write(ctx, who, ActWrite, func(tx *db.Tx) error {
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		if day.IsZero() {
			day = clock.DayOf(tx.Now, zone)
		}
		if d, err = d.checked(day, tx.Now, zone); err != nil {
			return err
		}
		l, err := begin(ctx, tx, community, day)
		if err != nil {
			return err
		}
		if err := openTo(ctx, tx, l); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM daily_entry WHERE community_id = $1 AND log_id = $2 AND {scope}`, community, l.ID)
		if err != nil {
			return err
		}
		if n >= mostEntries {
			return errs.ErrFields.At(errs.Field{Name: "words", Code: "daily.too_many", Params: map[string]any{"max": mostEntries}})
		}
		e = Entry{ID: db.NewID[Entry](tx), Community: community, Log: l.ID, Minute: d.Minute, Words: d.Words, Important: d.Important, Form: d.Form, At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		tx.Note(community, "daily_entry:"+e.ID.String(), nil, map[string]any{"day": day, "important": e.Important})
		if e.Important {
			tx.Emit(Reported{event{community, l.ID, day}, e.ID})
		}
		tx.Answer(&e)
		if err := db.Insert(ctx, tx, "daily_entry", e); err != nil {
			return err
		}
		return touched(ctx, tx, l)
	})
	return e, err
}

// touched raises the version of a log, so that nobody signs what they have not seen.
func touched(ctx context.Context, tx *db.Tx, l Log) error {
	tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
	return db.Save(ctx, tx, "daily_log", &l)
}

// Edit corrects an entry until its day is signed. What is made important then is
// reported then; what was reported stays so.
func (s *Service) Edit(ctx context.Context, who authz.Actor, of EntryID, expect func(int64) error, d Draft) (e Entry, err error) {
	err = s.DB.Write(ctx, who, ActWrite, func(tx *db.Tx) error {
		l, zone, err := s.entry(ctx, tx, of, expect, &e)
		if err != nil {
			return err
		}
		if err := openTo(ctx, tx, l); err != nil {
			return err
		}
		if e.By != who.ID && !who.Scope(ActSign).Sees(e.Community) {
			return ErrYours
		}
		d.Important = d.Important || e.Important
		if d, err = d.checked(l.Day, tx.Now, zone); err != nil {
			return err
		}
		if d.Important && !e.Important {
			tx.Emit(Reported{event{l.Community, l.ID, l.Day}, e.ID})
		}
		before := e
		e.Minute, e.Words, e.Important, e.Form, e.Edited = d.Minute, d.Words, d.Important, d.Form, &tx.Now
		if e.Important { // what was read is not what stands there now
			e.ReadAt, e.ReadBy = nil, ""
		}
		tx.Note(e.Community, "daily_entry:"+e.ID.String(), map[string]any{"minute": before.Minute, "important": before.Important}, map[string]any{"minute": e.Minute, "important": e.Important})
		tx.Answer(&e)
		if err := db.Save(ctx, tx, "daily_entry", &e); err != nil {
			return err
		}
		return touched(ctx, tx, l)
	})
	return e, err
}

// Read notes that the property manager has read an important event.
func (s *Service) Read(ctx context.Context, who authz.Actor, of EntryID, expect func(int64) error) (e Entry, err error) {
	err = s.DB.Write(ctx, who, ActRead, func(tx *db.Tx) error {
		l, _, err := s.entry(ctx, tx, of, expect, &e)
		if err != nil {
			return err
		}
		tx.Answer(&e)
		if !e.Important || e.ReadAt != nil {
			tx.Silent("there is nothing to read, or it was read before")
			return nil
		}
		e.ReadAt, e.ReadBy = &tx.Now, who.Name
		tx.Note(e.Community, "daily_entry:"+e.ID.String(), nil, map[string]any{"read": true})
		tx.Emit(Changed{event{l.Community, l.ID, l.Day}})
		return db.Save(ctx, tx, "daily_entry", &e)
	})
	return e, err
}
