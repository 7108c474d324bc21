package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// A group of forty communities with a million tickets.
var tickets = 1_000_000

const (
	places    = 40
	placeOf   = 500 // rooms of a community
	accountOf = 7_000_000
	days3     = 72 * 3_600_000
	// The program's own numbers: the epoch of ids, and where lists put what is on hold or done.
	idEpoch  = 1_577_836_800_000
	finished = 4_000_000_000_000_000_000
	onHold   = 500_000_000_000_000
)

// stock is what a million tickets are like.
type stock struct {
	status string // of ticket n; m counts to 100 within each community
	at     string // when it was opened
	timers bool   // open ones are watched
}

// allOpen are a million matters in hand, opened within the last fourteen hours,
// of which nothing is due for hours: seventy-two hours are the target.
func allOpen(now time.Time) stock {
	return stock{"'working'", fmt.Sprintf("%d - n * 50", now.UnixMilli()), true}
}

// ofYears is what a desk has after some years: nine of ten are in the archive.
func ofYears(now time.Time) stock {
	return stock{`CASE WHEN m < 93 THEN 'archived' WHEN m = 93 THEN 'resolved' WHEN m = 94 THEN 'new' WHEN m = 95 THEN 'dispatched' WHEN m < 99 THEN 'working' ELSE 'held' END`,
		fmt.Sprintf("%d - n * 60 - CASE WHEN m < 93 THEN 90000000 + n * 90000 ELSE 0 END", now.UnixMilli()), false}
}

// base32 writes a number as ids are written outside the program.
func base32(n string) string {
	digits := make([]string, 13)
	for i := range digits {
		digits[i] = fmt.Sprintf("substr('0123456789abcdefghjkmnpqrstvwxyz', CAST(%s / %d %% 32 + 1 AS INTEGER), 1)", n, int64(1)<<(5*(12-i)))
	}
	return strings.Join(digits, " || ")
}

