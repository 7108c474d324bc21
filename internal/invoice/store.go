package invoice

import (
	"context"
	"errors"
	"strings"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// live says of invoice v that it counts: a blue one from its application on.
const live = `v.state IN ('applied', 'exported', 'issued')`

// gone says of a share's payment_part x and its bill_line l that the money was reversed.
const gone = `(x.reversed_at IS NOT NULL OR l.reversed_at IS NOT NULL)`

// coveredBy is what of payment_part x stands in invoices.
const coveredBy = `COALESCE((SELECT CAST(SUM(s.amount) AS BIGINT) FROM invoice_part s JOIN invoice v ON v.community_id = s.community_id AND v.id = s.invoice_id
	WHERE s.community_id = x.community_id AND s.part_id = x.id AND (v.kind = 'blue' AND ` + live + ` OR v.kind = 'red' AND v.state = 'issued')), 0)`

// needsRed is what of blue invoice b was reversed and no red one takes back.
const needsRed = `COALESCE((SELECT CAST(SUM(s.amount) AS BIGINT) FROM invoice_part s JOIN invoice v ON v.community_id = s.community_id AND v.id = s.invoice_id
	JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
	WHERE v.community_id = b.community_id AND (v.id = b.id OR v.blue_id = b.id) AND b.kind = 'blue' AND b.state IN ('exported', 'issued') AND ` + live + ` AND ` + gone + `), 0)`

// frees are the parts of payments p under a condition of which something stands in no invoice.
// What was taken off for paying early is no money that came in (FAR-13).
func frees(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Free, error) {
	all, err := db.All[Free](ctx, tx, `SELECT x.id, x.payment_id, x.part, l.item_id, i.name, i.name_en, i.tax_rate AS rate, COALESCE(g.treatment, 'taxed') AS treatment, COALESCE(g.name, '') AS goods, COALESCE(g.code, '') AS code, l.from_on, l.to_on, x.amount, p.means, `+coveredBy+` AS covered
		FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id JOIN charge_item i ON i.community_id = l.community_id AND i.id = l.item_id
		LEFT JOIN invoice_goods g ON g.community_id = i.community_id AND g.item_id = i.id
		WHERE x.community_id = $1 AND x.part IN ('principal', 'late_fee') AND x.amount > 0 AND p.means <> 'early' AND x.reversed_at IS NULL AND p.reversed_at IS NULL AND p.void_state = '' AND l.reversed_at IS NULL AND `+where+` AND {scope:x} ORDER BY x.id`, args...)
	var out []Free
	for _, f := range all {
		if !f.To.IsZero() {
			f.To = f.To.Add(-1) // a line ends before this day; people name the last
		}
		if f.Left = f.Fen - f.Covered; f.Left > 0 {
			out = append(out, f)
		}
	}
	return out, err
}

func invoice(ctx context.Context, tx *db.Tx, id ID) (Invoice, error) {
	return db.One[Invoice](ctx, tx, `SELECT `+db.Columns[Invoice]("")+` FROM invoice WHERE id = $1 AND {scope}`, id)
}

func linesIn(ctx context.Context, tx *db.Tx, v Invoice) ([]Line, error) {
	return db.All[Line](ctx, tx, `SELECT `+db.Columns[Line]("")+` FROM invoice_line WHERE community_id = $1 AND invoice_id = $2 AND {scope} ORDER BY n`, v.Community, v.ID)
}

// linesOfBatch are the lines of all invoices of a batch.
func linesOfBatch(ctx context.Context, tx *db.Tx, b Batch) (map[ID][]Line, error) {
	out := map[ID][]Line{}
	return out, db.Each(ctx, tx, `SELECT `+db.Columns[Line]("l")+` FROM invoice_line l JOIN invoice v ON v.community_id = l.community_id AND v.id = l.invoice_id WHERE v.community_id = $1 AND v.batch_id = $2 AND {scope:l} ORDER BY l.invoice_id, l.n`, []any{b.Community, b.ID}, func(l Line) error {
		out[l.Invoice] = append(out[l.Invoice], l)
		return nil
	})
}

// coverage are the shares of a blue invoice, each with what red ones left of it.
func coverage(ctx context.Context, tx *db.Tx, blue Invoice) ([]covered, error) {
	return db.All[covered](ctx, tx, `SELECT s.line_id, s.part_id, s.amount + COALESCE((SELECT CAST(SUM(r.amount) AS BIGINT) FROM invoice_part r JOIN invoice_line y ON y.community_id = r.community_id AND y.id = r.line_id JOIN invoice v ON v.community_id = r.community_id AND v.id = r.invoice_id
			WHERE r.community_id = s.community_id AND y.blue_line_id = s.line_id AND r.part_id = s.part_id AND `+live+`), 0) AS left_fen, `+gone+` AS gone
		FROM invoice_part s JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id JOIN bill_line l ON l.community_id = x.community_id AND l.id = x.line_id
		WHERE s.community_id = $1 AND s.invoice_id = $2 AND {scope:s} ORDER BY s.id`, blue.Community, blue.ID)
}

type redOf struct {
	Line LineID    `db:"blue_line_id"`
	Fen  money.Fen `db:"fen"`
	Tax  money.Fen `db:"tax"`
}

// redOn is what red ones that count take back of the lines of a blue one; below 0.
func redOn(ctx context.Context, tx *db.Tx, blue Invoice) (map[LineID]redOf, error) {
	all, err := db.All[redOf](ctx, tx, `SELECT y.blue_line_id, CAST(SUM(y.amount) AS BIGINT) AS fen, CAST(SUM(y.tax) AS BIGINT) AS tax FROM invoice_line y JOIN invoice v ON v.community_id = y.community_id AND v.id = y.invoice_id
		WHERE v.community_id = $1 AND v.blue_id = $2 AND `+live+` AND {scope:v} GROUP BY y.blue_line_id`, blue.Community, blue.ID)
	out := map[LineID]redOf{}
	for _, r := range all {
		out[r.Line] = r
	}
	return out, err
}

type row struct {
	Invoice
	Label      string    `db:"label"`
	Needs      money.Fen `db:"needs_red"`
	RedFen     money.Fen `db:"red_fen"`
	BlueNo     string    `db:"blue_no"`
	BatchLabel string    `db:"batch_label"`
}

// views are invoices of one community under a condition on b, as people see them.
func views(ctx context.Context, tx *db.Tx, community authz.CommunityID, where, order string, args ...any) ([]View, error) {
	all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Invoice]("b")+`, o.label, `+needsRed+` AS needs_red, COALESCE((SELECT CAST(SUM(v.amount) AS BIGINT) FROM invoice v WHERE v.community_id = b.community_id AND v.blue_id = b.id AND `+live+`), 0) AS red_fen,
		COALESCE((SELECT v.issued_no FROM invoice v WHERE v.community_id = b.community_id AND v.id = b.blue_id), '') AS blue_no, COALESCE((SELECT t.number FROM invoice_batch t WHERE t.community_id = b.community_id AND t.id = b.batch_id), '') AS batch_label
		FROM invoice b JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id WHERE b.community_id = $1 AND `+where+` AND {scope:b}`+order, append([]any{community}, args...)...)
	out := make([]View, len(all))
	if err != nil || len(all) == 0 {
		return out, err
	}
	see := customer.SightOf(tx.Who, community)
	in, at := []any{community}, map[ID]int{}
	ids := make([]ID, len(all))
	for i, r := range all {
		v := View{Invoice: r.Invoice, Label: r.Label, NeedsRed: r.Needs, RedFen: -r.RedFen, BlueNo: r.BlueNo, BatchLabel: r.BatchLabel, Own: r.Account != 0, Lines: []Line{}, Receipts: []string{}}
		if v.BuyerNumber != "" {
			clear, err := tx.Vault().Open(Sealed[3].Place(db.ID(v.ID)), v.BuyerNumber)
			if err != nil {
				return nil, err
			}
			v.Account = strings.TrimSpace(v.BuyerBank + " " + tail(clear))
		}
		if v.BuyerKind == "person" && !own(tx, v.Invoice) {
			v.Buyer = see.Name(v.Buyer, false)
		}
		out[i], at[v.ID], ids[i] = v, i, v.ID
	}
	marks := db.Among(&in, ids)
	lines, err := db.All[struct {
		Line
		Red money.Fen `db:"red"`
	}](ctx, tx, `SELECT `+db.Columns[Line]("y")+`, COALESCE((SELECT CAST(SUM(r.amount) AS BIGINT) FROM invoice_line r JOIN invoice v ON v.community_id = r.community_id AND v.id = r.invoice_id WHERE r.community_id = y.community_id AND r.blue_line_id = y.id AND `+live+`), 0) AS red
		FROM invoice_line y WHERE y.community_id = $1 AND y.invoice_id IN `+marks+` AND {scope:y} ORDER BY y.invoice_id, y.n`, in...)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.Fen > 0 {
			l.Left = l.Fen + l.Red
		}
		v := &out[at[l.Invoice]]
		v.Lines = append(v.Lines, l.Line)
	}
	type receipt struct {
		Invoice ID     `db:"invoice_id"`
		Number  string `db:"number"`
	}
	found, err := db.All[receipt](ctx, tx, `SELECT DISTINCT s.invoice_id, r.number FROM invoice_part s JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id JOIN receipt r ON r.community_id = x.community_id AND r.payment_id = x.payment_id
		WHERE s.community_id = $1 AND s.invoice_id IN `+marks+` AND {scope:s} ORDER BY s.invoice_id, r.number`, in...)
	for _, r := range found {
		v := &out[at[r.Invoice]]
		v.Receipts = append(v.Receipts, r.Number)
	}
	return out, err
}

