package debit

import (
	"context"
	"slices"

	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
	"guanjia/internal/platform/web"
)

// MandateDraft is a mandate as it was signed.
type MandateDraft struct {
	Room     housing.RoomID `json:"roomId"`
	Customer customer.ID    `json:"customerId,omitempty" doc:"whose bills it pays; left out: all of the room"`
	Number   string         `json:"number" maxLength:"60" doc:"of the authorisation, as the bank knows it"`
	Bank     string         `json:"bank" maxLength:"240"`
	Holder   string         `json:"holder" maxLength:"200"`
	Account  string         `json:"account" maxLength:"60"`
	Signed   clock.Day      `json:"signedOn"`
	Most     money.Fen      `json:"limit,omitzero" doc:"of one collection; left out: none"`
}

const mostAtOnce = 100_000_000_00 // a hundred million yuan

func (d *MandateDraft) checked() error {
	var wrong errs.Fields
	wrong.Words("bank", &d.Bank, 60, true)
	wrong.Words("holder", &d.Holder, 50, true)
	if d.Number = compact(d.Number); d.Number == "" {
		wrong.Add("number", "required", nil)
	}
	if d.Account == "" {
		wrong.Add("account", "required", nil)
	} else if n, err := customer.ParseAccount(d.Account); err != nil {
		wrong.Add("account", errs.Of(err).Code, nil)
	} else {
		d.Account = n
	}
	if d.Signed.IsZero() {
		wrong.Add("signedOn", "required", nil)
	}
	if d.Most < 0 || d.Most > mostAtOnce {
		wrong.Add("limit", "wrong_form", nil)
	}
	return wrong.Err()
}

// AddMandate keeps what somebody signed. A room has one mandate that holds for
// all of its bills, or one for each person's.
func (s *Service) AddMandate(ctx context.Context, who authz.Actor, d MandateDraft) (m Mandate, err error) {
	if err := d.checked(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActMandates, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, d.Room)
		if missing(err) {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		if err != nil {
			return err
		}
		if err := d.fit(ctx, tx, r); err != nil {
			return err
		}
		m = Mandate{ID: db.NewID[Mandate](tx), Community: r.Community, Room: r.ID, Customer: db.ID(d.Customer), Number: d.Number, Bank: d.Bank, Signed: d.Signed, Most: d.Most, State: "active", At: tx.Now, ByName: who.Name, Version: 1, Label: r.Label}
		m.Holder, m.Account = tx.Vault().Seal(Sealed[0].Place(db.ID(m.ID)), d.Holder), tx.Vault().Seal(Sealed[1].Place(db.ID(m.ID)), d.Account)
		m.Index = tx.Vault().Index(indexAccount, d.Account)
		tx.Note(m.Community, m.subject(), nil, map[string]any{"room": m.Room, "bank": m.Bank, "signed": m.Signed, "limit": m.Most, "state": m.State})
		tx.Emit(Changed{Community: m.Community})
		if err := db.Insert(ctx, tx, "debit_mandate", m); err != nil {
			return err
		}
		tx.Answer(&m)
		return m.shown(tx)
	})
	if db.Unique(err, "debit_mandate_live", "debit_mandate.community_id, debit_mandate.room_id") {
		err = errs.ErrFields.At(errs.Field{Name: "roomId", Code: ErrMandate.Code})
	}
	return m, err
}

