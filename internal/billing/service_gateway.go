package billing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/i18n"
	"guanjia/internal/platform/web"
)

// hashed is what of a token is kept: it has 256 random bits, so a plain hash
// leads nobody back.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Gateways lists those of a community, the latest first.
func (s *Service) Gateways(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Gateway, err error) {
	err = s.DB.Read(ctx, who, ActGateways, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[Gateway](ctx, tx, `SELECT `+db.Columns[Gateway]("g")+` FROM meter_gateway g WHERE g.community_id = $1 AND {scope:g} ORDER BY g.id DESC LIMIT 200`, community)
		return err
	})
	for _, g := range out {
		for n, r := range g.Refusals {
			g.Refusals[n].Message = i18n.Text(web.Lang(ctx), r.Code, r.Params)
		}
	}
	return out, err
}

// MakeGateway makes a gateway and its token, which nobody can see again.
func (s *Service) MakeGateway(ctx context.Context, who authz.Actor, community authz.CommunityID, name string) (out NewGateway, err error) {
	var wrong errs.Fields
	wrong.Words("name", &name, 60, true)
	if err := wrong.Err(); err != nil {
		return out, err
	}
	token := "gjm_" + rand.Text() + rand.Text()
	err = s.DB.Write(ctx, who, ActGateways, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		g := Gateway{ID: db.NewID[Gateway](tx), Community: community, Name: name, Token: hashed(token), MadeAt: tx.Now, ByName: who.Name, Version: 1}
		out = NewGateway{g, token}
		tx.Note(community, g.subject(), nil, map[string]any{"name": name})
		tx.Answer(NewGateway{g, ""}) // the token is shown once and kept nowhere
		return db.Insert(ctx, tx, "meter_gateway", g)
	})
	return out, err
}

// EndGateway makes the token of a gateway worthless; what it brought stays.
func (s *Service) EndGateway(ctx context.Context, who authz.Actor, id GatewayID, match web.Match) (g Gateway, err error) {
	err = s.DB.Write(ctx, who, ActGateways, func(tx *db.Tx) error {
		if g, err = db.One[Gateway](ctx, tx, `SELECT `+db.Columns[Gateway]("g")+` FROM meter_gateway g WHERE g.id = $1 AND {scope:g}`, id); err != nil {
			return err
		}
		if err := match.Expect(g.Version); err != nil {
			return err
		}
		if g.EndedAt != nil {
			return ErrGatewayEnded
		}
		now := tx.Now
		g.EndedAt, g.EndedBy = &now, who.Name
		tx.Note(g.Community, g.subject(), map[string]any{"ended": false}, map[string]any{"ended": true})
		return db.Save(ctx, tx, "meter_gateway", &g)
	})
	return g, err
}

const actDevice authz.Action = "meter.device"

// Device is who comes with a gateway's token: somebody who may enter readings
// in one community, and nothing else. A token that was ended is nobody's.
func (s *Service) Device(ctx context.Context, token string) (who authz.Actor, err error) {
	err = s.DB.Glance(ctx, authz.System("devices", actDevice), actDevice, func(tx *db.Tx) error {
		g, err := db.One[Gateway](ctx, tx.Global("the token names its community"), `SELECT `+db.Columns[Gateway]("g")+` FROM meter_gateway g WHERE g.token = $1 AND g.ended_at IS NULL`, hashed(token))
		if errors.Is(err, db.ErrNotFound) {
			return authz.ErrSignIn
		}
		who = authz.Actor{Job: devicePrefix + g.ID.String(), Name: g.Name, Grants: []authz.Grant{{Actions: map[authz.Action]bool{ActRead: true}, Communities: []authz.CommunityID{g.Community}}}}
		return err
	})
	return who, err
}

const devicePrefix = "meter_gateway:"

// ahead is by how much a gateway's clock may be wrong.
const ahead = 10 * time.Minute

// FromGateway takes what a gateway sends: each reading by itself, so that one
// that is wrong keeps none of the others out (BIL-04). Nobody stands at the
// meter to confirm an unusual usage: it is taken, marked, and told by the run.
func (s *Service) FromGateway(ctx context.Context, who authz.Actor, all []Sent) (out Receipt, err error) {
	var id GatewayID
	text, ok := strings.CutPrefix(who.Job, devicePrefix)
	if !ok || id.UnmarshalText([]byte(text)) != nil {
		return out, ErrOnlyDevices
	}
	err = s.DB.Write(ctx, who, ActRead, func(tx *db.Tx) error {
		g, err := db.One[Gateway](ctx, tx, `SELECT `+db.Columns[Gateway]("g")+` FROM meter_gateway g WHERE g.id = $1 AND g.ended_at IS NULL AND {scope:g}`, id)
		if err != nil {
			return err
		}
		out, err = g.take(ctx, tx, all)
		return err
	})
	return out, err
}

