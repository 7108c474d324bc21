package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"guanjia/internal/customer"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
	"guanjia/internal/platform/vault"
)

// A group of a million households: communities of equal size, and in each room
// its owner, in every second one of the family too.
const (
	communities = 1000
	roomsEach   = 1000
	peopleEach  = roomsEach * 3 / 2
	flats       = 2   // of a floor
	floors      = 25  // of a unit
	perUnit     = 50  // rooms
	perBuilding = 100 // rooms, in two units
)

// Ids of what the generator makes; the program's own begin far above.
const (
	roomIDs     = 1_000_000_000
	customerIDs = 2_000_000_000
	mobileIDs   = 3_000_000_000
	relationIDs = 4_000_000_000
	ticketIDs   = 5_000_000_000
	vehicleIDs  = 6_000_000_000
	buildingIDs = 10_000_000
	unitIDs     = 20_000_000
)

// surnames are drawn by how many bear them, in thousandths; the rest share what is left.
var surnames = map[string]int{
	"王": 72, "李": 70, "张": 66, "刘": 51, "陈": 44, "杨": 31, "黄": 23, "赵": 22, "吴": 20, "周": 20, "徐": 16, "孙": 15, "马": 13, "朱": 13, "胡": 13, "郭": 12, "何": 12, "林": 12, "高": 11, "罗": 11,
	"郑": 10, "梁": 10, "谢": 8, "宋": 8, "唐": 7, "许": 7, "邓": 7, "冯": 7, "韩": 7, "曹": 6, "曾": 6, "彭": 6, "肖": 6, "蔡": 5, "潘": 5, "田": 5, "董": 5, "袁": 5, "于": 5, "余": 5,
	"欧阳": 1, "单": 1, "仇": 1, "令狐": 1, "上官": 1,
}

var given = func() (out []string) {
	first := strings.Fields(`伟 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 英 华 玲 桂 志 建 文 国 玉 海 小 晓 雅 梓 子 浩 宇 欣 佳 思 雨`)
	second := strings.Fields(`伟 芳 娜 敏 静 丽 强 军 杰 涛 明 超 兰 英 华 玲 芬 平 红 梅 琴 云 峰 波 辉 龙 宁 轩 涵 怡 妍 阳 洁 婷 雪 琳 慧 荣 生 成`)
	out = append(out, first...)
	for _, a := range first {
		for _, b := range second {
			out = append(out, a+b)
		}
	}
	return out
}()

// drawn is the row of names in which each surname stands as often as it is borne.
var drawn = func() (out []string) {
	var names []string
	for s := range surnames {
		names = append(names, s)
	}
	slices.Sort(names)
	for _, s := range names {
		out = append(out, slices.Repeat([]string{s}, surnames[s])...)
	}
	for i := 0; len(out) < 1000; i++ {
		out = append(out, []string{"魏", "薛", "叶", "阎", "苏", "卢", "蒋", "贾", "丁", "沈"}[i%10])
	}
	return out
}()

// who is the p-th person: their name and number as the SQL below makes them.
func who(p int64) (surname, name string) {
	return drawn[p*7919%1000], given[p*104729%int64(len(given))]
}

func number(p int64) string { return fmt.Sprintf("13%09d", p*618_033_989%1_000_000_000) }

// plates is the number on the plate of a room's car; 13,163 and 100,000 have no common divisor.
const plates = `((c.n * 1000 + k.n) * 13163)`

const padded = `substr('000000' || %[1]s, length('000000' || %[1]s) - 5)`

