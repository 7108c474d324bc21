package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/parking"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// served says who keeps, cleans and greens which buildings.
var served = []struct {
	kind      housing.ParcelKind
	name, who string
	buildings []string
}{
	{housing.Keeper, "东区管家", su, []string{"1", "2", "3"}}, {housing.Keeper, "西区管家", zheng, []string{"5", "6"}}, {housing.Keeper, "公寓管家", tang, []string{"A"}},
	{housing.Cleaning, "东区保洁", cleaner, []string{"1", "2", "3"}}, {housing.Cleaning, "西区保洁", cleaner, []string{"5", "6", "A"}},
	{housing.Greening, "全区绿化", cleaner, []string{"1", "2", "3", "5", "6", "A", "商铺"}},
}

// estate says of the community what its office knows of it: who serves which
// rooms, who has which space and whose car stands there.
func (m *maker) estate(ctx context.Context) error {
	kept := m.dice
	m.dice = rand.New(rand.NewPCG(7, 1502)) // what is invented here changes nothing else
	defer func() { m.dice = kept }()
	admin := m.staff[administrator].actor
	c, err := m.Org.Get(ctx, admin, m.community)
	if err != nil {
		return err
	}
	households, area := int64(442), int64(68_400)
	c.Households, c.ManagedArea, c.FeeMode, c.Budget = &households, &area, "commission", new(money.Fen(186_000_000))
	if _, err := m.Org.Edit(ctx, admin, m.community, func(int64) error { return nil }, c); err != nil {
		return err
	}
	for _, s := range served {
		p, err := m.Housing.AddParcel(ctx, admin, m.community, housing.ParcelBody{Kind: s.kind, Name: s.name, Staff: m.staff[s.who].id})
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		var in housing.ParcelRooms
		for _, code := range s.buildings {
			in.Buildings = append(in.Buildings, m.buildings[code])
		}
		if _, err := m.Housing.AssignRooms(ctx, admin, p.ID, matching(p.Version), in); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := m.spaces(ctx, admin); err != nil {
		return err
	}
	if err := m.signed(ctx); err != nil {
		return err
	}
	return m.newHouse(ctx, admin)
}

// matching is the If-Match of a version that was just read.
func matching(version int64) web.Match { return web.Match{IfMatch: fmt.Sprint(version)} }

// holder is who owns a parking space, and where they live.
type holder struct {
	space  housing.Room
	owner  customer.ID
	living string // label
}

// holders finds the owners of the spaces of the register and their flats.
func (m *maker) holders(ctx context.Context) (out []holder, err error) {
	type row struct {
		Space housing.RoomID `db:"space"`
		Owner customer.ID    `db:"owner"`
		Label string         `db:"label"`
	}
	err = m.DB.Read(ctx, system, actFill, func(tx *db.Tx) error {
		out = nil
		rooms, err := housing.RoomsByKey(ctx, tx, m.community)
		if err != nil {
			return err
		}
		owned, err := db.All[row](ctx, tx, `SELECT s.id AS space, r.customer_id AS owner, MIN(h.label_key) AS label FROM room s JOIN relation r ON r.room_id = s.id
			JOIN relation t ON t.customer_id = r.customer_id JOIN room h ON h.id = t.room_id AND h.type = 'home' WHERE s.community_id = $1 AND s.type = 'parking' AND {scope:s} GROUP BY s.id, r.customer_id ORDER BY s.id`, m.community)
		by := map[housing.RoomID]row{}
		for _, o := range owned {
			by[o.Space] = o
		}
		for _, r := range rooms {
			if r.Type == housing.Parking {
				out = append(out, holder{r, by[r.ID].Owner, by[r.ID].Label})
			}
		}
		slices.SortFunc(out, func(a, b holder) int { return strings.Compare(a.space.SortKey, b.space.SortKey) })
		return err
	})
	return out, err
}

// spaces registers the garage and some places above ground, with their cars.
func (m *maker) spaces(ctx context.Context, admin authz.Actor) error {
	all, err := m.holders(ctx)
	if err != nil {
		return err
	}
	today := clock.DayOf(m.now, m.zone)
	for i, h := range all {
		number := "B1-" + h.space.Number
		b := parking.SpaceBody{Number: number, Area: "地下一层东区", Kind: "owned", Place: "standard", Room: h.space.Short}
		if i >= len(all)/2 {
			b.Area = "地下一层西区"
		}
		if i%17 == 0 {
			b.Place = "charger"
		}
		if i%23 == 5 {
			b.Place = "tandem"
		}
		s, err := m.Parking.AddSpace(ctx, admin, m.community, b)
		if err != nil {
			return fmt.Errorf("%s: %w", number, err)
		}
		if h.owner == 0 {
			continue
		}
		if _, err := m.Parking.Give(ctx, admin, s.ID, matching(s.Version), parking.HolderBody{Customer: h.owner, State: parking.Sold, From: h.space.HandedOverOn}); err != nil {
			return fmt.Errorf("%s: %w", number, err)
		}
		for n := range 1 + m.dice.IntN(5)/3 {
			if err := m.car(ctx, admin, h.living, h.owner, number, today, n); err != nil {
				return err
			}
		}
	}
	return m.aboveGround(ctx, admin, today)
}

// aboveGround are twelve rented and public places, with cars whose permits are monthly.
func (m *maker) aboveGround(ctx context.Context, admin authz.Actor, today clock.Day) error {
	for i := range 12 {
		number := fmt.Sprintf("地面-%02d", i+1)
		b := parking.SpaceBody{Number: number, Area: "地面", Kind: "rented", Place: "standard", Blocked: i == 7}
		if i >= 9 {
			b.Kind = "public"
		}
		s, err := m.Parking.AddSpace(ctx, admin, m.community, b)
		if err != nil {
			return fmt.Errorf("%s: %w", number, err)
		}
		if b.Kind == "public" || b.Blocked {
			continue
		}
		h := m.homes[i*7]
		if _, err := m.Parking.Give(ctx, admin, s.ID, matching(s.Version), parking.HolderBody{Customer: h.caller.Customer, State: parking.Let, From: today.Add(-100), To: today.Add(40 + 30*i)}); err != nil {
			return fmt.Errorf("%s: %w", number, err)
		}
		if err := m.car(ctx, admin, h.room.Short, h.caller.Customer, number, today, 0); err != nil {
			return err
		}
	}
	return nil
}

var (
	carBrands  = []string{"大众", "丰田", "比亚迪", "吉利", "五菱", "奇瑞", "本田", "别克", "长安", "理想"}
	carColours = []string{"白", "黑", "银", "灰", "蓝", "红"}
)

const plateLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"

// car registers an invented car; its permit ends within days for a few.
func (m *maker) car(ctx context.Context, admin authz.Actor, room string, owner customer.ID, space string, today clock.Day, n int) error {
	plate := "浙A"
	brand := pick(m, carBrands)
	if brand == "比亚迪" || brand == "理想" {
		plate += pick(m, []string{"D", "F"}) + fmt.Sprintf("%05d", m.dice.IntN(100_000))
	} else {
		for range 5 {
			plate += string(plateLetters[m.dice.IntN(len(plateLetters))])
		}
	}
	till := today.Add(-12 + m.dice.IntN(330))
	v, err := m.Parking.Add(ctx, admin, m.community, parking.VehicleBody{
		Plate: plate, Kind: "car", Brand: brand, Colour: pick(m, carColours), Room: room, Customer: owner, Space: space, PermitFrom: till.Add(-364), PermitTo: till,
	})
	if err == nil && n == 0 && m.chance(4) {
		_, err = m.Parking.End(ctx, admin, v.ID, matching(v.Version), "车已卖")
	}
	return err
}
