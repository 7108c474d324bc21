package arrears

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/resident"
)

// AudienceOf are the accounts that are told at a step: the tenant whose lines
// they are, else the owners of the room.
func AudienceOf(ctx context.Context, tx *db.Tx, id DunID) (out []authz.AccountID, err error) {
	d, err := dun(ctx, tx, id)
	if err != nil || d.Debtor == "" {
		if err == nil {
			out, err = Audience(ctx, tx, d.Community, d.Room)
		}
		return out, err
	}
	// By the lines, not by the name of the debtor: an archive may have been merged since.
	whose, err := db.All[db.ID](ctx, tx, `SELECT DISTINCT l.customer_id FROM dun_line x JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id WHERE x.community_id = $1 AND x.dun_id = $2 AND l.customer_id IS NOT NULL AND {scope:x} ORDER BY l.customer_id`, d.Community, d.ID)
	if err != nil {
		return nil, err
	}
	all, err := resident.Of(ctx, tx, d.Community, d.Room)
	for _, b := range all {
		if b.InvitedBy == 0 && slices.Contains(whose, db.ID(b.Customer)) {
			out = append(out, b.Account)
		}
	}
	return out, err
}

// Audience are the accounts that are told of a room's arrears: its owners. What
// is owed is nobody else's business.
func Audience(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (out []authz.AccountID, err error) {
	all, err := resident.Of(ctx, tx, community, room)
	for _, b := range all {
		if b.Kind == "owner" {
			out = append(out, b.Account)
		}
	}
	return out, err
}

// printsFrom is from how many days after the due day on a message that reaches
// nobody becomes a printed notice.
const printsFrom = 7

// Unreached makes a printed notice of a message that reaches nobody.
func Unreached(ctx context.Context, tx *db.Tx, id DunID) error {
	n, err := tx.Exec(ctx, `UPDATE dun SET state = 'open', channel = 'print', done_at = NULL, version = version + 1 WHERE id = $1 AND state = 'sent' AND days >= $2 AND {scope}`, id, printsFrom)
	if err != nil || n == 0 {
		return err
	}
	d, err := dun(ctx, tx, id)
	tx.Emit(Changed{d.Community, d.Room})
	return err
}

// Told is what a household is told at a step, as it stands now.
type Told struct {
	Community authz.CommunityID
	Room      housing.RoomID
	Label     string
	Place     string // the community
	Phone     string
	Zh, En    string
	Open      money.Fen
	Late      money.Fen
	Lines     []cashier.Open
}

// Tell says what a household is told at a step: of what of its lines is still
// open and not disputed. With nothing left, or the household left alone, Lines
// is empty and nothing is said.
func Tell(ctx context.Context, tx *db.Tx, id DunID) (t Told, err error) {
	d, err := dun(ctx, tx, id)
	if err != nil {
		return t, err
	}
	room, err := housing.RoomIn(ctx, tx, d.Room)
	if err != nil {
		return t, err
	}
	place, err := placeOf(ctx, tx, d.Community)
	if err != nil {
		return t, err
	}
	t = Told{Community: d.Community, Room: d.Room, Label: room.Label, Place: place.Name, Phone: place.Phone}
	today, err := todayAt(ctx, tx, d.Community)
	if err != nil {
		return t, err
	}
	args := []any{d.Community, today, d.Room, d.ID}
	left, err := db.All[billing.LineID](ctx, tx, `SELECT l.id `+openLines+stopped+` AND l.room_id = $3 AND EXISTS (SELECT 1 FROM dun_line x WHERE x.community_id = l.community_id AND x.dun_id = $4 AND x.line_id = l.id) ORDER BY l.id`, args...)
	if err != nil || len(left) == 0 {
		return t, err
	}
	open, err := cashier.Due(ctx, tx, d.Community, []housing.RoomID{d.Room}, today)
	if err != nil {
		return t, err
	}
	is := map[billing.LineID]bool{}
	for _, l := range left {
		is[l] = true
	}
	for _, o := range open {
		if is[o.ID] {
			if d.ToOwner { // whose bill it is, they know; nothing else of the tenant is their business
				o.Who, o.Customer = "", 0
			}
			t.Lines, t.Open, t.Late = append(t.Lines, o), t.Open+o.Open, t.Late+o.Late
		}
	}
	set, err := rules(ctx, tx, d.Community)
	if err != nil || len(t.Lines) == 0 {
		return t, err
	}
	for _, s := range set.Steps {
		if s.Code == d.Step {
			t.Zh, t.En = Fill(s.Zh, t.values()), Fill(s.En, t.values())
		}
	}
	return t, nil
}

// values fill the placeholders of a step's words.
func (t Told) values() map[string]string {
	due, months := clock.Day{}, []string{}
	for _, l := range t.Lines {
		if due.IsZero() || l.Due.Before(due) {
			due = l.Due
		}
		if m := l.Period.String(); len(months) == 0 || months[len(months)-1] != m {
			months = append(months, m)
		}
	}
	return map[string]string{"room": t.Label, "amount": t.Open.Grouped(), "lateFee": t.Late.Grouped(), "due": due.String(), "months": strings.Join(months, "、"), "community": t.Place, "phone": t.Phone}
}

// place is what a notice says of a community: every one carries how to reach the office.
type place struct {
	Name    string `db:"name" json:"name"`
	Address string `db:"address" json:"address"`
	Phone   string `db:"service_phone" json:"phone"`
	Company string `db:"company" json:"company"`
	Hours   string `db:"hours" json:"hours" doc:"of the office"`
	Appeal  string `db:"complaint" json:"complaint" doc:"where one may complain"`
}

func placeOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (place, error) {
	return db.One[place](ctx, tx, `SELECT c.name, c.address, c.service_phone, c.company, c.hours, c.complaint FROM (SELECT m.id AS community_id, m.name, m.address, m.service_phone, COALESCE(y.name, '') AS company, COALESCE(o.hours, '') AS hours, COALESCE(o.complaint, '12345 / 12315') AS complaint
		FROM community m LEFT JOIN company y ON y.id = m.company_id LEFT JOIN receipt_office o ON o.community_id = m.id) c WHERE c.community_id = $1 AND {scope:c}`, community)
}

// NoticeView is a notice as it is printed.
type NoticeView struct {
	Dun   Dun            `json:"dun"`
	Label string         `json:"label"`
	Place place          `json:"place"`
	Zh    string         `json:"zh"`
	En    string         `json:"en"`
	AsOf  clock.Day      `json:"asOf"`
	Open  money.Fen      `json:"open"`
	Late  money.Fen      `json:"lateFee"`
	Lines []cashier.Open `json:"lines"`
}

// Notice is what is printed for a step: only what is still open.
func (s *Service) Notice(ctx context.Context, who authz.Actor, id DunID) (v NoticeView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if v.Dun, err = dun(ctx, tx, id); err != nil {
			return err
		}
		t, err := Tell(ctx, tx, id)
		if err != nil {
			return err
		}
		if v.Place, err = placeOf(ctx, tx, v.Dun.Community); err != nil {
			return err
		}
		v.Label, v.Zh, v.En, v.Open, v.Late, v.Lines = t.Label, t.Zh, t.En, t.Open, t.Late, append([]cashier.Open{}, t.Lines...)
		v.AsOf, err = todayAt(ctx, tx, v.Dun.Community)
		return err
	})
	return v, err
}
