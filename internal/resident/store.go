package resident

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const whyOwn = "limited to the caller's own account"

const standings = `, c.zone, o.label, c.name AS place, c.service_phone, c.address, a.name AS nickname, a.mobile_sealed,
	COALESCE((SELECT MAX(COALESCE(r.to_on, '9999-12-31')) FROM relation r WHERE r.community_id = b.community_id AND r.room_id = b.room_id AND r.customer_id = b.customer_id), '') AS related
	FROM resident_binding b JOIN community c ON c.id = b.community_id JOIN room o ON o.community_id = b.community_id AND o.id = b.room_id JOIN account a ON a.id = b.account_id `

var bindingColumns = db.Columns[Binding]("b")

// living lists the bindings of an account that stand now; those of who was
// invited stand while the inviter's does.
func living(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]standing, error) {
	return standingBy(ctx, tx.Global(whyOwn), `b.account_id = $1`, account)
}

func standingBy(ctx context.Context, tx *db.Tx, which string, args ...any) (out []standing, err error) {
	all, err := db.All[standing](ctx, tx, `SELECT `+bindingColumns+standings+`WHERE `+which+` AND b.ended_at IS NULL ORDER BY b.id`, args...)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		why, err := why(ctx, tx, s)
		if err != nil {
			return nil, err
		}
		if why == "" && s.begun(tx.Now) {
			out = append(out, s)
		}
	}
	return out, nil
}

// why says why a binding has ended by itself, "" while it stands.
func why(ctx context.Context, tx *db.Tx, s standing) (string, error) {
	if w := s.over(tx.Now); w != "" || s.InvitedBy == 0 {
		return w, nil
	}
	inviter, err := db.All[standing](ctx, tx.Global("whose invitation it rests on"), `SELECT `+bindingColumns+standings+`WHERE b.account_id = $1 AND b.room_id = $2 AND b.ended_at IS NULL AND b.kind = 'owner'`, s.InvitedBy, s.Room)
	if err != nil || len(inviter) > 0 && inviter[0].over(tx.Now) == "" {
		return "", err
	}
	return "inviter", nil
}

// Homes lists the communities in which an account has rooms now.
func Homes(ctx context.Context, tx *db.Tx, account authz.AccountID) (out []authz.CommunityID, err error) {
	all, err := living(ctx, tx, account)
	for _, s := range all {
		out = append(out, s.Community)
	}
	return out, err
}

// at returns the caller's own binding to a room, db.ErrNotFound without one.
func at(ctx context.Context, tx *db.Tx, room housing.RoomID) (standing, error) {
	all, err := living(ctx, tx, tx.Who.ID)
	for _, s := range all {
		if s.Room == room {
			return s, nil
		}
	}
	if err == nil {
		err = db.ErrNotFound
	}
	return standing{}, err
}

// Of lists the bindings to a room that stand now, in another domain's transaction.
func Of(ctx context.Context, tx *db.Tx, community authz.CommunityID, room housing.RoomID) (out []Binding, err error) {
	all, err := standingBy(ctx, tx.Global("whom a matter of the room concerns"), `b.community_id = $1 AND b.room_id = $2`, community, room)
	for _, s := range all {
		out = append(out, s.Binding)
	}
	return out, err
}

// OwnRooms lists the caller's bindings that stand now, in another domain's transaction.
func OwnRooms(ctx context.Context, tx *db.Tx) (out []Binding, err error) {
	all, err := living(ctx, tx, tx.Who.ID)
	for _, s := range all {
		out = append(out, s.Binding)
	}
	return out, err
}

// Caller is how the caller wants to be called, and the mobile they sign in with.
func Caller(ctx context.Context, tx *db.Tx) (name, mobile string, err error) {
	a, err := auth.ByID(ctx, tx, tx.Who.ID)
	if err != nil {
		return "", "", err
	}
	mobile, err = auth.MobileOf(tx, a)
	return a.Name, mobile, err
}

// ownerAt is at for who may invite and revoke.
func ownerAt(ctx context.Context, tx *db.Tx, room housing.RoomID) (standing, error) {
	s, err := at(ctx, tx, room)
	if err == nil && (s.Kind != customer.Owner || s.InvitedBy != 0) {
		err = ErrOwner
	}
	return s, err
}

// bind adds a binding; the room's staff and the account hear of it.
func bind(ctx context.Context, tx *db.Tx, b Binding) error {
	b.ID, b.At, b.Version = db.NewID[Binding](tx), tx.Now, 1
	err := db.Insert(ctx, tx.Global("the place was checked by the caller"), "resident_binding", b)
	if db.Unique(err, "resident_binding_once", "resident_binding.account_id, resident_binding.room_id") {
		return ErrTwice
	}
	tx.Note(b.Community, "room:"+b.Room.String(), nil, map[string]any{"resident": b.Account, "relation": b.Kind, "origin": b.Origin})
	tx.Emit(Bound{b.Room, b.Community})
	return err
}

