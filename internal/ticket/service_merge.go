package ticket

import (
	"context"
	"slices"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Twin is an open ticket that may tell of the same matter (TIC-11).
type Twin struct {
	ID       ID            `db:"id" json:"id"`
	Number   string        `db:"number" json:"number"`
	Status   Status        `db:"status" json:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held"`
	Grade    Grade         `db:"grade" json:"grade" enum:"A,B,C"`
	Category string        `db:"category" json:"category"`
	Title    string        `db:"title" json:"title"`
	Place    string        `db:"place" json:"place"`
	OpenedAt clock.Instant `db:"opened_at" json:"openedAt"`
	Assignee string        `db:"assignee_name" json:"assignee,omitempty"`
}

// Matter is what twins are looked for.
type Matter struct {
	Community authz.CommunityID
	Room      housing.RoomID
	Place     string // where no room is meant
	Category  string
	Words     string
}

const mostTwins = 5

// Twins lists what is open at the same place since three days and may be the
// same matter, the latest first (TIC-11).
func (s *Service) Twins(ctx context.Context, who authz.Actor, m Matter) (out []Twin, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, m.Community); err != nil {
			return err
		}
		out, err = twins(ctx, tx, m, 0)
		return err
	})
	return out, err
}

// TwinsOf is Twins of a ticket that is there.
func (s *Service) TwinsOf(ctx context.Context, who authz.Actor, id ID) (out []Twin, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil || !t.inHand() {
			return err
		}
		out, err = twins(ctx, tx, Matter{t.Community, t.Room, t.Place, t.Category, t.Title}, t.ID)
		return err
	})
	return out, err
}

func twins(ctx context.Context, tx *db.Tx, m Matter, not ID) ([]Twin, error) {
	where, at := `room_id = $2`, any(m.Room)
	if m.Room == 0 {
		if m.Place == "" {
			return nil, nil
		}
		where, at = `room_id IS NULL AND place = $2`, m.Place
	}
	all, err := db.All[Twin](ctx, tx, `SELECT `+db.Columns[Twin]("")+` FROM ticket WHERE community_id = $1 AND `+where+`
		AND opened_at > $3 AND sort_due < $4 AND id <> $5 AND {scope} ORDER BY id DESC LIMIT 50`, m.Community, at, tx.Now.Add(-twinWindow), idle, int64(not))
	tree := TreeOf(tx)
	all = slices.DeleteFunc(all, func(o Twin) bool { return !tree.alike(m.Category, m.Words, o.Category, o.Title) })
	return all[:min(mostTwins, len(all))], err
}

// Merge ends a ticket because another one tells of the same matter; both keep
// their history and can be made two again (TIC-11).
func (s *Service) Merge(ctx context.Context, who authz.Actor, id ID, expect func(int64) error, into ID) (Ticket, error) {
	return s.change(ctx, who, ActMerge, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		main, err := get(ctx, tx, into)
		if err != nil {
			return t, err
		}
		if t, err = t.merge(main, tx.Now); err != nil {
			return t, err
		}
		if err := write(ctx, tx, main, "absorbed", false, "", "", Data{"number": t.Number, "ticket": t.ID}); err != nil {
			return t, err
		}
		if t.Grade < main.Grade { // the more urgent of the two counts for both
			old := main
			if main, err = main.regrade(t.Grade, C); err != nil {
				return t, err
			}
			if err := save(ctx, tx, old, &main); err != nil {
				return t, err
			}
			if err := write(ctx, tx, main, "regraded", false, "", t.Number, Data{"from": old.Grade, "to": main.Grade}); err != nil {
				return t, err
			}
		} else {
			tx.Emit(Changed{event{main.ID, main.Community}, main.Status})
		}
		return t, write(ctx, tx, t, "merged", true, "", "", Data{"number": main.Number, "ticket": main.ID})
	})
}

// Part makes a merged ticket one of its own again.
func (s *Service) Part(ctx context.Context, who authz.Actor, id ID, expect func(int64) error) (Ticket, error) {
	return s.change(ctx, who, ActMerge, id, expect, func(tx *db.Tx, t Ticket) (Ticket, error) {
		into := t.MergedInto
		t, err := t.part(tx.Now)
		if err != nil {
			return t, err
		}
		main, err := get(ctx, tx, into)
		if err != nil {
			return t, err
		}
		if err := write(ctx, tx, main, "parted", false, "", "", Data{"number": t.Number, "ticket": t.ID}); err != nil {
			return t, err
		}
		if err := goOn(ctx, tx, t); err != nil {
			return t, err
		}
		return t, write(ctx, tx, t, "parted", true, "", "", Data{"number": main.Number, "ticket": main.ID})
	})
}

// goOn takes the dispatch up again where the merge stopped it.
func goOn(ctx context.Context, tx *db.Tx, t Ticket) error {
	switch t.Status {
	case New:
		tx.Emit(Returned{event{t.ID, t.Community}, 0})
	case Dispatched:
		set, err := settingsIn(ctx, tx, t.Community)
		if err != nil {
			return err
		}
		tx.Emit(Given{event{t.ID, t.Community}, t.Assignee})
		return wait(ctx, tx, t, set, t.Assignee, 0)
	}
	return nil
}
