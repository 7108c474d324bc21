package customer

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// ActListExport takes lists of customers, tenancies and what belongs to them out of the house.
const ActListExport authz.Action = "customer.list_export"

// Filter chooses customers of a community.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Q         string            `query:"q" maxLength:"60" doc:"beginning of a name, reading or initials; a number in full or its last four; archive or card number"`
	Kind      Kind              `query:"kind" enum:"person,organisation"`
	Tag       string            `query:"tag" maxLength:"20"`
	Relation  RelationKind      `query:"relation" enum:"owner,family,tenant,agent,guest"`
	Rooms     string            `query:"rooms" enum:"with,without" doc:"belongs to a room today, or to none"`
}

// lister builds the conditions of a list; $1 is the community.
type lister struct {
	args  []any
	where string
}

func (l *lister) mark(v any) string {
	l.args = append(l.args, v)
	return "$" + strconv.Itoa(len(l.args))
}

func (l *lister) and(text string) { l.where += " AND " + text }

// chosen turns a filter into conditions on the customer c.
func (f Filter) chosen(tx *db.Tx) *lister {
	l := &lister{args: []any{f.Community}}
	l.where = `c.community_id = $1 AND c.erased_at IS NULL AND c.merged_into IS NULL AND {scope:c}`
	if f.Kind != "" {
		l.and(`c.kind = ` + l.mark(string(f.Kind)))
	}
	if f.Tag != "" {
		l.and(`c.tags <> '[]' AND LOWER(c.tags) LIKE ` + l.mark(tagPattern(f.Tag)) + ` ESCAPE '\'`)
	}
	if f.Relation != "" {
		l.and(`EXISTS (SELECT 1 FROM relation x WHERE x.community_id = c.community_id AND x.customer_id = c.id AND x.to_on IS NULL AND x.kind = ` + l.mark(string(f.Relation)) + `)`)
	}
	if f.Rooms != "" {
		not := map[string]string{"without": "NOT "}[f.Rooms]
		l.and(not + `EXISTS (SELECT 1 FROM relation x WHERE x.community_id = c.community_id AND x.customer_id = c.id AND x.to_on IS NULL)`)
	}
	if q := strings.TrimSpace(f.Q); q != "" {
		l.and(`c.id IN (` + l.found(tx, q) + `)`)
	}
	return l
}

