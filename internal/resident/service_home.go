package resident

import (
	"context"
	"errors"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Home is a room of the caller.
type Home struct {
	Binding
	Label  string `json:"label"`
	Place  string `json:"communityName"`
	Phone  string `json:"servicePhone" doc:"of the service centre"`
	Office string `json:"address" doc:"of the community"`
	Zone   string `json:"zone" doc:"IANA time zone of the community: its clock is shown"`
	Invite bool   `json:"mayInvite"`
}

// Place is a community that a room can be claimed in.
type Place struct {
	ID   authz.CommunityID `db:"id" json:"id"`
	Name string            `db:"name" json:"name"`
}

// Homes lists the caller's rooms.
func (s *Service) Homes(ctx context.Context, who authz.Actor) (out []Home, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		all, err := living(ctx, tx, who.ID)
		for _, b := range all {
			out = append(out, Home{b.Binding, b.Label, b.Place, b.Hotline, b.Office, b.Zone, b.Kind == customer.Owner && b.InvitedBy == 0})
		}
		return err
	})
	return out, err
}

// OwnData is all that is kept of the caller in the archive that their binding
// to a room rests on (CUS-04). Who was invited has no archive of their own there.
func (s *Service) OwnData(ctx context.Context, who authz.Actor, room housing.RoomID, english bool) (audit.Table, error) {
	var b standing
	err := s.DB.Read(ctx, who, ActHome, func(tx *db.Tx) (err error) {
		if b, err = at(ctx, tx, room); err == nil && (b.Customer == 0 || b.InvitedBy != 0) {
			err = db.ErrNotFound
		}
		return err
	})
	if err != nil {
		return audit.Table{}, err
	}
	themselves := who
	themselves.Grants = []authz.Grant{{Actions: map[authz.Action]bool{customer.ActExport: true, customer.ActNames: true}, Communities: []authz.CommunityID{b.Community}}}
	return s.Customers.OwnExport(ctx, themselves, b.Customer, english)
}

// Places lists the communities there are.
func (s *Service) Places(ctx context.Context, who authz.Actor) (out []Place, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		out, err = db.All[Place](ctx, tx.Global("names of communities are on their gates"), `SELECT id, name FROM community ORDER BY name`)
		return err
	})
	return out, err
}

// Claims lists what the caller has said of themselves, the latest first.
func (s *Service) Claims(ctx context.Context, who authz.Actor) (out []Claim, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		out, err = db.All[Claim](ctx, tx.Global(whyOwn), `SELECT `+db.Columns[Claim]("")+` FROM resident_claim WHERE account_id = $1 ORDER BY id DESC LIMIT 50`, who.ID)
		return err
	})
	return out, err
}

// Claimant is who somebody says they are.
type Claimant struct {
	Community authz.CommunityID
	Label     string
	Name      string
	Kind      customer.RelationKind
}

// Claim binds the caller to a room at once when the archive knows somebody of
// that name there with the mobile the caller signed in with; else the front
// desk is asked. Nobody learns from the answer who lives in a room.
func (s *Service) Claim(ctx context.Context, who authz.Actor, m Claimant) (out Claim, err error) {
	label, err := housing.ParseLabel(m.Label)
	if err != nil {
		return out, errs.ErrFields.At(errs.Field{Name: "label", Code: errs.Of(err).Code, Params: errs.Of(err).Params})
	}
	if m.Name, err = customer.ParseName(m.Name); err != nil {
		return out, errs.ErrFields.At(errs.Field{Name: "name", Code: errs.Of(err).Code})
	}
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		a, err := auth.ByID(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		room, err := roomOf(ctx, tx, m.Community, label)
		if err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx.Global(whyOwn), `SELECT COUNT(*) FROM resident_claim WHERE account_id = $1 AND state = 'open'`, who.ID)
		if err == nil && n >= mostClaims {
			err = ErrMany
		}
		if err != nil {
			return err
		}
		out = Claim{ID: db.NewID[Claim](tx), Community: m.Community, Account: who.ID, Room: room, Kind: m.Kind, At: tx.Now, State: "open", Version: 1}
		out.Name = tx.Vault().Seal(claimPlace(out.ID), m.Name)
		mobile, err := auth.MobileOf(tx, a)
		if err != nil {
			return err
		}
		found, err := related(ctx, tx, room, m.Kind, m.Name, mobile)
		if err != nil {
			return err
		}
		if found != 0 {
			out.State = "bound"
			err = bind(ctx, tx, Binding{Community: m.Community, Account: who.ID, Room: room, Customer: found, Kind: m.Kind, Origin: "archive"})
		} else {
			err = s.ask(ctx, tx, out, label.String())
		}
		if err != nil {
			return err
		}
		tx.Answer(&out)
		return db.Insert(ctx, tx.Global(whyOwn), "resident_claim", out)
	})
	return out, err
}

