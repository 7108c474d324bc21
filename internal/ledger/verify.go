package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

const whole = "the ledger's chain runs through all communities"

type head struct {
	Seq  int64  `db:"seq"`
	Hash string `db:"hash"`
}

func headOf(ctx context.Context, tx *db.Tx) (head, error) {
	return db.One[head](ctx, tx.Global(whole), `SELECT seq, hash FROM chain WHERE name = 'ledger'`)
}

const sealMost = 2000

// Seal takes every committed transaction into the chain and says how many.
func (s *Service) Seal(ctx context.Context) (total int64, err error) {
	for n := sealMost; n == sealMost && ctx.Err() == nil; total += int64(n) {
		waiting := false
		if err := s.DB.Read(ctx, system, actSeal, func(tx *db.Tx) error {
			found, err := db.All[int](ctx, tx.Global(whole), `SELECT 1 FROM ledger_txn WHERE seq IS NULL ORDER BY id LIMIT 1`)
			waiting = len(found) > 0
			return err
		}); err != nil || !waiting {
			return total, err
		}
		if err := s.DB.Bulk(ctx, system, actSeal, func(tx *db.Tx) (err error) {
			tx.Silent("what is sealed says itself who booked it")
			n, err = seal(ctx, tx.Global(whole))
			return err
		}); err != nil {
			return total, err
		}
	}
	return total, nil
}

// seal chains up to sealMost transactions. Holding the head's row keeps other sealers out.
func seal(ctx context.Context, g *db.Tx) (int, error) {
	h, err := db.One[head](ctx, g, `UPDATE chain SET seq = seq WHERE name = 'ledger' RETURNING seq, hash`)
	if err != nil {
		return 0, err
	}
	all, err := read(ctx, g, `WHERE seq IS NULL ORDER BY id LIMIT `+strconv.Itoa(sealMost))
	if err != nil {
		return 0, err
	}
	if _, err := fill(ctx, g, all); err != nil {
		return 0, err
	}
	var b bytes.Buffer
	for i := range all {
		h.Seq++
		all[i].seq = h.Seq
		h.Hash = all[i].after(h.Hash, &b)
		all[i].hash = h.Hash
	}
	for part := range slices.Chunk(all, 50) {
		var args []any
		for _, t := range part {
			// As text, because in a list of VALUES PostgreSQL takes every parameter for text.
			args = append(args, strconv.FormatInt(t.id, 10), strconv.FormatInt(t.seq, 10), t.hash)
		}
		if _, err := g.Exec(ctx, `WITH v(id, seq, hash) AS (VALUES `+db.Marks(len(part), 3)+`)
			UPDATE ledger_txn SET seq = CAST(v.seq AS BIGINT), hash = v.hash FROM v WHERE ledger_txn.id = CAST(v.id AS BIGINT) AND ledger_txn.seq + 0 IS NULL`, args...); err != nil {
			return 0, err
		}
	}
	_, err = g.Exec(ctx, `UPDATE chain SET seq = $1, hash = $2 WHERE name = 'ledger'`, h.Seq, h.Hash)
	return len(all), err
}

// between stands between the texts of a transaction as they are read: one column
// costs a third of five (QUA-04). A text that holds it makes more than are meant.
const between = "\x1e"

// read reads transactions without their entries.
func read(ctx context.Context, g *db.Tx, which string, args ...any) (out []sealed, err error) {
	mark := "$" + strconv.Itoa(len(args)+1)
	texts := strings.Join([]string{"on_day", "kind", "source", "words", "by_name"}, ` || `+mark+` || `)
	var v [8]any // as the engine has them: there are millions
	var text, hash string
	var apart []int // whose texts are to be read one by one
	into := []any{&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &text, &hash}
	err = db.Scan(ctx, g, `SELECT COALESCE(seq, 0), id, community_id, at, COALESCE(reverses_id, 0), COALESCE(by_id, 0), entries, total, `+texts+`, COALESCE(hash, '') FROM ledger_txn `+which,
		append(args, between), func(scan func(...any) error) error {
			if err := scan(into...); err != nil {
				return err
			}
			t := sealed{hash: hash}
			if err := numbers(v[:], &t.seq, &t.id, &t.community, &t.at, &t.reverses, &t.by, &t.entries, &t.total); err != nil {
				return err
			}
			if strings.Count(text, between) == 4 {
				t.day, text, _ = strings.Cut(text, between)
				t.kind, text, _ = strings.Cut(text, between)
				t.source, text, _ = strings.Cut(text, between)
				t.words, t.byName, _ = strings.Cut(text, between)
			} else {
				apart = append(apart, len(out))
			}
			out = append(out, t)
			return nil
		})
	for _, i := range apart {
		if t := &out[i]; err == nil {
			err = db.Scan(ctx, g, `SELECT on_day, kind, source, words, by_name FROM ledger_txn WHERE id = $1`, []any{t.id},
				func(scan func(...any) error) error { return scan(&t.day, &t.kind, &t.source, &t.words, &t.byName) })
		}
	}
	return out, err
}

