package cashier

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// Shift is a cashier's time at the till (PAY-07).
//
//	open ─close: counted, differences explained, cash banked or handed over→ closed
type Shift struct {
	ID        ShiftID           `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Account   authz.AccountID   `db:"account_id" json:"-"`
	Name      string            `db:"account_name" json:"cashier"`
	Day       clock.Day         `db:"on_day" json:"day"`
	OpenedAt  clock.Instant     `db:"opened_at" json:"openedAt"`
	Opening   money.Fen         `db:"opening" json:"opening" doc:"cash in the till at the beginning"`
	State     string            `db:"state" json:"state" enum:"open,closed"`
	ClosedAt  *clock.Instant    `db:"closed_at" json:"closedAt,omitempty"`
	Counts    Counts            `db:"counts" json:"counts" doc:"what was expected and counted, when it was closed"`
	Notes     Notes             `db:"notes" json:"notes" doc:"the cash by denomination"`
	Reason    string            `db:"reason" json:"reason,omitempty" doc:"of a difference"`
	HandedTo  string            `db:"handed_to" json:"handedTo,omitempty"`
	Banked    money.Fen         `db:"banked" json:"banked" doc:"cash that went to the bank"`
	Slip      string            `db:"slip" json:"slip,omitempty" doc:"number of the bank's slip"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (s Shift) ETag() int64 { return s.Version }

func (s Shift) subject() string { return "cashier_shift:" + s.ID.String() }

// Count is what a shift has of one means.
type Count struct {
	Means    ledger.Kind `json:"means"`
	Payments int64       `json:"payments"`
	In       money.Fen   `json:"in" doc:"taken"`
	Out      money.Fen   `json:"out" doc:"given back: voids and deposits"`
	Expected money.Fen   `json:"expected" doc:"cash: with what was in the till"`
	Counted  money.Fen   `json:"counted"`
}

// Counts are the means of a shift.
type Counts []Count

// Value implements driver.Valuer.
func (c Counts) Value() (driver.Value, error) { return asText([]Count(c)) }

// Scan implements sql.Scanner.
func (c *Counts) Scan(src any) error { return ofText(src, (*[]Count)(c)) }

// Note is how many there are of a note or coin.
type Note struct {
	Face money.Fen `json:"face"`
	N    int64     `json:"n" minimum:"0" maximum:"100000"`
}

// Notes are cash by denomination.
type Notes []Note

// Value implements driver.Valuer.
func (n Notes) Value() (driver.Value, error) { return asText([]Note(n)) }

// Scan implements sql.Scanner.
func (n *Notes) Scan(src any) error { return ofText(src, (*[]Note)(n)) }

func asText[T any](list []T) (driver.Value, error) {
	if list == nil {
		return "[]", nil
	}
	raw, err := json.Marshal(list)
	return string(raw), err
}

func ofText[T any](src any, into *T) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("cashier: it is stored as TEXT, not %T", src)
	}
	return json.Unmarshal([]byte(text), into)
}

// Errors of shifts and days.
var (
	ErrNoShift    = errs.New(errs.Conflict, "cashier.no_shift", "the cashier has no shift open")
	ErrShiftOpen  = errs.New(errs.Conflict, "cashier.shift_open", "the cashier has a shift open already")
	ErrClosed     = errs.New(errs.Conflict, "cashier.shift_closed", "the shift is closed")
	ErrNotYours   = errs.New(errs.Forbidden, "cashier.shift_not_yours", "only whose shift it is closes it")
	ErrStillOpen  = errs.New(errs.Conflict, "cashier.day_shift_open", "a shift of the day is still open")
	ErrDayClosed  = errs.New(errs.Conflict, "cashier.day_closed", "the day is closed")
	ErrDayFuture  = errs.New(errs.Invalid, "cashier.day_future", "a day is closed when it has come")
	denominations = []money.Fen{10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 2, 1}
	meansAll      = []ledger.Kind{ledger.Cash, ledger.Bank, ledger.Cheque, ledger.POS, ledger.WeChat, ledger.Alipay}
)