// generated is set-based: each statement makes all rows of one table.
func generated() []string {
	n := func(q string, args ...any) string { return fmt.Sprintf(q, args...) }
	building, unit, number := `(k.n / 100 + 1)`, `(k.n % 100 / 50 + 1)`, `((k.n % 50 / 2 + 1) * 100 + k.n % 2 + 1)`
	ticket := func(from, where, status, sortDue, done string) string {
		return n(`INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, room_id, place, customer_id, contact_name, contact_mobile, owner_id, owner_name, assignee_name, policy,
			opened_at, response_due, resolve_due, sort_due, resolved_at, followed_up_at, cause, remedy, rating, version)
			SELECT %d + %s + c.n * 1000 + k.n, c.n, 'BX2026' || substr('0' || (k.n %% 9 + 1), -2 + length('0' || (k.n %% 9 + 1)) + 1) || substr('0' || (c.n %% 20 + 1), -2 + length('0' || (c.n %% 20 + 1)) + 1) || '-' || %s,
			'repair', CASE k.n %% 3 WHEN 0 THEN 'facilities.water' WHEN 1 THEN 'facilities.power' ELSE 'environment.cleaning' END, 'B', %s, '水管漏水', '', CASE k.n %% 2 WHEN 0 THEN 'phone' ELSE 'app' END,
			%d + (c.n - 1) * 1000 + k.n, '', %d + (c.n - 1) * 1500 + k.n, '', '', 1, '客服', '', '{}',
			1767225600000 + k.n * 20000000, 1767225600000, 1767225600000, %s, %s, %s, '', '', %s, 1 FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND 1000 AND k.n < 1000 AND %s`,
			ticketIDs, from, n(padded, "(k.n + 1)"), status, roomIDs, customerIDs, sortDue, done, done, map[bool]string{true: "40 + k.n % 11", false: "NULL"}[done != "NULL"], where)
	}
	return []string{
		`INSERT INTO community (id, company_id, name, address, service_phone, zone, fee_mode, version) SELECT n, (SELECT MIN(id) FROM company), '小区' || n, '', '', 'Asia/Shanghai', 'lump_sum', 1 FROM gen_n WHERE n BETWEEN 1 AND 1000`,
		n(`INSERT INTO building (id, community_id, code, name, sort_key, version) SELECT %d + c.n * 10 + b.n, c.n, CAST(b.n + 1 AS TEXT), (b.n + 1) || '栋', %s, 1 FROM gen_n c, gen_n b WHERE c.n BETWEEN 1 AND 1000 AND b.n < 10`, buildingIDs, n(padded, "(b.n + 1)")),
		n(`INSERT INTO unit (id, community_id, building_id, code, sort_key) SELECT %d + c.n * 20 + u.n, c.n, %d + c.n * 10 + u.n / 2, CAST(u.n %% 2 + 1 AS TEXT), %s || ' ' || %s FROM gen_n c, gen_n u WHERE c.n BETWEEN 1 AND 1000 AND u.n < 20`,
			unitIDs, buildingIDs, n(padded, "(u.n / 2 + 1)"), n(padded, "(u.n % 2 + 1)")),
		n(`INSERT INTO room (id, community_id, building_id, unit_id, number, label, label_key, sort_key, type, floor, building_area, inner_area, state, notes, version)
			SELECT %d + (c.n - 1) * 1000 + k.n, c.n, %d + c.n * 10 + k.n / 100, %d + c.n * 20 + k.n / 50, CAST(%s AS TEXT), %s || '栋' || %s || '单元' || %s, %s || '-' || %s || '-' || %s, %s || ' ' || %s || ' ' || %s,
			'home', k.n %% 50 / 2 + 1, 9000 + k.n, 7500, 'occupied', '', 1 FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND 1000 AND k.n < 1000`,
			roomIDs, buildingIDs, unitIDs, number, building, unit, number, building, unit, number, n(padded, building), n(padded, unit), n(padded, number)),
		n(`INSERT INTO customer (id, community_id, archive_no, kind, name, pinyin, initials, grams, tags, notes, version)
			SELECT %d + p.p, p.c, '20260101-' || %s, 'person', s.han || g.han, s.py || g.py, s.ini || g.ini, p.place || ' ' || s.grams || ' ' || g.grams || ' ' || s.last || g.first, '[]', '', 1
			FROM (SELECT c.n AS c, t.place AS place, k.n AS k, (c.n - 1) * 1500 + k.n AS p FROM gen_n c, gen_n k, gen_place t WHERE t.n = c.n AND c.n BETWEEN 1 AND 1000 AND k.n < 1500) p
			JOIN gen_surname s ON s.n = p.p * 7919 %% 1000 JOIN gen_given g ON g.n = p.p * 104729 %% %d`, customerIDs, n(padded, "(p.k + 1)"), len(given)),
		n(`INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version)
			SELECT %d + (c.n - 1) * 1500 + k.n, c.n, %d + (c.n - 1) * 1500 + k.n, %d + (c.n - 1) * 1000 + CASE WHEN k.n < 1000 THEN k.n ELSE (k.n - 1000) * 2 END, CASE WHEN k.n < 1000 THEN 'owner' ELSE 'family' END, '', '2020-06-01', NULL, 1
			FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND 1000 AND k.n < 1500`, relationIDs, customerIDs, roomIDs),
		// Every tenth room had another owner before: the next room's.
		n(`INSERT INTO relation (id, community_id, customer_id, room_id, kind, share, from_on, to_on, version)
			SELECT %d + 10000000 + (c.n - 1) * 1000 + k.n, c.n, %d + (c.n - 1) * 1500 + k.n + 1, %d + (c.n - 1) * 1000 + k.n, 'owner', '', '2015-06-01', '2020-05-31', 1
			FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND 1000 AND k.n < 999 AND k.n %% 10 = 0`, relationIDs, customerIDs, roomIDs),
		// Two rooms of five have a car; its tail is the plate turned around.
		n(`INSERT INTO vehicle (id, community_id, plate, plate_tail, kind, brand, colour, room_id, customer_id, from_on, ended_why, notes, version)
			SELECT %d + v.c * 1000 + v.k, v.c, '浙' || v.letter || v.d1 || v.d2 || v.d3 || v.d4 || v.d5, '' || v.d5 || v.d4 || v.d3 || v.d2 || v.d1 || v.letter || '浙', 'car', '', '', %d + (v.c - 1) * 1000 + v.k, %d + (v.c - 1) * 1500 + v.k, '2020-06-01', '', '', 1
			FROM (SELECT c.n AS c, k.n AS k, substr('ABCDEFGH', CAST(c.n %% 8 + 1 AS INTEGER), 1) AS letter, %s %% 10 AS d5, %s / 10 %% 10 AS d4, %s / 100 %% 10 AS d3, %s / 1000 %% 10 AS d2, %s / 10000 %% 10 AS d1
				FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND 1000 AND k.n < 1000 AND k.n %% 5 < 2) v`, vehicleIDs, roomIDs, customerIDs, plates, plates, plates, plates, plates),
		ticket("0", "k.n % 3 = 0", "'followed_up'", "4000000000000000000", "1767225700000 + k.n * 20000000"),
		ticket("10000000", "k.n % 3 = 1 AND k.n % 7 = 0", "'new'", "1767225600000 + k.n", "NULL"),
	}
}

