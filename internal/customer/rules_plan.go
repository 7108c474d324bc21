package customer

import (
	"cmp"
	"slices"

	"guanjia/internal/housing"
)

// known is what a community has already, as far as an import must know it.
type known struct {
	rooms  map[string]housing.Room            // by the label's key
	people map[person]ID                      // by name and the index of each of their numbers
	living map[housing.RoomID]map[string]tied // by name
	// indexes are what a number may be kept under: numbers themselves are sealed.
	indexes func(number string) []string
}

// has finds somebody by name and number.
func (k known) has(who person) (ID, bool) {
	for _, x := range k.indexes(who.mobile) {
		if id, ok := k.people[person{who.name, x}]; ok {
			return id, true
		}
	}
	return 0, false
}

// calls reports whether a number is one of somebody's.
func (k known) calls(t tied, number string) bool {
	return slices.ContainsFunc(k.indexes(number), func(x string) bool { return t.mobiles[x] })
}

// person is who somebody is in a table: two rows with the same name and
// number are about one person.
type person struct{ name, mobile string }

// tied is somebody who belongs or belonged to a room.
type tied struct {
	id      ID
	kinds   map[RelationKind]bool
	mobiles map[string]bool // by index
}

// plan is what an import will write. Rows point into its lists by index
// where ids are not made yet.
type plan struct {
	rooms     []housing.NewRoom
	customers []newcomer
	relations []tie
	unchanged int // rows that bring nothing new
	wrong     []RowError
}

type newcomer struct {
	person
	kind  Kind
	tags  Tags
	notes string
}

// tie is a relation to come. who is the customer's index unless id is set.
type tie struct {
	key  string // of the room
	kind RelationKind
	id   ID
	who  int
}

// Result counts what an import brings.
type Result struct{ NewRooms, NewCustomers, NewRelations, Unchanged int }

func (p *plan) result() Result {
	return Result{len(p.rooms), len(p.customers), len(p.relations), p.unchanged}
}

// planner walks over the rows and remembers what it has seen.
type planner struct {
	plan
	have  known
	rooms map[string]*seenRoom
	fresh map[person]int // index into customers
}

type seenRoom struct {
	first   ImportRow
	index   int // into plan.rooms; -1: it is there already
	persons map[string]int
	alone   bool // a row named nobody
}