// openShift is the cashier's open shift; ErrNoShift without one.
func openShift(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID) (Shift, error) {
	s, err := db.One[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM cashier_shift WHERE community_id = $1 AND account_id = $2 AND state = 'open' AND {scope}`, community, who)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNoShift
	}
	return s, err
}

// atWork is the cashier's open shift, which stays open until this transaction ends.
func atWork(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID) (Shift, error) {
	if _, err := tx.Exec(ctx, `UPDATE cashier_shift SET version = version WHERE community_id = $1 AND account_id = $2 AND state = 'open' AND {scope}`, community, who); err != nil {
		return Shift{}, err
	}
	return openShift(ctx, tx, community, who)
}

func shiftFor(ctx context.Context, tx *db.Tx, community authz.CommunityID, who authz.AccountID) (ShiftID, error) {
	s, err := openShift(ctx, tx, community, who)
	if errors.Is(err, ErrNoShift) {
		err = nil
	}
	return s.ID, err
}

// bookDay is the day that what happens now is booked on: today, or the day after
// the last one that was closed.
func bookDay(ctx context.Context, tx *db.Tx, community authz.CommunityID) (clock.Day, error) {
	day, err := today(ctx, tx, community)
	if err != nil {
		return day, err
	}
	closed, err := db.All[struct {
		Day clock.Day `db:"on_day"`
	}](ctx, tx, `SELECT on_day FROM cashier_day WHERE community_id = $1 AND on_day >= $2 AND {scope} ORDER BY on_day DESC LIMIT 1`, community, day)
	if err == nil && len(closed) > 0 {
		day = closed[0].Day.Add(1)
	}
	return day, err
}

// reckoned are the means of a shift as the system expects them.
func reckoned(ctx context.Context, tx *db.Tx, s Shift) (Counts, error) {
	all := []Shift{s}
	err := reckon(ctx, tx, all)
	return all[0].Counts, err
}

// reckon writes into shifts of one community what the system expects of them.
func reckon(ctx context.Context, tx *db.Tx, shifts []Shift) error {
	if len(shifts) == 0 {
		return nil
	}
	type row struct {
		Shift ShiftID     `db:"shift_id"`
		Means ledger.Kind `db:"means"`
		N     int64       `db:"n"`
		In    money.Fen   `db:"in_fen"`
		Out   money.Fen   `db:"out_fen"`
	}
	ids := make([]ShiftID, len(shifts))
	for i, s := range shifts {
		ids[i] = s.ID
	}
	args := []any{shifts[0].Community}
	marks := db.Among(&args, ids)
	all, err := db.All[row](ctx, tx, `SELECT x.shift_id, x.means, CAST(SUM(x.n) AS BIGINT) AS n, CAST(SUM(x.in_fen) AS BIGINT) AS in_fen, CAST(SUM(x.out_fen) AS BIGINT) AS out_fen FROM (
		SELECT shift_id, means, 1 AS n, amount AS in_fen, 0 AS out_fen FROM payment WHERE community_id = $1 AND shift_id IN `+marks+` AND {scope}
		UNION ALL SELECT void_shift_id, means, 0, 0, amount FROM payment WHERE community_id = $1 AND void_shift_id IN `+marks+` AND reversed_at IS NOT NULL AND {scope}
		UNION ALL SELECT shift_id, means, 0, 0, amount FROM deposit_move WHERE community_id = $1 AND shift_id IN `+marks+` AND kind = 'returned' AND state = 'done' AND {scope}
		UNION ALL SELECT shift_id, means, 0, CASE WHEN amount > 0 THEN amount ELSE 0 END, CASE WHEN amount < 0 THEN -amount ELSE 0 END FROM till_move WHERE community_id = $1 AND shift_id IN `+marks+` AND kind <> 'float' AND reversed_at IS NULL AND {scope}) x GROUP BY x.shift_id, x.means`, args...)
	if err != nil {
		return err
	}
	for at := range shifts {
		s := &shifts[at]
		s.Counts = make(Counts, len(meansAll))
		for i, m := range meansAll {
			c := &s.Counts[i]
			if c.Means = m; m == ledger.Cash {
				c.Expected = s.Opening
			}
			for _, r := range all {
				if r.Shift == s.ID && r.Means == m {
					c.Payments, c.In, c.Out, c.Expected = r.N, r.In, r.Out, c.Expected+r.In-r.Out
				}
			}
		}
	}
	return nil
}

// OwnShift is the shift that somebody has open in a community, with what it should have now.
func (s *Service) OwnShift(ctx context.Context, who authz.Actor, community authz.CommunityID) (v Shift, err error) {
	err = s.DB.Read(ctx, who, ActTake, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if v, err = openShift(ctx, tx, community, who.ID); err != nil {
			return err
		}
		v.Counts, err = reckoned(ctx, tx, v)
		return err
	})
	if errors.Is(err, ErrNoShift) {
		return Shift{Community: community, State: "closed", Counts: Counts{}, Notes: Notes{}}, nil
	}
	return v, err
}

// Shift is one shift: an open one with what it should have now.
func (s *Service) Shift(ctx context.Context, who authz.Actor, id ShiftID) (v Shift, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if v, err = shiftIn(ctx, tx, id); err != nil || v.State != "open" {
			return err
		}
		v.Counts, err = reckoned(ctx, tx, v)
		return err
	})
	return v, err
}

func shiftIn(ctx context.Context, tx *db.Tx, id ShiftID) (Shift, error) {
	return db.One[Shift](ctx, tx, `SELECT `+db.Columns[Shift]("")+` FROM cashier_shift WHERE id = $1 AND {scope}`, id)
}

// Open begins a cashier's shift with the cash that is in the till.
func (s *Service) Open(ctx context.Context, who authz.Actor, community authz.CommunityID, opening money.Fen) (v Shift, err error) {
	if opening < 0 || opening > mostAtOnce {
		return v, errs.ErrFields.At(errs.Field{Name: "opening", Code: "wrong_form"})
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		day, err := bookDay(ctx, tx, community)
		if err != nil {
			return err
		}
		v = Shift{ID: db.NewID[shiftTag](tx), Community: community, Account: who.ID, Name: who.Name, Day: day, OpenedAt: tx.Now, Opening: opening, State: "open", Counts: Counts{}, Notes: Notes{}, Version: 1}
		tx.Note(community, v.subject(), nil, map[string]any{"opening": opening})
		tx.Answer(&v)
		if err := v.float(ctx, tx); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "cashier_shift", v); err != nil {
			return err
		}
		return v.voids(ctx, tx)
	})
	if db.Unique(err, "cashier_shift_open", "cashier_shift.community_id, cashier_shift.account_id") {
		err = ErrShiftOpen
	}
	return v, err
}

// voids takes over what was voided while its cashier had no shift: the money goes
// back out of the till of this one (PAY-07).
func (s Shift) voids(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE payment SET void_shift_id = $1 WHERE community_id = $2 AND void_asked_by = $3 AND void_shift_id IS NULL AND reversed_at IS NOT NULL AND {scope}`, s.ID, s.Community, s.Account)
	return err
}

