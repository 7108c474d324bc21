package ticket

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/search"
	"guanjia/internal/platform/vault"
	"guanjia/internal/staff"
)

func get(ctx context.Context, tx *db.Tx, id ID) (Ticket, error) {
	return db.OneKept[Ticket](ctx, tx, "ticket", `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE id = $1 AND {scope}`, id)
}

// site is where a new ticket lies: its community's zone and, if one is meant, its room.
type site struct {
	Zone     string           `db:"zone"`
	Label    string           `db:"label"`
	Building staff.BuildingID `db:"building_id"`
	Settings string           `db:"settings"`
}

const itsSettings = `, COALESCE((SELECT doc FROM ticket_setting s WHERE s.community_id = c.id), '') AS settings`

// placeOf reads both at once; a room of another community is not found.
func placeOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (site, error) {
	if err := tx.In(ctx, community); err != nil {
		return site{}, err
	}
	g := tx.Global("the community was checked by In; its place is its own id")
	if room == 0 {
		return db.One[site](ctx, g, `SELECT c.zone, '' AS label, NULL AS building_id`+itsSettings+` FROM community c WHERE c.id = $1`, community)
	}
	return db.One[site](ctx, g, `SELECT c.zone, r.label, r.building_id`+itsSettings+` FROM room r JOIN community c ON c.id = r.community_id WHERE r.community_id = $1 AND r.id = $2`, community, room)
}

// Filter narrows a list of tickets.
type Filter struct {
	Community authz.CommunityID // 0: every one in scope
	View      string            // mine, due, unassigned, followup, all
	Status    []Status
	Grade     []Grade
	Kind      []Kind
	Dept      string     // that does the work
	own       string     // the department of who asks, of view department
	mentees   []staff.ID // of who asks, of view mentored
	Category  string
	Facet     string
	Building  staff.BuildingID
	Q         string
	Room      housing.RoomID
	Facility  facility.ID
	Assignee  staff.ID
	After     Position
	Limit     int
}

// Position is where a page of a list ends.
type Position struct {
	Due int64 `json:"d"`
	ID  ID    `json:"i"`
}

// Row is a ticket in a list: what of it is not listed, View and an export ask
// nothing of, and is not there.
type Row struct {
	Ticket
	Short string `db:"short"`
}

// listed are the columns of a Row beside short. Every column costs each of fifty rows (QUA-02).
var listed = db.Columns[Ticket]("t", "contact_mobile", "contact_sealed", "contact_index", "contact_last4", "accepted_at", "started_at", "followed_up_at", "departed_at",
	"held_from", "response_step", "resolve_step", "report_from", "reopened_early", "second_id", "merged_from", "doer_id", "doer_name", "report_latitude", "report_longitude")

// view is the condition of a board.
func (f Filter) view(now clock.Instant, mark func(any) string) string {
	switch f.View {
	case "mine":
		return "t.assignee_id = " + mark(f.Assignee) + inWork
	case "mentored": // what those have in hand, or answer for, whose mentor asks
		marks := make([]string, len(f.mentees))
		for i, m := range f.mentees {
			marks[i] = mark(m)
		}
		of := " IN (" + strings.Join(marks, ", ") + ")"
		return "(t.assignee_id" + of + " OR t.owner_id" + of + ")" + inWork
	case "due": // a clock that runs out within a fifth of an hour, or has run out
		return "t.sort_due <= " + mark(int64(now.Add(dueSoon)))
	case "department":
		return "1 = 1" + inWork
	case "breached":
		return "t.sort_due < " + mark(int64(now))
	case "unassigned":
		return in(New)
	case "held":
		return in(Held)
	case "verify":
		return in(Resolved) + " AND t.verified_at IS NULL"
	case "followup":
		return in(Resolved)
	}
	return ""
}

// Where the order of lists is cut is part of the text, not a parameter: as long as
// PostgreSQL hopes for a better plan from the value it plans each time anew (QUA-02).
var (
	inWork  = " AND t.sort_due < " + strconv.FormatInt(idle, 10)
	heldUp  = " AND t.sort_due >= " + strconv.FormatInt(onHold, 10) + inWork
	settled = " AND t.sort_due >= " + strconv.FormatInt(idle, 10)
)

