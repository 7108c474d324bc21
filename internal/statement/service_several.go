package statement

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guanjia/internal/cashier"
	"guanjia/internal/customer"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Piece names one of several bookings.
type Piece struct {
	Kind string `json:"kind" enum:"payment,move,suspense,deposit,banked"`
	ID   db.ID  `json:"id"`
}

// together is a Piece as it is kept; the means is the line's.
type together struct {
	ID        id.Of[together]   `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Line      LineID            `db:"line_id"`
	Means     ledger.Kind       `db:"means"`
	Kind      string            `db:"to_kind"`
	To        db.ID             `db:"to_id"`
}

// Search chooses among the bookings that a line may stand for.
type Search struct {
	From  clock.Day `query:"from" doc:"left out: a week before the line"`
	To    clock.Day `query:"to" doc:"left out: a week after it"`
	Means string    `query:"means" enum:"bank,pos,cheque,wechat,alipay," doc:"left out: the line's; of a bank's line also POS, cheques and gateways, whose sums come to the bank"`
	Q     string    `query:"q" maxLength:"100" doc:"a part of payer, reference or room, or the amount"`
}

// Candidates are bookings; of a matched line those that it stands for.
type Candidates struct {
	Items []Booked  `json:"items" doc:"at most 200"`
	More  bool      `json:"more"`
	Sum   money.Fen `json:"sum" doc:"of the items"`
}

const mostCandidates = 200

// means are those whose bookings a line may stand for.
func (l Line) means() []ledger.Kind {
	if l.Means == ledger.Bank {
		return []ledger.Kind{ledger.Bank, ledger.POS, ledger.Cheque, ledger.WeChat, ledger.Alipay}
	}
	return []ledger.Kind{l.Means}
}

// charged reports whether money that came so is passed on less a fee.
func charged(means ledger.Kind) bool {
	return means == ledger.POS || means == ledger.WeChat || means == ledger.Alipay
}

// Bookings are what an open line may stand for together, or what a matched one stands for.
func (s *Service) Bookings(ctx context.Context, who authz.Actor, id LineID, in Search) (out Candidates, err error) {
	out.Items = []Booked{}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		l, err := lineOf(ctx, tx, id)
		if err != nil {
			return err
		}
		see := customer.SightOf(who, l.Community)
		all, err := l.candidates(ctx, tx, in)
		if l.ToKind == toSeveral {
			all, err = l.pieces(ctx, tx)
		}
		if err != nil {
			return err
		}
		out = Candidates{Items: []Booked{}}
		q := strings.ToLower(strings.TrimSpace(in.Q))
		for _, b := range all {
			b.Party = see.Name(b.Party, false)
			if q != "" && !strings.Contains(strings.ToLower(b.Party+"\n"+b.Reference+"\n"+b.Label+"\n"+b.Fen.String()), q) {
				continue
			}
			if len(out.Items) == mostCandidates {
				out.More = true
				break
			}
			out.Items, out.Sum = append(out.Items, b), out.Sum+b.Fen
		}
		return nil
	})
	return out, err
}

const nearby = 7

func (l Line) candidates(ctx context.Context, tx *db.Tx, in Search) ([]Booked, error) {
	means := l.Means
	if in.Means != "" {
		means = ledger.Kind(in.Means)
	}
	if !slices.Contains(l.means(), means) {
		return nil, errs.ErrFields.At(errs.Field{Name: "means", Code: "wrong_form"})
	}
	if in.From.IsZero() {
		in.From = l.Day.Add(-nearby)
	}
	if in.To.IsZero() {
		in.To = l.Day.Add(nearby)
	}
	return bookedFor(ctx, tx, l.Community, l.Means, means, in.From, in.To, mostBooked)
}

// pieces are the bookings that a line stands for together, as they are booked.
func (l Line) pieces(ctx context.Context, tx *db.Tx) (out []Booked, err error) {
	type piece struct {
		Booked
		By ledger.Kind `db:"by_means"`
	}
	all, err := db.All[piece](ctx, tx, `SELECT h.to_kind AS kind, h.to_id AS id, COALESCE(p.paid_on, m.on_day, s.came_on, d.on_day, b.on_day) AS on_day, COALESCE(p.amount, m.amount, s.amount, -d.amount, b.banked) AS amount, COALESCE(p.payer, m.party, s.payer, d.receiver, b.account_name) AS party,
		COALESCE(p.reference, m.reference, s.reference, d.reference, b.slip) AS reference, '' AS source, COALESCE(o.label, '') AS label, COALESCE(p.means, m.means, s.means, d.means, 'bank') AS by_means
		FROM statement_match h LEFT JOIN payment p ON h.to_kind = 'payment' AND p.community_id = h.community_id AND p.id = h.to_id LEFT JOIN till_move m ON h.to_kind = 'move' AND m.community_id = h.community_id AND m.id = h.to_id
		LEFT JOIN suspense s ON h.to_kind = 'suspense' AND s.community_id = h.community_id AND s.id = h.to_id LEFT JOIN deposit_move d ON h.to_kind = 'deposit' AND d.community_id = h.community_id AND d.id = h.to_id
		LEFT JOIN cashier_shift b ON h.to_kind = 'banked' AND b.community_id = h.community_id AND b.id = h.to_id
		LEFT JOIN room o ON o.community_id = h.community_id AND o.id = COALESCE(p.room_id, s.room_id) WHERE h.community_id = $1 AND h.line_id = $2 AND {scope:h} ORDER BY h.id`, l.Community, l.ID)
	for _, p := range all {
		p.Means = p.By
		out = append(out, p.Booked)
	}
	return out, err
}

func (in Settling) checkedParts(wrong *errs.Fields) {
	if len(in.Parts) == 0 {
		wrong.Add("parts", "required", nil)
	}
	if in.Fee < 0 {
		wrong.Add("fee", "wrong_form", nil)
	}
	seen := map[Piece]bool{}
	for _, p := range in.Parts {
		if seen[p] {
			wrong.Add("parts", ErrTaken.Code, nil)
			return
		}
		seen[p] = true
	}
}

// joinSeveral matches a line to several bookings: their sum, less what a POS or
// a gateway kept of it, is the line's amount.
func (l *Line) joinSeveral(ctx context.Context, tx *db.Tx, in Settling) error {
	if l.State != Open {
		return ErrNotNow
	}
	if err := forget(ctx, tx, l.Community); err != nil {
		return err
	}
	want := map[Piece]bool{}
	for _, p := range in.Parts {
		want[p] = true
	}
	var sum money.Fen
	var parts []together
	kept := map[ledger.Kind]money.Fen{} // by the means that keep a fee
	for _, means := range l.means() {
		all, err := bookedFor(ctx, tx, l.Community, l.Means, means, l.Day.Add(-farthest), l.Day.Add(farthest), mostBooked)
		if err != nil {
			return err
		}
		for _, b := range all {
			if !want[Piece{b.Kind, b.ID}] {
				continue
			}
			if sum, err = money.Sum(sum, b.Fen); err != nil {
				return err
			}
			if charged(means) {
				kept[means] += b.Fen
			}
			parts = append(parts, together{db.NewID[together](tx), l.Community, l.ID, l.Means, b.Kind, b.ID})
		}
	}
	switch {
	case len(parts) < len(in.Parts):
		return ErrTaken // or too far from its day, or nowhere
	case in.Fee != 0 && (len(kept) == 0 || l.Means != ledger.Bank):
		return errs.ErrFields.At(errs.Field{Name: "fee", Code: ErrFeeless.Code})
	case sum-in.Fee != l.Fen:
		return ErrSeveral.With("sum", sum.String()).With("fee", in.Fee.String()).With("line", l.Fen.String())
	}
	if l.Means == ledger.Bank {
		l.Fee = in.Fee
	}
	if err := l.bookFee(ctx, tx, kept); err != nil {
		return err
	}
	l.State, l.ToKind, l.To, l.Parts, l.Exact, l.Reason = Matched, toSeveral, 0, int64(len(parts)), false, ""
	return db.InsertAll(ctx, tx, "statement_match", parts)
}

// bookFee books what a POS or a gateway kept of the bookings of a line: it is no
// money on the way any more, but a fee (PAY-07). by are those whose money it was,
// the means with the most first; what an earlier match booked is taken back.
func (l *Line) bookFee(ctx context.Context, tx *db.Tx, by map[ledger.Kind]money.Fen) error {
	if err := l.unbookFee(ctx, tx); err != nil || l.Fee == 0 || l.Means != ledger.Bank {
		return err
	}
	var means []ledger.Kind
	for k := range by {
		means = append(means, k)
	}
	slices.SortFunc(means, func(a, b ledger.Kind) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	day, err := cashier.BookDay(ctx, tx, l.Community)
	if err != nil {
		return err
	}
	t, err := ledger.Post(ctx, tx, ledger.Draft{
		Community: l.Community, Kind: "fee", Source: "statement_fee:" + db.NewID[together](tx).String(), Day: day, Words: l.Serial,
		Lines: []ledger.Line{{Debit: ledger.Account{Kind: ledger.Fees}, Credit: ledger.Account{Kind: means[0]}, Fen: l.Fee}},
	})
	l.FeeTxn = t.ID
	return err
}

// unbookFee takes back what was booked as the fee of a line.
func (l *Line) unbookFee(ctx context.Context, tx *db.Tx) error {
	if l.FeeTxn == 0 {
		return nil
	}
	day, err := cashier.BookDay(ctx, tx, l.Community)
	if err != nil {
		return err
	}
	_, err = ledger.Reverse(ctx, tx, l.FeeTxn, day, "undone")
	l.FeeTxn = 0
	return err
}

// reopened takes back what a line was said to be.
func (l *Line) reopened(ctx context.Context, tx *db.Tx) error {
	if err := l.unbookFee(ctx, tx); err != nil {
		return err
	}
	if l.Means == ledger.Bank {
		l.Fee = 0 // its bank names none: somebody did
	}
	l.State, l.ToKind, l.To, l.Parts, l.Exact, l.Reason = Open, "", 0, 0, false, ""
	_, err := tx.Exec(ctx, `DELETE FROM statement_match WHERE community_id = $1 AND line_id = $2 AND {scope}`, l.Community, l.ID)
	return err
}

// forget gives back the bookings of lines of which a part was reversed since.
func forget(ctx context.Context, tx *db.Tx, community authz.CommunityID) error {
	_, err := tx.Exec(ctx, `DELETE FROM statement_match WHERE community_id = $1 AND line_id IN (SELECT l.id FROM statement_line l WHERE l.community_id = $1 AND l.to_kind = 'several' AND `+gone+`) AND {scope}`, community)
	return err
}

// Voided takes the fee of a line back whose bookings do not all stand any more:
// the line is open again (PAY-07).
func (s *Service) Voided(ctx context.Context, tx *db.Tx, e cashier.Voided) error {
	tx.Silent("the trail of the payment says that it was voided")
	ids, err := db.All[LineID](ctx, tx, `SELECT h.line_id FROM statement_match h JOIN statement_line l ON l.community_id = h.community_id AND l.id = h.line_id WHERE h.community_id = $1 AND h.to_kind = 'payment' AND h.to_id = $2 AND l.fee_txn_id IS NOT NULL AND {scope:h}`, e.Community, e.Payment)
	for _, id := range ids {
		l, err := lineOf(ctx, tx, id)
		if err == nil && l.State == Open {
			if err = l.reopened(ctx, tx); err == nil {
				err = db.Save(ctx, tx, "statement_line", &l)
			}
		}
		if err != nil {
			return err
		}
	}
	return err
}
