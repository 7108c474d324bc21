package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// house is the shape of one building.
type house struct {
	code                string
	units, floors, flat int            // units 0: one stairwell without a name
	areas               []housing.Area // of the flats on a floor
	year                int            // of the handing over
	small               bool           // flats for one or two, often let
}

var houses = []house{
	{"1", 0, 18, 4, []housing.Area{12836, 9542, 9542, 12836}, 2019, false},
	{"2", 2, 11, 2, []housing.Area{13920, 11875}, 2019, false},
	{"3", 2, 18, 2, []housing.Area{8950, 10862}, 2020, false},
	{"5", 3, 6, 2, []housing.Area{14310, 14310}, 2020, false},
	{"6", 3, 11, 2, []housing.Area{9860, 12145}, 2021, false},
	{"A", 0, 20, 6, []housing.Area{4580, 4235, 5120, 5120, 4235, 4580}, 2022, true},
}

const (
	shops  = 24
	spaces = 120
)

// rare stands for the names that old systems cannot write (𠮷 lies beyond
// Unicode's first 65,536 characters).
const rare = "王𠮷安"

// organisation owns the largest shop.
const organisation = "云栖苑便民超市（个体工商户）"

// The household of the first story.
const (
	linaRoom   = "3-2-1502"
	linaName   = "李娜"
	linaMobile = "13800135678"
)

// residents invents who lives and owns where.
type residents struct {
	*maker
	*book
	rows  []customer.ImportRow
	cars  []customer.ImportRow // owners who may have a parking space
	names map[string]bool      // within one room, where nobody is named twice
	rare  bool
}

