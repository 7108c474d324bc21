package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/search"
	"guanjia/internal/platform/web"
)

// The use cases of erasure, and the kind of request it is (ACC-12).
const (
	ActErase       authz.Action = "customer.erase"
	ActEraseDecide authz.Action = "customer.erase_decide"
	actErased      authz.Action = "customer.erased"

	ErasureKind = "customer.erasure"
)

// ErrBlocked names in its fields what forbids an erasure.
var ErrBlocked = errs.New(errs.Conflict, "customer.erase_blocked", "bookkeeping or a running matter forbids to erase this person")

// Guard is what another domain has to say to an erasure: what forbids it, and
// what of its own it erases.
type Guard struct {
	Obstacles func(ctx context.Context, tx *db.Tx, c Customer) ([]errs.Field, error)
	Erase     func(ctx context.Context, tx *db.Tx, c Customer, indexes []string) error
}

// Erasure is one line of the log that outlives a restored backup.
type Erasure struct {
	Community authz.CommunityID `db:"community_id" json:"community"`
	Customer  ID                `db:"id" json:"customer"`
	At        clock.Instant     `db:"erased_at" json:"at"`
}

// Erased says that somebody's data were erased.
type Erased struct{ Erasure }

// EventName implements db.Event.
func (Erased) EventName() string { return "customer.erased" }

// Where implements db.Event.
func (e Erased) Where() authz.CommunityID { return e.Community }

// About implements db.Event.
func (e Erased) About() string { return e.Customer.String() }

// Approval is how an erasure is decided: by somebody else than who asked for it.
func (s *Service) Approval() approval.Kind {
	return approval.Kind{Name: ErasureKind, Decide: ActEraseDecide, TimeLimit: 5 * 24 * time.Hour, Lapse: 30 * 24 * time.Hour, FourEyes: true, Ended: s.erasureEnded}
}

// RequestErasure asks for somebody's data to be erased. It is refused at once,
// with a list, where bookkeeping or a running matter forbids it.
func (s *Service) RequestErasure(ctx context.Context, who authz.Actor, id ID, match web.Match, reason string) (r approval.Request, err error) {
	err = s.DB.Write(ctx, who, ActErase, func(tx *db.Tx) error {
		c, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(c.Version); err != nil {
			return err
		}
		if err := c.alive(); err != nil {
			return err
		}
		if err := s.obstacles(ctx, tx, c); err != nil {
			return err
		}
		r, err = s.Approvals.Request(ctx, tx, approval.Ask{
			Kind: ErasureKind, Community: c.Community, Subject: "customer:" + id.String(), About: c.ArchiveNo + " " + MaskName(c.Name, c.Kind == Organisation),
			Data: Erasure{Community: c.Community, Customer: id}, Reason: reason,
		})
		tx.Answer(&r)
		return err
	})
	return r, err
}

const asked = "the erasure was asked for within the scope of who asked"

func (s *Service) erasureEnded(ctx context.Context, tx *db.Tx, r approval.Request) error {
	if r.State != approval.Approved {
		return nil
	}
	var e Erasure
	if err := json.Unmarshal([]byte(r.Data), &e); err != nil {
		return err
	}
	c, err := get(ctx, tx.Global(asked), e.Customer)
	if err != nil {
		return err
	}
	if err := s.obstacles(ctx, tx.Global(asked), c); err != nil {
		return err // something came in between
	}
	return s.erase(ctx, tx, c)
}

// eraseCodes say which relation forbids an erasure.
var eraseCodes = map[RelationKind]string{Owner: "customer.erase_owner", Tenant: "customer.erase_tenant"}

