package delivery

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Sheet is a printed notice: of a payer for a room, or for all their rooms.
type Sheet struct {
	Notices []NoticeID    `json:"notices"`
	Payer   string        `json:"payer" doc:"empty: the developer"`
	Lang    string        `json:"lang" enum:"zh,en" doc:"of the household"`
	Label   string        `json:"label" doc:"the rooms"`
	Kind    string        `json:"kind" enum:"bill,correction"`
	Place   cashier.Place `json:"place"`
	AsOf    clock.Day     `json:"asOf"`
	Due     clock.Day     `json:"due,omitzero" doc:"the first due day of what is open"`
	Lines   []SheetLine   `json:"lines"`
	Older   money.Fen     `json:"older" doc:"open of earlier bills, late fees included"`
	Total   money.Fen     `json:"total" doc:"what is to be paid"`
	Path    string        `json:"path" doc:"of the bill in the residents' app: where the code on the sheet leads"`
}

// SheetLine is a line on a notice, with what was paid of it.
type SheetLine struct {
	cashier.Open
	Older bool `json:"older,omitempty" doc:"of an earlier bill"`
}

// Wanted chooses what is printed.
type Wanted struct {
	Batch    BatchID            `query:"batch" required:"true"`
	Building housing.BuildingID `query:"building"`
	Room     housing.RoomID     `query:"room" doc:"of this room, whatever became of its notice"`
	By       string             `query:"by" enum:"room,payer" default:"room" doc:"payer: all rooms of a person or company on one sheet"`
	Form     string             `query:"form" enum:"month,year" default:"month" doc:"year: every bill of the year, paid or not"`
	Again    bool               `query:"again" doc:"those that are printed already too"`
}

// where is the condition that chooses notices of n and o.
func (w Wanted) where() (q string, args []any) {
	args = []any{w.Batch}
	mark := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	q = ` WHERE n.batch_id = $1 AND {scope:n}`
	switch {
	case w.Room != 0:
		return q + ` AND n.room_id = ` + mark(w.Room), args
	case w.Again:
		q += ` AND n.state IN ('print', 'printed')`
	default:
		q += ` AND n.state = 'print'`
	}
	if w.Building != 0 {
		q += ` AND o.building_id = ` + mark(w.Building)
	}
	return q, args
}

const fromNotices = ` FROM bill_notice n JOIN room o ON o.community_id = n.community_id AND o.id = n.room_id`

// payersAtOnce are how many payers with all their rooms are one page.
const payersAtOnce = 40

// Sheets are the notices to be printed, in walking order; by payer in the order
// of their archives. next is where the list goes on, nil at its end.
func (s *Service) Sheets(ctx context.Context, who authz.Actor, w Wanted, after Position, limit int) (out []Sheet, next *Position, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, next = []Sheet{}, nil
		b, err := batch(ctx, tx, w.Batch)
		if errors.Is(err, db.ErrNotFound) { // nothing to print yet, if it is a run
			_, err = billing.RunIn(ctx, tx, billing.RunID(w.Batch))
			return err
		}
		if err != nil {
			return err
		}
		all, at, err := w.choose(ctx, tx, after, limit)
		if err != nil || len(all) == 0 {
			return err
		}
		next = at
		each, err := sheets(ctx, tx, all, b.Kind, w.Form)
		if out = each; w.By == "payer" && err == nil {
			out = byPayer(all, each)
		}
		return err
	})
	return out, next, err
}

