package debit

import (
	"context"
	"errors"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

func missing(err error) bool { return errors.Is(err, db.ErrNotFound) }

func mandate(ctx context.Context, tx *db.Tx, id MandateID) (Mandate, error) {
	return db.One[Mandate](ctx, tx, `SELECT `+db.Columns[Mandate]("")+` FROM debit_mandate WHERE id = $1 AND {scope}`, id)
}

func batch(ctx context.Context, tx *db.Tx, id BatchID) (Batch, error) {
	return db.One[Batch](ctx, tx, `SELECT `+db.Columns[Batch]("")+` FROM debit_batch WHERE id = $1 AND {scope}`, id)
}

func itemsOf(ctx context.Context, tx *db.Tx, b Batch) ([]Item, error) {
	return db.All[Item](ctx, tx, `SELECT `+db.Columns[Item]("")+` FROM debit_item WHERE community_id = $1 AND batch_id = $2 AND {scope} ORDER BY n`, b.Community, b.ID)
}

func linesIn(ctx context.Context, tx *db.Tx, b Batch) (map[ItemID][]line, error) {
	out := map[ItemID][]line{}
	all, err := db.All[line](ctx, tx, `SELECT `+db.Columns[line]("y")+` FROM debit_line y JOIN debit_item i ON i.community_id = y.community_id AND i.id = y.item_id WHERE i.community_id = $1 AND i.batch_id = $2 AND y.state = 'live' AND {scope:y} ORDER BY y.id`, b.Community, b.ID)
	for _, l := range all {
		out[l.Item] = append(out[l.Item], l)
	}
	return out, err
}

// marked says what became of the lines of an item that were under way.
func (i Item) marked(ctx context.Context, tx *db.Tx, state string) error {
	_, err := tx.Exec(ctx, `UPDATE debit_line SET state = $1 WHERE community_id = $2 AND item_id = $3 AND state = 'live' AND {scope}`, state, i.Community, i.ID)
	return err
}

// open fills in the clear numbers of a mandate.
func (m Mandate) open(tx *db.Tx) (holder, account string, err error) {
	if m.Holder != "" {
		holder, err = tx.Vault().Open(Sealed[0].Place(db.ID(m.ID)), m.Holder)
	}
	if err == nil && m.Account != "" {
		account, err = tx.Vault().Open(Sealed[1].Place(db.ID(m.ID)), m.Account)
	}
	return holder, account, err
}

// shown fills in what people see of a mandate.
func (m *Mandate) shown(tx *db.Tx) error {
	holder, account, err := m.open(tx)
	m.Owner, m.Masked = customer.SightOf(tx.Who, m.Community).Name(holder, false), tail(account)
	return err
}

// label fills in the room's.
func (m *Mandate) label(ctx context.Context, tx *db.Tx) error {
	r, err := housing.RoomIn(ctx, tx, m.Room)
	m.Label = r.Label
	return err
}

func sumsOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []Batch) error {
	if len(all) == 0 {
		return nil
	}
	args := []any{community}
	at, ids := map[BatchID]int{}, make([]BatchID, len(all))
	for i := range all {
		all[i].Sums, ids[i], at[all[i].ID] = []Sum{}, all[i].ID, i
	}
	found, err := db.All[Sum](ctx, tx, `SELECT batch_id, state, COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS amount FROM debit_item WHERE community_id = $1 AND batch_id IN `+db.Among(&args, ids)+` AND {scope} GROUP BY batch_id, state ORDER BY batch_id, state`, args...)
	for _, x := range found {
		b := &all[at[x.Batch]]
		b.Sums = append(b.Sums, x)
	}
	return err
}

func (b *Batch) summed(ctx context.Context, tx *db.Tx) error {
	one := []Batch{*b}
	err := sumsOf(ctx, tx, b.Community, one)
	*b = one[0]
	return err
}

// onTheWay are the lines of bills that stand in a batch under way.
func onTheWay(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[billing.LineID]string, error) {
	out := map[billing.LineID]string{}
	all, err := db.All[billing.LineID](ctx, tx, `SELECT line_id FROM debit_line WHERE community_id = $1 AND state = 'live' AND {scope}`, community)
	for _, l := range all {
		out[l] = onWay
	}
	return out, err
}

type failed struct {
	Line billing.LineID `db:"line_id"`
	N    int64          `db:"n"`
}

// failures count how often lines of bills failed before.
func failures(ctx context.Context, tx *db.Tx, community authz.CommunityID) (map[billing.LineID]int64, error) {
	out := map[billing.LineID]int64{}
	all, err := db.All[failed](ctx, tx, `SELECT line_id, COUNT(*) AS n FROM debit_line WHERE community_id = $1 AND state = 'failed' AND {scope} GROUP BY line_id`, community)
	for _, f := range all {
		out[f.Line] = f.N
	}
	return out, err
}

type itemRow struct {
	Item
	Number  string         `db:"batch_number"`
	Room    housing.RoomID `db:"room_id"`
	Label   string         `db:"label"`
	Holder  string         `db:"holder_sealed"`
	Sealed  string         `db:"number_sealed"`
	Receipt string         `db:"receipt"`
}

// items are items under a condition on i, as people see them.
func items(ctx context.Context, tx *db.Tx, community authz.CommunityID, where, order string, args ...any) ([]ItemView, error) {
	all, err := db.All[itemRow](ctx, tx, `SELECT `+db.Columns[Item]("i")+`, b.number AS batch_number, m.room_id, o.label, m.holder_sealed, m.number_sealed, COALESCE((SELECT r.number FROM receipt r WHERE r.community_id = i.community_id AND r.payment_id = i.payment_id), '') AS receipt
		FROM debit_item i JOIN debit_batch b ON b.community_id = i.community_id AND b.id = i.batch_id JOIN debit_mandate m ON m.community_id = i.community_id AND m.id = i.mandate_id JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id
		WHERE i.community_id = $1 AND `+where+` AND {scope:i}`+order, append([]any{community}, args...)...)
	out := make([]ItemView, len(all))
	if err != nil || len(all) == 0 {
		return out, err
	}
	more, at := []any{community}, map[ItemID]int{}
	ids := make([]ItemID, len(all))
	for i, r := range all {
		m := Mandate{ID: r.Mandate, Community: community, Holder: r.Holder, Account: r.Sealed}
		if err := m.shown(tx); err != nil {
			return nil, err
		}
		out[i] = ItemView{Item: r.Item, Number: r.Number, Room: r.Room, Label: r.Label, Holder: m.Owner, Masked: m.Masked, Receipt: r.Receipt, Lines: []LineView{}}
		at[r.ID], ids[i] = i, r.ID
	}
	lines, err := db.All[LineView](ctx, tx, `SELECT y.item_id, y.line_id, c.name, c.name_en, l.period, y.principal, y.late_fee, y.state FROM debit_line y JOIN bill_line l ON l.community_id = y.community_id AND l.id = y.line_id JOIN charge_item c ON c.community_id = l.community_id AND c.id = l.item_id
		WHERE y.community_id = $1 AND y.item_id IN `+db.Among(&more, ids)+` AND {scope:y} ORDER BY y.id`, more...)
	for _, l := range lines {
		v := &out[at[l.Item]]
		v.Lines = append(v.Lines, l)
	}
	return out, err
}