// stretch is where in the order of lists tickets of some status lie (see
// sorted), so that nobody walks through all others to find the first of them.
func stretch(s Status) string {
	switch s {
	case Held:
		return heldUp
	case Resolved, FollowedUp, Archived, Cancelled:
		return settled
	}
	return inWork
}

// in is the condition of one status.
func in(s Status) string { return "t.status = '" + string(s) + "'" + stretch(s) }

// calledAbout keeps, of some kinds or of all, those that somebody calls about.
func calledAbout(kinds []Kind) []Kind {
	if len(kinds) == 0 {
		kinds = Kinds
	}
	return slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool { return !Policies[k].FollowUp })
}

// conditions makes the WHERE of a filter, besides scope and community.
func (f Filter) conditions(now clock.Instant, v *vault.Vault, tree *Tree, mark func(any) string) string {
	where := []string{"1 = 1"}
	add := func(s string) { where = append(where, s) }
	if view := f.view(now, mark); view != "" {
		add(view)
	}
	kinds := f.Kind
	if f.View == "followup" { // the list is as long as the call list
		kinds = calledAbout(kinds)
	}
	list := func(column string, values []string) {
		marks := make([]string, len(values))
		for i, v := range values {
			marks[i] = mark(v)
		}
		add(column + " IN (" + strings.Join(marks, ", ") + ")")
	}
	if len(f.Status) > 0 {
		list("t.status", texts(f.Status))
		if len(f.Status) == 1 {
			where[len(where)-1] += stretch(f.Status[0])
		}
	}
	if len(f.Grade) > 0 {
		list("t.grade", texts(f.Grade))
	}
	switch {
	case len(kinds) > 0:
		list("t.kind", texts(kinds))
	case f.View == "followup":
		add("1 = 0")
	}
	for _, is := range []struct{ column, text string }{{"t.category", f.Category}, {"t.facet", f.Facet}} {
		if is.text != "" {
			add(is.column + " = " + mark(is.text))
		}
	}
	for _, dept := range []string{f.Dept, f.own} {
		if dept != "" {
			list("t.category", tree.ofDept(dept))
		}
	}
	for _, at := range []struct {
		column string
		id     int64
	}{{"t.building_id", int64(f.Building)}, {"t.facility_id", int64(f.Facility)}, {"t.room_id", int64(f.Room)}} {
		if at.id != 0 {
			add(at.column + " = " + mark(at.id))
		}
	}
	if q := strings.TrimSpace(f.Q); q != "" {
		add(containing(q, v, mark))
	}
	if f.After.ID != 0 {
		add("(t.sort_due, t.id) > (" + mark(f.After.Due) + ", " + mark(f.After.ID) + ")")
	}
	return strings.Join(where, " AND ")
}

