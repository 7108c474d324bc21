package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

type note struct {
	place         authz.CommunityID
	subject       string
	before, after any
}

// record writes the audit entries, the outbox rows and the idempotency row of
// a transaction that is about to commit.
func (t *Tx) record(ctx context.Context) error {
	if len(t.out.notes) == 0 && t.out.silent == "" {
		t.out.notes = []note{{place: t.out.place}}
	}
	for _, n := range t.out.notes {
		if n.place == 0 {
			n.place = t.out.place
		}
		entry := NewID[Entry](t)
		before, err := t.noted(ctx, n.place, entry, n.before)
		if err != nil {
			return err
		}
		after, err := t.noted(ctx, n.place, entry, n.after)
		if err != nil {
			return err
		}
		if err := t.add(ctx, `
			INSERT INTO audit (id, community_id, at, actor_id, actor_name, action, subject, before, after, request, ip)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			[]any{entry, n.place, t.Now, t.Who.ID, t.Who.Name, string(t.Act), n.subject, before, after, t.Who.Request.ID, t.Who.Request.IP}); err != nil {
			return err
		}
	}
	for _, e := range t.out.events {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if err := t.add(ctx, `
			INSERT INTO outbox (id, community_id, at, name, about, body, actor_id, request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			[]any{NewID[Entry](t), e.Where(), t.Now, e.EventName(), e.About(), string(body), t.Who.ID, t.Who.Request.ID}); err != nil {
			return err
		}
	}
	if err := t.recordAnswer(ctx); err != nil {
		return err
	}
	return t.finish(ctx)
}

// Entry tags the ids of audit and outbox rows.
type Entry struct{}

// noted writes a part of an entry as JSON, what is personal in it sealed.
func (t *Tx) noted(ctx context.Context, place authz.CommunityID, entry ID, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	v, err := t.sealPersonal(ctx, place, entry, v)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// Repeat is the Idempotency-Key of a request, put into the context by package
// web. After the call Answer holds the stored answer if the key had been used.
type Repeat struct {
	Key    string
	Body   []byte // what was asked; the same key with another body is refused
	Answer []byte
}

type repeatKey struct{}

// WithRepeat attaches r to the calls made with the returned context.
func WithRepeat(ctx context.Context, r *Repeat) context.Context {
	return context.WithValue(ctx, repeatKey{}, r)
}

// WithoutRepeat is for the transactions of a use case that only prepare the
// one whose effect the key stands for: else the first of them would use it up.
func WithoutRepeat(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatKey{}, nil)
}

// Errors about repeated requests.
var (
	ErrOtherBody = errs.New(errs.Conflict, "idempotency.other_body", "this Idempotency-Key was used for another request")
	errRepeated  = errors.New("db: answered before")
)

// Replayed reports that a Write did nothing because its Idempotency-Key had
// been used; package web then sends the stored answer.
func Replayed(err error) bool { return errors.Is(err, errRepeated) }

func (r *Repeat) hash() string {
	h := sha256.Sum256(r.Body)
	return hex.EncodeToString(h[:])
}

// answered reads what was kept for a key; sql.ErrNoRows when it is new.
func (d *DB) answered(ctx context.Context, who authz.Actor, key string) (hash, answer string, err error) {
	rows, err := d.glance().QueryContext(ctx, `SELECT body_hash, answer FROM idempotency WHERE account_id = $1 AND key = $2`, int64(who.ID), key)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = rows.Close() }()
	err = sql.ErrNoRows
	for rows.Next() {
		err = rows.Scan(&hash, &answer)
	}
	return hash, answer, errors.Join(rows.Err(), err)
}

// repeated looks for the key of ctx outside any transaction: inside one it
// would make unrelated writers conflict on PostgreSQL.
func (d *DB) repeated(ctx context.Context, who authz.Actor) (bool, error) {
	r, ok := ctx.Value(repeatKey{}).(*Repeat)
	if !ok {
		return false, nil
	}
	hash, answer, err := d.answered(ctx, who, r.Key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, classify(err)
	case hash != r.hash():
		return true, ErrOtherBody
	}
	if strings.HasPrefix(answer, "k") { // no JSON begins so; an older program kept it in clear
		if answer, err = d.vault.Open(answerPlace(who, r.Key), answer); err != nil {
			return false, err
		}
	}
	r.Answer = []byte(answer)
	return true, errRepeated
}

// answerPlace is what an answer is sealed for: it may name people (CUS-04).
func answerPlace(who authz.Actor, key string) string {
	return "idempotency.answer:" + who.ID.String() + ":" + key
}

func (t *Tx) recordAnswer(ctx context.Context) error {
	r, ok := ctx.Value(repeatKey{}).(*Repeat)
	if !ok {
		return nil
	}
	answer, err := json.Marshal(t.out.answer)
	if err != nil {
		return err
	}
	return t.add(ctx, `INSERT INTO idempotency (account_id, key, at, body_hash, answer) VALUES ($1, $2, $3, $4, $5)`,
		[]any{int64(t.Who.ID), r.Key, t.Now, r.hash(), t.Vault().Seal(answerPlace(t.Who, r.Key), string(answer))})
}

// Number returns the next number of a series that people read (TIC-01): series
// is its name within the community, such as "BX20261114". Numbers may have
// gaps. On PostgreSQL it is taken outside the transaction.
func (t *Tx) Number(ctx context.Context, community authz.CommunityID, series string) (int64, error) {
	return t.Numbers(ctx, community, series, 1)
}

// Numbers reserves n numbers of a series in a row and returns the first.
func (t *Tx) Numbers(ctx context.Context, community authz.CommunityID, series string, n int) (first int64, err error) {
	var last int64
	if t.d.Engine == Postgres {
		last, err = t.d.numberPostgres(ctx, community, series, n)
	} else {
		last, err = scalar(ctx, t.q, numberSQL, int64(community), series, int64(n))
	}
	return last - int64(n) + 1, err
}

const numberSQL = `
	INSERT INTO number_counter (community_id, series, n) VALUES ($1, $2, $3)
	ON CONFLICT (community_id, series) DO UPDATE SET n = number_counter.n + excluded.n RETURNING n`

// Serial writes a number of a series with its minimum width: BX20261114-0007.
func Serial(prefix string, day clock.Day, n int64, width int) string {
	digits := strconv.FormatInt(n, 10)
	if len(digits) < width {
		digits = strings.Repeat("0", width-len(digits)) + digits
	}
	return prefix + strings.ReplaceAll(day.String(), "-", "") + "-" + digits
}

// ID is an identifier of any type, for parameters that are not tied to a domain.
type ID = id.Of[Entry]

// Marks writes the placeholders of many rows for one VALUES: "($1, $2), ($3, $4)".
func Marks(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// Among writes the placeholders of an IN, "($3, $4)", and appends its
// arguments to args.
func Among[T any](args *[]any, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		marks[i] = "$" + strconv.Itoa(len(*args))
	}
	return "(" + strings.Join(marks, ", ") + ")"
}
