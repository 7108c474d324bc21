package temporary

import (
	"context"
	"errors"
	"strings"

	"guanjia/internal/billing"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// passerBy is who pays without having a room: their record of the register and
// their archive.
type passerBy struct {
	ID        authz.CommunityID `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Room      housing.RoomID    `db:"room_id"`
	Customer  customer.ID       `db:"customer_id"`
}

// What the passer-by is called in the register and among customers.
const passerName = "散客"

// passer is a community's passer-by, made when somebody needs it first.
func passer(ctx context.Context, tx *db.Tx, community authz.CommunityID) (p passerBy, err error) {
	all, err := db.All[passerBy](ctx, tx, `SELECT `+db.Columns[passerBy]("")+` FROM passer_by WHERE community_id = $1 AND {scope}`, community)
	if err != nil || len(all) > 0 {
		return append(all, p)[0], err
	}
	label := housing.Label{Building: passerName, Room: "01"}
	ids, err := housing.AddRooms(ctx, tx, community, []housing.NewRoom{{Label: label, Type: housing.Parking, State: housing.Vacant, Notes: "没有房屋的缴费人；不参与出账"}})
	if err != nil {
		return p, err
	}
	c, err := customer.CreateIn(ctx, tx, customer.New{Community: community, Draft: customer.Draft{Kind: customer.Organisation, Name: passerName}})
	if err != nil {
		return p, err
	}
	p = passerBy{community, community, ids[label.Key()], c.ID}
	tx.Note(community, "room:"+p.Room.String(), nil, map[string]any{"label": label.String(), "type": housing.Parking})
	tx.Emit(housing.RoomChanged{Room: p.Room, Community: community})
	return p, db.Insert(ctx, tx, "passer_by", p)
}

// raced says of two who made the passer-by at once that the second shall look again.
func raced(err error) error {
	if db.Unique(err, "building", "room_label", "room.", "passer_by", "customer_archive", "customer.") {
		return db.ErrStale
	}
	return err
}

func settings(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Settings, error) {
	s, err := db.One[Settings](ctx, tx, `SELECT `+db.Columns[Settings]("")+` FROM temporary_rule WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Settings{ID: community, Community: community, Limits: shipped()}, nil
	}
	return s, err
}

// kindOf is the word that the source of a charge begins with; "" of other lines.
func kindOf(source string) string {
	word, _, _ := strings.Cut(source, ":")
	if word == ofDesk || word == ofStay {
		return word
	}
	return ""
}

func one(ctx context.Context, tx *db.Tx, id billing.LineID) (c Charge, err error) {
	l, err := billing.LineIn(ctx, tx, id)
	if err != nil {
		return c, err
	}
	all, err := complete(ctx, tx, []billing.LineView{l})
	return append(all, c)[0], err
}

// complete says of lines of one community what was paid on them. Payments stand
// in another domain's table, which is read here for show only.
func complete(ctx context.Context, tx *db.Tx, lines []billing.LineView) ([]Charge, error) {
	out := make([]Charge, len(lines))
	if len(lines) == 0 {
		return out, nil
	}
	type row struct {
		Line billing.LineID `db:"line_id"`
		Fen  money.Fen      `db:"fen"`
	}
	ids := make([]billing.LineID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	args := []any{lines[0].Community}
	rows, err := db.All[row](ctx, tx, `SELECT x.line_id, CAST(SUM(x.amount) AS BIGINT) AS fen FROM payment_part x WHERE x.community_id = $1 AND x.part = 'principal' AND x.reversed_at IS NULL AND x.line_id IN `+db.Among(&args, ids)+` AND {scope:x} GROUP BY x.line_id`, args...)
	paid := map[billing.LineID]money.Fen{}
	for _, r := range rows {
		paid[r.Line] = r.Fen
	}
	for i, l := range lines {
		c := Charge{LineView: l, Paid: paid[l.ID], State: "open", Mine: l.Explain.ByID == tx.Who.ID}
		switch {
		case l.ReversedAt != nil:
			c.State = "taken_back"
		case c.Paid >= l.Fen:
			c.State = "paid"
		case c.Paid > 0:
			c.State = "part"
		}
		out[i] = c
	}
	return out, err
}