// Closing is what a cashier counts at the end.
type Closing struct {
	Notes    Notes     `json:"notes" maxItems:"20" doc:"the cash by denomination"`
	Counted  []Counted `json:"counted,omitempty" maxItems:"6" doc:"of the other means; left out: as expected"`
	Reason   string    `json:"reason,omitempty" maxLength:"800" doc:"needed where something differs"`
	HandedTo string    `json:"handedTo,omitempty" maxLength:"200" doc:"who takes the till over"`
	Banked   money.Fen `json:"banked,omitzero" doc:"cash that goes to the bank"`
	Slip     string    `json:"slip,omitempty" maxLength:"200" doc:"number of the bank's slip"`
}

// Counted is what was counted of a means.
type Counted struct {
	Means ledger.Kind `json:"means" enum:"bank,cheque,pos,wechat,alipay"`
	Fen   money.Fen   `json:"amount"`
}

func (in *Closing) checked() error {
	var wrong errs.Fields
	for i, n := range in.Notes {
		if !slices.Contains(denominations, n.Face) || n.N < 0 {
			wrong.Add(fmt.Sprintf("notes[%d]", i), "wrong_form", nil)
		}
	}
	for i, c := range in.Counted {
		if c.Fen < 0 || c.Fen > mostAtOnce {
			wrong.Add(fmt.Sprintf("counted[%d].amount", i), "wrong_form", nil)
		}
	}
	wrong.Words("reason", &in.Reason, 200, false)
	wrong.Words("handedTo", &in.HandedTo, 50, false)
	wrong.Words("slip", &in.Slip, 50, in.Banked > 0)
	if in.Banked < 0 {
		wrong.Add("banked", "wrong_form", nil)
	}
	return wrong.Err()
}

