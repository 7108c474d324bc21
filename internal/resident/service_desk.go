package resident

import (
	"context"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
)

// Tenancy is a binding as staff see it.
type Tenancy struct {
	Binding
	Name    string `json:"name" doc:"of the customer it rests on, or how they want to be called; as far as the caller may see it"`
	Masked  string `json:"mobileMasked"`
	Ended   string `json:"endedBy,omitempty" doc:"ended by itself, and not yet written down: relation, day, inviter"`
	Invited bool   `json:"invited"`
}

// Asking is an open claim as staff see it.
type Asking struct {
	Claim
	Name     string      `json:"name"`
	Masked   string      `json:"mobileMasked"`
	Approval approval.ID `json:"approvalId,omitempty"`
}

// Accounts are the accounts of one room.
type Accounts struct {
	Bindings    []Tenancy    `json:"bindings" doc:"the latest 50, those that stand first"`
	Claims      []Asking     `json:"claims" doc:"waiting for the front desk"`
	Invitations []Invitation `json:"invitations" doc:"not yet accepted"`
}

func ofRoom(ctx context.Context, tx *db.Tx, room housing.RoomID) ([]standing, error) {
	return db.All[standing](ctx, tx, `SELECT `+bindingColumns+standings+`WHERE b.room_id = $1 AND {scope:b} ORDER BY b.ended_at IS NOT NULL, b.id DESC LIMIT 50`, room)
}

// Of returns the accounts of a room.
func (s *Service) Of(ctx context.Context, who authz.Actor, id housing.RoomID) (out Accounts, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = accounts(ctx, tx, id)
		return err
	})
	return out, err
}

func accounts(ctx context.Context, tx *db.Tx, id housing.RoomID) (out Accounts, err error) {
	room, err := housing.RoomIn(ctx, tx, id)
	if err != nil {
		return out, err
	}
	see := customer.SightOf(tx.Who, room.Community)
	all, err := ofRoom(ctx, tx, id)
	if err != nil {
		return out, err
	}
	for _, b := range all {
		t, err := tenancy(ctx, tx, b, see)
		if err != nil {
			return out, err
		}
		out.Bindings = append(out.Bindings, t)
	}
	if out.Claims, err = askings(ctx, tx, room, see); err != nil {
		return out, err
	}
	out.Invitations, err = db.All[Invitation](ctx, tx, `SELECT `+db.Columns[Invitation]("")+` FROM resident_invitation WHERE room_id = $1 AND state = 'open' AND {scope} ORDER BY id DESC LIMIT 50`, id)
	for i := range out.Invitations {
		if err == nil {
			err = out.Invitations[i].mask(tx)
		}
	}
	return out, err
}

func tenancy(ctx context.Context, tx *db.Tx, b standing, see customer.Sight) (t Tenancy, err error) {
	t = Tenancy{Binding: b.Binding, Invited: b.InvitedBy != 0}
	name := b.Nickname
	if b.Customer != 0 {
		c, err := customer.In(ctx, tx, b.Customer)
		if err != nil {
			return t, err
		}
		name = c.Name
	}
	if b.EndedAt == nil {
		if t.Ended, err = why(ctx, tx, b); err != nil {
			return t, err
		}
	}
	n, err := auth.MobileOf(tx, auth.Account{ID: b.Account, Sealed: b.Phone})
	t.Name, t.Masked = see.Name(name, false), see.Number(n)
	return t, err
}

func askings(ctx context.Context, tx *db.Tx, room housing.Room, see customer.Sight) (out []Asking, err error) {
	all, err := db.All[Claim](ctx, tx, `SELECT `+db.Columns[Claim]("")+` FROM resident_claim WHERE room_id = $1 AND state = 'open' AND {scope} ORDER BY id LIMIT 50`, room.ID)
	for _, c := range all {
		a := Asking{Claim: c}
		if a.Name, a.Masked, err = c.person(ctx, tx, see); err != nil {
			return nil, err
		}
		q, err := approval.Open(ctx, tx, Kind, "resident:"+c.Account.String()+":"+c.Room.String())
		if err != nil {
			return nil, err
		}
		a.Approval = q.ID
		out = append(out, a)
	}
	return out, err
}

// person is who claims, as far as the caller may see them.
func (c Claim) person(ctx context.Context, tx *db.Tx, see customer.Sight) (name, mobile string, err error) {
	if name, err = tx.Vault().Open(claimPlace(c.ID), c.Name); err != nil {
		return "", "", err
	}
	a, err := auth.ByID(ctx, tx, c.Account)
	if err == nil {
		mobile, err = auth.MobileOf(tx, a)
	}
	return see.Name(name, false), see.Number(mobile), err
}