// obstacles says everything that forbids to erase c.
func (s *Service) obstacles(ctx context.Context, tx *db.Tx, c Customer) error {
	rooms, err := db.All[Belonging](ctx, tx.Global(asked), `SELECT r.id, r.version, r.room_id, o.label, r.kind, r.share, r.from_on, r.to_on FROM relation r JOIN room o ON o.community_id = r.community_id AND o.id = r.room_id
		WHERE r.community_id = $1 AND r.customer_id = $2 AND r.to_on IS NULL AND r.kind IN ('owner', 'tenant') ORDER BY r.id`, c.Community, c.ID)
	if err != nil {
		return err
	}
	e := ErrBlocked
	for i, r := range rooms {
		e = e.At(errs.Field{Name: fmt.Sprintf("rooms[%d]", i), Code: eraseCodes[r.Relation], Params: map[string]any{"room": r.Label}})
	}
	for _, g := range s.Guards {
		if g.Obstacles == nil {
			continue
		}
		found, err := g.Obstacles(ctx, tx.Global(asked), c)
		if err != nil {
			return err
		}
		e = e.At(found...)
	}
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// erase removes what says who c is. Relations that have ended, and consents,
// stay: they name nobody any more.
func (s *Service) erase(ctx context.Context, tx *db.Tx, c Customer) error {
	g := tx.Global(asked)
	var numbers []string
	for _, m := range c.mobiles {
		numbers = append(numbers, m.Number)
	}
	for _, guard := range s.Guards {
		if guard.Erase == nil {
			continue
		}
		if err := guard.Erase(ctx, g, c, numbers); err != nil {
			return err
		}
	}
	if err := imports.Forget(ctx, g, c.Community, "customer", db.ID(c.ID)); err != nil {
		return err
	}
	for _, table := range []string{"customer_mobile", "customer_identity", "customer_account", "customer_alias"} {
		if _, err := g.Exec(ctx, `DELETE FROM `+table+` WHERE community_id = $1 AND customer_id = $2`, c.Community, c.ID); err != nil {
			return err
		}
	}
	if _, err := g.Exec(ctx, `UPDATE customer SET name = $1, pinyin = '', initials = '', grams = $4, tags = '[]', notes = '', birthday = NULL, birthday_md = '', gender = '', language = '', channel = '',
		contact_from = NULL, contact_to = NULL, card_no = '', emergency_name = '', emergency_relation = '', emergency_sealed = '', person_id = NULL, erased_at = $2, version = version + 1 WHERE id = $3`,
		ErasedName, tx.Now, c.ID, search.Erased); err != nil {
		return err
	}
	tx.Note(c.Community, "customer:"+c.ID.String(), nil, map[string]any{"erased": true})
	tx.Emit(Erased{Erasure{c.Community, c.ID, tx.Now}})
	if err := db.ForgetPerson(ctx, tx, c.Community, db.ID(c.ID)); err != nil {
		return err
	}
	// What was merged into them is theirs too, and so is what merges remember.
	if _, err := g.Exec(ctx, `UPDATE customer_merge SET journal_sealed = '', version = version + 1 WHERE community_id = $1 AND (kept_id = $2 OR gone_id = $2) AND journal_sealed <> ''`, c.Community, c.ID); err != nil {
		return err
	}
	before, err := db.All[ID](ctx, g, `SELECT id FROM customer WHERE community_id = $1 AND merged_into = $2 AND erased_at IS NULL`, c.Community, c.ID)
	for _, id := range before {
		other, e := get(ctx, g, id)
		if e == nil {
			e = s.erase(ctx, tx, other)
		}
		if e != nil {
			return e
		}
	}
	return err
}

var eraser = authz.System("erasure", actErased)

// Erasures lists everybody who was erased.
func (s *Service) Erasures(ctx context.Context) (out []Erasure, err error) {
	err = s.DB.Read(ctx, eraser, actErased, func(tx *db.Tx) error {
		out, err = db.All[Erasure](ctx, tx, `SELECT `+db.Columns[Erasure]("")+` FROM customer WHERE erased_at IS NOT NULL AND {scope} ORDER BY erased_at, id`)
		return err
	})
	return out, err
}

// EraseAgain erases who was erased before, and came back with a restored
// backup. done is false for who is not there, or is erased already.
func (s *Service) EraseAgain(ctx context.Context, e Erasure) (done bool, err error) {
	err = s.DB.Write(ctx, eraser, actErased, func(tx *db.Tx) error {
		done = false
		tx.Silent("nobody came back")
		found, err := db.All[ID](ctx, tx, `SELECT id FROM customer WHERE id = $1 AND community_id = $2 AND erased_at IS NULL AND {scope}`, e.Customer, e.Community)
		if err != nil || len(found) == 0 {
			return err
		}
		c, err := get(ctx, tx, e.Customer)
		if err != nil {
			return err
		}
		done = true
		return s.erase(ctx, tx, c)
	})
	return done, err
}

// checkText trims a text that people wrote; the code of what is wrong with it, or "".
func checkText(s *string, longest int) string {
	*s = strings.TrimSpace(*s)
	switch {
	case *s == "":
		return "required"
	case len([]rune(*s)) > longest:
		return "too_long"
	case strings.ContainsRune(*s, 0) || strings.ToValidUTF8(*s, "") != *s:
		return "wrong_form"
	}
	return ""
}