// makePlan decides for every row what is new. It adds only: what the community
// has is never overwritten, and a row that says otherwise is an error.
func makePlan(rows []ImportRow, have known) plan {
	p := planner{have: have, rooms: map[string]*seenRoom{}, fresh: map[person]int{}}
	for _, r := range rows {
		before := len(p.wrong)
		news := p.room(r)
		if len(p.wrong) == before && r.Name != "" {
			news = p.person(r) || news
		}
		if len(p.wrong) == before && !news {
			p.unchanged++
		}
	}
	slices.SortStableFunc(p.wrong, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	return p.plan
}

func (p *planner) fail(r ImportRow, column, code, value string, params map[string]any) {
	p.wrong = append(p.wrong, RowError{Row: r.Row, Column: column, Code: code, Value: shorten(value), Params: params})
}

// room takes the room of a row and reports whether it is new.
func (p *planner) room(r ImportRow) bool {
	key := r.Room.Label.Key()
	if s, again := p.rooms[key]; again {
		if r.Name == "" || s.alone {
			p.fail(r, headRoom, "import.room_twice", r.Room.Label.String(), map[string]any{"room": r.Room.Label.String(), "other": s.first.Row})
			return false
		}
		if s.index >= 0 {
			p.join(&p.plan.rooms[s.index], r, s.first.Row)
		} else {
			p.agree(p.have.rooms[key], r)
		}
		return false
	}
	s := &seenRoom{first: r, index: -1, persons: map[string]int{}, alone: r.Name == ""}
	p.rooms[key] = s
	if there, ok := p.have.rooms[key]; ok {
		p.agree(there, r)
		return false
	}
	fresh := r.Room
	if r.Name == "" {
		fresh.Notes = r.Notes
	}
	s.index = len(p.plan.rooms)
	p.plan.rooms = append(p.plan.rooms, fresh)
	return true
}

// fact is one thing a row and something else say of a room.
type fact struct {
	column     string
	given      bool
	same       bool
	have, want string
}

func facts(a, b housing.NewRoom) []fact {
	floors := b.Floor != nil
	return []fact{
		{headArea, b.BuildingArea != 0, a.BuildingArea == b.BuildingArea, a.BuildingArea.String(), b.BuildingArea.String()},
		{headInner, b.InnerArea != 0, a.InnerArea == b.InnerArea, a.InnerArea.String(), b.InnerArea.String()},
		{headFloor, floors, floors && a.Floor != nil && *a.Floor == *b.Floor, floorWord(a.Floor), floorWord(b.Floor)},
		{headType, b.Type != "", a.Type == b.Type, wordOf(typeWords, a.Type), wordOf(typeWords, b.Type)},
		{headState, b.State != "", a.State == b.State, wordOf(stateWords, a.State), wordOf(stateWords, b.State)},
		{headHanded, !b.HandedOverOn.IsZero(), a.HandedOverOn == b.HandedOverOn, a.HandedOverOn.String(), b.HandedOverOn.String()},
	}
}

// agree compares a row with a room that is there.
func (p *planner) agree(there housing.Room, r ImportRow) {
	have := housing.NewRoom{Type: there.Type, Floor: there.Floor, BuildingArea: there.BuildingArea, InnerArea: there.InnerArea, State: there.State, HandedOverOn: there.HandedOverOn}
	for _, f := range facts(have, r.Room) {
		if f.given && !f.same {
			p.fail(r, f.column, "import.room_differs", f.want, map[string]any{"room": there.Label, "have": orNone(f.have)})
		}
	}
}

// join compares a row with an earlier one about the same new room and takes
// what only this one says.
func (p *planner) join(room *housing.NewRoom, r ImportRow, first int) {
	given := map[string]bool{}
	for _, f := range facts(r.Room, *room) {
		given[f.column] = f.given
	}
	for _, f := range facts(*room, r.Room) {
		if f.given && given[f.column] && !f.same {
			p.fail(r, f.column, "import.room_contradicts", f.want, map[string]any{"room": room.Label.String(), "other": first, "have": f.have})
		}
	}
	room.InnerArea = cmp.Or(room.InnerArea, r.Room.InnerArea)
	room.Floor = cmp.Or(room.Floor, r.Room.Floor)
	room.Type, room.State = cmp.Or(room.Type, r.Room.Type), cmp.Or(room.State, r.Room.State)
	room.HandedOverOn = cmp.Or(room.HandedOverOn, r.Room.HandedOverOn)
}

// person takes the person of a row and reports whether they, or their place in
// this room, are new.
func (p *planner) person(r ImportRow) bool {
	key := r.Room.Label.Key()
	s := p.rooms[key]
	if first, twice := s.persons[r.Name]; twice {
		p.fail(r, headName, "import.person_twice", r.Name, map[string]any{"room": r.Room.Label.String(), "other": first})
		return false
	}
	s.persons[r.Name] = r.Row
	kind := cmp.Or(r.Relation, Owner)
	if there, ok := p.have.rooms[key]; ok {
		if who, ok := p.have.living[there.ID][r.Name]; ok {
			switch {
			case r.Mobile != "" && !p.have.calls(who, r.Mobile):
				p.fail(r, headMobile, "import.mobile_differs", r.Mobile, map[string]any{"room": there.Label})
			case r.Relation != "" && !who.kinds[kind]:
				p.fail(r, headRelation, "import.relation_differs", wordOf(relationWords, kind), map[string]any{"room": there.Label})
			}
			return false
		}
	}
	who := person{r.Name, r.Mobile}
	t := tie{key: key, kind: kind}
	if id, ok := p.have.has(who); ok && r.Mobile != "" {
		t.id = id
	} else if at, ok := p.fresh[who]; ok && r.Mobile != "" {
		t.who = at
		p.customers[at].notes = cmp.Or(p.customers[at].notes, r.Notes)
	} else {
		t.who = len(p.customers)
		p.fresh[who] = t.who
		p.customers = append(p.customers, newcomer{who, cmp.Or(r.Kind, Person), r.Tags, r.Notes})
	}
	p.relations = append(p.relations, t)
	return true
}

// usual fills what a new room was not given.
func usual(r housing.NewRoom) housing.NewRoom {
	r.Type, r.State = cmp.Or(r.Type, housing.Home), cmp.Or(r.State, housing.Vacant)
	return r
}