// tagPattern finds a tag in the JSON text of a customer's tags.
func tagPattern(tag string) string {
	raw, err := json.Marshal(strings.ToLower(strings.TrimSpace(tag)))
	if err != nil {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(string(raw)) + "%"
}

// found is a statement of ids: each way to find somebody goes along its own index.
func (l *lister) found(tx *db.Tx, q string) string {
	from, to := l.mark(q), l.mark(housing.Beyond(q))
	latin := strings.ToLower(strings.ReplaceAll(q, " ", ""))
	low, high := l.mark(latin), l.mark(housing.Beyond(latin))
	ways := []string{
		`SELECT n.id FROM customer n WHERE n.community_id = $1 AND n.name >= ` + from + ` AND n.name < ` + to,
		`SELECT n.customer_id FROM customer_alias n WHERE n.community_id = $1 AND n.name >= ` + from + ` AND n.name < ` + to,
		`SELECT n.id FROM customer n WHERE n.community_id = $1 AND n.pinyin >= ` + low + ` AND n.pinyin < ` + high,
		`SELECT n.id FROM customer n WHERE n.community_id = $1 AND n.initials >= ` + low + ` AND n.initials < ` + high,
		`SELECT COALESCE(n.merged_into, n.id) FROM customer n WHERE n.community_id = $1 AND n.archive_no = ` + l.mark(strings.ToUpper(q)),
		`SELECT n.id FROM customer n WHERE n.card_no = ` + l.mark(strings.ToUpper(q)) + ` AND n.card_no <> ''`,
	}
	in := func(column, kind, text string) string {
		var marks []string
		for _, x := range tx.Vault().Indexes(kind, text) {
			marks = append(marks, l.mark(x))
		}
		return `SELECT m.customer_id FROM customer_mobile m WHERE m.community_id = $1 AND m.` + column + ` IN (` + strings.Join(marks, ", ") + `)`
	}
	if phone, err := ParseMobile(q); err == nil {
		ways = append(ways, in("mobile_index", indexMobile, phone.Number))
	}
	if len(q) == 4 && strings.Trim(q, "0123456789") == "" {
		ways = append(ways, in("last4_index", indexLast4, q))
	}
	return strings.Join(ways, " UNION ")
}

type listed struct {
	Row
	sealedNumber
}

// rowsOf completes customers chosen by a statement of their ids.
func rowsOf(ctx context.Context, tx *db.Tx, ids string, args []any) ([]Row, error) {
	all, err := db.All[listed](ctx, tx, `
		SELECT f.id, f.community_id, f.archive_no, f.kind AS customer_kind, f.name, f.tags, f.card_no, f.version, r.room_id, COALESCE(o.label, '') AS label, COALESCE(r.kind, '') AS kind,
			(SELECT COUNT(DISTINCT x.room_id) FROM relation x WHERE x.community_id = f.community_id AND x.customer_id = f.id AND x.to_on IS NULL) AS rooms, `+numberColumns("m")+`
		FROM (`+ids+`) f
		LEFT JOIN relation r ON r.id = (SELECT t.id FROM relation t WHERE t.community_id = f.community_id AND t.customer_id = f.id AND t.to_on IS NULL ORDER BY t.id LIMIT 1)
		LEFT JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		LEFT JOIN customer_mobile m ON m.id = (SELECT n.id FROM customer_mobile n WHERE n.community_id = f.community_id AND n.customer_id = f.id ORDER BY n.is_primary DESC, n.id LIMIT 1)
		ORDER BY f.id DESC`, args...)
	out := make([]Row, len(all))
	for i, r := range all {
		number, e := r.number(tx.Vault())
		if err == nil {
			err = e
		}
		see := SightOf(tx.Who, r.Community)
		out[i] = r.Row
		out[i].Name, out[i].Mobile = see.Name(r.Name, r.Kind == Organisation), see.Number(number)
	}
	return out, err
}

// List lists customers, the latest archive first, one more than limit if there
// is one. Who was erased or merged is not in it.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, before ID, limit int) ([]Row, error) {
	return s.listAs(ctx, who, ActView, f, before, limit)
}

func (s *Service) listAs(ctx context.Context, who authz.Actor, act authz.Action, f Filter, before ID, limit int) (out []Row, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		l := f.chosen(tx)
		if before != 0 {
			l.and(`c.id < ` + l.mark(int64(before)))
		}
		out, err = rowsOf(ctx, tx, `SELECT c.* FROM customer c WHERE `+l.where+` ORDER BY c.id DESC LIMIT `+l.mark(limit+1), l.args)
		return err
	})
	return out, err
}

const exportedAtOnce = 500

// exportList writes a filtered list as a spreadsheet; nothing is cut off.
func (s *Service) exportList(ctx context.Context, who authz.Actor, in *Filter) (audit.Table, error) {
	heads := web.Pick(ctx, []string{"档案号", "姓名", "类型", "电话", "房屋", "关系", "房屋数", "标签", "会员卡号"},
		[]string{"Archive", "Name", "Kind", "Number", "Room", "Relation", "Rooms", "Tags", "Card"})
	rows := func(yield func([]any, error) bool) {
		var before ID
		for {
			page, err := s.listAs(ctx, who, ActListExport, *in, before, exportedAtOnce)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range page[:min(len(page), exportedAtOnce)] {
				before = r.ID
				if !yield([]any{r.ArchiveNo, r.Name, string(r.Kind), r.Mobile, r.Label, string(r.Relation), r.Rooms, strings.Join(r.Tags, "、"), r.CardNo}, nil) {
					return
				}
			}
			if len(page) <= exportedAtOnce {
				return
			}
		}
	}
	logged := *in
	logged.Q = "" // what was typed may be a name or a number
	return audit.Table{Name: "customers.xlsx", What: "customers", Community: in.Community, Filter: logged, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "客户", "Customers"), heads, rows)}}, nil
}