// containing is the condition that a typed text stands in a ticket, or is its contact's number.
func containing(q string, v *vault.Vault, mark func(any) string) string {
	like := mark("%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q) + "%")
	or := []string{`t.number LIKE ` + like + ` ESCAPE '\'`, `t.title LIKE ` + like + ` ESCAPE '\'`, `t.place LIKE ` + like + ` ESCAPE '\'`, `t.contact_name LIKE ` + like + ` ESCAPE '\'`}
	for column, indexes := range numbersIn(v, q) {
		for _, x := range indexes {
			or = append(or, column+" = "+mark(x))
		}
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

// numbersIn is what a typed text finds a contact by: a number in full, or its last four digits.
func numbersIn(v *vault.Vault, q string) map[string][]string {
	out := map[string][]string{}
	if p, err := customer.ParseMobile(q); err == nil {
		out["t.contact_index"] = v.Indexes(indexMobile, p.Number)
	}
	if len(q) == 4 && strings.Trim(q, "0123456789") == "" {
		out["t.contact_last4"] = v.Indexes(indexLast4, q)
	}
	return out
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

// owned adds whose department or mentees are meant (TIC-10, APP-08), and says
// whether that is anybody: else the view is empty, and nobody looks for it.
func (f Filter) owned(ctx context.Context, tx *db.Tx) (_ Filter, some bool, err error) {
	switch f.View {
	case "department":
		kinds, err := db.All[string](ctx, tx.Global("one's own department is no secret to oneself"), `SELECT d.kind FROM staff m JOIN department d ON d.id = m.department_id WHERE m.id = $1`, f.Assignee)
		if len(kinds) > 0 {
			f.own = kinds[0]
		}
		return f, len(kinds) > 0, err
	case "mentored":
		f.mentees, err = db.All[staff.ID](ctx, tx.Global("one's own mentees are no secret to oneself"), `SELECT id FROM staff WHERE mentor_id = $1 ORDER BY id`, f.Assignee)
		return f, len(f.mentees) > 0, err
	}
	return f, true, nil
}

// along is where a list or a count looks: from community to community, each
// along its own index, where somebody sees few (none: along one over all). What
// is in somebody's own hands, or of one building, has an index of its own.
func (f Filter) along(tx *db.Tx) []authz.CommunityID {
	if f.View == "mine" || f.Building != 0 {
		return nil
	}
	return tx.Places(f.Community)
}

// everywhere is the condition of a walk over all communities in scope; only an
// index that says nothing of them can serve it.
func (f Filter) everywhere(mark func(any) string) string {
	if f.Community == 0 {
		return `{scope:+t}`
	}
	return `{scope:+t} AND +t.community_id = ` + mark(f.Community)
}

// list finds the tickets of a page along an index, and only then reads them.
func list(ctx context.Context, tx *db.Tx, f Filter) ([]Row, error) {
	f, some, err := f.owned(ctx, tx)
	if err != nil || !some {
		return []Row{}, err
	}
	var args []any
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	where, page := f.conditions(tx.Now, tx.Vault(), TreeOf(tx), mark), ` ORDER BY sort_due, id LIMIT `+strconv.Itoa(f.Limit)
	one := func(place string) string {
		return `SELECT t.id, t.sort_due FROM ticket t WHERE ` + place + ` AND ` + where + page
	}
	places, found, besides := f.along(tx), "", ""
	switch {
	case f.Building != 0: // it lies in one community, which is asked outside (see below)
		found = one("1 = 1")
		if f.Community != 0 {
			besides = " AND t.community_id = " + mark(f.Community)
		}
	case len(places) == 0:
		found = one(f.everywhere(mark))
	}
	for i, c := range places {
		// The scope is asked outside: as a second condition on the same column it
		// lets PostgreSQL expect next to nothing, and sort all that is there.
		part := `SELECT * FROM (` + one(`t.community_id = `+mark(c)) + `) AS along` + strconv.Itoa(i)
		if i == 0 {
			found = part
		} else {
			found += ` UNION ALL ` + part
		}
	}
	return db.All[Row](ctx, tx, `SELECT `+listed+`, COALESCE(r.label_key, '') AS short
		FROM (SELECT id, sort_due FROM (`+found+`) AS every`+page+`) AS p JOIN ticket t ON t.id = p.id LEFT JOIN room r ON r.id = t.room_id WHERE {scope:t}`+besides+` ORDER BY p.sort_due, p.id`, args...)
}

// countMost is how far a view is counted: more than that says nothing to anybody,
// and counting a million of them takes seconds.
const countMost = 1000

// count is how many tickets a filter finds, at most countMost.
func count(ctx context.Context, tx *db.Tx, f Filter) (int64, error) {
	f, some, err := f.owned(ctx, tx)
	if err != nil || !some {
		return 0, err
	}
	var args []any
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	where, most := f.conditions(tx.Now, tx.Vault(), TreeOf(tx), mark), ` LIMIT `+strconv.Itoa(countMost)
	one := func(place, order string) string {
		return `SELECT 1 AS one FROM ticket t WHERE ` + place + ` AND ` + where + order + most
	}
	found := ""
	if len(f.along(tx)) > 0 {
		found = search.Along(tx, f.Community, "t", mark, func(place string) string { return one(place, "") })
	} else { // in order, or PostgreSQL reads the table until it has found enough
		found = one(f.everywhere(mark), ` ORDER BY t.sort_due, t.id`)
	}
	return db.One[int64](ctx, tx, `SELECT COUNT(*) FROM (SELECT one FROM (`+found+`) AS every`+most+`) AS n`, args...)
}

func timeline(ctx context.Context, tx *db.Tx, t Ticket) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("")+` FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id`, t.Community, t.ID)
}

func photos(ctx context.Context, tx *db.Tx, t Ticket) ([]Photo, error) {
	return db.All[Photo](ctx, tx, `SELECT `+db.Columns[Photo]("")+` FROM ticket_photo WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id`, t.Community, t.ID)
}

// apart divides files into pictures and recordings.
func apart(files []Photo) (pictures, recordings []Photo) {
	pictures, recordings = []Photo{}, []Photo{}
	for _, f := range files {
		if f.Kind == "voice" || f.Kind == "video" {
			recordings = append(recordings, f)
		} else {
			pictures = append(pictures, f)
		}
	}
	return pictures, recordings
}

func byKind(all []Photo) map[string]int64 {
	n := map[string]int64{}
	for _, p := range all {
		n[p.Kind]++
	}
	n["signature"] += n["stamp"] // of an organisation only; AttachPhoto takes no other
	return n
}

// waiting lists tickets that nobody has been given yet, most urgent first.
func waiting(ctx context.Context, tx *db.Tx, community authz.CommunityID, limit int) ([]Ticket, error) {
	return db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE community_id = $1 AND status = 'new' AND sort_due < $2 AND {scope} ORDER BY sort_due, id LIMIT $3`, community, idle, limit)
}

// load counts the open tickets in somebody's hands; few, and found by the index.
func load(ctx context.Context, tx *db.Tx, of staff.ID) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT COUNT(*) FROM ticket WHERE assignee_id = $1 AND sort_due < $2 AND {scope}`, of, idle)
}

func inHand(ctx context.Context, tx *db.Tx, of staff.ID) ([]Ticket, error) {
	return db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE assignee_id = $1 AND sort_due < $2 AND {scope} ORDER BY sort_due, id`, of, idle)
}

// Closed is what became of a matter that was told in these words.
type Closed struct {
	OpenedAt    clock.Instant `db:"opened_at"`
	Title       string        `db:"title"`
	Description string        `db:"description"`
	Kind        Kind          `db:"kind"`
	Category    string        `db:"category"`
	Facet       string        `db:"facet"`
}

const learnable = ` FROM ticket WHERE status IN ('resolved', 'followed_up', 'archived') AND title <> ''`

// ClosedTexts are the latest closed tickets of every community, the latest
// first, at most n: what triage learns from (TIC-12).
func ClosedTexts(ctx context.Context, tx *db.Tx, n int) ([]Closed, error) {
	return db.All[Closed](ctx, tx.Global("triage learns from the whole company"), `SELECT opened_at, title, description, kind, category, facet`+learnable+` ORDER BY id DESC LIMIT $1`, n)
}

// ClosedFacets is how many of them say which side of a fee they were about, of at most n.
func ClosedFacets(ctx context.Context, tx *db.Tx, n int) (int64, error) {
	return db.One[int64](ctx, tx.Global("a number of the whole company"), `SELECT COUNT(*) FROM (SELECT facet`+learnable+` ORDER BY id DESC LIMIT $1) x WHERE facet <> ''`, n)
}

// ClosedCount is how many of them there are, at most n.
func ClosedCount(ctx context.Context, tx *db.Tx, n int) (int64, error) {
	return db.One[int64](ctx, tx.Global("a number of the whole company"), `SELECT COUNT(*) FROM (SELECT 1`+learnable+` ORDER BY id DESC LIMIT $1) x`, n)
}
