package slip

import (
	"context"
	"time"

	"guanjia/internal/audit"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
	"guanjia/internal/ticket"
)

// Row is a slip in the register of a community, with the ticket it goes with.
type Row struct {
	View
	Of    string `json:"of" doc:"number of the ticket"`
	Title string `json:"title"`
	Place string `json:"place"`
}

// Kept names the slips of a community: what stands on them now, not what was
// corrected.
type Kept struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Form      string            `query:"form" enum:"onsite_form,service_receipt,old_parts,opening_form,borrow_slip,sales_slip"`
}

// stored is a row as the tables have it.
type stored struct {
	Slip
	Of    string `db:"of_number"`
	Title string `db:"title"`
	Place string `db:"place"`
}

const kept = `, t.number AS of_number, t.title, t.place FROM slip s JOIN ticket t ON t.community_id = s.community_id AND t.id = s.ticket_id
	WHERE s.community_id = $1 AND s.replaced_at IS NULL AND (s.form = $2 OR $2 = '') AND {scope:s} `

// List lists the slips of a community, the latest first, before one of them.
func (s *Service) List(ctx context.Context, who authz.Actor, in Kept, before ID, limit int) (out []Row, err error) {
	err = s.DB.Read(ctx, who, ticket.ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		all, err := db.All[stored](ctx, tx, `SELECT `+db.Columns[Slip]("s")+kept+`AND (s.id < $3 OR $3 = 0) ORDER BY s.id DESC LIMIT $4`, in.Community, in.Form, int64(before), limit)
		if err == nil {
			out, err = opened(tx, all)
		}
		return err
	})
	return out, err
}

// opened are rows with what stands on the slips.
func opened(tx *db.Tx, all []stored) ([]Row, error) {
	out := make([]Row, len(all))
	for i, r := range all {
		v, err := r.view(tx)
		if err != nil {
			return nil, err
		}
		out[i] = Row{v, r.Of, r.Title, r.Place}
	}
	return out, nil
}

// takenOut names the slips of one form in some days.
type takenOut struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Form      string            `query:"form" required:"true" enum:"onsite_form,service_receipt,old_parts,opening_form,borrow_slip,sales_slip"`
	From      clock.Day         `query:"from" required:"true" doc:"the first day"`
	To        clock.Day         `query:"to" required:"true" doc:"the last day, 400 days later at most"`
}

// export writes the slips of one form, a column for each of its lines.
func (s *Service) export(ctx context.Context, who authz.Actor, in *takenOut) (audit.Table, error) {
	if n := in.To.Sub(in.From); in.From.IsZero() || in.To.IsZero() || n < 0 || n > 400 {
		return audit.Table{}, errs.ErrFields.At(errs.Field{Name: "to", Code: "upkeep.span"})
	}
	f, _ := current(in.Form)
	var all []Row
	var zone *time.Location
	if err := s.DB.Read(ctx, who, ticket.ActExport, func(tx *db.Tx) (err error) {
		if err := tx.In(ctx, in.Community); err != nil {
			return err
		}
		if zone, err = org.Zone(ctx, tx, in.Community); err != nil {
			return err
		}
		found, err := db.All[stored](ctx, tx, `SELECT `+db.Columns[Slip]("s")+kept+`AND s.at >= $3 AND s.at < $4 ORDER BY s.id`, in.Community, in.Form, in.From.Start(zone), in.To.Add(1).Start(zone))
		if err == nil {
			all, err = opened(tx, found)
		}
		return err
	}); err != nil {
		return audit.Table{}, err
	}
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = r.cells(ctx, f, zone)
	}
	return audit.Table{Name: "slips.xlsx", What: "slips", Community: in.Community, Filter: in, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, f.Zh, f.En), f.heads(ctx), sheet.Rows(rows))}}, nil
}

func (f Form) heads(ctx context.Context) []string {
	out := web.Pick(ctx, []string{"工单", "位置", "编号"}, []string{"Ticket", "Place", "Number"})
	for _, l := range f.typed() {
		out = append(out, web.Pick(ctx, l.Zh, l.En))
	}
	return append(out, web.Pick(ctx, []string{"版次", "填写时间", "填写人", "作废原因"}, []string{"Revision", "Filled in", "By", "Voided, why"})...)
}

func (r Row) cells(ctx context.Context, f Form, zone *time.Location) []any {
	written := map[string]string{}
	for _, l := range r.Lines {
		written[l.Field] = l.Value
	}
	out := []any{r.Of, r.Place, r.Number}
	for _, l := range f.typed() {
		out = append(out, l.cell(ctx, written[l.ID], zone))
	}
	return append(out, r.Revision, r.At.In(zone).Format("2006-01-02 15:04"), r.ByName, r.VoidWhy)
}

// cell is what stands on a line as a spreadsheet has it: times of the community,
// amounts as numbers, choices in words.
func (f Field) cell(ctx context.Context, value string, zone *time.Location) any {
	switch f.Type {
	case "time":
		if at, err := clock.ParseInstant(value); err == nil {
			return at.In(zone).Format("2006-01-02 15:04")
		}
	case "money", "number":
		if value != "" {
			return sheet.Decimal(value)
		}
	case "choice":
		for _, c := range f.Choices {
			if c.ID == value {
				return web.Pick(ctx, c.Zh, c.En)
			}
		}
	}
	return value
}