// ask lets the front desk decide.
func (s *Service) ask(ctx context.Context, tx *db.Tx, c Claim, label string) error {
	bound, err := db.One[int](ctx, tx.Global(whyOwn), `SELECT COUNT(*) FROM resident_binding WHERE account_id = $1 AND room_id = $2 AND ended_at IS NULL`, c.Account, c.Room)
	if err == nil && bound > 0 {
		err = ErrTwice
	}
	if err != nil {
		return err
	}
	tx.Note(c.Community, "room:"+c.Room.String(), nil, map[string]any{"resident": c.Account, "relation": c.Kind, "claim": "open"})
	tx.Emit(Bound{c.Room, c.Community})
	_, err = s.Approvals.Request(ctx, tx, approval.Ask{
		Kind: Kind, Community: c.Community, Subject: "resident:" + c.Account.String() + ":" + c.Room.String(), About: label,
		Data: c.ID, Reason: string(c.Kind), Concerned: c.Account,
	})
	if errors.Is(err, approval.ErrOpen) {
		err = ErrTwice
	}
	return err
}

// roomOf finds the room of a label that its resident typed.
func roomOf(ctx context.Context, tx *db.Tx, community authz.CommunityID, label housing.Label) (housing.RoomID, error) {
	all, err := db.All[housing.RoomID](ctx, tx.Global("labels are on the doors"), `SELECT id FROM room WHERE community_id = $1 AND label_key = $2`, community, label.Key())
	if err == nil && len(all) == 0 {
		err = errs.ErrFields.At(errs.Field{Name: "label", Code: "housing.room_unknown", Params: map[string]any{"label": label.String()}})
	}
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// Member is somebody bound to the same room, as its owner sees them.
type Member struct {
	ID        BindingID             `json:"id"`
	Name      string                `json:"name" doc:"how they want to be called, masked"`
	Masked    string                `json:"mobileMasked"`
	Kind      customer.RelationKind `json:"relation"`
	To        clock.Day             `json:"to,omitzero"`
	Revocable bool                  `json:"revocable" doc:"the caller invited them"`
}

// Members lists who else is bound to a room of the caller.
func (s *Service) Members(ctx context.Context, who authz.Actor, room housing.RoomID) (out []Member, err error) {
	err = s.DB.Read(ctx, who, ActHome, func(tx *db.Tx) error {
		if _, err := ownerAt(ctx, tx, room); err != nil {
			return err
		}
		all, err := ofRoom(ctx, tx, room)
		for _, b := range all {
			if b.EndedAt == nil && b.Account != who.ID && err == nil {
				var n string
				n, err = auth.MobileOf(tx, auth.Account{ID: b.Account, Sealed: b.Phone})
				out = append(out, Member{b.ID, customer.MaskName(b.Nickname, false), customer.Mask(n), b.Kind, b.To, b.InvitedBy == who.ID})
			}
		}
		return err
	})
	return out, err
}

// Leave ends a binding: one's own, or one of those the caller invited.
func (s *Service) Leave(ctx context.Context, who authz.Actor, one BindingID) error {
	return s.DB.Write(ctx, who, ActHome, func(tx *db.Tx) error {
		b, err := db.One[Binding](ctx, tx, `SELECT `+bindingColumns+` FROM resident_binding b WHERE b.id = $1 AND b.ended_at IS NULL AND (b.account_id = $2 OR b.invited_by = $2) AND {scope:b}`, one, who.ID)
		if err != nil {
			return err
		}
		if b.Account == who.ID {
			return end(ctx, tx, b, "self")
		}
		if _, err := ownerAt(ctx, tx, b.Room); err != nil {
			return err
		}
		return end(ctx, tx, b, "owner")
	})
}

// Guest is whom an owner invites.
type Guest struct {
	Room     housing.RoomID
	Mobile   string
	Kind     customer.RelationKind
	From, To clock.Day
}

// Invite lets who holds a mobile bind to a room of the caller.
func (s *Service) Invite(ctx context.Context, who authz.Actor, g Guest) (out Invitation, err error) {
	mobile, err := mobileOf(g.Mobile)
	if err != nil {
		return out, err
	}
	if err := period(g.From, g.To); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActHome, func(tx *db.Tx) error {
		own, err := ownerAt(ctx, tx, g.Room)
		if err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx.Global(whyOwn), `SELECT COUNT(*) FROM resident_invitation WHERE invited_by = $1 AND state = 'open'`, who.ID)
		if err == nil && n >= mostInvitations {
			err = ErrMany
		}
		if err != nil {
			return err
		}
		out = Invitation{
			ID: db.NewID[Invitation](tx), Community: own.Community, Room: g.Room, InvitedBy: who.ID, Index: tx.Vault().Index(mobileIndex, mobile), Masked: customer.Mask(mobile),
			Kind: g.Kind, From: g.From, To: g.To, At: tx.Now, State: "open", Version: 1,
		}
		out.Sealed = tx.Vault().Seal(invitationPlace(out.ID), mobile)
		tx.Note(own.Community, "room:"+g.Room.String(), nil, map[string]any{"invitation": out.ID, "relation": g.Kind, "from": g.From, "to": g.To})
		tx.Emit(Bound{g.Room, own.Community})
		tx.Answer(&out)
		err = db.Insert(ctx, tx, "resident_invitation", out)
		if db.Unique(err, "resident_invitation_once", "resident_invitation.room_id, resident_invitation.mobile_index") {
			err = ErrInvited
		}
		return err
	})
	return out, err
}

