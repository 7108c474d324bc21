package extract

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// Service are the use cases of statements of account.
type Service struct {
	DB      *db.DB
	Exports *audit.Service
	// Home is what a resident sees of a room's bills.
	Home func(ctx context.Context, tx *db.Tx, room housing.RoomID) (Home, error)
}

// Home is a room of a resident: whose bills they see there, since when the
// owners of today own it, and who they are themselves.
type Home struct {
	Community authz.CommunityID
	Customer  customer.ID // 0: bound without an archive
	Whose     []customer.ID
	Since     clock.Day // zero: as long as anybody knows
	Owner     bool      // and not somebody they invited
	Tenant    bool
}

// subject is whom a statement is for, and what of the ledger is theirs.
type subject struct {
	statement Statement
	accounts  []account
	since     map[housing.RoomID]clock.Day    // what stood before is one sum
	own       []string                        // debtors whose bills are told from the first
	all       bool                            // since holds for the bills of others
	places    map[authz.CommunityID]string    // more than one community: their names
	joint     map[authz.CommunityID][]holding // rooms of whose tenants' bills is told
	apart     map[housing.RoomID]bool         // of which nothing is told that earlier owners paid ahead
}

// Statement makes a statement for staff.
func (s *Service) Statement(ctx context.Context, who authz.Actor, act authz.Action, a Asked) (out Statement, err error) {
	if err := a.check(); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		out, err = statement(ctx, tx, a, true, false)
		return err
	})
	return out, err
}

// statement makes a statement in a transaction: across, with the archives of
// the same person elsewhere; plain, with the name as it is.
func statement(ctx context.Context, tx *db.Tx, a Asked, across, plain bool) (Statement, error) {
	x := subject{since: map[housing.RoomID]clock.Day{}, statement: Statement{Form: a.Form, Customer: a.Customer, Room: a.Room, Lang: a.Lang, From: a.From, To: a.To}}
	var err error
	switch a.Form {
	case ByRoom:
		err = x.ofRoom(ctx, tx, a.Room, plain)
	case ByDeveloper:
		err = x.ofDeveloper(ctx, tx, a.Community)
	default:
		err = x.ofCustomer(ctx, tx, a, across, plain)
	}
	if err != nil {
		return Statement{}, err
	}
	return x.read(ctx, tx)
}

// begin fills in what heads a statement of a community.
func (x *subject) begin(ctx context.Context, tx *db.Tx, community authz.CommunityID) (err error) {
	s := &x.statement
	s.Where = community
	if s.AsOf, err = org.Today(ctx, tx, community); err != nil {
		return err
	}
	s.Place, err = cashier.PlaceOf(ctx, tx, community)
	return err
}

// on is the day on which it is asked whose a room is.
func (x *subject) on() clock.Day {
	if x.statement.To.Before(x.statement.AsOf) {
		return x.statement.To
	}
	return x.statement.AsOf
}

