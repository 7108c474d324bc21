package reminder

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Service holds the use cases of reminders.
type Service struct {
	DB *db.DB
	// Sources are where items come from; package app adds those of domains this one does not know.
	Sources []Source
}

// day is today in a community and the instant at which it began.
type day struct {
	today clock.Day
	since clock.Instant
}

func (s *Service) day(ctx context.Context, who authz.Actor, community authz.CommunityID) (d day, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		d.today = clock.DayOf(tx.Now, zone)
		d.since = d.today.Start(zone)
		return nil
	})
	return d, err
}

// due asks one source for its window, or for one day of it.
func (s *Service) due(ctx context.Context, who authz.Actor, community authz.CommunityID, source Source, from, to clock.Day) (out []Item, err error) {
	if !who.Scope(source.Act).Sees(community) {
		return nil, nil
	}
	err = s.DB.Read(ctx, who, source.Act, func(tx *db.Tx) error {
		out, err = source.Due(ctx, tx, community, from, to)
		for i := range out {
			out[i].Source, out[i].Place = source.Name, community
		}
		return err
	})
	return out, err
}

type key struct {
	source, subject string
	day             clock.Day
}

// items are all items of a community's sources today, with what became of them.
func (s *Service) items(ctx context.Context, who authz.Actor, community authz.CommunityID, d day) (all []Item, err error) {
	first, last := d.today, d.today
	for _, source := range s.Sources {
		from, to := d.today.Add(-source.Back), d.today.Add(source.Ahead)
		found, err := s.due(ctx, who, community, source, from, to)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if from.Before(first) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	var marks []mark
	if err := s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		marks, err = db.All[mark](ctx, tx, `SELECT `+db.Columns[mark]("")+` FROM reminder_mark WHERE community_id = $1 AND day >= $2 AND day <= $3 AND {scope}`, community, first, last)
		return err
	}); err != nil {
		return nil, err
	}
	by := map[key]mark{}
	for _, m := range marks {
		by[key{m.Source, m.Subject, m.Day}] = m
	}
	for i, x := range all {
		m, known := by[key{x.Source, x.Subject, x.Day}]
		all[i] = x.marked(m, known, d.today)
	}
	slices.SortFunc(all, func(a, b Item) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Subject, b.Subject))
	})
	return all, nil
}

// position is where a page of reminders ends.
type position struct {
	Day     clock.Day `json:"d"`
	Source  string    `json:"s"`
	Subject string    `json:"o"`
}

// Start is before the first item of a list.
var Start = position{}

func (i Item) position() position { return position{i.Day, i.Source, i.Subject} }

func (p position) compare(o position) int {
	return cmp.Or(p.Day.Compare(o.Day), cmp.Compare(p.Source, o.Source), cmp.Compare(p.Subject, o.Subject))
}

// Today lists what somebody is reminded of, one more than limit if there is
// one, and how many of view there are.
func (s *Service) Today(ctx context.Context, who authz.Actor, community authz.CommunityID, view, source string, after position, limit int) (out []Item, total int, err error) {
	d, err := s.day(ctx, who, community)
	if err != nil {
		return nil, 0, err
	}
	all, err := s.items(ctx, who, community, d)
	if err != nil {
		return nil, 0, err
	}
	for _, x := range all {
		if !x.shows(view, who.ID, d.since) || source != "" && x.Source != source {
			continue
		}
		total++
		if len(out) <= limit && (after == position{} || x.position().compare(after) > 0) {
			out = append(out, x)
		}
	}
	return out, total, nil
}

