package slip

import (
	"context"

	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

func get(ctx context.Context, tx *db.Tx, id ID) (Slip, error) {
	return db.One[Slip](ctx, tx, `SELECT `+db.Columns[Slip]("")+` FROM slip WHERE id = $1 AND {scope}`, id)
}

func of(ctx context.Context, tx *db.Tx, t ticket.Ticket) ([]Slip, error) {
	return db.All[Slip](ctx, tx, `SELECT `+db.Columns[Slip]("")+` FROM slip WHERE community_id = $1 AND ticket_id = $2 AND {scope} ORDER BY id DESC`, t.Community, t.ID)
}

// theirs are the slips of a person's tickets, with the tickets' numbers.
func theirs(ctx context.Context, tx *db.Tx, c customer.Customer) ([]owned, error) {
	return db.All[owned](ctx, tx, `SELECT `+db.Columns[Slip]("s")+`, t.number AS of_number FROM slip s JOIN ticket t ON t.community_id = s.community_id AND t.id = s.ticket_id
		WHERE s.community_id = $1 AND t.customer_id = $2 AND {scope:s} ORDER BY s.id`, c.Community, c.ID)
}

type owned struct {
	Slip
	Of string `db:"of_number"`
}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"随单表单", "Forms of tickets"}, Heads: [2][]string{{"单号", "表单", "编号", "填写于", "填写人", "栏目", "内容"}, {"Ticket", "Form", "Number", "Filled in", "By", "Line", "Content"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := theirs(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		var rows [][]any
		for _, l := range all {
			f, lines, err := l.read(tx)
			if err != nil {
				return nil, err
			}
			name := f.Zh
			if l.VoidedAt != nil {
				name += "（已作废）"
			}
			for _, line := range lines {
				field, _ := f.field(line.Field)
				rows = append(rows, []any{l.Of, name, l.Number, l.At.String(), l.ByName, field.Zh, line.Value})
			}
		}
		return rows, nil
	},
}

// ErasureGuard takes who is erased out of the slips of their tickets; the
// pictures of signatures go with the quotes'.
var ErasureGuard = customer.Guard{
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		all, err := theirs(ctx, tx, c)
		if err != nil {
			return err
		}
		for _, l := range all {
			f, lines, err := l.read(tx)
			if err != nil {
				return err
			}
			if err := l.seal(tx, f.forgotten(lines)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE slip SET lines_sealed = $1, photo_id = NULL WHERE community_id = $2 AND id = $3 AND {scope}`, l.Sealed, c.Community, l.ID); err != nil {
				return err
			}
		}
		return nil
	},
}

const actTrim authz.Action = "slip.trim"

// Trim forgets what stands on the slips of tickets that ended before an instant (ACC-13).
func (s *Service) Trim(ctx context.Context, before clock.Instant) (int64, error) {
	return s.DB.Piecewise(ctx, actTrim, `DELETE FROM slip WHERE {scope} AND id IN (
		SELECT s.id FROM slip s JOIN ticket t ON t.community_id = s.community_id AND t.id = s.ticket_id
		WHERE s.at < $1 AND COALESCE(t.ended_at, t.resolved_at) < $1 ORDER BY s.at LIMIT $2)`, before)
}
