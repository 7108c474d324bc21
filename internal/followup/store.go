package followup

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
	"guanjia/internal/ticket"
)

// View is a follow-up with what its list shows of the matter and the customer.
type View struct {
	FollowUp
	Number        string      `db:"number" json:"ticketNumber,omitempty"`
	Title         string      `db:"title" json:"title,omitempty"`
	Kind          ticket.Kind `db:"kind" json:"kind,omitempty"`
	Category      string      `db:"category" json:"category,omitempty"`
	Place         string      `db:"place" json:"place"`
	Contact       string      `db:"contact_name" json:"customerName,omitempty"`
	Mobile        string      `db:"-" json:"contactMobileMasked,omitempty" doc:"in full for who may see numbers"`
	ContactClear  string      `db:"contact_mobile" json:"-"`
	ContactSealed string      `db:"contact_sealed" json:"-"`
	Assignee      string      `db:"assignee_name" json:"assigneeName,omitempty"`
	AssigneeID    staff.ID    `db:"assignee_id" json:"assigneeId,omitzero"`
	Remedy        string      `db:"remedy" json:"remedy,omitempty"`
	Visited       bool        `db:"visited" json:"visited" doc:"somebody was there: punctual, tidy and conduct are asked"`
	Likes         string      `db:"likes" json:"likes,omitempty" enum:"phone,sms,wechat,app,email,visit," doc:"how the customer likes to be reached"`
	Language      string      `db:"language" json:"language,omitempty"`
	LikesFrom     *int64      `db:"contact_from" json:"likesFrom,omitempty" doc:"minutes of the day"`
	LikesTo       *int64      `db:"contact_to" json:"likesTo,omitempty"`
	NoCalls       bool        `db:"no_calls" json:"noCalls" doc:"the customer does not want to be called"`
	AttitudeStars *float64    `db:"-" json:"attitude,omitempty"`
	SpeedStars    *float64    `db:"-" json:"speed,omitempty"`
	EffectStars   *float64    `db:"-" json:"effect,omitempty"`
	RatingStars   *float64    `db:"-" json:"rating,omitempty" doc:"the mean, one decimal"`

	Others []View         `db:"-" json:"others" doc:"what else is due of the household: asked in the same call (FUP-02)"`
	Called *clock.Instant `db:"-" json:"calledAt,omitempty" doc:"the household was followed up today already"`
	Tried  []Attempt      `db:"-" json:"tried" doc:"attempts that reached nobody"`
}

func decimal(n *int64, by float64) *float64 {
	if n == nil {
		return nil
	}
	f := float64(*n) / by
	return &f
}

// shown scales a view for the screen, as far as the actor may see the contact.
func (v View) shown(ctx context.Context, tx *db.Tx) (View, error) {
	see := customer.SightOf(tx.Who, v.Community)
	number, err := ticket.ContactNumber(tx.Vault(), v.Ticket, v.ContactClear, v.ContactSealed)
	if err == nil && v.Ticket == 0 && v.Customer != 0 {
		number, err = customer.PrimaryMobile(ctx, tx, v.Customer)
	}
	v.Contact, v.Mobile = see.Name(v.Contact, false), see.Number(number)
	v.AttitudeStars, v.SpeedStars, v.EffectStars, v.RatingStars = decimal(v.Attitude, 2), decimal(v.Speed, 2), decimal(v.Effect, 2), decimal(v.Rating, 10)
	if v.Others == nil {
		v.Others = []View{}
	}
	if v.Tried == nil {
		v.Tried = []Attempt{}
	}
	return v, err
}

var views = `SELECT ` + db.Columns[FollowUp]("f") + `, COALESCE(t.number, '') AS number, COALESCE(t.title, '') AS title, COALESCE(t.kind, '') AS kind, COALESCE(t.category, '') AS category,
	COALESCE(t.place, r.label, '') AS place, COALESCE(t.contact_name, c.name, '') AS contact_name, COALESCE(t.contact_mobile, '') AS contact_mobile, COALESCE(t.contact_sealed, '') AS contact_sealed,
	COALESCE(t.assignee_name, '') AS assignee_name, t.assignee_id, COALESCE(t.remedy, '') AS remedy, t.arrived_at IS NOT NULL AS visited,
	COALESCE(c.channel, '') AS likes, COALESCE(c.language, '') AS language, c.contact_from, c.contact_to, COALESCE(c.no_calls, FALSE) AS no_calls
	FROM follow_up f LEFT JOIN ticket t ON t.community_id = f.community_id AND t.id = f.ticket_id
	LEFT JOIN room r ON r.community_id = f.community_id AND r.id = f.room_id LEFT JOIN customer c ON c.community_id = f.community_id AND c.id = f.customer_id `

func get(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	return db.One[View](ctx, tx, views+`WHERE f.id = $1 AND {scope:f}`, id)
}

// earliest: of what is due of one household, the call list shows the first.
const earliest = `AND (f.state <> 'due' OR f.room_id IS NULL OR NOT EXISTS (SELECT 1 FROM follow_up o
	WHERE o.community_id = f.community_id AND o.room_id = f.room_id AND o.state = 'due' AND (o.due_at, o.id) < (f.due_at, f.id) AND {scope:o})) `

// joined gives each line of a page what else is due of its household, and
// whether somebody of it was followed up today.
func joined(ctx context.Context, tx *db.Tx, page []View, today clock.Instant) error {
	rooms, args := []string{}, []any{today}
	at := map[housing.RoomID]*View{}
	for i := range page {
		if v := &page[i]; v.State == Due && v.Room != 0 {
			args = append(args, v.Room)
			rooms, at[v.Room] = append(rooms, "$"+strconv.Itoa(len(args))), v
		}
	}
	if len(rooms) == 0 {
		return nil
	}
	all, err := db.All[View](ctx, tx, views+`WHERE f.room_id IN (`+strings.Join(rooms, ", ")+`) AND (f.state = 'due' OR f.state = 'done' AND f.done_at >= $1) AND {scope:f} ORDER BY f.due_at, f.id`, args...)
	for _, v := range all {
		head := at[v.Room]
		switch {
		case err != nil || v.ID == head.ID:
		case v.State == Done:
			head.Called = v.DoneAt
		default:
			if v, err = v.shown(ctx, tx); err == nil {
				head.Others = append(head.Others, v)
			}
		}
	}
	return err
}

func attempts(ctx context.Context, tx *db.Tx, f FollowUp) ([]Attempt, error) {
	return db.All[Attempt](ctx, tx, `SELECT `+db.Columns[Attempt]("")+` FROM follow_up_attempt WHERE community_id = $1 AND follow_up_id = $2 AND {scope} ORDER BY id`, f.Community, f.ID)
}

// dueOf lists what is due of the household of f, f first.
func dueOf(ctx context.Context, tx *db.Tx, f View) ([]View, error) {
	if f.Room == 0 {
		return []View{f}, nil
	}
	others, err := db.All[View](ctx, tx, views+`WHERE f.community_id = $1 AND f.room_id = $2 AND f.state = 'due' AND f.id <> $3 AND {scope:f} ORDER BY f.due_at, f.id`, f.Community, f.Room, f.ID)
	return append([]View{f}, others...), err
}
