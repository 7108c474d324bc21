package desk

import (
	"context"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

const actTicketView authz.Action = "ticket.view"

// TicketRow is a ticket in a list.
type TicketRow struct {
	ID       db.ID          `json:"id"`
	Number   string         `json:"number"`
	Kind     string         `json:"kind"`
	Grade    string         `json:"grade"`
	Title    string         `json:"title"`
	Category string         `json:"category"`
	Room     housing.RoomID `json:"roomId,omitzero"`
	Place    string         `json:"place"`
	Short    string         `json:"short,omitempty"`
	Customer string         `json:"customerName,omitempty"`
	Status   string         `json:"status"`
	Assignee *Assignee      `json:"assignee,omitempty"`
	Clock    *Clock         `json:"clock,omitempty"`
	OpenedAt clock.Instant  `json:"openedAt"`
	Rating   *float64       `json:"rating,omitempty"`
	Version  int64          `json:"version"`
}

// Assignee is who works on a ticket.
type Assignee struct {
	ID   authz.AccountID `json:"id"`
	Name string          `json:"name"`
}

// Clock is the clock of a ticket that runs now.
type Clock struct {
	Kind     string        `json:"kind"`
	Start    clock.Instant `json:"start"`
	Due      clock.Instant `json:"due"`
	TargetMs int64         `json:"targetMs"`
	State    string        `json:"state"`
}

type ticketRecord struct {
	ID         id.Of[db.Entry] `db:"id"`
	Number     string          `db:"number"`
	Kind       string          `db:"kind"`
	Grade      string          `db:"grade"`
	Title      string          `db:"title"`
	Category   string          `db:"category"`
	Room       housing.RoomID  `db:"room_id"`
	Place      string          `db:"place"`
	Customer   string          `db:"customer"`
	Status     string          `db:"status"`
	AssigneeID authz.AccountID `db:"assignee_id"`
	Assignee   string          `db:"assignee_name"`
	OpenedAt   clock.Instant   `db:"opened_at"`
	ResponseAt *clock.Instant  `db:"response_at"`
	ResponseDu clock.Instant   `db:"response_due"`
	ResolveDue clock.Instant   `db:"resolve_due"`
	NextDue    *clock.Instant  `db:"next_due"`
	FollowedAt *clock.Instant  `db:"followed_up_at"`
	Rating     *int64          `db:"rating"`
	Version    int64           `db:"version"`
}

// ratingUnit is how many of the database's units make one star.
const ratingUnit = 10

// ended are the statuses in which a ticket needs no more work.
const ended = `('resolved', 'followed_up', 'archived', 'cancelled')`

const mostPast = 50

// addTickets reads the tickets of a household.
func (h *Household) addTickets(ctx context.Context, tx *db.Tx) error {
	records := func(where, order string) ([]ticketRecord, error) {
		return db.All[ticketRecord](ctx, tx, `
			SELECT t.id, t.number, t.kind, t.grade, t.title, t.category, t.room_id, t.place, COALESCE(c.name, t.contact_name) AS customer, t.status,
				t.assignee_id, t.assignee_name, t.opened_at, t.response_at, t.response_due, t.resolve_due, t.next_due, t.followed_up_at, t.rating, t.version
			FROM ticket t LEFT JOIN customer c ON c.community_id = t.community_id AND c.id = t.customer_id
			WHERE t.community_id = $1 AND t.room_id = $2 AND t.status `+where+` `+ended+` AND {scope:t} ORDER BY `+order+` LIMIT $3`,
			h.Room.Community, h.Room.ID, mostPast)
	}
	open, err := records(`NOT IN`, `t.next_due IS NULL, t.next_due, t.id DESC`)
	if err != nil {
		return err
	}
	past, err := records(`IN`, `t.id DESC`)
	if err != nil {
		return err
	}
	for _, r := range open {
		h.OpenTickets = append(h.OpenTickets, r.row(h.Room.Short, tx.Now))
	}
	for _, r := range past {
		row := r.row(h.Room.Short, tx.Now)
		h.PastTickets = append(h.PastTickets, row)
		if row.Rating != nil && r.FollowedAt != nil {
			h.Ratings = append(h.Ratings, Rating{*r.FollowedAt, *row.Rating})
		}
	}
	return h.addFigures(ctx, tx)
}

func (h *Household) addFigures(ctx context.Context, tx *db.Tx) error {
	type figures struct {
		Open  int   `db:"open"`
		Past  int   `db:"past"`
		Sum   int64 `db:"rating_sum"`
		Rated int64 `db:"rated"`
	}
	f, err := db.One[figures](ctx, tx, `
		SELECT COUNT(*) FILTER (WHERE t.status NOT IN `+ended+`) AS open, COUNT(*) FILTER (WHERE t.status IN `+ended+`) AS past,
			CAST(COALESCE(SUM(t.rating), 0) AS BIGINT) AS rating_sum, COUNT(t.rating) AS rated
		FROM ticket t WHERE t.community_id = $1 AND t.room_id = $2 AND {scope:t}`, h.Room.Community, h.Room.ID)
	if err != nil {
		return err
	}
	h.Figures = Figures{Open: f.Open, Past: f.Past}
	if f.Rated > 0 {
		mean := float64((f.Sum*10/ratingUnit+f.Rated/2)/f.Rated) / 10 // one decimal, half up
		h.Figures.AvgRating = &mean
	}
	return nil
}

func (r ticketRecord) row(short string, now clock.Instant) TicketRow {
	t := TicketRow{
		ID: r.ID, Number: r.Number, Kind: r.Kind, Grade: r.Grade, Title: r.Title, Category: r.Category, Room: r.Room, Place: r.Place, Short: short,
		Customer: r.Customer, Status: r.Status, OpenedAt: r.OpenedAt, Version: r.Version,
	}
	if r.AssigneeID != 0 {
		t.Assignee = &Assignee{r.AssigneeID, r.Assignee}
	}
	if r.Rating != nil {
		stars := float64(*r.Rating) / ratingUnit
		t.Rating = &stars
	}
	if r.NextDue != nil {
		t.Clock = &Clock{Kind: "resolve", Start: r.OpenedAt, Due: r.ResolveDue, State: "running"}
		if r.ResponseAt == nil {
			t.Clock.Kind, t.Clock.Due = "response", r.ResponseDu
		}
		t.Clock.TargetMs = t.Clock.Due.Sub(t.Clock.Start).Milliseconds()
		if now.After(t.Clock.Due) {
			t.Clock.State = "breached"
		}
	}
	return t
}

func (f *finder) ticket(ctx context.Context, tx *db.Tx, want sought) error {
	if want.ticket == "" {
		return nil
	}
	return f.addTickets(ctx, tx, `t.number = $2`, want.ticket)
}

// ticketTail looks for the serial alone among the latest tickets: the day is
// what people leave out, and they mean a recent one.
func (f *finder) ticketTail(ctx context.Context, tx *db.Tx, want sought) error {
	if want.tail == "" {
		return nil
	}
	return f.addTickets(ctx, tx, `substr(t.number, length(t.number) - length($2) + 1) = $2
		AND t.id IN (SELECT l.id FROM ticket l WHERE `+f.place("l")+` ORDER BY l.id DESC LIMIT 2000)`, want.tail)
}

func (f *finder) addTickets(ctx context.Context, tx *db.Tx, where, text string) error {
	type found struct {
		ID     db.ID          `db:"id"`
		Room   housing.RoomID `db:"room_id"`
		Number string         `db:"number"`
		Title  string         `db:"title"`
		Place  string         `db:"place"`
		Grade  string         `db:"grade"`
	}
	list, err := db.All[found](ctx, tx, `
		SELECT t.id, t.room_id, t.number, t.title, t.place, t.grade FROM ticket t
		WHERE `+f.place("t")+` AND `+where+` ORDER BY t.id DESC LIMIT 5`, int64(f.community), text)
	for _, t := range list {
		f.add(Hit{Kind: TicketHit, ID: t.ID, Room: t.Room, Title: t.Number, Subtitle: joined(t.Title, t.Place), Badge: t.Grade})
	}
	return err
}