// choose reads the notices of a page.
func (w Wanted) choose(ctx context.Context, tx *db.Tx, after Position, limit int) (all []Notice, next *Position, err error) {
	q, args := w.where()
	n := func() string { return "$" + strconv.Itoa(len(args)) }
	if w.By == "payer" {
		args = append(args, int64(after.ID))
		who, err := db.All[int64](ctx, tx, `SELECT DISTINCT COALESCE(n.customer_id, 0) AS who`+fromNotices+q+` AND COALESCE(n.customer_id, 0) > `+n()+` - CASE WHEN `+n()+` = 0 THEN 1 ELSE 0 END ORDER BY 1 LIMIT `+strconv.Itoa(payersAtOnce), args...)
		if err != nil || len(who) == 0 {
			return nil, nil, err
		}
		if len(who) == payersAtOnce {
			next = &Position{"", NoticeID(who[len(who)-1])}
		}
		args = args[:len(args)-1]
		in := db.Among(&args, who)
		all, err = db.All[Notice](ctx, tx, `SELECT `+db.Columns[Notice]("n")+fromNotices+q+` AND COALESCE(n.customer_id, 0) IN `+in+` ORDER BY COALESCE(n.customer_id, 0), n.debtor, o.sort_key, n.id`, args...)
		return all, next, err
	}
	type row struct {
		Notice
		Sort string `db:"sort_key"`
	}
	args = append(args, after.Sort, int64(after.ID), limit)
	k := len(args)
	rows, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Notice]("n")+`, o.sort_key`+fromNotices+q+` AND (o.sort_key, n.id) > ($`+strconv.Itoa(k-2)+`, $`+strconv.Itoa(k-1)+`) ORDER BY o.sort_key, n.id LIMIT $`+strconv.Itoa(k), args...)
	for _, r := range rows {
		all = append(all, r.Notice)
	}
	if len(rows) == limit {
		next = &Position{rows[len(rows)-1].Sort, rows[len(rows)-1].ID}
	}
	return all, next, err
}

// byPayer puts the sheets of one debtor together.
func byPayer(all []Notice, each []Sheet) (out []Sheet) {
	for i, n := range all {
		if i == 0 || all[i-1].Debtor != n.Debtor {
			out = append(out, each[i])
			continue
		}
		last := &out[len(out)-1]
		last.Notices, last.Lines = append(last.Notices, each[i].Notices...), append(last.Lines, each[i].Lines...)
		last.Label, last.Older, last.Total = last.Label+"、"+each[i].Label, last.Older+each[i].Older, last.Total+each[i].Total
		if last.Due.IsZero() || !each[i].Due.IsZero() && each[i].Due.Before(last.Due) {
			last.Due = each[i].Due
		}
	}
	return out
}

// sheetOf is the sheet of one notice.
func sheetOf(ctx context.Context, tx *db.Tx, n Notice, kind, form string) (Sheet, error) {
	all, err := sheets(ctx, tx, []Notice{n}, kind, form)
	if err != nil {
		return Sheet{}, err
	}
	return all[0], nil
}

