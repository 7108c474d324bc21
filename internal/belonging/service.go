package belonging

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of belongings. Each one is one transaction.
type Service struct {
	DB *db.DB
	// Exports logs what is taken out.
	Exports *audit.Service
}

var views = `SELECT ` + db.Columns[Belonging]("b") + `, o.label, o.label_key AS short, o.sort_key, COALESCE(c.name, '') AS owner_name, COALESCE(c.kind, '') AS owner_kind
	FROM belonging b JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id LEFT JOIN customer c ON c.community_id = b.community_id AND c.id = b.customer_id `

// shown is a belonging as far as the actor may see whose it is.
func (v View) shown(who authz.Actor) View {
	v.Owner = customer.SightOf(who, v.Community).Name(v.Owner, v.Legal == customer.Organisation)
	return v
}

func all(ctx context.Context, tx *db.Tx, where string, args ...any) ([]View, error) {
	out, err := db.All[View](ctx, tx, views+where, args...)
	for i := range out {
		out[i] = out[i].shown(tx.Who)
	}
	return out, err
}

func get(ctx context.Context, tx *db.Tx, id ID) (View, error) {
	v, err := db.One[View](ctx, tx, views+`WHERE b.id = $1 AND {scope:b}`, id)
	return v.shown(tx.Who), err
}

// OfRoom lists what is registered with a room, as far as the actor may see whose it is.
func OfRoom(ctx context.Context, tx *db.Tx, room housing.Room) ([]View, error) {
	return all(ctx, tx, `WHERE b.community_id = $1 AND b.room_id = $2 AND b.ended_on IS NULL AND {scope:b} ORDER BY b.kind, b.id`, room.Community, room.ID)
}

// Filter chooses belongings of a community.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Group     string            `query:"group" enum:"pets,bicycles,cards,things" doc:"left out: all"`
	Room      housing.RoomID    `query:"room"`
	Q         string            `query:"q" maxLength:"60" doc:"the beginning of a room, a name or a number"`
	Ended     bool              `query:"ended" doc:"what is no longer registered"`
}

var groups = map[string]string{
	"pets": `('dog', 'cat', 'pet')`, "bicycles": `('bicycle', 'ebike')`, "cards": `('card')`, "things": `('water_filter', 'hose', 'valve', 'appliance', 'other')`,
}

// List lists belongings, the latest first, one more than limit if there is one.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, before ID, limit int) ([]View, error) {
	return s.listAs(ctx, who, ActView, f, before, limit)
}

func (s *Service) listAs(ctx context.Context, who authz.Actor, act authz.Action, f Filter, before ID, limit int) (out []View, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		args := []any{f.Community}
		mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
		q := `WHERE b.community_id = $1 AND {scope:b} AND b.ended_on IS ` + map[bool]string{true: "NOT NULL", false: "NULL"}[f.Ended]
		if g := groups[f.Group]; g != "" {
			q += ` AND b.kind IN ` + g
		}
		if f.Room != 0 {
			q += ` AND b.room_id = ` + mark(f.Room)
		}
		if text := strings.TrimSpace(f.Q); text != "" {
			key, upper := housing.KeyPrefix(text), strings.ToUpper(text)
			a, b, n, m, x, y := mark(key), mark(housing.Beyond(key)), mark(text), mark(housing.Beyond(text)), mark(upper), mark(housing.Beyond(upper))
			q += ` AND (` + a + ` <> '' AND o.label_key >= ` + a + ` AND o.label_key < ` + b + ` OR b.name >= ` + n + ` AND b.name < ` + m + ` OR b.number >= ` + x + ` AND b.number < ` + y + `)`
		}
		if before != 0 {
			q += ` AND b.id < ` + mark(int64(before))
		}
		out, err = all(ctx, tx, q+` ORDER BY b.id DESC LIMIT `+mark(limit+1), args...)
		return err
	})
	return out, err
}

// Get returns one.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (v View, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		v, err = get(ctx, tx, id)
		return err
	})
	return v, err
}

// owned checks that whose it is has an archive in the community.
func owned(ctx context.Context, tx *db.Tx, community authz.CommunityID, of customer.ID) error {
	if of == 0 {
		return nil
	}
	c, err := customer.In(ctx, tx, of)
	if errors.Is(err, db.ErrNotFound) || err == nil && (c.Community != community || c.ErasedAt != nil || c.MergedInto != 0) {
		return errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
	}
	return err
}

// trail is what the audit keeps: names of animals and numbers of cards are nobody's business there.
func (b Belonging) trail() map[string]any {
	return map[string]any{"room": b.Room, "kind": b.Kind, "state": b.State, "expiresOn": b.ExpiresOn, "nextOn": b.NextOn, "muted": b.Muted, "endedOn": b.EndedOn}
}