// Mark says what is done with an item.
func (s *Service) Mark(ctx context.Context, who authz.Actor, community authz.CommunityID, source, subject string, on clock.Day, a Act) (item Item, err error) {
	d, err := s.day(ctx, who, community)
	if err != nil {
		return item, err
	}
	at := slices.IndexFunc(s.Sources, func(x Source) bool { return x.Name == source })
	if at < 0 || on.Before(d.today.Add(-s.Sources[at].Back)) || on.After(d.today.Add(s.Sources[at].Ahead)) {
		return item, ErrNone
	}
	found, err := s.due(ctx, who, community, s.Sources[at], on, on)
	if err != nil {
		return item, err
	}
	i := slices.IndexFunc(found, func(x Item) bool { return x.Subject == subject && x.Day == on })
	if i < 0 {
		return item, ErrNone
	}
	item = found[i]
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		m, err := db.One[mark](ctx, tx, `SELECT `+db.Columns[mark]("")+` FROM reminder_mark WHERE community_id = $1 AND source = $2 AND subject = $3 AND day = $4 AND {scope}`, community, source, subject, on)
		fresh := errors.Is(err, db.ErrNotFound)
		if err != nil && !fresh {
			return err
		}
		if fresh {
			m = mark{ID: db.NewID[mark](tx), Community: community, Source: source, Subject: subject, Day: on, State: "open", Assignee: item.Assignee, Version: 1}
		}
		before := m
		if m, err = m.does(a, d.today); err != nil {
			return err
		}
		if m.ToName, err = member(ctx, tx, community, m.Assignee); err != nil && a.Do == "assign" {
			return err
		}
		m.At, m.By, m.ByName = tx.Now, who.ID, who.Name
		tx.Note(community, subject, map[string]any{"reminder": source, "day": on, "state": before.State, "until": before.Until, "assignee": before.Assignee},
			map[string]any{"state": m.State, "until": m.Until, "assignee": m.Assignee})
		tx.Emit(Changed{community, subject})
		if fresh {
			err = db.Insert(ctx, tx, "reminder_mark", m)
		} else {
			err = db.Save(ctx, tx, "reminder_mark", &m)
		}
		shown := item.marked(m, true, d.today)
		tx.Answer(&shown)
		item = shown
		return err
	})
	return item, err
}

// Agree writes an agreed call down.
func (s *Service) Agree(ctx context.Context, who authz.Actor, c Callback) (out Callback, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		out, err = AgreeIn(ctx, tx, c)
		tx.Answer(&out)
		return err
	})
	return out, err
}

// AgreeIn writes an agreed call down in the transaction of what it came of.
func AgreeIn(ctx context.Context, tx *db.Tx, c Callback) (Callback, error) {
	c, err := c.checked()
	if err != nil {
		return c, err
	}
	if err := tx.In(ctx, c.Community); err != nil {
		return c, err
	}
	today, err := customer.Today(ctx, tx, c.Community)
	if err != nil {
		return c, err
	}
	if c.Day.Before(today) || c.Day.Sub(today) > 2*366 {
		return c, errs.ErrFields.At(errs.Field{Name: "day", Code: "reminder.day"})
	}
	if err := known(ctx, tx, c); err != nil {
		return c, err
	}
	if _, err := member(ctx, tx, c.Community, c.Assignee); err != nil {
		return c, err
	}
	c.ID, c.At, c.By, c.ByName, c.Version = db.NewID[Callback](tx), tx.Now, tx.Who.ID, tx.Who.Name, 1
	tx.Note(c.Community, "callback:"+c.ID.String(), nil, map[string]any{"customer": c.Customer, "room": c.Room, "day": c.Day, "assignee": c.Assignee})
	tx.Emit(Changed{c.Community, "callback:" + c.ID.String()})
	return c, db.Insert(ctx, tx, "callback", c)
}

// checked says what is missing, field by field.
func (c Callback) checked() (Callback, error) {
	var wrong errs.Fields
	c.Words = strings.TrimSpace(c.Words)
	switch {
	case c.Words == "":
		wrong.Add("words", "required", nil)
	case !utf8.ValidString(c.Words) || strings.ContainsRune(c.Words, 0):
		wrong.Add("words", "wrong_form", nil)
	}
	if c.Day.IsZero() {
		wrong.Add("day", "required", nil)
	}
	return c, wrong.Err()
}

// known checks that customer and room of a call are the community's.
func known(ctx context.Context, tx *db.Tx, c Callback) error {
	if c.Customer != 0 {
		of, err := customer.In(ctx, tx, c.Customer)
		if errors.Is(err, db.ErrNotFound) || err == nil && (of.Community != c.Community || of.MergedInto != 0 || of.ErasedAt != nil) {
			return errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
	}
	if c.Room == 0 {
		return nil
	}
	room, err := housing.RoomIn(ctx, tx, c.Room)
	if errors.Is(err, db.ErrNotFound) || err == nil && room.Community != c.Community {
		return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
	}
	return err
}

const actTrim authz.Action = "reminder.trim"

// Trim deletes what became of items, and calls, older than before.
func (s *Service) Trim(ctx context.Context, before clock.Instant) (n int64, err error) {
	who := authz.System("reminder", actTrim)
	err = s.DB.Write(ctx, who, actTrim, func(tx *db.Tx) error {
		n = 0
		tx.Silent("nothing is old enough")
		g := tx.Global("reminders are kept alike in every community")
		for _, table := range []string{"reminder_mark", "callback"} {
			gone, err := g.Exec(ctx, `DELETE FROM `+table+` WHERE at < $1`, before)
			if err != nil {
				return err
			}
			n += gone
		}
		if n > 0 {
			tx.Note(0, "reminders", nil, map[string]any{"expired": n})
		}
		return nil
	})
	return n, err
}
