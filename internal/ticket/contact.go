package ticket

import (
	"context"
	"fmt"
	"slices"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/reseal"
	"guanjia/internal/platform/vault"
)

// Sealed are the columns of this package that hold personal data (CUS-04).
var Sealed = []reseal.Column{{
	Table: "ticket", Name: "contact_mobile", Sealed: "contact_sealed", Clear: "contact_mobile",
	By: []reseal.Index{{Column: "contact_index", Kind: indexMobile}, {Column: "contact_last4", Kind: indexLast4, Of: lastFour}},
}}

const (
	indexMobile = "mobile"
	indexLast4  = "mobile.last4"
)

func lastFour(number string) string { return number[max(len(number)-4, 0):] }

func (t *Ticket) sealContact(v *vault.Vault, number string) {
	t.ContactSealed = v.Seal(Sealed[0].Place(db.ID(t.ID)), number)
	t.ContactIndex, t.ContactLast4 = v.Index(indexMobile, number), v.Index(indexLast4, lastFour(number))
}

// ContactNumber opens a contact's number as a ticket's row keeps it: sealed,
// or in clear as an older program wrote it.
func ContactNumber(v *vault.Vault, id ID, clear, sealed string) (string, error) {
	if clear != "" {
		return clear, nil
	}
	return v.Open(Sealed[0].Place(db.ID(id)), sealed)
}

// Reports reports whether a number is that of the ticket's contact.
func (t Ticket) Reports(v *vault.Vault, number string) bool {
	return t.ContactIndex != "" && slices.Contains(v.Indexes(indexMobile, number), t.ContactIndex)
}

// EntryIn returns a line of a ticket's timeline inside another domain's
// transaction; zero: the one that tells of its opening.
func EntryIn(ctx context.Context, tx *db.Tx, t Ticket, id EntryID) (Entry, error) {
	return db.One[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("")+` FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 AND (id = $3 OR $3 = 0 AND verb = 'opened') AND {scope} ORDER BY id LIMIT 1`, t.Community, t.ID, int64(id))
}

// PromisedBefore reports whether the customer had been told a time of arrival
// before a line of the timeline was written.
func PromisedBefore(ctx context.Context, tx *db.Tx, t Ticket, id EntryID) (bool, error) {
	all, err := db.All[Entry](ctx, tx, `SELECT `+db.Columns[Entry]("")+` FROM ticket_entry WHERE community_id = $1 AND ticket_id = $2 AND id < $3 AND verb = 'told' AND {scope}`, t.Community, t.ID, id)
	return slices.ContainsFunc(all, func(e Entry) bool { return e.Data["arrivalAt"] != nil }), err
}

// sight is what who sees of the contact: who has the work in hand must know
// for whom to ask at the door.
func (t Ticket) sight(who authz.Actor) customer.Sight {
	see := customer.SightOf(who, t.Community)
	see.Names = see.Names || t.Assignee == who.ID && who.ID != 0
	return see
}

// Shown is t as far as who may see its contact.
func (t Ticket) Shown(who authz.Actor) Ticket {
	t.ContactName = t.sight(who).Name(t.ContactName, false)
	return t
}

// Reveal shows the contact's name or number in full, and leaves a trail
// (CUS-04). Who does not answer the telephone needs it for their own work only.
func (s *Service) Reveal(ctx context.Context, who authz.Actor, id ID, field string) (value string, err error) {
	refused := false
	err = s.DB.Write(ctx, who, ActReveal, func(tx *db.Tx) error {
		t, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.Assignee != who.ID && !who.Scope(customer.ActReveal).Sees(t.Community) {
			return ErrNotYours
		}
		if value = t.ContactName; field == "mobile" {
			value, err = ContactNumber(tx.Vault(), t.ID, t.ContactClear, t.ContactSealed)
		}
		if err != nil {
			return err
		}
		if value == "" {
			return ErrNoContact
		}
		subject := "ticket:" + t.ID.String()
		if refused, err = audit.CountReveal(ctx, tx, t.Community, subject); err != nil || refused {
			return err
		}
		tx.Note(t.Community, subject, nil, map[string]any{"field": "contact " + field})
		return nil
	})
	if err == nil && refused {
		err = audit.ErrReveals
	}
	if err != nil {
		return "", err
	}
	return value, nil
}