func (m *maker) rows() ([]customer.ImportRow, error) {
	r := &residents{maker: m, book: m.newBook()}
	for _, h := range houses {
		for unit := 1; unit <= max(h.units, 1); unit++ {
			for floor := 1; floor <= h.floors; floor++ {
				for flat := 1; flat <= h.flat; flat++ {
					if err := r.flat(h, unit, floor, flat); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	if err := r.shops(); err != nil {
		return nil, err
	}
	return r.rows, r.parking()
}

func (r *residents) flat(h house, unit, floor, flat int) error {
	label := fmt.Sprintf("%s-%d%02d", h.code, floor, flat)
	if h.units > 0 {
		label = fmt.Sprintf("%s-%d-%d%02d", h.code, unit, floor, flat)
	}
	state := r.state(h.small)
	if label == linaRoom {
		state = housing.Occupied
	}
	area := h.areas[flat-1]
	room, err := newRoom(label, housing.Home, int64(floor), area, area*82/100, state)
	if err != nil {
		return err
	}
	if state != housing.Unsold && state != housing.Sold {
		room.HandedOverOn, err = clock.NewDay(h.year, 6, 1)
		room.HandedOverOn = room.HandedOverOn.Add(r.dice.IntN(200))
	}
	r.names = map[string]bool{}
	if label == linaRoom {
		r.lina3(room)
		return err
	}
	r.household(h, room)
	return err
}

func newRoom(label string, kind housing.RoomType, floor int64, area, inner housing.Area, state housing.State) (housing.NewRoom, error) {
	l, err := housing.ParseLabel(label)
	return housing.NewRoom{Label: l, Type: kind, Floor: &floor, BuildingArea: area, InnerArea: inner, State: state}, err
}

func (r *residents) state(small bool) housing.State {
	n := r.dice.IntN(100)
	switch {
	case n < 2:
		return housing.Unsold
	case n < 4:
		return housing.Sold
	case n < 8:
		return housing.Vacant
	case n < 12:
		return housing.Renovating
	case n < 22 || small && n < 62:
		return housing.Let
	}
	return housing.Occupied
}

func (r *residents) household(h house, room housing.NewRoom) {
	if room.State == housing.Unsold {
		r.rows = append(r.rows, customer.ImportRow{Room: room})
		return
	}
	name := r.adult()
	if !r.rare && room.State == housing.Occupied && !h.small {
		name, r.rare = rare, true
	}
	owner := r.add(room, name, r.owner(), customer.Owner, "")
	if !h.small {
		r.cars = append(r.cars, owner)
	}
	switch room.State {
	case housing.Let:
		for i := range 1 + r.dice.IntN(2) {
			mobile := ""
			if i == 0 || r.chance(60) {
				mobile = r.other()
			}
			r.add(room, r.adult(), mobile, customer.Tenant, "")
		}
	case housing.Occupied:
		r.family(h, room, owner.Name)
	}
}

func (r *residents) family(h house, room housing.NewRoom, owner string) {
	likely := map[bool][4]int{false: {88, 62, 20, 22}, true: {40, 8, 0, 4}}[h.small]
	if r.chance(likely[0]) {
		r.add(room, r.adult(), r.other(), customer.Family, "")
	}
	for _, percent := range likely[1:3] {
		if r.chance(percent) {
			r.add(room, surnameOf(owner)+pick(r.maker, childNames), "", customer.Family, "")
		}
	}
	if r.chance(likely[3]) {
		mobile, tag := "", ""
		if r.chance(50) {
			mobile = r.other()
		}
		if r.chance(30) {
			tag = "行动不便"
		}
		r.add(room, r.surname()+pick(r.maker, elderNames), mobile, customer.Family, tag)
	}
}

// lina3 is the household of the first story: three people.
func (r *residents) lina3(room housing.NewRoom) {
	owner := r.add(room, linaName, linaMobile, customer.Owner, "VIP")
	r.cars = slices.Insert(r.cars, 0, owner)
	r.add(room, "张志远", r.other(), customer.Family, "")
	r.add(room, "张小满", "", customer.Family, "")
}

func (r *residents) add(room housing.NewRoom, name, mobile string, relation customer.RelationKind, tag string) customer.ImportRow {
	for r.names[name] {
		name = r.adult()
	}
	r.names[name] = true
	row := customer.ImportRow{Room: room, Name: name, Mobile: mobile, Relation: relation}
	if tag == "" && relation == customer.Owner && r.chance(4) {
		tag = pick(r.maker, []string{"VIP", "养犬", "独居老人", "业委会成员", "夜班，上午勿扰"})
	}
	if tag != "" {
		row.Tags = customer.Tags{tag}
	}
	r.rows = append(r.rows, row)
	return row
}

func (r *residents) shops() error {
	for n := 1; n <= shops; n++ {
		area := housing.Area(4200 + r.dice.IntN(6000))
		state := pick(r.maker, []housing.State{housing.Let, housing.Let, housing.Occupied, housing.Vacant})
		if n == 1 {
			area, state = 21680, housing.Occupied
		}
		room, err := newRoom(fmt.Sprintf("商铺%d", n), housing.Shop, 1, area, area*90/100, state)
		if err != nil {
			return err
		}
		r.names = map[string]bool{}
		if n == 1 {
			r.rows = append(r.rows, customer.ImportRow{Room: room, Name: organisation, Kind: customer.Organisation, Mobile: r.owner(), Relation: customer.Owner})
			continue
		}
		r.add(room, r.adult(), r.owner(), customer.Owner, "")
		if state == housing.Let {
			r.add(room, r.adult(), r.other(), customer.Tenant, "")
		}
	}
	return nil
}

// parking gives most spaces to people who own a flat: the same archive at two rooms.
func (r *residents) parking() error {
	rest := r.cars[1:]
	r.dice.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for n := range spaces {
		sold := n < min(95, len(r.cars))
		state := housing.Unsold
		if sold {
			state = housing.Occupied
		}
		room, err := newRoom(fmt.Sprintf("B1-%03d", n+1), housing.Parking, -1, 1272, 0, state)
		if err != nil {
			return err
		}
		row := customer.ImportRow{Room: room}
		if sold {
			row.Name, row.Mobile, row.Relation = r.cars[n].Name, r.cars[n].Mobile, customer.Owner
		}
		r.rows = append(r.rows, row)
	}
	return nil
}

// home is where somebody lives who can be called.
type home struct {
	room   housing.Room
	caller customer.Resident
}

// callers finds for every inhabited flat who calls from there.
func (m *maker) callers(ctx context.Context, tx *db.Tx) error {
	rooms, err := housing.RoomsByKey(ctx, tx, m.community)
	if err != nil {
		return err
	}
	all := make([]housing.Room, 0, len(rooms))
	for _, r := range rooms {
		if r.Type == housing.Home && (r.State == housing.Occupied || r.State == housing.Let) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b housing.Room) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range all {
		people, err := customer.PeopleOf(ctx, tx, r)
		if err != nil {
			return err
		}
		h := home{room: r}
		for _, p := range people {
			inside := r.State == housing.Occupied || p.Relation == customer.Tenant
			if inside && p.Mobiles > 0 && (h.caller.Customer == 0 || m.chance(30)) {
				h.caller = p
			}
			if r.Short == linaRoom && p.Name == linaName {
				m.lina = home{r, p}
			}
		}
		if h.caller.Customer != 0 && r.Short != linaRoom {
			m.homes = append(m.homes, h)
		}
	}
	if m.lina.caller.Customer == 0 {
		return fmt.Errorf("nobody called %s lives in %s", linaName, linaRoom)
	}
	return nil
}