// Close counts a shift and locks it: what is corrected later falls on a later
// shift. Differences need a reason and go to suspense, so that the books hold
// what was counted; cash that is banked goes from the till to the bank.
func (s *Service) Close(ctx context.Context, who authz.Actor, id ShiftID, match web.Match, in Closing) (v Shift, err error) {
	if err := in.checked(); err != nil {
		return v, err
	}
	err = s.DB.Write(ctx, who, ActTake, func(tx *db.Tx) error {
		if v, err = shiftIn(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(v.Version); err != nil {
			return err
		}
		if v.State != "open" {
			return ErrClosed
		}
		if v.Account != who.ID {
			return ErrNotYours
		}
		if v.Counts, err = reckoned(ctx, tx, v); err != nil {
			return err
		}
		if err := in.count(&v); err != nil {
			return err
		}
		v.State, v.ClosedAt, v.Notes, v.Reason, v.HandedTo, v.Banked, v.Slip = "closed", &tx.Now, in.Notes, in.Reason, in.HandedTo, in.Banked, in.Slip
		if err := v.post(ctx, tx); err != nil {
			return err
		}
		tx.Note(v.Community, v.subject(), map[string]any{"state": "open"}, map[string]any{"state": "closed", "counts": v.Counts, "reason": v.Reason, "banked": v.Banked})
		tx.Answer(&v)
		return db.Save(ctx, tx, "cashier_shift", &v)
	})
	return v, err
}

// count writes what was counted beside what is expected.
func (in Closing) count(v *Shift) error {
	differs := false
	for i := range v.Counts {
		c := &v.Counts[i]
		c.Counted = c.Expected
		if c.Means == ledger.Cash {
			c.Counted = 0
			for _, n := range in.Notes {
				c.Counted += n.Face * money.Fen(n.N)
			}
			if in.Banked > c.Counted {
				return errs.ErrFields.At(errs.Field{Name: "banked", Code: "cashier.banked_more", Params: map[string]any{"counted": c.Counted.String()}})
			}
		}
		for _, x := range in.Counted {
			if x.Means == c.Means {
				c.Counted = x.Fen
			}
		}
		differs = differs || c.Counted != c.Expected
	}
	if differs && in.Reason == "" {
		return errs.ErrFields.At(errs.Field{Name: "reason", Code: "cashier.differs"})
	}
	return nil
}

// post books differences and what goes to the bank.
func (s Shift) post(ctx context.Context, tx *db.Tx) error {
	var lines []ledger.Line
	for _, c := range s.Counts {
		till, wait := ledger.Account{Kind: c.Means}, ledger.Account{Kind: ledger.Suspense}
		switch d := c.Counted - c.Expected; {
		case d > 0:
			lines = append(lines, ledger.Line{Debit: till, Credit: wait, Fen: d})
		case d < 0:
			lines = append(lines, ledger.Line{Debit: wait, Credit: till, Fen: -d})
		}
	}
	lines = append(lines, ledger.Line{Debit: ledger.Account{Kind: ledger.Bank}, Credit: ledger.Account{Kind: ledger.Cash}, Fen: s.Banked})
	day, err := BookDay(ctx, tx, s.Community)
	if err != nil {
		return err
	}
	_, err = ledger.Post(ctx, tx, ledger.Draft{Community: s.Community, Kind: "shift", Source: s.subject(), Day: day, Words: "close", Lines: lines})
	if errors.Is(err, ledger.ErrEmpty) {
		return nil
	}
	return err
}
