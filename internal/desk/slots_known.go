package desk

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/belonging"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/handover"
	"guanjia/internal/lease"
	"guanjia/internal/parking"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// soon is within how many days something that ends becomes a next action.
const soon = 30

// Known are the slots of the domains below the desk, in the order of the page.
var Known = []Slot{
	{"bills", billing.ActBills, bills}, {"payments", cashier.ActView, payments}, {"homes", customer.ActView, homes}, {"parking", parking.ActView, cars}, {"leases", lease.ActView, leases}, {"belongings", belonging.ActView, things},
	{"papers", handover.ActView, papers}, {"birthdays", customer.ActView, birthdays},
}

// ends says of what ends on a day whether it needs attention, and what is to be done.
func ends(f *Filled, h Subject, on clock.Day, next string, params map[string]any) bool {
	if on.IsZero() || on.After(h.Today.Add(soon)) {
		return false
	}
	params["day"] = on.String()
	f.Next = append(f.Next, Next{Say: Say{Word: next, Params: params}, Due: on.At(23*60+59, h.Zone)})
	return true
}

// bills are what the room was billed, by month.
func bills(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	months, err := billing.BilledOf(ctx, tx, h.Room)
	for _, m := range months {
		f.Lines = append(f.Lines, Line{Title: m.Period.String(), Note: &Say{"lines", map[string]any{"n": m.Lines, "day": m.Due.String()}}, Right: &Say{"amount", map[string]any{"yuan": m.Fen.Grouped()}}, Link: &Link{"bills", db.ID(h.Room.ID)}})
	}
	return f, err
}

// payments are what is open of the room with late fees, what is held of it, and
// what was paid last.
func payments(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	sums, last, err := cashier.BriefOf(ctx, tx, h.Room)
	if err != nil {
		return f, err
	}
	amount := func(word string, fen money.Fen) {
		if fen != 0 {
			f.Lines = append(f.Lines, Line{Title: fen.Grouped(), Note: &Say{word, nil}, Link: &Link{"cashier", db.ID(h.Room.ID)}})
		}
	}
	amount("due", sums.Due)
	amount("ahead", sums.Ahead)
	amount("held", sums.Held)
	for _, p := range last {
		word := "taken"
		switch {
		case p.ReversedAt != nil:
			word = "void"
		case p.Number == "":
			word = "deducted"
		}
		f.Lines = append(f.Lines, Line{Title: p.Day.String(), Note: &Say{word, map[string]any{"means": string(p.Means)}}, Right: &Say{"amount", map[string]any{"yuan": p.Fen.Grouped()}}, Link: &Link{"payment", db.ID(p.ID)}})
	}
	return f, nil
}

// homes are the other rooms of who lives here.
func homes(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	if len(h.People) == 0 {
		return f, nil
	}
	type home struct {
		Room  db.ID                 `db:"room_id"`
		Short string                `db:"label_key"`
		Kind  customer.RelationKind `db:"kind"`
		Name  string                `db:"name"`
		Legal customer.Kind         `db:"legal"`
		State string                `db:"state"`
	}
	args := []any{h.Room.Community, h.Room.ID}
	rows, err := db.All[home](ctx, tx, `SELECT r.room_id, o.label_key, r.kind, c.name, c.kind AS legal, o.state FROM relation r JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		WHERE r.community_id = $1 AND r.room_id <> $2 AND r.to_on IS NULL AND r.customer_id IN (`+marked(&args, h.People)+`) AND {scope:r} ORDER BY o.sort_key, r.id LIMIT 20`, args...)
	see := customer.SightOf(tx.Who, h.Room.Community)
	for _, r := range rows {
		f.Lines = append(f.Lines, Line{Title: r.Short, Note: &Say{"who", map[string]any{"name": see.Name(r.Name, r.Legal == customer.Organisation), "relation": string(r.Kind)}},
			Right: &Say{"state", map[string]any{"state": r.State}}, Link: &Link{"room", r.Room}})
	}
	return f, err
}

func marked(args *[]any, ids []customer.ID) string {
	marks := make([]string, len(ids))
	for i, id := range ids {
		*args = append(*args, id)
		marks[i] = "$" + strconv.Itoa(len(*args))
	}
	return strings.Join(marks, ", ")
}