// numbers takes whole numbers as the engines return them.
func numbers(from []any, to ...*int64) error {
	for i, into := range to {
		n, ok := from[i].(int64)
		if !ok {
			return fmt.Errorf("ledger: %T instead of a number", from[i])
		}
		*into = n
	}
	return nil
}

// fill gives transactions their entries and says how many those are. Entries
// stand right after their transaction, so runs of transactions are runs of
// entries; one that committed late makes a run of its own.
func fill(ctx context.Context, g *db.Tx, all []sealed) (n int64, err error) {
	byID := make([]*sealed, len(all))
	for i := range all {
		byID[i] = &all[i]
	}
	slices.SortFunc(byID, func(a, b *sealed) int { return cmp.Compare(a.id, b.id) })
	for from := 0; from < len(byID); {
		to := from + 1
		for to < len(byID) && byID[to].id-byID[to-1].id < runGap {
			to++
		}
		rows, err := entriesIn(ctx, g, byID[from].id, byID[to-1].id+byID[to-1].entries*id.Stride, byID[from:to])
		if err != nil {
			return n, err
		}
		n, from = n+rows, to
	}
	return n, nil
}

// runGap is ten minutes of ids: what lies between is not worth reading over.
const runGap = 600_000 << 22

func entriesIn(ctx context.Context, g *db.Tx, from, to int64, run []*sealed) (n int64, err error) {
	at := 0
	var v [6]any // as the engine has them: there are millions
	into := []any{&v[0], &v[1], &v[2], &v[3], &v[4], &v[5]}
	err = db.Scan(ctx, g, `SELECT id, community_id, txn_id, debit_id, credit_id, amount FROM ledger_entry WHERE id > $1 AND id <= $2 ORDER BY id`, []any{from, to}, func(scan func(...any) error) error {
		if err := scan(into...); err != nil {
			return err
		}
		var r row
		if err := numbers(v[:], &r.id, &r.community, &r.txn, &r.debit, &r.credit, &r.amount); err != nil {
			return err
		}
		if run[at].id != r.txn {
			found, ok := slices.BinarySearchFunc(run, r.txn, func(s *sealed, id int64) int { return cmp.Compare(s.id, id) })
			if !ok {
				return nil // of a transaction that is not looked at now
			}
			at = found
		}
		n++
		if run[at].rows == nil {
			run[at].rows = make([]row, 0, min(run[at].entries, 1000))
		}
		run[at].rows = append(run[at].rows, r)
		return nil
	})
	return n, err
}

// verifyAtOnce is how many transactions one reader holds; verifiers, how many read.
const (
	verifyAtOnce = 5000
	verifiers    = 4
)

// Verify looks at the whole ledger: every transaction says what was sealed and
// follows the one before it, its entries are all there and add up, no entry
// strays, every account is what its id says, every reversal repeats what it
// reverses. Pieces of the chain are read side by side: each begins with the hash
// that stands where the one before ends.
func (s *Service) Verify(ctx context.Context) (r Report, err error) {
	var h head
	if err := s.DB.Read(ctx, system, actVerify, func(tx *db.Tx) error {
		h, err = headOf(ctx, tx)
		return err
	}); err != nil && !errors.Is(err, db.ErrNotFound) {
		return r, err
	}
	r.Head = h.Hash
	v := verifier{db: s.DB, head: h}
	var wait sync.WaitGroup
	work := make(chan func() (found, error))
	for range verifiers {
		wait.Go(func() {
			for look := range work {
				v.add(look())
			}
		})
	}
	for first := int64(1); first <= h.Seq; first += verifyAtOnce {
		work <- func() (found, error) { return v.piece(ctx, first) }
	}
	for n := range int64(accountParts) {
		work <- func() (found, error) { return v.accounts(ctx, n) }
	}
	close(work)
	wait.Wait()
	if v.err == nil {
		v.err = s.DB.Read(ctx, system, actVerify, func(tx *db.Tx) error { return v.rest(ctx, tx.Global(whole), &r) })
	}
	r.Broken, r.Sealed, r.Accounts, r.Turnover = v.broken, v.sealed, v.held, v.turnover
	slices.SortStableFunc(r.Broken, func(a, b Break) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID)) })
	return r, v.err
}

type verifier struct {
	db   *db.DB
	head head

	mu sync.Mutex
	found
	err error
}

func (v *verifier) add(f found, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.sealed, v.entries, v.held, v.turnover = append(v.broken, f.broken...), v.sealed+f.sealed, v.entries+f.entries, v.held+f.held, v.turnover+f.turnover
	v.err = errors.Join(v.err, err)
}