func answer(ctx context.Context, tx *db.Tx, b Belonging, v *View) (err error) {
	tx.Emit(Changed{b.ID, b.Community, b.Room})
	if *v, err = get(ctx, tx, b.ID); err == nil {
		tx.Answer(v)
	}
	return err
}

// Register writes something down with a household.
func (s *Service) Register(ctx context.Context, who authz.Actor, of housing.RoomID, whose customer.ID, p Particulars) (v View, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, of)
		if errors.Is(err, db.ErrNotFound) {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		b, err := Belonging{Community: room.Community, Room: room.ID, Customer: whose, State: "active", Version: 1}.drawn(p)
		if err != nil {
			return err
		}
		if err := owned(ctx, tx, room.Community, whose); err != nil {
			return err
		}
		b.ID = db.NewID[Belonging](tx)
		if err := db.Insert(ctx, tx, "belonging", b); err != nil {
			return err
		}
		tx.Note(b.Community, "belonging:"+b.ID.String(), nil, b.trail())
		return answer(ctx, tx, b, &v)
	})
	return v, err
}

// change is an edit of what is registered by whom saw its latest version.
func (s *Service) change(ctx context.Context, who authz.Actor, id ID, match web.Match, fn func(tx *db.Tx, b Belonging) (Belonging, error)) (v View, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		if !before.EndedOn.IsZero() {
			return ErrEnded
		}
		b, err := fn(tx, before.Belonging)
		if err != nil {
			return err
		}
		tx.Note(b.Community, "belonging:"+id.String(), before.trail(), b.trail())
		if err := db.Save(ctx, tx, "belonging", &b); err != nil {
			return err
		}
		return answer(ctx, tx, b, &v)
	})
	return v, err
}

// Edit changes what is known of it.
func (s *Service) Edit(ctx context.Context, who authz.Actor, id ID, match web.Match, whose customer.ID, state string, p Particulars) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, b Belonging) (Belonging, error) {
		b, err := b.drawn(p)
		if err == nil && whose != b.Customer {
			err = owned(ctx, tx, b.Community, whose)
		}
		b.Customer, b.State = whose, state
		return b, err
	})
}

// Care says that it was cared for on a day; the next time follows.
func (s *Service) Care(ctx context.Context, who authz.Actor, id ID, match web.Match, day clock.Day) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, b Belonging) (Belonging, error) {
		today, err := customer.Today(ctx, tx, b.Community)
		if err != nil {
			return b, err
		}
		if b.EveryMonths == nil {
			return b, ErrNot
		}
		if day.IsZero() || day.After(today) || day.Before(b.InstalledOn) {
			return b, errs.ErrFields.At(errs.Field{Name: "day", Code: "belonging.day"})
		}
		b.LastOn = day
		b.NextOn = b.next()
		return b, nil
	})
}

// End says that it is no longer there.
func (s *Service) End(ctx context.Context, who authz.Actor, id ID, match web.Match, why string) (View, error) {
	return s.change(ctx, who, id, match, func(tx *db.Tx, b Belonging) (Belonging, error) {
		today, err := customer.Today(ctx, tx, b.Community)
		b.EndedOn, b.EndedWhy = today, strings.TrimSpace(why)
		if strings.ContainsRune(why, 0) {
			err = errs.ErrFields.At(errs.Field{Name: "reason", Code: "wrong_form"})
		}
		return b, err
	})
}

// DueKind is what falls due of a belonging.
type DueKind string

// What falls due.
const (
	Licence     DueKind = "licence"
	Vaccination DueKind = "vaccination"
	Warranty    DueKind = "warranty"
	Maintenance DueKind = "maintenance"
)

var dueColumns = map[DueKind]string{Licence: "expires_on", Vaccination: "vaccinated_until", Warranty: "warranty_until", Maintenance: "next_on"}

// Due is something that falls due on a day.
type Due struct {
	View
	Day clock.Day `db:"due_on" json:"day"`
}

// DueIn lists what falls due in a community within some days. What a customer
// wants no reminders of is not in it.
func DueIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, what DueKind, from, to clock.Day) ([]Due, error) {
	column := dueColumns[what]
	q := strings.Replace(views, "SELECT ", "SELECT b."+column+" AS due_on, ", 1)
	out, err := db.All[Due](ctx, tx, q+`WHERE b.community_id = $1 AND b.ended_on IS NULL AND NOT b.is_muted AND b.`+column+` >= $2 AND b.`+column+` <= $3 AND {scope:b} ORDER BY b.`+column+`, b.id LIMIT 1000`, community, from, to)
	for i := range out {
		out[i].View = out[i].shown(tx.Who)
	}
	return out, err
}