// own tells whether the caller is the resident who applied.
func own(tx *db.Tx, v Invoice) bool { return v.Account != 0 && v.Account == tx.Who.ID }

func view(ctx context.Context, tx *db.Tx, v Invoice) (View, error) {
	all, err := views(ctx, tx, v.Community, `b.id = $2`, ``, v.ID)
	if err == nil && len(all) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	return all[0], nil
}

// redWaits tells whether money of some rooms stands in an invoice though it was
// reversed: what is paid there from what was set free may be the same money.
func redWaits(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID) (bool, error) {
	args := []any{community}
	all, err := db.All[money.Fen](ctx, tx, `SELECT q.needs FROM (SELECT b.community_id, `+needsRed+` AS needs FROM invoice b WHERE b.community_id = $1 AND b.kind = 'blue' AND b.id IN (SELECT s.invoice_id FROM invoice_part s JOIN payment_part x ON x.community_id = s.community_id AND x.id = s.part_id WHERE s.community_id = $1 AND x.room_id IN `+db.Among(&args, rooms)+`)) q WHERE q.needs > 0 AND {scope:q} LIMIT 1`, args...)
	return len(all) > 0, err
}

func title(ctx context.Context, tx *db.Tx, id TitleID) (Title, error) {
	return db.One[Title](ctx, tx, `SELECT `+db.Columns[Title]("")+` FROM invoice_title WHERE id = $1 AND ended_at IS NULL AND {scope}`, id)
}

