package customer

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

// Field is a part of an archive that can be uncovered.
type Field string

// The fields.
const (
	FieldName     Field = "name"
	FieldMobile   Field = "mobile"
	FieldIdentity Field = "identity"
	FieldAccount  Field = "account"
	FieldHolder   Field = "holder"

	FieldBirthday  Field = "birthday"
	FieldEmergency Field = "emergency"
	FieldOtherName Field = "other_name"
)

// Reveal shows one field in full. It changes nothing and is a write all the
// same: its audit entry says who looked at what, never what they saw (CUS-04).
func (s *Service) Reveal(ctx context.Context, who authz.Actor, id ID, field Field, index int) (value string, err error) {
	refused := false
	err = s.DB.Write(ctx, who, ActReveal, func(tx *db.Tx) error {
		c, err := whole(ctx, tx, id)
		if err != nil {
			return err
		}
		if value, err = c.field(field, index); err != nil {
			return err
		}
		if refused, err = audit.CountReveal(ctx, tx, c.Community, "customer:"+id.String()); err != nil || refused {
			return err
		}
		tx.Note(c.Community, "customer:"+id.String(), nil, map[string]any{"field": field, "index": index})
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

// field is one field of an archive in full.
func (c Customer) field(field Field, index int) (string, error) {
	switch {
	case field == FieldName:
		return c.Name, nil
	case field == FieldBirthday:
		return c.BirthdayOn.String(), nil
	case field == FieldEmergency && c.Emergency != nil:
		return c.Emergency.number, nil
	case field == FieldOtherName && index < len(c.Names):
		return c.Names[index].Name, nil
	case field == FieldMobile && index < len(c.mobiles):
		return c.mobiles[index].Number, nil
	case field == FieldMobile:
		return "", ErrNoMobile
	case field == FieldIdentity && index < len(c.Identities):
		return c.Identities[index].number, nil
	case field == FieldAccount && index < len(c.Accounts):
		return c.Accounts[index].number, nil
	case field == FieldHolder && index < len(c.Accounts):
		return c.Accounts[index].holder, nil
	}
	return "", ErrNoPaper
}