func cars(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	vehicles, spaces, err := parking.OfRoom(ctx, tx, h.Room)
	for _, v := range vehicles {
		if !v.EndedOn.IsZero() {
			continue
		}
		l := Line{Title: v.Plate, Note: &Say{"car", map[string]any{"car": strings.TrimSpace(v.Colour + " " + v.Brand), "space": v.SpaceNumber}}, Link: &Link{"vehicle", db.ID(v.ID)}}
		if !v.PermitTo.IsZero() {
			l.Right = &Say{"until", map[string]any{"day": v.PermitTo.String()}}
			l.Warn = ends(&f, h, v.PermitTo, "permit", map[string]any{"plate": v.Plate})
		}
		f.Lines = append(f.Lines, l)
	}
	for _, s := range spaces {
		f.Lines = append(f.Lines, Line{Title: s.Number, Note: &Say{"space", map[string]any{"kind": s.Kind}}, Right: &Say{"standing", map[string]any{"standing": string(s.State)}}, Link: &Link{"space", db.ID(s.ID)}})
	}
	return f, err
}

func leases(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	all, err := lease.OfRoom(ctx, tx, h.Room)
	for _, l := range all {
		var tenants []string
		for _, p := range l.Parties {
			if p.Role == lease.Tenant {
				tenants = append(tenants, p.Name)
			}
		}
		line := Line{Title: strings.Join(tenants, "、"), Note: &Say{"term", map[string]any{"from": l.From.String(), "to": l.To.String()}}, Link: &Link{"lease", db.ID(l.ID)}}
		switch {
		case !l.EndedOn.IsZero():
			line.Right = &Say{"ended", map[string]any{"day": l.EndedOn.String()}}
		case len(l.Missing) > 0:
			line.Right, line.Warn = &Say{"missing", map[string]any{"n": len(l.Missing)}}, true
		case l.Overdue:
			line.Right, line.Warn = &Say{Word: "unverified"}, true
		}
		if l.EndedOn.IsZero() && ends(&f, h, l.To, "lease", map[string]any{"tenant": line.Title}) {
			line.Warn = true
			line.Right = &Say{"until", map[string]any{"day": l.To.String()}}
		}
		f.Lines = append(f.Lines, line)
	}
	return f, err
}

func things(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	all, err := belonging.OfRoom(ctx, tx, h.Room)
	for _, b := range all {
		if !b.EndedOn.IsZero() {
			continue
		}
		title := b.Name
		if title == "" {
			title = b.Number
		}
		line := Line{Title: title, Note: &Say{"thing", map[string]any{"kind": string(b.Kind), "model": b.Model}}, Link: &Link{"belonging", db.ID(b.ID)}}
		for _, d := range []struct {
			word string
			day  clock.Day
		}{{"expires", b.ExpiresOn}, {"vaccination", b.VaccinatedUntil}, {"care", b.NextOn}} {
			if d.day.IsZero() || b.Muted && d.word == "care" {
				continue
			}
			warn := ends(&f, h, d.day, "belonging."+d.word, map[string]any{"name": title, "kind": string(b.Kind)})
			if warn || line.Right == nil {
				line.Right, line.Warn = &Say{d.word, map[string]any{"day": d.day.String()}}, warn
			}
		}
		if b.State != "active" {
			line.Right, line.Warn = &Say{"standing", map[string]any{"standing": b.State}}, true
		}
		f.Lines = append(f.Lines, line)
	}
	return f, err
}

func papers(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	all, err := handover.PapersOf(ctx, tx, h.Room)
	for _, p := range all {
		if p.Current {
			f.Lines = append(f.Lines, Line{Title: p.Edition, Note: &Say{"paper", map[string]any{"kind": string(p.Kind), "signer": p.Signer}}, Right: &Say{"signed", map[string]any{"day": p.SignedOn.String()}}})
		}
	}
	return f, err
}

// birthdayDays is how long before a birthday it is told.
const birthdayDays = 7

// birthdays are told to who may see who somebody is.
func birthdays(ctx context.Context, tx *db.Tx, h Subject) (f Filled, err error) {
	if len(h.People) == 0 || !customer.SightOf(tx.Who, h.Room.Community).Names {
		return f, nil
	}
	type born struct {
		ID   db.ID  `db:"id"`
		Name string `db:"name"`
		On   string `db:"birthday_md"`
	}
	args := []any{h.Room.Community}
	all, err := db.All[born](ctx, tx, `SELECT c.id, c.name, c.birthday_md FROM customer c WHERE c.community_id = $1 AND c.birthday_md <> '' AND c.id IN (`+marked(&args, h.People)+`) AND {scope:c} ORDER BY c.id`, args...)
	for _, b := range all {
		for d := h.Today; !d.After(h.Today.Add(birthdayDays)); d = d.Add(1) {
			if d.String()[5:] == b.On {
				f.Next = append(f.Next, Next{Say: Say{"birthday", map[string]any{"name": b.Name}}, Due: d.At(23*60+59, h.Zone), Link: &Link{"customer", b.ID}})
			}
		}
	}
	return f, err
}