// Merges are the columns of this package that name a customer.
var Merges = []customer.Merge{{Table: "ticket", Column: "customer_id"}}

// OwnSection is what this package knows of a person, for their own export.
var OwnSection = customer.Section{
	Name:  [2]string{"工单", "Tickets"},
	Heads: [2][]string{{"单号", "登记时间", "事项", "描述", "位置", "联系人", "联系电话", "状态", "报事位置"}, {"Number", "Opened", "Matter", "Description", "Place", "Contact", "Number called", "Status", "Position"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		all, err := db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE community_id = $1 AND customer_id = $2 AND {scope} ORDER BY id`, c.Community, c.ID)
		var rows [][]any
		for _, t := range all {
			number, e := ContactNumber(tx.Vault(), t.ID, t.ContactClear, t.ContactSealed)
			if err == nil {
				err = e
			}
			rows = append(rows, []any{t.Number, t.OpenedAt.String(), t.Title, t.Description, t.Place, t.ContactName, number, string(t.Status), t.position()})
		}
		return rows, err
	},
}

// OwnVisits are the promises to come that a person was given, for their own export.
var OwnVisits = customer.Section{
	Name:  [2]string{"上门预约", "Appointments"},
	Heads: [2][]string{{"单号", "预约于", "起", "止", "由", "谁来", "结果", "到场"}, {"Number", "Made", "From", "To", "By", "Who comes", "Outcome", "Arrived"}},
	Rows: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([][]any, error) {
		type row struct {
			Appointment
			Number string `db:"number"`
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Appointment]("a")+`, t.number FROM appointment a JOIN ticket t ON t.community_id = a.community_id AND t.id = a.ticket_id
			WHERE a.community_id = $1 AND t.customer_id = $2 AND {scope:a} ORDER BY a.id`, c.Community, c.ID)
		var rows [][]any
		for _, a := range all {
			arrived := ""
			if a.ArrivedAt != nil {
				arrived = a.ArrivedAt.String()
			}
			rows = append(rows, []any{a.Number, a.At.String(), a.From.String(), a.To.String(), a.ByName, a.StaffName, string(a.State), arrived})
		}
		return rows, err
	},
}

// ErasureGuard keeps people who have an open ticket, and takes the contact out
// of the tickets of those who are erased.
var ErasureGuard = customer.Guard{
	Obstacles: func(ctx context.Context, tx *db.Tx, c customer.Customer) ([]errs.Field, error) {
		open, err := db.All[string](ctx, tx, `SELECT number FROM ticket WHERE community_id = $1 AND customer_id = $2 AND resolved_at IS NULL AND ended_at IS NULL ORDER BY id LIMIT 50`, c.Community, c.ID)
		var out []errs.Field
		for i, number := range open {
			out = append(out, errs.Field{Name: fmt.Sprintf("tickets[%d]", i), Code: "customer.erase_ticket", Params: map[string]any{"number": number}})
		}
		return out, err
	},
	Erase: func(ctx context.Context, tx *db.Tx, c customer.Customer, numbers []string) error {
		where, args := `customer_id = $3`, []any{customer.ErasedName, c.Community, c.ID}
		for _, n := range numbers {
			for _, x := range tx.Vault().Indexes(indexMobile, n) {
				args = append(args, x)
				where += fmt.Sprintf(" OR contact_index = $%d", len(args))
			}
		}
		_, err := tx.Exec(ctx, `UPDATE ticket SET contact_name = $1, contact_mobile = '', contact_sealed = '', contact_index = '', contact_last4 = '', report_latitude = NULL, report_longitude = NULL WHERE community_id = $2 AND (`+where+`)`, args...)
		return err
	},
}