// statements is set-based: each makes all rows of one table.
func (s stock) statements() []string {
	role := func(id, account int, code string) string {
		return fmt.Sprintf(`INSERT INTO role_holder (id, account_id, role_id, community_id) SELECT %[1]d + n * 10 + %[2]d, %[1]d + n * 10 + %[3]d, (SELECT id FROM role WHERE code = '%[4]s'), n FROM gen_n WHERE n BETWEEN 1 AND %[5]d`, accountOf, id, account, code, places)
	}
	out := []string{
		`CREATE TABLE gen_n (n BIGINT PRIMARY KEY)`,
		`INSERT INTO gen_n WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 999) SELECT n FROM r`,
		fmt.Sprintf(`INSERT INTO community (id, company_id, name, address, service_phone, zone, fee_mode, version) SELECT n, (SELECT MIN(id) FROM company), '小区' || n, '', '', 'Asia/Shanghai', 'lump_sum', 1 FROM gen_n WHERE n BETWEEN 1 AND %d`, places),
		fmt.Sprintf(`INSERT INTO building (id, community_id, code, name, sort_key, version) SELECT %d + c.n * 10 + b.n, c.n, CAST(b.n + 1 AS TEXT), (b.n + 1) || '栋', %s, 1 FROM gen_n c, gen_n b WHERE c.n BETWEEN 1 AND %d AND b.n < 5`, buildingIDs, fmt.Sprintf(padded, "(b.n + 1)"), places),
		fmt.Sprintf(`INSERT INTO unit (id, community_id, building_id, code, sort_key) SELECT %d + c.n * 10 + b.n, c.n, %d + c.n * 10 + b.n, '1', %s FROM gen_n c, gen_n b WHERE c.n BETWEEN 1 AND %d AND b.n < 5`, unitIDs, buildingIDs, fmt.Sprintf(padded, "(b.n + 1)"), places),
		fmt.Sprintf(`INSERT INTO room (id, community_id, building_id, unit_id, number, label, label_key, sort_key, type, floor, building_area, inner_area, state, notes, version)
			SELECT %d + c.n * 1000 + r.n, c.n, %d + c.n * 10 + r.n / 100, %d + c.n * 10 + r.n / 100, CAST(r.n AS TEXT), (r.n / 100 + 1) || '栋1单元' || r.n, (r.n / 100 + 1) || '-1-' || r.n, %s, 'home', 1, 9000, 7500, 'occupied', '', 1
			FROM gen_n c, gen_n r WHERE c.n BETWEEN 1 AND %d AND r.n < %d`, roomIDs, buildingIDs, unitIDs, fmt.Sprintf(padded, "r.n"), places, placeOf),
		fmt.Sprintf(`INSERT INTO account (id, username, mobile, name, agent_no, password, must_change, disabled, version)
			SELECT %d + c.n * 10 + k.n, 'at' || c.n || '-' || k.n, '', '员工' || c.n || k.n, 'K' || c.n || '-' || k.n, '', (1 = 0), (1 = 0), 1 FROM gen_n c, gen_n k WHERE c.n BETWEEN 1 AND %d AND k.n < 3`, accountOf, places),
		role(0, 0, "maintenance_leader"), role(1, 1, "front_desk"), role(2, 2, "technician"), role(3, 0, "cleaning_leader"),
		fmt.Sprintf(`INSERT INTO ticket (id, community_id, number, kind, category, grade, status, title, description, channel, room_id, building_id, place, contact_name, contact_mobile, owner_id, owner_name, assignee_id, assignee_name, policy,
			opened_at, dispatched_at, accepted_at, response_at, started_at, resolved_at, ended_at, held_at, held_why, held_from, response_due, resolve_due, sort_due, report_from, cause, remedy, version)
			SELECT id, c, 'BX20260101-' || n, 'repair', CASE n %% 89 %% 3 WHEN 0 THEN 'facilities.water' WHEN 1 THEN 'facilities.power' ELSE 'environment.cleaning' END, CASE n %% 97 %% 10 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'C' END, status,
			'厨房水管漏水', '水槽下面一直滴水', 'phone', %[1]d + c * 1000 + r, %[2]d + c * 10 + r / 100, (r / 100 + 1) || '栋1单元' || r, '李女士', '',
			%[3]d + c * 10 + 1, '员工' || c || '1', CASE status WHEN 'new' THEN NULL ELSE %[3]d + c * 10 + 2 END, CASE status WHEN 'new' THEN '' ELSE '员工' || c || '2' END,
			'{"responseMs":1800000,"resolveMs":%[4]d,"grades":{"A":{"r":1800000,"s":%[4]d},"B":{"r":1800000,"s":%[4]d},"C":{"r":1800000,"s":%[4]d}}}',
			at, at, at, at, at, CASE WHEN status IN ('resolved', 'archived') THEN at + 3600000 END, CASE status WHEN 'archived' THEN at + 7200000 END, CASE status WHEN 'held' THEN at + 60000 END, CASE status WHEN 'held' THEN 'material' ELSE '' END, CASE status WHEN 'held' THEN 'working' ELSE '' END,
			at + 1800000, at + %[4]d, CASE WHEN status IN ('resolved', 'archived') THEN %[5]d - id WHEN status = 'held' THEN at + %[4]d + %[6]d ELSE at + %[4]d END, at, '', '', 1
			FROM (SELECT n, c, r, at, (at - %[7]d) * 4194304 AS id, status FROM (SELECT n, c, r, %[8]s AS at, %[9]s AS status
				FROM (SELECT n, n %% %[10]d + 1 AS c, n / %[10]d %% 100 AS m, (n / %[10]d * 37 + n / 4000) %% %[11]d AS r FROM (SELECT a.n * 1000 + b.n AS n FROM gen_n a, gen_n b WHERE a.n * 1000 + b.n < %[12]d) w) x) y) z`,
			roomIDs, buildingIDs, accountOf, days3, finished, int64(onHold), idEpoch, s.at, s.status, places, placeOf, tickets),
	}
	if s.timers {
		// What such a desk has told lately, so that the tables are none that have just been made.
		some := `FROM (SELECT id, community_id, owner_id, opened_at FROM ticket ORDER BY id LIMIT 50000) t`
		out = append(out, `INSERT INTO ticket_entry (id, community_id, ticket_id, at, by_name, verb, channel, is_public, words, data) SELECT id, community_id, id, opened_at, '', 'opened', 'phone', (1 = 1), '', '{"channel":"phone"}' `+some,
			`INSERT INTO notice (id, community_id, account_id, ticket_id, kind, data, at, read_at) SELECT id, community_id, owner_id, id, 'given', '{}', opened_at, opened_at `+some,
			`INSERT INTO outbox (id, community_id, at, name, about, body, request, seq) SELECT id, community_id, opened_at, 'ticket.changed', 'x', '{}', 'x', (SELECT seq FROM chain WHERE name = 'outbox') + ROW_NUMBER() OVER (ORDER BY id) `+some,
			`UPDATE chain SET seq = (SELECT MAX(seq) FROM outbox) WHERE name = 'outbox'`)
		out = append(out, fmt.Sprintf(`INSERT INTO job (id, kind, key, community_id, due_at, payload)
			SELECT id, 'ticket.watch', k, c, report_from + 86400000, '{"ticket":"' || k || '","community":"' || p || '"}'
			FROM (SELECT t.id, t.report_from, t.community_id AS c, %s AS k, w.p FROM ticket t JOIN (SELECT n, %s AS p FROM gen_n) w ON w.n = t.community_id) x`, base32("t.id"), base32("n")))
	}
	return out
}

// fillTickets makes the million tickets, with the non-unique indexes of their tables away meanwhile.
func fillTickets(ctx context.Context, raw *sql.DB, engine string, s stock) error {
	return filled(ctx, raw, engine, []string{"ticket", "room"}, func(_ *sql.Conn, run func(...string) error) error { return run(s.statements()...) })
}
