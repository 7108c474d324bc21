package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/vault"
)

// sealed is an entry as it is hashed: the columns as they stand in the table,
// in this order, as JSON without spaces. An empty column differs from a zero.
type sealed struct {
	Seq       int64   `db:"seq" json:"seq"`
	ID        db.ID   `db:"id" json:"id"`
	Community *int64  `db:"community_id" json:"community"`
	At        int64   `db:"at" json:"at"`
	Actor     *int64  `db:"actor_id" json:"actor"`
	ActorName string  `db:"actor_name" json:"actorName"`
	Action    string  `db:"action" json:"action"`
	Subject   string  `db:"subject" json:"subject"`
	Before    *string `db:"before" json:"before"`
	After     *string `db:"after" json:"after"`
	Request   string  `db:"request" json:"request"`
	IP        string  `db:"ip" json:"ip"`
	Hash      string  `db:"hash" json:"-"`
}

// after is the hash of an entry that follows the one with the hash before.
func (e sealed) after(before string) (string, error) {
	var b bytes.Buffer
	b.WriteString(before)
	j := json.NewEncoder(&b)
	j.SetEscapeHTML(false)
	if err := j.Encode(e); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:]), nil
}

// About is what an entry says about a person: the value for who may see it.
type About struct {
	Person db.ID           `json:"person"`
	Value  json.RawMessage `json:"value,omitempty"`
	Hidden bool            `json:"hidden,omitempty"`
	Erased bool            `json:"erased,omitempty"` // nobody can read it any more
}

// checkpoint closes a segment of the trail.
type checkpoint struct {
	Seq       int64          `db:"seq"`
	Hash      string         `db:"hash"`
	At        clock.Instant  `db:"at"`
	Signature string         `db:"signature"`
	TrimmedAt *clock.Instant `db:"trimmed_at"`
	TrimSign  string         `db:"trim_signature"`
}

// trimText is what is signed when everything up to c was removed by rule.
func (c checkpoint) trimText(at clock.Instant) string {
	return fmt.Sprintf("%s\ntrimmed %d", c.text(), int64(at))
}

// text is what is signed.
func (c checkpoint) text() string {
	return fmt.Sprintf("guanjia audit checkpoint\n%d\n%s\n%d", c.Seq, c.Hash, int64(c.At))
}

// month numbers the months since 1970, in UTC.
func month(at clock.Instant) int {
	t := at.Time().UTC()
	return t.Year()*12 + int(t.Month())
}

// begin is where a walk starts: after the last checkpoint up to which the trail
// was trimmed. A checkpoint that nobody signed is a break, and no start.
func begin(h head, marks []checkpoint, v *vault.Vault) (w walk, broken *Break) {
	w = walk{head: h, marks: map[int64]string{}}
	for _, c := range marks {
		why := Why("")
		switch {
		case !v.Signed(c.text(), c.Signature), c.TrimmedAt != nil && !v.Signed(c.trimText(*c.TrimmedAt), c.TrimSign):
			why = Unsigned
		case c.Seq > h.Seq:
			why = Tail
		case c.TrimmedAt != nil:
			w.seq, w.hash = c.Seq, c.Hash
		default:
			w.marks[c.Seq] = c.Hash
		}
		if why != "" && broken == nil {
			broken = &Break{Seq: c.Seq, Why: why}
		}
	}
	return w, broken
}

// walk goes along the chain, entry by entry, and stops at the first break.
type walk struct {
	head    head
	seq     int64  // of the entry before
	hash    string // as it stands in the entry before
	suspect *Break // the entry before does not match its hash …
	should  string // … which by its content should be this
	broken  *Break
	marks   map[int64]string // the hash that a signed checkpoint says an entry has
}

func (w *walk) step(e sealed) error {
	switch {
	case w.broken != nil:
		return nil
	case w.suspect != nil:
		return w.judge(&e)
	case e.Seq <= w.seq || (e.Seq > w.head.Seq && w.seq == w.head.Seq):
		w.broken = &Break{Seq: e.Seq, ID: e.ID, Why: Forged}
		return nil
	case e.Seq > w.seq+1:
		w.broken = &Break{Seq: w.seq + 1, Why: Missing}
		return nil
	}
	should, err := e.after(w.hash)
	if should != e.Hash {
		w.suspect, w.should = &Break{Seq: e.Seq, ID: e.ID, Why: Changed}, should
	} else if signed, ok := w.marks[e.Seq]; ok && signed != e.Hash {
		w.broken = &Break{Seq: e.Seq, ID: e.ID, Why: Unsigned}
	}
	w.seq, w.hash = e.Seq, e.Hash
	return err
}

// judge looks at what follows the suspect, an entry or the head: if that was
// made on the hash the suspect should have, only the hash was overwritten.
func (w *walk) judge(follows *sealed) error {
	onContent := w.seq == w.head.Seq && w.head.Hash == w.should
	if follows != nil && follows.Seq == w.seq+1 && w.seq < w.head.Seq {
		hash, err := follows.after(w.should)
		if err != nil {
			return err
		}
		onContent = hash == follows.Hash
	}
	if onContent {
		w.suspect.Why = BadHash
	}
	w.broken = w.suspect
	return nil
}

// end compares what was walked with the head of the chain.
func (w *walk) end() (*Break, error) {
	switch {
	case w.broken != nil:
	case w.suspect != nil:
		return w.suspect, w.judge(nil)
	case w.seq < w.head.Seq:
		w.broken = &Break{Seq: w.seq + 1, Why: Tail}
	case w.hash != w.head.Hash:
		w.broken = &Break{Seq: w.seq, Why: BadHead}
	}
	return w.broken, nil
}