// take takes what was sent, one after the other, and notes what became of it.
func (g *Gateway) take(ctx context.Context, tx *db.Tx, all []Sent) (out Receipt, err error) {
	zone, err := org.Zone(ctx, tx, g.Community)
	if err != nil {
		return out, err
	}
	numbers := make([]string, len(all))
	for i, one := range all {
		numbers[i] = one.Number
	}
	slices.Sort(numbers)
	meters, args := map[string][]Meter{}, []any{g.Community}
	if err := db.Each(ctx, tx, `SELECT `+db.Columns[Meter]("m")+` FROM meter m WHERE m.community_id = $1 AND m.number IN `+db.Among(&args, slices.Compact(numbers))+` AND {scope:m} ORDER BY m.id`, args, func(m Meter) error {
		meters[m.Number] = append(meters[m.Number], m)
		return nil
	}); err != nil {
		return out, err
	}
	var refusals Refusals
	for _, one := range all {
		taken, err := g.one(ctx, tx, one, meters[one.Number], zone)
		if err != nil {
			return out, err
		}
		switch taken.State {
		case "entered":
			out.Entered++
		case "known":
			out.Known++
		default:
			out.Refused++
			taken.Message = i18n.Text(web.Lang(ctx), taken.Code, taken.Params)
			refusals = append(Refusals{{one.Number, one.Value, one.At, taken.Code, taken.Params, ""}}, refusals...)
		}
		out.Lines = append(out.Lines, taken)
	}
	tx.Note(g.Community, g.subject(), nil, map[string]any{"entered": out.Entered, "known": out.Known, "refused": out.Refused})
	if out.Entered > 0 {
		tx.Emit(Changed{g.Community})
	}
	now := tx.Now
	g.UsedAt, g.Entered, g.Refused = &now, g.Entered+int64(out.Entered), g.Refused+int64(out.Refused)
	g.Refusals = append(refusals, g.Refusals...)
	g.Refusals = g.Refusals[:min(len(g.Refusals), mostRefusals)]
	_, err = tx.Exec(ctx, `UPDATE meter_gateway SET used_at = $1, entered = $2, refused = $3, refusals = $4 WHERE id = $5 AND {scope}`, g.UsedAt, g.Entered, g.Refused, g.Refusals, g.ID)
	return out, err
}

func refused(code string, params map[string]any) (Taken, error) {
	return Taken{State: "refused", Code: code, Params: params}, nil
}

// one takes one reading of one of the meters that have its number; an error is nothing that the reading itself is to blame for.
func (g *Gateway) one(ctx context.Context, tx *db.Tx, e Sent, named []Meter, zone *time.Location) (Taken, error) {
	m, wrong := chosen(named, e.Kind, e.Register)
	switch {
	case wrong != "":
		return refused(wrong, map[string]any{"number": e.Number})
	case e.At > tx.Now.Add(ahead):
		return refused(ErrReadAhead.Code, nil)
	}
	day := clock.DayOf(e.At, zone)
	there, err := db.All[Reading](ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.community_id = $1 AND r.meter_id = $2 AND r.on_day = $3 AND {scope:r}`, g.Community, m.ID, day)
	if err != nil {
		return Taken{}, err
	}
	if len(there) > 0 { // a meter has one reading a day
		r := there[0]
		same := r.ReadAt != nil && *r.ReadAt == e.At
		switch value := exact(e.Value); {
		case same && value != nil && exact(r.Value).Cmp(value) == 0:
			return Taken{State: "known"}, nil
		case same:
			return refused("billing.reading_differs", map[string]any{"have": r.Value})
		}
		return refused(ErrReadDay.Code, map[string]any{"have": r.Value})
	}
	_, err = enter(ctx, tx, m, Entered{Meter: m.ID, On: day, Value: e.Value, Confirmed: true, by: g, at: &e.At})
	if of := errs.Of(err).Fields; err != nil && len(of) > 0 {
		return refused(of[0].Code, of[0].Params)
	}
	return Taken{State: "entered"}, err
}