// Bind binds a customer to a room by hand: their account is that of their first mobile.
func (s *Service) Bind(ctx context.Context, who authz.Actor, room housing.RoomID, id customer.ID) (out Accounts, err error) {
	err = s.DB.Write(ctx, who, ActBind, func(tx *db.Tx) error {
		r, err := housing.RoomIn(ctx, tx, room)
		if err != nil {
			return err
		}
		c, err := customer.In(ctx, tx, id)
		if err != nil {
			return err
		}
		kind, err := db.One[customer.RelationKind](ctx, tx, `SELECT kind FROM relation WHERE community_id = $1 AND room_id = $2 AND customer_id = $3 AND to_on IS NULL AND kind IN ('owner', 'family', 'tenant') AND {scope}
			ORDER BY CASE kind WHEN 'owner' THEN 0 WHEN 'tenant' THEN 1 ELSE 2 END LIMIT 1`, r.Community, room, id)
		if err != nil {
			return err
		}
		mobile, err := customer.PrimaryMobile(ctx, tx, id)
		if err == nil && mobile == "" {
			err = customer.ErrNoMobile
		}
		if err != nil {
			return err
		}
		a, err := account(ctx, tx, mobile)
		if err != nil {
			return err
		}
		if err := bind(ctx, tx, Binding{Community: r.Community, Account: a.ID, Room: room, Customer: c.ID, Kind: kind, Origin: "desk", By: who.Name}); err != nil {
			return err
		}
		tx.Answer(&out)
		out, err = accounts(ctx, tx, room)
		return err
	})
	return out, err
}

// End ends a binding by hand.
func (s *Service) End(ctx context.Context, who authz.Actor, one BindingID) error {
	return s.DB.Write(ctx, who, ActBind, func(tx *db.Tx) error {
		b, err := db.One[Binding](ctx, tx, `SELECT `+bindingColumns+` FROM resident_binding b WHERE b.id = $1 AND b.ended_at IS NULL AND {scope:b}`, one)
		if err != nil {
			return err
		}
		return end(ctx, tx, b, "desk")
	})
}

// Kind is what the approvals inbox needs to know of claims.
func (s *Service) Kind() approval.Kind {
	return approval.Kind{Name: Kind, Decide: ActBind, TimeLimit: 48 * time.Hour, FourEyes: true, Ended: s.decided, Describe: s.describe}
}

func claimOf(ctx context.Context, tx *db.Tx, r approval.Request) (Claim, error) {
	var id ClaimID
	if err := r.Data.Unmarshal(&id); err != nil {
		return Claim{}, err
	}
	return db.One[Claim](ctx, tx.Global("the approval has checked the place"), `SELECT `+db.Columns[Claim]("")+` FROM resident_claim WHERE id = $1`, id)
}

// decided binds, or refuses, in the transaction that decides.
func (s *Service) decided(ctx context.Context, tx *db.Tx, r approval.Request) error {
	c, err := claimOf(ctx, tx, r)
	if err != nil {
		return err
	}
	state := "refused"
	if r.State == approval.Approved {
		state = "bound"
		if err := bind(ctx, tx, Binding{Community: c.Community, Account: c.Account, Room: c.Room, Kind: c.Kind, Origin: "claim", By: r.Decider}); err != nil {
			return err
		}
	} else {
		tx.Emit(Bound{c.Room, c.Community})
	}
	_, err = tx.Global("the approval has checked the place").Exec(ctx, `UPDATE resident_claim SET state = $1, version = version + 1 WHERE id = $2`, state, c.ID)
	return err
}

func (s *Service) describe(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	c, err := claimOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	name, mobile, err := c.person(ctx, tx, customer.SightOf(tx.Who, c.Community))
	if err != nil {
		return nil, err
	}
	label, err := db.One[string](ctx, tx.Global("the approval has checked the place"), `SELECT label FROM room WHERE id = $1`, c.Room)
	return []approval.Line{{Label: "room", To: label}, {Label: "name", To: name}, {Label: "mobile", To: mobile}, {Label: "relation", To: string(c.Kind)}}, err
}

// Schedule writes down, every hour, which bindings have ended by themselves.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.EveryAlone(r, string(actSweep), time.Hour, s.Sweep)
}

const pageful = 200

// Sweep ends, in pages, the bindings whose ground has gone.
func (s *Service) Sweep(ctx context.Context) error {
	sys := authz.System("resident", actSweep)
	for after := BindingID(0); ; {
		var last BindingID
		err := s.DB.Write(ctx, sys, actSweep, func(tx *db.Tx) (err error) {
			last, err = sweep(ctx, tx, after, pageful)
			return err
		})
		if err != nil || last == 0 {
			return err
		}
		after = last
	}
}