// Invitations lists the open ones that the caller sent or was sent.
func (s *Service) Invitations(ctx context.Context, who authz.Actor) (out []Invitation, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		out, err = invitations(ctx, tx)
		return err
	})
	return out, err
}

func invitations(ctx context.Context, tx *db.Tx) ([]Invitation, error) {
	a, err := auth.ByID(ctx, tx, tx.Who.ID)
	if err != nil {
		return nil, err
	}
	mobile, err := auth.MobileOf(tx, a)
	if err != nil {
		return nil, err
	}
	in, args := marks(tx, mobile, []any{tx.Who.ID})
	out, err := db.All[Invitation](ctx, tx.Global(whyOwn), `SELECT `+db.Columns[Invitation]("")+` FROM resident_invitation WHERE state = 'open' AND (invited_by = $1 OR mobile_index IN (`+in+`)) ORDER BY id DESC LIMIT 100`, args...)
	for i := range out {
		if err := out[i].mask(tx); err != nil {
			return nil, err
		}
	}
	return out, err
}

// Accept binds the caller to the room they are invited to.
func (s *Service) Accept(ctx context.Context, who authz.Actor, one InvitationID) error {
	return s.answerTo(ctx, who, one, "accepted", func(tx *db.Tx, i Invitation) error {
		if i.InvitedBy == who.ID {
			return db.ErrNotFound
		}
		b := Binding{Community: i.Community, Account: who.ID, Room: i.Room, Kind: i.Kind, Origin: "invitation", From: i.From, To: i.To, InvitedBy: i.InvitedBy}
		zone, err := db.One[string](ctx, tx.Global(whyOwn), `SELECT zone FROM community WHERE id = $1`, i.Community)
		if err != nil {
			return err
		}
		if w, err := why(ctx, tx, standing{Binding: b, Zone: zone}); err != nil {
			return err
		} else if w != "" {
			return db.ErrNotFound
		}
		return bind(ctx, tx, b)
	})
}

// Refuse ends an invitation: its sender revokes it, or who was sent it refuses.
func (s *Service) Refuse(ctx context.Context, who authz.Actor, one InvitationID) error {
	return s.answerTo(ctx, who, one, "refused", func(tx *db.Tx, i Invitation) error {
		tx.Note(i.Community, "room:"+i.Room.String(), nil, map[string]any{"invitation": i.ID, "ended": true})
		tx.Emit(Bound{i.Room, i.Community})
		return nil
	})
}

func (s *Service) answerTo(ctx context.Context, who authz.Actor, one InvitationID, state string, then func(*db.Tx, Invitation) error) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		mine, err := invitations(ctx, tx)
		if err != nil {
			return err
		}
		for _, i := range mine {
			if i.ID != one {
				continue
			}
			if i.InvitedBy == who.ID && state == "refused" {
				state = "revoked"
			}
			if _, err := tx.Global(whyOwn).Exec(ctx, `UPDATE resident_invitation SET state = $1, version = version + 1 WHERE id = $2`, state, one); err != nil {
				return err
			}
			return then(tx, i)
		}
		return db.ErrNotFound
	})
}