func (x *subject) ofRoom(ctx context.Context, tx *db.Tx, id housing.RoomID, plain bool) error {
	room, err := housing.RoomIn(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := x.begin(ctx, tx, room.Community); err != nil {
		return err
	}
	x.statement.Rooms = []string{room.Label}
	payer, err := payerOf(ctx, tx, room.Community, id, x.on())
	if err != nil {
		return err
	}
	if payer != 0 {
		if err := x.named(ctx, tx, payer, plain); err != nil {
			return err
		}
	}
	x.accounts, err = ofRooms(ctx, tx, room.Community, []housing.RoomID{id})
	return err
}

// named writes whom a statement is for, as far as the actor may see it, and in
// which language they read.
func (x *subject) named(ctx context.Context, tx *db.Tx, id customer.ID, plain bool) error {
	c, err := customer.In(ctx, tx, id)
	if err != nil {
		return err
	}
	s := &x.statement
	s.Customer = id
	if s.Name = c.Name; !plain {
		s.Name = customer.SightOf(tx.Who, c.Community).Name(c.Name, c.Kind == customer.Organisation)
	}
	if s.Lang == "" {
		p, err := preference(ctx, tx, c)
		if err != nil {
			return err
		}
		s.Lang = p.Lang
	}
	return nil
}

const developer = "developer"

// ofDeveloper is all that the developer of a community owes, and what is paid
// ahead for rooms that have no owner.
func (x *subject) ofDeveloper(ctx context.Context, tx *db.Tx, community authz.CommunityID) error {
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	if err := x.begin(ctx, tx, community); err != nil {
		return err
	}
	owed, err := owedBy(ctx, tx, community, []string{developer})
	if err != nil {
		return err
	}
	rooms := roomsOf(owed)
	held, err := ofRooms(ctx, tx, community, rooms)
	if err != nil {
		return err
	}
	taken := map[housing.RoomID]bool{}
	for some := range slices.Chunk(rooms, atOnce) {
		args := []any{community, x.on()}
		all, err := db.All[housing.RoomID](ctx, tx, `SELECT DISTINCT r.room_id FROM relation r WHERE r.community_id = $1 AND r.kind = 'owner' AND COALESCE(r.from_on, '') <= $2 AND (r.to_on IS NULL OR r.to_on > $2) AND r.room_id IN `+db.Among(&args, some)+` AND {scope:r}`, args...)
		if err != nil {
			return err
		}
		for _, r := range all {
			taken[r] = true
		}
	}
	x.accounts = append(owed, slices.DeleteFunc(held, func(a account) bool { return a.Account == ledger.Receivable || taken[a.Room] })...)
	x.label()
	return nil
}

// ofCustomer is all that is billed to a customer, and what is paid ahead and
// held for their rooms; of a company also what it rents.
func (x *subject) ofCustomer(ctx context.Context, tx *db.Tx, a Asked, across, plain bool) error {
	c, err := customer.In(ctx, tx, a.Customer)
	if err != nil {
		return err
	}
	if err := x.begin(ctx, tx, c.Community); err != nil {
		return err
	}
	if err := x.named(ctx, tx, c.ID, plain); err != nil {
		return err
	}
	archives := []archive{{ID: c.ID, Community: c.Community}}
	if across {
		if archives, err = linked(ctx, tx, c); err != nil {
			return err
		}
	}
	if len(archives) > 1 {
		x.places = map[authz.CommunityID]string{c.Community: x.statement.Place.Name}
	}
	for _, one := range archives {
		if one.Place != "" {
			x.places[one.Community] = one.Place
		}
		if err := x.archive(ctx, tx, one, a.Form == ByCompany); err != nil {
			return err
		}
	}
	x.label()
	return nil
}

// archive adds what one archive owes and holds.
func (x *subject) archive(ctx context.Context, tx *db.Tx, of archive, rents bool) error {
	names, err := namesOf(ctx, tx, of)
	if err != nil {
		return err
	}
	owed, err := owedBy(ctx, tx, of.Community, names)
	if err != nil {
		return err
	}
	x.own, x.accounts = append(x.own, names...), append(x.accounts, owed...)
	rooms, err := owned(ctx, tx, of.Community, of.ID, x.on())
	if err != nil {
		return err
	}
	x.answers(of.Community, rooms)
	x.leave(rooms)
	if err := x.hold(ctx, tx, of.Community, rooms, func(a account) bool { return a.Account != ledger.Receivable }); err != nil {
		return err
	}
	if err := x.together(ctx, tx, of); err != nil || !rents {
		return err
	}
	let, err := rented(ctx, tx, of.Community, of.ID, x.on())
	if err != nil {
		return err
	}
	let = slices.DeleteFunc(let, func(h holding) bool {
		return slices.ContainsFunc(rooms, func(o holding) bool { return o.Room == h.Room }) || x.has(h.Room)
	})
	x.all = true
	return x.hold(ctx, tx, of.Community, let, func(a account) bool { return !slices.Contains(names, a.Debtor) })
}

// has says whether a room is on the statement already.
func (x *subject) has(room housing.RoomID) bool {
	_, is := x.since[room]
	return is
}

// together adds the rooms that somebody owns with others to whom the bills go:
// all that stands there, since the room became theirs too. Each of them owes the
// whole (Civil Code art. 307), so each statement has it.
func (x *subject) together(ctx context.Context, tx *db.Tx, of archive) error {
	rooms, err := shared(ctx, tx, of.Community, of.ID, x.on())
	if err != nil || len(rooms) == 0 {
		return err
	}
	all, err := owners(ctx, tx, of.Community, rooms, x.on())
	if err != nil {
		return err
	}
	var theirs []string
	for _, id := range all {
		names, err := namesOf(ctx, tx, archive{ID: id, Community: of.Community})
		if err != nil {
			return err
		}
		theirs = append(theirs, names...)
	}
	x.all = true
	x.answers(of.Community, rooms)
	x.leave(rooms)
	return x.hold(ctx, tx, of.Community, rooms, func(a account) bool {
		return a.Account != ledger.Receivable || slices.Contains(theirs, a.Debtor)
	})
}

// hold adds the accounts of rooms that pass, from the day on which each became theirs.
func (x *subject) hold(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []holding, pass func(account) bool) error {
	ids := make([]housing.RoomID, len(rooms))
	for i, h := range rooms {
		ids[i] = h.Room
		x.since[h.Room] = h.Since
	}
	all, err := ofRooms(ctx, tx, community, ids)
	for _, a := range all {
		if pass(a) {
			x.accounts = append(x.accounts, a)
		}
	}
	return err
}

// label names the rooms of a statement, in the order of their names.
func (x *subject) label() {
	x.statement.Rooms = []string{}
	for i, a := range x.accounts {
		if at := x.places[a.Community]; at != "" {
			x.accounts[i].Label = at + " " + a.Label
		}
		x.statement.Rooms = append(x.statement.Rooms, x.accounts[i].Label)
	}
	slices.SortFunc(x.statement.Rooms, natural)
	x.statement.Rooms = slices.Compact(x.statement.Rooms)
}

// natural puts 2栋 before 10栋: shorter first where they begin alike.
func natural(a, b string) int {
	if d := len(a) - len(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func roomsOf(all []account) (out []housing.RoomID) {
	for _, a := range all {
		out = append(out, a.Room)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