// end ends a binding and those that were invited on the strength of it.
func end(ctx context.Context, tx *db.Tx, b Binding, why string) error {
	g := tx.Global("the place was checked by the caller")
	n, err := g.Exec(ctx, `UPDATE resident_binding SET ended_at = $1, ended_why = $2, version = version + 1 WHERE id = $3 AND ended_at IS NULL`, tx.Now, why, b.ID)
	if err == nil && n == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return err
	}
	tx.Note(b.Community, "room:"+b.Room.String(), map[string]any{"resident": b.Account}, map[string]any{"ended": why})
	tx.Emit(Bound{b.Room, b.Community})
	if b.InvitedBy != 0 {
		return nil
	}
	if _, err := g.Exec(ctx, `UPDATE resident_invitation SET state = 'revoked', version = version + 1 WHERE room_id = $1 AND invited_by = $2 AND state = 'open'`, b.Room, b.Account); err != nil {
		return err
	}
	_, err = g.Exec(ctx, `UPDATE resident_binding SET ended_at = $1, ended_why = 'inviter', version = version + 1 WHERE room_id = $2 AND invited_by = $3 AND ended_at IS NULL`, tx.Now, b.Room, b.Account)
	return err
}

// account finds the account of a mobile, or makes it.
func account(ctx context.Context, tx *db.Tx, mobile string) (auth.Account, error) {
	found, err := auth.ByMobile(ctx, tx, auth.Resident, mobile)
	if err != nil {
		return auth.Account{}, err
	}
	if len(found) > 0 {
		return found[0], nil
	}
	a := auth.Account{ID: db.NewID[authz.Account](tx), Kind: auth.Resident, Mobile: mobile}
	_, err = auth.Create(ctx, tx, a, "")
	return a, err
}

// marks writes the indexes of a mobile into a statement.
func marks(tx *db.Tx, mobile string, args []any) (string, []any) {
	var out []string
	for _, x := range tx.Vault().Indexes(mobileIndex, mobile) {
		args = append(args, x)
		out = append(out, "$"+strconv.Itoa(len(args)))
	}
	return strings.Join(out, ", "), args
}

// related finds who of a room has this name and this mobile today; 0 for nobody.
func related(ctx context.Context, tx *db.Tx, room housing.RoomID, kind customer.RelationKind, name, mobile string) (customer.ID, error) {
	q, args := `SELECT r.customer_id, c.name, COALESCE(r.to_on, '') AS to_on FROM relation r JOIN customer c ON c.community_id = r.community_id AND c.id = r.customer_id
		WHERE r.room_id = $1 AND r.kind = $2 AND EXISTS (SELECT 1 FROM customer_mobile m WHERE m.community_id = c.community_id AND m.customer_id = c.id AND (1 = 0`, []any{room, string(kind)}
	for _, x := range tx.Vault().Indexes("mobile", mobile) {
		args = append(args, x)
		q += ` OR m.mobile_index = $` + strconv.Itoa(len(args))
	}
	type row struct {
		Customer customer.ID `db:"customer_id"`
		Name     string      `db:"name"`
		To       string      `db:"to_on"`
	}
	all, err := db.All[row](ctx, tx.Global("who they say they are is compared, not shown"), q+`)) ORDER BY r.id`, args...)
	for _, r := range all {
		if r.To == "" && r.Name == name {
			return r.Customer, nil
		}
	}
	return 0, err
}

func claimPlace(c ClaimID) string           { return Sealed[0].Place(db.ID(c)) }
func invitationPlace(i InvitationID) string { return Sealed[1].Place(db.ID(i)) }

// mask shows the mobile of an invitation.
func (i *Invitation) mask(tx *db.Tx) error {
	n, err := tx.Vault().Open(invitationPlace(i.ID), i.Sealed)
	i.Masked = customer.Mask(n)
	return err
}

// sweep writes down which bindings have ended by themselves.
func sweep(ctx context.Context, tx *db.Tx, after BindingID, most int) (last BindingID, err error) {
	tx.Silent("only what ends leaves an entry")
	g := tx.Global("bindings of every community")
	all, err := db.All[standing](ctx, g, `SELECT `+bindingColumns+standings+`WHERE b.ended_at IS NULL AND b.id > $1 ORDER BY b.id LIMIT $2`, int64(after), most)
	for _, s := range all {
		last = s.ID
		w, err := why(ctx, tx, s)
		if err != nil {
			return 0, err
		}
		if w == "" {
			continue
		}
		if err := end(ctx, tx, s.Binding, w); err != nil && !errors.Is(err, db.ErrNotFound) { // ended with its inviter's a moment ago
			return 0, err
		}
	}
	if _, e := g.Exec(ctx, `DELETE FROM resident_code WHERE expires_at <= $1`, tx.Now); err == nil {
		err = e
	}
	return last, err
}