// fillHouseholds makes the million households.
func fillHouseholds(ctx context.Context, raw *sql.DB, engine string, v *vault.Vault) error {
	return filled(ctx, raw, engine, []string{"room", "customer", "customer_mobile", "relation", "ticket", "vehicle"}, func(one *sql.Conn, run func(...string) error) error {
		if err := run(`CREATE TABLE gen_n (n BIGINT PRIMARY KEY)`, `INSERT INTO gen_n WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 1999) SELECT n FROM r`,
			`CREATE TABLE gen_place (n BIGINT PRIMARY KEY, place TEXT)`, `CREATE TABLE gen_surname (n BIGINT PRIMARY KEY, han TEXT, py TEXT, ini TEXT, grams TEXT, last TEXT)`,
			`CREATE TABLE gen_given (n BIGINT PRIMARY KEY, han TEXT, py TEXT, ini TEXT, grams TEXT, first TEXT)`); err != nil {
			return err
		}
		if err := parts(ctx, one); err != nil {
			return err
		}
		if err := run(generated()...); err != nil {
			return err
		}
		return fillMobiles(ctx, one, engine, v)
	})
}

// filled lets fill make rows on one connection, with the non-unique indexes of
// the tables that it names away meanwhile.
func filled(ctx context.Context, raw *sql.DB, engine string, tables []string, fill func(*sql.Conn, func(...string) error) error) error {
	one, err := raw.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = one.Close() }()
	run := func(list ...string) error {
		for _, q := range list {
			if _, err := one.ExecContext(ctx, q); err != nil {
				return fmt.Errorf("%w in %.200s", err, q)
			}
		}
		return nil
	}
	names := `('` + strings.Join(tables, `', '`) + `')`
	before, after := []string{`PRAGMA synchronous = OFF`, `PRAGMA foreign_keys = OFF`, `PRAGMA cache_size = -400000`, `BEGIN`}, []string{`COMMIT`, `PRAGMA wal_checkpoint(TRUNCATE)`}
	list := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%' AND tbl_name IN ` + names
	if engine == "postgres" {
		before, after = []string{`SET session_replication_role = replica`, `SET maintenance_work_mem = '256MB'`}, []string{`VACUUM ANALYZE`} // as autovacuum does by itself
		list = `SELECT indexname, indexdef FROM pg_indexes WHERE indexdef NOT LIKE 'CREATE UNIQUE%' AND tablename IN ` + names
	}
	indexes, err := pairs(ctx, one, list)
	if err != nil {
		return err
	}
	if err := run(before...); err != nil {
		return err
	}
	for name := range indexes {
		if err := run(`DROP INDEX ` + name); err != nil {
			return err
		}
	}
	if err := fill(one, run); err != nil {
		return err
	}
	for _, q := range indexes {
		if err := run(q); err != nil {
			return err
		}
	}
	return run(after...)
}

