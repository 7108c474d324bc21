package parking

import (
	"context"
	"fmt"

	"guanjia/internal/customer"
	"guanjia/internal/imports"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "parking_space", Column: "customer_id"}, {Table: "parking_holding", Column: "customer_id"}, {Table: "vehicle", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name: [2]string{"车辆与车位", "Vehicles and spaces"}, Heads: [2][]string{{"车牌 / 车位", "说明", "从", "到"}, {"Plate or space", "What", "From", "To"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) (rows [][]any, err error) {
		cars, err := db.All[Vehicle](ctx, tx, `SELECT `+db.Columns[Vehicle]("")+` FROM vehicle WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, c.ID)
		if err != nil {
			return nil, err
		}
		for _, v := range cars {
			rows = append(rows, []any{v.Plate, v.Brand + " " + v.Colour, v.From, v.EndedOn})
		}
		held, err := db.All[Space](ctx, tx, `SELECT `+db.Columns[Space]("")+` FROM parking_space WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, c.ID)
		for _, s := range held {
			rows = append(rows, []any{s.Number, string(s.State), s.From, s.To})
		}
		return rows, err
	},
}

// ErasureGuard keeps people who have a car or a space here, and forgets the
// plates of cars they had.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) (out []errs.Field, err error) {
		plates, err := db.All[string](ctx, tx, `SELECT plate FROM vehicle WHERE community_id = $1 AND customer_id = $2 AND ended_on IS NULL ORDER BY id LIMIT 50`, c.Community, c.ID)
		for i, p := range plates {
			out = append(out, errs.Field{Name: fmt.Sprintf("vehicles[%d]", i), Code: "customer.erase_vehicle", Params: map[string]any{"plate": p}})
		}
		if err != nil {
			return nil, err
		}
		spaces, err := db.All[string](ctx, tx, `SELECT number FROM parking_space WHERE community_id = $1 AND customer_id = $2 ORDER BY id LIMIT 50`, c.Community, c.ID)
		for i, n := range spaces {
			out = append(out, errs.Field{Name: fmt.Sprintf("spaces[%d]", i), Code: "customer.erase_space", Params: map[string]any{"number": n}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, _ []string) error {
		if err := imports.ForgetOf(ctx, tx, c.Community, "vehicle", c.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE vehicle SET plate = '', plate_tail = '', brand = '', colour = '', notes = '', ended_why = '', customer_id = NULL, version = version + 1 WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE parking_holding SET customer_id = NULL WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID)
		return err
	},
}
