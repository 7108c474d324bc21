package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
	"guanjia/internal/ticket"
)

// ended are the statuses in which a ticket needs no more work.
const ended = `('resolved', 'followed_up', 'archived', 'cancelled')`

// mostShown is how many open and how many past tickets a household shows; its figures count all.
const mostShown = 50

// addTickets reads the tickets of a household.
func (h *Household) addTickets(ctx context.Context, tx *db.Tx, zone *time.Location) error {
	rows := func(where, order string) ([]ticket.Row, error) {
		return db.All[ticket.Row](ctx, tx, `SELECT `+db.Columns[ticket.Ticket]("t")+`, $3 AS short FROM ticket t
			WHERE t.community_id = $1 AND t.room_id = $2 AND t.status `+where+` `+ended+` AND {scope:t} ORDER BY `+order+` LIMIT $4`,
			h.Room.Community, h.Room.ID, h.Room.Short, mostShown)
	}
	open, err := rows(`NOT IN`, `t.sort_due, t.id`)
	if err != nil {
		return err
	}
	past, err := rows(`IN`, `t.id DESC`)
	if err != nil {
		return err
	}
	for _, r := range open {
		h.OpenTickets = append(h.OpenTickets, r.View(tx.Who, tx.Now))
	}
	for _, r := range past {
		row := r.View(tx.Who, tx.Now)
		h.PastTickets = append(h.PastTickets, row)
		if row.Rating != nil && r.FollowedUpAt != nil {
			h.Ratings = append(h.Ratings, Rating{*r.FollowedUpAt, *row.Rating})
		}
	}
	h.Trend = trend(h.Ratings)
	for _, r := range open {
		if r.PromisedAt != nil && r.ArrivedAt == nil {
			h.Next = append(h.Next, Next{Say: Say{Word: "promised", Params: map[string]any{"title": r.Title}}, Due: *r.PromisedAt, Link: &Link{Kind: "ticket", ID: db.ID(r.ID)}})
		}
	}
	asked, err := db.All[asking](ctx, tx, `SELECT t.category, t.channel, t.opened_at FROM ticket t WHERE t.community_id = $1 AND t.room_id = $2 AND {scope:t} ORDER BY t.id DESC LIMIT $3`,
		h.Room.Community, h.Room.ID, latestAsked)
	if err != nil {
		return err
	}
	h.Habits = habits(asked, zone)
	return h.addFigures(ctx, tx)
}

// latestAsked is how many requests make the habits of a household.
const latestAsked = 200

// addFollowUps says which calls are due for the work that was done here.
func (h *Household) addFollowUps(ctx context.Context, tx *db.Tx) error {
	type due struct {
		Ticket db.ID         `db:"ticket_id"`
		Title  string        `db:"title"`
		Due    clock.Instant `db:"due_at"`
	}
	all, err := db.All[due](ctx, tx, `SELECT f.ticket_id, t.title, f.due_at FROM ticket t JOIN follow_up f ON f.community_id = t.community_id AND f.ticket_id = t.id
		WHERE t.community_id = $1 AND t.room_id = $2 AND f.state = 'due' AND {scope:f} ORDER BY f.due_at, f.id LIMIT $3`, h.Room.Community, h.Room.ID, mostNext)
	for _, d := range all {
		h.Next = append(h.Next, Next{Say: Say{Word: "followup", Params: map[string]any{"title": d.Title}}, Due: d.Due, Link: &Link{Kind: "ticket", ID: d.Ticket}})
	}
	return err
}

func (h *Household) addFigures(ctx context.Context, tx *db.Tx) error {
	type figures struct {
		Open   int   `db:"open"`
		Past   int   `db:"past"`
		Tenths int64 `db:"tenths"`
		Rated  int64 `db:"rated"`
	}
	f, err := db.One[figures](ctx, tx, `
		SELECT COUNT(*) FILTER (WHERE t.status NOT IN `+ended+`) AS open, COUNT(*) FILTER (WHERE t.status IN `+ended+`) AS past,
			CAST(COALESCE(SUM(t.rating), 0) AS BIGINT) AS tenths, COUNT(t.rating) AS rated
		FROM ticket t WHERE t.community_id = $1 AND t.room_id = $2 AND {scope:t}`, h.Room.Community, h.Room.ID)
	if err != nil {
		return err
	}
	h.Figures = Figures{Open: f.Open, Past: f.Past}
	if f.Rated > 0 {
		mean := float64((f.Tenths+f.Rated/2)/f.Rated) / 10 // one decimal, half up
		h.Figures.AvgRating = &mean
	}
	return nil
}

func (f *finder) ticket(ctx context.Context, tx *db.Tx, want sought) error {
	if want.ticket == "" {
		return nil
	}
	return f.tickets(ctx, tx, []string{want.ticket}, true)
}

// recent is how many days back a serial alone is looked for: the day is what
// people leave out, and they mean a recent one.
const recent = 31

func (f *finder) ticketTail(ctx context.Context, tx *db.Tx, want sought) error {
	if want.tail == "" {
		return nil
	}
	f.begin()
	return f.tickets(ctx, tx, ticket.Numbers(want.tail, tx.Now, recent), false)
}

func (f *finder) tickets(ctx context.Context, tx *db.Tx, numbers []string, sure bool) error {
	var args []any
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	marks := make([]string, len(numbers))
	for i, n := range numbers {
		marks[i] = mark(n)
	}
	list, err := db.All[ticket.Ticket](ctx, tx, search.Along(tx, f.community, "t", mark, func(place string) string {
		return `SELECT ` + db.Columns[ticket.Ticket]("t") + ` FROM ticket t WHERE t.number IN (` + strings.Join(marks, ", ") + `) AND ` + place + ` ORDER BY t.number DESC, t.id LIMIT 5`
	}), args...)
	for _, t := range list {
		f.add(sure, Hit{Kind: TicketHit, ID: db.ID(t.ID), Community: t.Community, Room: t.Room, Title: t.Number, Subtitle: joined(t.Title, t.Place), Badge: string(t.Grade)})
	}
	return err
}