func pairs(ctx context.Context, one *sql.Conn, q string) (map[string]string, error) {
	rows, err := one.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			return nil, err
		}
		out[k] = v
	}
	return out, rows.Err()
}

// parts are the halves of names with what they are found by.
func parts(ctx context.Context, one *sql.Conn) error {
	grams := func(s string) string { _, rest, _ := strings.Cut(search.Grams(0, s), " "); return rest }
	edge := func(s string, last bool) string {
		r := []rune(s)
		if last {
			return grams(string(r[len(r)-1:]))
		}
		return grams(string(r[:1]))
	}
	for c := range communities {
		if _, err := one.ExecContext(ctx, `INSERT INTO gen_place VALUES ($1, $2)`, c+1, search.Grams(idOf(c+1), "")); err != nil {
			return err
		}
	}
	for i, s := range drawn {
		py, ini := customer.Pinyin(s + "一")
		if _, err := one.ExecContext(ctx, `INSERT INTO gen_surname VALUES ($1, $2, $3, $4, $5, $6)`, i, s, strings.TrimSuffix(py, "yi"), strings.TrimSuffix(ini, "y"), grams(s), edge(s, true)); err != nil {
			return err
		}
	}
	for i, s := range given {
		py, ini := customer.Pinyin("一" + s)
		if _, err := one.ExecContext(ctx, `INSERT INTO gen_given VALUES ($1, $2, $3, $4, $5, $6)`, i, s, strings.TrimPrefix(py, "yi"), strings.TrimPrefix(ini, "y"), grams(s), edge(s, false)); err != nil {
			return err
		}
	}
	return nil
}

// fillMobiles seals a number for every person; what is sealed is made by the program, not by SQL.
func fillMobiles(ctx context.Context, one *sql.Conn, engine string, v *vault.Vault) error {
	columns := []string{"id", "community_id", "customer_id", "mobile", "last4", "is_primary", "mobile_sealed", "mobile_index", "last4_index"}
	sealed := customer.Sealed[0]
	row := func(p int64) []any {
		id, n := int64(mobileIDs)+p, number(p)
		return []any{id, p/peopleEach + 1, customerIDs + p, "", "", true, v.Seal(sealed.Place(db.ID(id)), n), v.Index(sealed.By[0].Kind, n), v.Index(sealed.By[1].Kind, sealed.By[1].Of(n))}
	}
	if engine == "postgres" {
		return one.Raw(func(c any) error {
			conn, ok := c.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("a connection of another driver: %T", c)
			}
			p := int64(-1)
			_, err := conn.Conn().CopyFrom(ctx, pgx.Identifier{"customer_mobile"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
				if p++; p == communities*peopleEach {
					return nil, nil
				}
				return row(p), nil
			}))
			return err
		})
	}
	insert, err := one.PrepareContext(ctx, `INSERT INTO customer_mobile (`+strings.Join(columns, ", ")+`) VALUES `+db.Marks(1, len(columns)))
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for p := range int64(communities * peopleEach) {
		if _, err := insert.ExecContext(ctx, row(p)...); err != nil {
			return err
		}
	}
	return nil
}