// fit refuses what another mandate stands in the way of.
func (d MandateDraft) fit(ctx context.Context, tx *db.Tx, r housing.Room) error {
	today, err := org.Today(ctx, tx, r.Community)
	if err != nil {
		return err
	}
	if d.Signed.After(today) {
		return errs.ErrFields.At(errs.Field{Name: "signedOn", Code: ErrSigned.Code})
	}
	if d.Customer != 0 {
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM relation WHERE community_id = $1 AND room_id = $2 AND customer_id = $3 AND {scope}`, r.Community, r.ID, d.Customer)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.ErrFields.At(errs.Field{Name: "customerId", Code: db.ErrNotFound.Code})
		}
	}
	all, err := db.All[Mandate](ctx, tx, `SELECT `+db.Columns[Mandate]("")+` FROM debit_mandate WHERE community_id = $1 AND (room_id = $2 AND state = 'active' OR bank = $3 AND number = $4) AND {scope}`, r.Community, r.ID, d.Bank, d.Number)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(m Mandate) bool { return m.Bank == d.Bank && m.Number == d.Number }) {
		return errs.ErrFields.At(errs.Field{Name: "number", Code: ErrNumber.Code})
	}
	if slices.ContainsFunc(all, func(m Mandate) bool { return m.State == "active" && m.Customer == db.ID(d.Customer) }) {
		return errs.ErrFields.At(errs.Field{Name: "roomId", Code: ErrMandate.Code})
	}
	return nil
}

// EndMandate ends a mandate from today on. What is with the bank must be answered first.
func (s *Service) EndMandate(ctx context.Context, who authz.Actor, id MandateID, match web.Match, why string) (m Mandate, err error) {
	var wrong errs.Fields
	wrong.Words("reason", &why, 200, true)
	if err := wrong.Err(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActMandates, func(tx *db.Tx) error {
		if m, err = mandate(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(m.Version); err != nil {
			return err
		}
		if m.State != "active" {
			return ErrNotNow
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM debit_item WHERE community_id = $1 AND mandate_id = $2 AND state = 'sent' AND {scope}`, m.Community, m.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrUnending
		}
		m.State, m.EndedWhy = "ended", why
		if m.EndedOn, err = org.Today(ctx, tx, m.Community); err != nil {
			return err
		}
		tx.Note(m.Community, m.subject(), map[string]any{"state": "active"}, map[string]any{"state": m.State, "reason": why})
		tx.Emit(Changed{Community: m.Community})
		if err := db.Save(ctx, tx, "debit_mandate", &m); err != nil {
			return err
		}
		if err := m.label(ctx, tx); err != nil {
			return err
		}
		tx.Answer(&m)
		return m.shown(tx)
	})
	return m, err
}

// MandateFilter narrows the list of mandates.
type MandateFilter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	State     string            `query:"state" enum:"active,ended,"`
	Room      housing.RoomID    `query:"room"`
	Bank      string            `query:"bank" maxLength:"240"`
}

type mandateRow struct {
	Mandate
	Label string `db:"label"`
}

// Mandates are the mandates of a community, the latest first.
func (s *Service) Mandates(ctx context.Context, who authz.Actor, f MandateFilter, before MandateID, limit int) (out []Mandate, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		all, err := db.All[mandateRow](ctx, tx, `SELECT `+db.Columns[Mandate]("m")+`, o.label FROM debit_mandate m JOIN room o ON o.community_id = m.community_id AND o.id = m.room_id
			WHERE m.community_id = $1 AND ($2 = '' OR m.state = $2) AND (m.room_id = $3 OR $3 = 0) AND ($4 = '' OR m.bank = $4) AND (m.id < $5 OR $5 = 0) AND {scope:m} ORDER BY m.id DESC LIMIT $6`, f.Community, f.State, int64(f.Room), f.Bank, int64(before), limit+1)
		for _, r := range all {
			m := r.Mandate
			m.Label = r.Label
			if err := m.shown(tx); err != nil {
				return err
			}
			out = append(out, m)
		}
		return err
	})
	return out, err
}

// Banks are those that mandates of a community name, with how many hold.
type Banks struct {
	Bank string `db:"bank" json:"bank"`
	N    int64  `db:"n" json:"mandates"`
}

// BanksOf lists them.
func (s *Service) BanksOf(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Banks, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Banks](ctx, tx, `SELECT bank, COUNT(*) AS n FROM debit_mandate WHERE community_id = $1 AND state = 'active' AND {scope} GROUP BY bank ORDER BY n DESC, bank LIMIT 100`, community)
		return err
	})
	if out == nil {
		out = []Banks{}
	}
	return out, err
}