// piece looks at the transactions from seq first on.
func (v *verifier) piece(ctx context.Context, first int64) (f found, err error) {
	err = v.db.Read(ctx, system, actVerify, func(tx *db.Tx) error {
		f = found{}
		g := tx.Global(whole)
		before := ""
		if first > 1 {
			last, err := db.All[string](ctx, g, `SELECT COALESCE(hash, '') FROM ledger_txn WHERE seq = $1`, first-1)
			if err != nil {
				return err
			}
			if len(last) == 1 { // else the piece before says what is missing
				before = last[0]
			}
		}
		all, err := read(ctx, g, `WHERE seq >= $1 AND seq < $2 AND seq <= $3 ORDER BY seq`, first, first+verifyAtOnce, v.head.Seq)
		if err != nil {
			return err
		}
		if f.entries, err = fill(ctx, g, all); err != nil {
			return err
		}
		f.walk(first, min(first+verifyAtOnce-1, v.head.Seq), before, all, v.head)
		return nil
	})
	return f, err
}

// rest is what is not of a piece: transactions not yet sealed or unknown to the
// head, strays, accounts and reversals.
func (v *verifier) rest(ctx context.Context, g *db.Tx, r *Report) error {
	late, err := read(ctx, g, `WHERE seq IS NULL ORDER BY id`)
	if err != nil {
		return err
	}
	n, err := fill(ctx, g, late)
	if err != nil {
		return err
	}
	for i := range late {
		if !late[i].balanced() {
			v.broken = append(v.broken, Break{Why: Totals, Txn: TxnID(late[i].id)})
		}
	}
	r.Unsealed = int64(len(late))
	counts, err := db.One[struct {
		Txns    int64 `db:"txns"`
		Entries int64 `db:"entries"`
		Forged  int64 `db:"forged"`
	}](ctx, g, `SELECT (SELECT COUNT(*) FROM ledger_txn) AS txns, (SELECT COUNT(*) FROM ledger_entry) AS entries, (SELECT COUNT(*) FROM ledger_txn WHERE seq > $1 OR seq < 1) AS forged`, v.head.Seq)
	if err != nil {
		return err
	}
	r.Txns, r.Entries = counts.Txns, counts.Entries
	if counts.Forged > 0 {
		err = v.list(ctx, g, Forged, `SELECT id, id AS txn_id, seq FROM ledger_txn WHERE seq > $1 OR seq < 1 ORDER BY id LIMIT 100`, v.head.Seq)
	}
	if err == nil && counts.Entries != v.entries+n {
		err = v.list(ctx, g, Stray, `SELECT e.id, e.txn_id, 0 AS seq FROM ledger_entry e LEFT JOIN ledger_txn t ON t.id = e.txn_id AND t.community_id = e.community_id
			WHERE t.id IS NULL OR e.id <= t.id OR e.id > t.id + t.entries * $1 ORDER BY e.id LIMIT 100`, id.Stride)
	}
	if err == nil {
		err = v.list(ctx, g, Mirror, `SELECT r.id, r.id AS txn_id, COALESCE(r.seq, 0) AS seq FROM ledger_txn r JOIN ledger_txn o ON o.id = r.reverses_id
			WHERE r.reverses_id IS NOT NULL AND (r.total <> -o.total OR r.entries <> o.entries OR o.reverses_id IS NOT NULL) ORDER BY r.id LIMIT 100`)
	}
	return err
}

// accountParts are the pieces in which accounts are looked at; their ids are spread evenly.
const accountParts = 16

// accounts looks whether a part of the accounts are what their ids say.
func (v *verifier) accounts(ctx context.Context, part int64) (f found, err error) {
	const width = math.MaxInt64/accountParts + 1
	err = v.db.Read(ctx, system, actVerify, func(tx *db.Tx) error {
		f = found{}
		return db.Scan(ctx, tx.Global(whole), `SELECT id, community_id, key, CASE WHEN key = kind || '|' || COALESCE(room_id, 0) || '|' || debtor || '|' || COALESCE(item_id, 0) THEN 1 ELSE 0 END
			FROM ledger_account WHERE id >= $1 AND id <= $2`, []any{part * width, part*width + (width - 1)}, func(scan func(...any) error) error {
			var number, place, same int64
			var key string
			if err := scan(&number, &place, &key, &same); err != nil {
				return err
			}
			f.held++
			if same == 0 || accountID(authz.CommunityID(place), key) != AccountID(number) {
				f.broken = append(f.broken, Break{Why: Other, ID: db.ID(number)})
			}
			return nil
		})
	})
	return f, err
}

func (v *verifier) list(ctx context.Context, g *db.Tx, why Why, q string, args ...any) error {
	rows, err := db.All[struct {
		ID  db.ID `db:"id"`
		Txn TxnID `db:"txn_id"`
		Seq int64 `db:"seq"`
	}](ctx, g, q, args...)
	for _, r := range rows {
		v.broken = append(v.broken, Break{why, r.Txn, r.Seq, r.ID})
	}
	return err
}