// sheets makes the sheets of some notices of a community.
func sheets(ctx context.Context, tx *db.Tx, all []Notice, kind, form string) ([]Sheet, error) {
	community := all[0].Community
	rooms := make([]housing.RoomID, 0, len(all))
	for _, n := range all {
		rooms = append(rooms, n.Room)
	}
	slices.Sort(rooms)
	rooms = slices.Compact(rooms)
	day, err := today(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	open, err := cashier.Due(ctx, tx, community, rooms, day)
	if err != nil {
		return nil, err
	}
	lines, err := linesOf(ctx, tx, all[0], rooms, kind, form)
	if err != nil {
		return nil, err
	}
	place, err := cashier.PlaceOf(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	heads, err := headsOf(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	out := make([]Sheet, len(all))
	for i, n := range all {
		h := heads[n.ID]
		out[i] = Sheet{Notices: []NoticeID{n.ID}, Payer: customer.SightOf(tx.Who, community).Name(h.Who, h.Legal == string(customer.Organisation)), Lang: "zh", Label: h.Label, Kind: kind, Place: place, AsOf: day, Lines: []SheetLine{}, Path: PathOf(n, kind)}
		if english(h.Language) {
			out[i].Lang = "en"
		}
		out[i].fill(n, lines, open)
	}
	return out, nil
}

// PathOf is where the bill of a notice is in the residents' app; what a correction left is among what is due.
func PathOf(n Notice, kind string) string {
	path := "/r/bills/" + n.Room.String()
	if kind != OfFix {
		path += "/" + n.Batch.String()
	}
	return path
}

// linesOf are the lines that notices of a batch are about, in some rooms.
func linesOf(ctx context.Context, tx *db.Tx, n Notice, rooms []housing.RoomID, kind, form string) (out []billing.LineView, err error) {
	if kind == OfFix {
		return billing.OfFix(ctx, tx, n.Community, billing.FixID(n.Batch), rooms)
	}
	run, err := billing.RunIn(ctx, tx, billing.RunID(n.Batch))
	if err != nil {
		return nil, err
	}
	if form == "year" {
		_, month, _ := run.Period.First().Date()
		from := run.Period.Add(1 - int(month))
		for _, r := range rooms {
			some, err := billing.OfPeriods(ctx, tx, n.Community, r, from, from.Add(11))
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
		return out, nil
	}
	all, err := billing.Owed(ctx, tx, n.Community, rooms)
	for _, l := range all {
		if l.Run == run.ID {
			out = append(out, l)
		}
	}
	return out, err
}

// fill writes the lines of a notice: its own, then what is open of earlier ones.
func (s *Sheet) fill(n Notice, lines []billing.LineView, open []cashier.Open) {
	is := map[billing.LineID]cashier.Open{}
	for _, o := range open {
		is[o.ID] = o
	}
	own := map[billing.LineID]bool{}
	for _, l := range lines {
		if l.Room != n.Room || l.Debtor != n.Debtor {
			continue
		}
		own[l.ID] = true
		o, unpaid := is[l.ID]
		if !unpaid {
			o = cashier.Open{LineView: l, Paid: l.Fen}
			if l.ReversedAt != nil {
				o.Paid = 0
			}
		}
		s.Lines = append(s.Lines, SheetLine{Open: o})
		s.add(o)
	}
	for _, o := range open {
		if o.Room != n.Room || o.Debtor != n.Debtor || own[o.ID] || o.Due.After(s.AsOf) {
			continue
		}
		s.Lines = append(s.Lines, SheetLine{Open: o, Older: true})
		s.add(o)
		s.Older += o.Total()
	}
	slices.SortStableFunc(s.Lines, func(a, b SheetLine) int {
		if a.Older != b.Older {
			if a.Older {
				return -1
			}
			return 1
		}
		return cmp.Or(a.Period.Compare(b.Period), a.Due.Compare(b.Due))
	})
}

func (s *Sheet) add(o cashier.Open) {
	s.Total += o.Total()
	if o.Open > 0 && (s.Due.IsZero() || o.Due.Before(s.Due)) {
		s.Due = o.Due
	}
}

type head struct {
	ID       NoticeID `db:"id"`
	Label    string   `db:"label"`
	Who      string   `db:"who"`
	Legal    string   `db:"legal"`
	Language string   `db:"language"`
}

// headsOf says of each notice whom it is for, and in which language.
func headsOf(ctx context.Context, tx *db.Tx, all []Notice) (map[NoticeID]head, error) {
	out := map[NoticeID]head{}
	for some := range slices.Chunk(all, 500) {
		ids := make([]NoticeID, len(some))
		for i, n := range some {
			ids[i] = n.ID
		}
		args := []any{}
		in := db.Among(&args, ids)
		if err := db.Each(ctx, tx, `SELECT n.id, o.label, COALESCE(c.name, '') AS who, COALESCE(c.kind, '') AS legal, COALESCE(c.language, '') AS language`+fromNotices+` LEFT JOIN customer c ON c.community_id = n.community_id AND c.id = n.customer_id WHERE n.id IN `+in+` AND {scope:n}`, args, func(h head) error {
			out[h.ID] = h
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MarkPrinted notes that notices lie on paper; those that went another way stay as they are.
func (s *Service) MarkPrinted(ctx context.Context, who authz.Actor, of BatchID, ids []NoticeID) (m Marked, err error) {
	err = s.DB.Bulk(ctx, who, ActNotice, func(tx *db.Tx) error {
		b, err := batch(ctx, tx, of)
		if err != nil {
			return err
		}
		tx.Answer(&m)
		args := []any{tx.Now, b.ID}
		if m.N, err = tx.Exec(ctx, `UPDATE bill_notice SET state = 'printed', printed_at = $1, version = version + 1 WHERE batch_id = $2 AND state = 'print' AND id IN `+db.Among(&args, ids)+` AND {scope}`, args...); err != nil {
			return err
		}
		tx.Note(b.Community, "bill_notice_batch:"+b.ID.String(), nil, map[string]any{"printed": m.N})
		tx.Emit(Changed{Community: b.Community})
		return nil
	})
	return m, err
}
