package cashier

import (
	"context"
	"errors"

	"guanjia/internal/auth"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Printed is everything that stands on a receipt.
type Printed struct {
	PaymentView
	Code      string `json:"code"`
	Copy      bool   `json:"copy" doc:"it was printed before"`
	Upper     string `json:"upper" doc:"the amount in Chinese capitals"`
	Company   string `json:"company"`
	Place     string `json:"communityName"`
	Address   string `json:"address"`
	Phone     string `json:"servicePhone"`
	Hours     string `json:"hours,omitempty"`
	Complaint string `json:"complaint,omitempty"`
}

// Print counts a print of a receipt and answers with what is to be printed:
// every print after the first is a copy (PAY-02).
func (s *Service) Print(ctx context.Context, who authz.Actor, id ReceiptID) (out Printed, err error) {
	err = s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		r, err := db.One[Receipt](ctx, tx, `SELECT `+db.Columns[Receipt]("")+` FROM receipt WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		out = Printed{Code: r.Code, Copy: r.Copies > 0, Upper: r.Fen.Upper()}
		r.Copies++
		if err := db.Save(ctx, tx, "receipt", &r); err != nil {
			return err
		}
		tx.Note(r.Community, "receipt:"+r.ID.String(), nil, map[string]any{"printed": r.Copies})
		p, err := payment(ctx, tx, r.Payment)
		if err != nil {
			return err
		}
		if out.PaymentView, err = view(ctx, tx, p); err != nil {
			return err
		}
		if err := out.Office(ctx, tx, r.Community); err != nil {
			return err
		}
		tx.Answer(&out)
		return nil
	})
	return out, err
}

// Office adds what a receipt says of the office, also in another domain's transaction.
func (p *Printed) Office(ctx context.Context, tx *db.Tx, community authz.CommunityID) error {
	c, err := org.In(ctx, tx, community)
	if err != nil {
		return err
	}
	p.Place, p.Address, p.Phone = c.Name, c.Address, c.ServicePhone
	if p.Company, err = db.One[string](ctx, tx.Global("the company's name is no secret"), `SELECT name FROM company WHERE id = $1`, c.Company); err != nil {
		return err
	}
	o, err := office(ctx, tx, community)
	p.Hours, p.Complaint = o.Hours, o.Complaint
	return err
}

// Place is how a community's office is reached; every bill and receipt says it.
type Place struct {
	Company   string `json:"company"`
	Name      string `json:"name"`
	Address   string `json:"address"`
	Phone     string `json:"phone"`
	Hours     string `json:"hours,omitempty"`
	Complaint string `json:"complaint" doc:"where one may complain"`
}

// PlaceOf is how the office of a community is reached, in another domain's transaction.
func PlaceOf(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Place, error) {
	var p Printed
	err := p.Office(ctx, tx, community)
	return Place{p.Company, p.Place, p.Address, p.Phone, p.Hours, p.Complaint}, err
}

// Office is what every receipt says besides the office's address and telephone.
type Office struct {
	ID        authz.CommunityID `db:"id" json:"-"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Hours     string            `db:"hours" json:"hours"`
	Complaint string            `db:"complaint" json:"complaint" doc:"where one may complain"`
	Alone     money.Fen         `db:"deposit_alone" json:"depositAlone" doc:"what is given back of a room's deposits within thirty days without somebody else's approval"`
	Limits    auth.Limits       `db:"deposit_limits" json:"depositLimits" maxItems:"30" doc:"of roles for which it is another amount; of several the highest holds"`
	OffsetMax money.Fen         `db:"offset_alone" json:"offsetAlone" doc:"what is set off for a room within thirty days without somebody else's approval (PAY-01)"`
	Offsets   auth.Limits       `db:"offset_limits" json:"offsetLimits" maxItems:"30" doc:"of roles for which it is another amount; of several the highest holds"`
	Roles     []auth.RoleName   `db:"-" json:"roles" doc:"that may have a limit, in the company's order"`
	Version   int64             `db:"version" json:"version"`
}

// OfficeDraft is what people write of it; what is left out stays as it is.
type OfficeDraft struct {
	Hours     string       `json:"hours" maxLength:"400"`
	Complaint string       `json:"complaint" maxLength:"400"`
	Alone     *money.Fen   `json:"depositAlone,omitempty" doc:"left out: as it is"`
	Limits    *auth.Limits `json:"depositLimits,omitempty" maxItems:"30" doc:"left out: as they are"`
	OffsetMax *money.Fen   `json:"offsetAlone,omitempty" doc:"left out: as it is"`
	Offsets   *auth.Limits `json:"offsetLimits,omitempty" maxItems:"30" doc:"left out: as they are"`
}

func (d *OfficeDraft) check() error {
	var wrong errs.Fields
	wrong.Words("hours", &d.Hours, 100, false)
	wrong.Words("complaint", &d.Complaint, 100, true)
	if d.Alone != nil && (*d.Alone < 0 || *d.Alone > mostAtOnce) {
		wrong.Add("depositAlone", "wrong_form", nil)
	}
	if d.Limits != nil {
		d.Limits.Check(&wrong, "depositLimits", mostAtOnce)
	}
	if d.OffsetMax != nil && (*d.OffsetMax < 0 || *d.OffsetMax > mostAtOnce) {
		wrong.Add("offsetAlone", "wrong_form", nil)
	}
	if d.Offsets != nil {
		d.Offsets.Check(&wrong, "offsetLimits", mostAtOnce)
	}
	return wrong.Err()
}

// offsetAlone is what the actor sets off for a room without somebody else.
func (o Office) offsetAlone(ctx context.Context, tx *db.Tx) (money.Fen, error) {
	roles, err := auth.RolesAt(ctx, tx, tx.Who.ID, o.Community)
	if most, ok := o.Offsets.Most(roles); ok {
		return most, err
	}
	return o.OffsetMax, err
}

// alone is what the actor gives back of a room's deposits without somebody else.
func (o Office) alone(ctx context.Context, tx *db.Tx) (money.Fen, error) {
	roles, err := auth.RolesAt(ctx, tx, tx.Who.ID, o.Community)
	if most, ok := o.Limits.Most(roles); ok {
		return most, err
	}
	return o.Alone, err
}

// ETag implements web.Versioned.
func (o Office) ETag() int64 { return o.Version }

func office(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Office, error) {
	o, err := db.One[Office](ctx, tx, `SELECT `+db.Columns[Office]("")+` FROM receipt_office WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Office{ID: community, Community: community, Complaint: "12345 / 12315", Alone: aloneShipped, Limits: auth.Limits{}, Offsets: auth.Limits{}}, nil
	}
	return o, err
}

// Office is what the receipts of a community say of its office.
func (s *Service) Office(ctx context.Context, who authz.Actor, community authz.CommunityID) (o Office, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if o, err = office(ctx, tx, community); err != nil {
			return err
		}
		o.Roles, err = auth.RolesFor(ctx, tx, ActTake, o.Limits, o.Offsets)
		return err
	})
	return o, err
}

// SetOffice changes what the receipts of a community say of its office, and how
// much of deposits is given back without somebody else.
func (s *Service) SetOffice(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, d OfficeDraft) (o Office, err error) {
	if err := d.check(); err != nil {
		return o, err
	}
	err = s.DB.Write(ctx, who, ActBooks, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if o, err = office(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(o.Version); err != nil {
			return err
		}
		before := o.noted()
		o.Hours, o.Complaint = d.Hours, d.Complaint
		if d.Alone != nil {
			o.Alone = *d.Alone
		}
		if d.Limits != nil {
			o.Limits = *d.Limits
		}
		if d.OffsetMax != nil {
			o.OffsetMax = *d.OffsetMax
		}
		if d.Offsets != nil {
			o.Offsets = *d.Offsets
		}
		tx.Note(community, "receipt_office:"+community.String(), before, o.noted())
		if o.Roles, err = auth.RolesFor(ctx, tx, ActTake, o.Limits, o.Offsets); err != nil {
			return err
		}
		if o.Version == 0 {
			o.Version = 1
			return db.Insert(ctx, tx, "receipt_office", o)
		}
		return db.Save(ctx, tx, "receipt_office", &o)
	})
	return o, err
}

func (o Office) noted() map[string]any {
	return map[string]any{"hours": o.Hours, "complaint": o.Complaint, "depositAlone": o.Alone, "depositLimits": o.Limits, "offsetAlone": o.OffsetMax, "offsetLimits": o.Offsets}
}

const actProve authz.Action = "receipt.prove"

// Proof is what a receipt's code proves to whoever holds it: no name, and the
// room without its last digits.
type Proof struct {
	Number  string    `json:"number"`
	Day     clock.Day `json:"day"`
	Fen     money.Fen `json:"amount"`
	Place   string    `json:"communityName"`
	Room    string    `json:"room" doc:"without its last digits"`
	State   string    `json:"state" enum:"valid,void"`
	VoidDay clock.Day `json:"voidDay,omitzero"`
	Phone   string    `json:"servicePhone"`
}

// Prove says whether a receipt is genuine (PAY-01); db.ErrNotFound: it is not ours.
func (s *Service) Prove(ctx context.Context, code string) (out Proof, err error) {
	type row struct {
		Number   string         `db:"number"`
		Day      clock.Day      `db:"on_day"`
		Fen      money.Fen      `db:"amount"`
		Place    string         `db:"place"`
		Phone    string         `db:"phone"`
		Room     string         `db:"label"`
		VoidDay  clock.Day      `db:"reversed_on"`
		VoidedAt *clock.Instant `db:"voided_at"`
	}
	err = s.DB.Glance(ctx, authz.System("whoever holds the receipt", actProve), actProve, func(tx *db.Tx) error {
		r, err := db.One[row](ctx, tx, `SELECT r.number, r.on_day, r.amount, c.name AS place, c.service_phone AS phone, o.label, p.reversed_on, r.voided_at FROM receipt r JOIN payment p ON p.community_id = r.community_id AND p.id = r.payment_id
			JOIN community c ON c.id = r.community_id JOIN room o ON o.community_id = p.community_id AND o.id = p.room_id WHERE r.code = $1 AND {scope:r}`, code)
		out = Proof{Number: r.Number, Day: r.Day, Fen: r.Fen, Place: r.Place, Room: masked(r.Room), State: "valid", Phone: r.Phone}
		if r.VoidedAt != nil {
			out.State, out.VoidDay = "void", r.VoidDay
		}
		return err
	})
	return out, err
}
