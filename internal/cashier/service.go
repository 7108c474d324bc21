package cashier

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Service are the use cases of the cashier.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	Exports   *audit.Service
	Unmatched func(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) (int64, error) // lines of statements of a day that wait for somebody; nil: there are none
}

// Due are the live lines of some rooms of a community on which something is
// open for who pays on a day, by due day: late fees stand as of the day before
// (FAR-10). Each room must be in the actor's scope for the transaction's action.
func Due(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, asOf clock.Day) ([]Open, error) {
	if len(rooms) == 0 {
		return nil, nil
	}
	lines, err := billing.Owed(ctx, tx, community, rooms)
	if err != nil {
		return nil, err
	}
	rules, err := billing.LateRules(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	ids := make([]billing.LineID, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	past, err := histories(ctx, tx, community, ids)
	if err != nil {
		return nil, err
	}
	var out []Open
	for _, l := range lines {
		o, err := open(l, past[l.ID], rules.Of(l), asOf)
		if err != nil {
			return nil, err
		}
		if o.Open != 0 || o.Late != 0 {
			out = append(out, o)
		}
	}
	return offer(ctx, tx, community, out, asOf)
}

// Take books money inside the caller's transaction, once for each source: the
// same again is answered with what was booked, something else with ErrSource.
// What is over is prepaid, unless the taking says that it is refused (ErrOver).
func Take(ctx context.Context, tx *db.Tx, t Taking) (Payment, error) {
	if t.Fen <= 0 || t.Source == "" || t.Room == 0 {
		return Payment{}, errs.ErrFields.At(errs.Field{Name: "amount", Code: "required"})
	}
	if len(t.Rooms) == 0 {
		t.Rooms = []housing.RoomID{t.Room}
	}
	if err := hold(ctx, tx, t.Community, append(t.Rooms[:len(t.Rooms):len(t.Rooms)], t.Room)); err != nil {
		return Payment{}, err
	}
	before, err := bySource(ctx, tx, t.Community, t.Source)
	if err == nil {
		if before.Fen != t.Fen || before.Means != t.Means || before.Room != t.Room {
			err = ErrSource
		}
		return before, err
	}
	if !errors.Is(err, db.ErrNotFound) {
		return Payment{}, err
	}
	if t.Day.IsZero() {
		if t.Day, err = today(ctx, tx, t.Community); err != nil {
			return Payment{}, err
		}
	}
	lines, err := Due(ctx, tx, t.Community, t.Rooms, t.Day)
	if err != nil {
		return Payment{}, err
	}
	if err := t.ordered(ctx, tx); err != nil {
		return Payment{}, err
	}
	parts, left, earned := shared(t, lines)
	if left > 0 && t.NoRest {
		return Payment{}, ErrOver.With("rest", left.String())
	}
	if left > 0 && t.Deposit {
		parts = append(parts, Part{Part: deposit, Room: t.Room, Fen: left})
	} else if left > 0 {
		parts = append(parts, Part{Part: Prepaid, Item: t.Item, Room: t.Room, Fen: left})
	}
	means := ledger.Account{Kind: t.Means}
	p, err := book(ctx, tx, t, entries(means, parts, debtors(lines)), parts)
	if err != nil {
		return p, err
	}
	return p, grant(ctx, tx, p, t.Day, earned)
}

// ordered has a payment shared in the order of its community's contract.
func (t *Taking) ordered(ctx context.Context, tx *db.Tx) error {
	o, err := order(ctx, tx, t.Community)
	t.order = o.pay()
	return err
}

func debtors(lines []Open) map[billing.LineID]string {
	out := map[billing.LineID]string{}
	for _, o := range lines {
		out[o.ID] = o.Debtor
	}
	return out
}

// book writes a payment with its parts, its transaction and its receipt.
func book(ctx context.Context, tx *db.Tx, t Taking, entries []ledger.Line, parts []Part) (Payment, error) {
	day, err := BookDay(ctx, tx, t.Community)
	if err != nil {
		return Payment{}, err
	}
	p := Payment{
		RefKey: ledger.Number(t.Reference),
		ID:     db.NewID[Payment](tx), Community: t.Community, At: tx.Now, Day: day, PaidOn: t.Day, Means: t.Means, Fen: t.Fen, Tendered: t.Tendered, Payer: t.Payer, Customer: t.Customer, Room: t.Room,
		Source: t.Source, Reference: t.Reference, Words: t.Words, Shift: t.Shift, EarlyOf: t.earlyOf, EarlyRule: t.earlyRule, By: tx.Who.ID, ByName: tx.Who.Name, Version: 1,
	}
	txn, err := ledger.Post(ctx, tx, ledger.Draft{Community: t.Community, Kind: "payment", Source: p.subject(), Day: day, Words: string(t.Means), Lines: entries})
	if err != nil {
		return p, err
	}
	p.Txn = txn.ID
	if err := db.Insert(ctx, tx, "payment", p); err != nil {
		return p, err
	}
	first := db.Block[Part](tx, len(parts))
	for i := range parts {
		parts[i].Community, parts[i].Payment = t.Community, p.ID
		if parts[i].ID == 0 { // what others of the same payment name has its own
			parts[i].ID = first + PartID(i)*PartID(stride)
		}
		if parts[i].Day.IsZero() { // what was paid on another day before keeps it
			parts[i].Day = t.Day
		}
	}
	if err := db.InsertAll(ctx, tx, "payment_part", parts); err != nil {
		return p, err
	}
	tx.Note(t.Community, p.subject(), nil, map[string]any{"amount": p.Fen, "means": p.Means, "room": p.Room, "source": kindOf(p.Source)})
	if t.earlyOf == 0 { // the payment that earned it tells of both
		tx.Emit(Paid{t.Community, t.Room, p.ID})
	}
	if t.NoReceipt {
		return p, nil
	}
	_, err = number(ctx, tx, p)
	return p, err
}

// kindOf is the first word of a source, for the trail.
func kindOf(source string) string {
	kind, _, _ := strings.Cut(source, ":")
	return kind
}

// Pause stops the counting of a line's late fee from a day on, once for each
// source; why is "dispute" or "plan" (ARR-01).
func Pause(ctx context.Context, tx *db.Tx, community authz.CommunityID, line billing.LineID, first clock.Day, why, source string) error {
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	_, err := tx.Global("the community was looked at; the key holds line and community together").Exec(ctx,
		`INSERT INTO late_pause (id, community_id, line_id, first_on, last_on, why, source, at, by_name) VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8) ON CONFLICT (community_id, line_id, source) DO NOTHING`,
		db.NewID[pause](tx), community, line, first, why, source, tx.Now, tx.Who.Name)
	if err == nil {
		tx.Note(community, "bill_line:"+line.String(), nil, map[string]any{"lateFeePaused": first, "why": why})
	}
	return err
}

// Resume lets the late fee of every line that a source paused count again after
// the last day of the pause. The pause is over for good; another needs another
// source.
func Resume(ctx context.Context, tx *db.Tx, community authz.CommunityID, source string, last clock.Day) error {
	n, err := tx.Exec(ctx, `UPDATE late_pause SET last_on = $1 WHERE community_id = $2 AND source = $3 AND last_on IS NULL AND {scope}`, last, community, source)
	if err == nil && n > 0 {
		tx.Note(community, "late_pause:"+source, nil, map[string]any{"last": last})
	}
	return err
}

// Waive takes an amount off what a line bears of late fees, once for each
// source. Who may, and up to how much, is for the caller (ARR-01).
func Waive(ctx context.Context, tx *db.Tx, community authz.CommunityID, line billing.LineID, fen money.Fen, reason, source string) error {
	day, err := today(ctx, tx, community)
	if err != nil {
		return err
	}
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	_, err = tx.Global("the community was looked at; the key holds line and community together").Exec(ctx,
		`INSERT INTO late_waiver (id, community_id, line_id, amount, reason, source, on_day, at, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (community_id, line_id, source) DO NOTHING`,
		db.NewID[waivedOf](tx), community, line, fen, reason, source, day, tx.Now, tx.Who.Name)
	if err == nil {
		tx.Note(community, "bill_line:"+line.String(), nil, map[string]any{"lateFeeWaived": fen, "reason": reason})
	}
	return err
}

// PaidSum is what was paid of the principal of a line, and what was taken off it
// for being paid early.
type PaidSum struct {
	Money money.Fen `db:"money"`
	Early money.Fen `db:"early"`
}

// PaidOn is what was paid on some lines of a community.
func PaidOn(ctx context.Context, tx *db.Tx, community authz.CommunityID, lines []billing.LineID) (map[billing.LineID]PaidSum, error) {
	type row struct {
		Line billing.LineID `db:"line_id"`
		PaidSum
	}
	out := map[billing.LineID]PaidSum{}
	for some := range slices.Chunk(lines, atOnce) {
		args := []any{community}
		if err := db.Each(ctx, tx, `SELECT x.line_id, CAST(SUM(CASE WHEN p.early_of IS NULL THEN x.amount ELSE 0 END) AS BIGINT) AS money, CAST(SUM(CASE WHEN p.early_of IS NULL THEN 0 ELSE x.amount END) AS BIGINT) AS early
			FROM payment_part x JOIN payment p ON p.community_id = x.community_id AND p.id = x.payment_id WHERE x.community_id = $1 AND x.line_id IN `+db.Among(&args, some)+` AND x.part = 'principal' AND x.reversed_at IS NULL AND {scope:x} GROUP BY x.line_id`, args, func(r row) error {
			out[r.Line] = r.PaidSum
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PaidOf is what was paid on a line, principal and late fee.
func PaidOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, line billing.LineID) (principal, late money.Fen, err error) {
	all, err := histories(ctx, tx, community, []billing.LineID{line})
	for _, p := range all[line].parts {
		if p.Part == LateFee {
			late += p.Fen
		} else {
			principal += p.Fen
		}
	}
	return principal, late, err
}
