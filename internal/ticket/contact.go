package ticket

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/customer"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
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