// ofRoom says of title t that it is of somebody who belongs or belonged to a room, $2.
const ofRoom = `(t.customer_id IN (SELECT r.customer_id FROM relation r WHERE r.community_id = t.community_id AND r.room_id = $2) OR t.customer_id IN (SELECT p.customer_id FROM payment p WHERE p.community_id = t.community_id AND p.room_id = $2)
	OR t.account_id IN (SELECT h.account_id FROM resident_binding h WHERE h.community_id = t.community_id AND h.room_id = $2))`

// open fills in what a title shows of its sealed numbers.
func (t *Title) open(tx *db.Tx, see customer.Sight) error {
	phone, account, err := t.clear(tx)
	if err != nil {
		return err
	}
	t.PhoneSeen, t.Masked = see.Number(phone), ""
	if account != "" {
		t.Masked = tail(account)
	}
	if t.Kind == "person" && (t.Account == 0 || t.Account != tx.Who.ID) {
		t.Name = see.Name(t.Name, false)
	}
	return nil
}

func (t Title) clear(tx *db.Tx) (phone, account string, err error) {
	if t.Phone != "" {
		phone, err = tx.Vault().Open(Sealed[0].Place(db.ID(t.ID)), t.Phone)
	}
	if err == nil && t.Number != "" {
		account, err = tx.Vault().Open(Sealed[1].Place(db.ID(t.ID)), t.Number)
	}
	return phone, account, err
}

// sources are the payments under a condition on p with their free parts, the latest first.
func sources(ctx context.Context, tx *db.Tx, community authz.CommunityID, parts []Free) ([]Source, error) {
	out := []Source{}
	if len(parts) == 0 {
		return out, nil
	}
	args := []any{community}
	var ids []cashier.PaymentID
	of := map[cashier.PaymentID][]Free{}
	for _, p := range parts {
		if len(of[p.Payment]) == 0 {
			ids = append(ids, p.Payment)
		}
		of[p.Payment] = append(of[p.Payment], p)
	}
	all, err := db.All[Source](ctx, tx, `SELECT p.id, p.paid_on, p.means, p.payer, COALESCE(r.number, '') AS number FROM payment p LEFT JOIN receipt r ON r.community_id = p.community_id AND r.payment_id = p.id
		WHERE p.community_id = $1 AND p.id IN `+db.Among(&args, ids)+` AND {scope:p} ORDER BY p.paid_on DESC, p.id DESC`, args...)
	see := customer.SightOf(tx.Who, community)
	for _, s := range all {
		s.Payer, s.Parts = see.Name(s.Payer, false), of[s.ID]
		for _, p := range s.Parts {
			s.Left += p.Left
		}
		out = append(out, s)
	}
	return out, err
}

func missing(err error) bool { return errors.Is(err, db.ErrNotFound) }
