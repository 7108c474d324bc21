package billing

import (
	"context"
	"strings"

	"guanjia/internal/approval"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// ItemView is an item in a list, with what it costs today.
type ItemView struct {
	Item
	Today   string    `json:"today,omitempty" doc:"the community's price in force, or that of the first tier"`
	Since   clock.Day `json:"since,omitzero"`
	Pending int       `json:"pending" doc:"versions that wait for their approval"`
	Special int       `json:"special" doc:"versions for a part of the community"`
}

func (v *ItemView) sum(all []Tariff, today clock.Day) {
	for _, t := range all {
		switch {
		case t.State == TariffPending:
			v.Pending++
		case t.State != TariffApproved || t.From.After(today):
		case t.Building != 0 || t.RoomType != "" || t.Room != 0:
			v.Special++
		case !t.From.Before(v.Since):
			switch v.Since, v.Today = t.From, t.Price; {
			case len(t.Tiers) > 0:
				v.Today = t.Tiers[0].Price
			case len(t.Registers) > 0:
				v.Today = t.shown()
			}
		}
	}
}

// TariffView is a version with the names of where it holds.
type TariffView struct {
	Tariff
	BuildingName string    `json:"building,omitempty"`
	RoomLabel    string    `json:"room,omitempty"`
	Until        clock.Day `json:"until,omitzero" doc:"the day on which the next version begins"`
	InForce      bool      `json:"inForce"`
}

// AskTariff proposes a version; it is in force once somebody else approved it (BIL-02a).
func (s *Service) AskTariff(ctx context.Context, who authz.Actor, of ItemID, d TariffDraft) (t Tariff, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		i, err := item(ctx, tx, of)
		if err != nil {
			return err
		}
		if i.State != "active" {
			return ErrStopped
		}
		if d, err = d.checked(i); err != nil {
			return err
		}
		if err := placed(ctx, tx, i.Community, d); err != nil {
			return err
		}
		t = Tariff{ID: db.NewID[Tariff](tx), Community: i.Community, Item: of, TariffDraft: d, State: TariffPending, AskedAt: tx.Now, AskedBy: who.ID, Asker: who.Name, Version: 1}
		if err := db.Insert(ctx, tx, "tariff", t); err != nil {
			return err
		}
		tx.Note(i.Community, t.subject(), nil, t)
		tx.Emit(Changed{i.Community})
		tx.Answer(&t)
		_, err = s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindTariff, Community: i.Community, Subject: t.subject(), About: i.Name + " " + d.shown() + " " + d.From.String(), Data: tariffAsked{t.ID}, Reason: d.Document})
		return err
	})
	if db.Unique(err, "tariff_once") {
		err = errs.ErrFields.At(errs.Field{Name: "from", Code: ErrOverlap.Code})
	}
	return t, err
}

type tariffAsked struct {
	Tariff TariffID `json:"tariff"`
}

func (t Tariff) subject() string { return "tariff:" + t.ID.String() }

// shown is the price in a few characters.
func (d TariffDraft) shown() string {
	if len(d.Tiers) == 0 && len(d.Registers) == 0 {
		return d.Price
	}
	var all []string
	for _, r := range d.Registers {
		all = append(all, r.Price)
	}
	for _, t := range d.Tiers {
		all = append(all, t.Price)
	}
	return strings.Join(all, "/")
}

// placed checks that building and room are the community's.
func placed(ctx context.Context, tx *db.Tx, community authz.CommunityID, d TariffDraft) error {
	if d.Room != 0 {
		r, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil || r.Community != community {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
	}
	return inBuilding(ctx, tx, community, d.Building)
}

func (s *Service) tariffEnded(ctx context.Context, tx *db.Tx, r approval.Request) error {
	var a tariffAsked
	if err := r.Data.Unmarshal(&a); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	t, err := db.One[Tariff](ctx, g, `SELECT `+db.Columns[Tariff]("")+` FROM tariff WHERE id = $1 AND community_id = $2`, a.Tariff, r.Community)
	if err != nil {
		return err
	}
	before := t.State
	t.State, t.DecidedAt, t.Decider, t.Decision = TariffRefused, &tx.Now, r.Decider, r.Decision
	if r.State == approval.Approved {
		t.State = TariffApproved
	}
	tx.Note(t.Community, t.subject(), map[string]any{"state": before}, map[string]any{"state": t.State})
	tx.Emit(Changed{t.Community})
	return db.Save(ctx, g, "tariff", &t)
}

func (s *Service) describeTariff(ctx context.Context, tx *db.Tx, r approval.Request) ([]approval.Line, error) {
	var a tariffAsked
	if err := r.Data.Unmarshal(&a); err != nil {
		return nil, err
	}
	g := tx.Global("who may read was looked at by the inbox")
	t, err := db.One[Tariff](ctx, g, `SELECT `+db.Columns[Tariff]("")+` FROM tariff WHERE id = $1 AND community_id = $2`, a.Tariff, r.Community)
	if err != nil {
		return nil, err
	}
	before, err := db.All[Tariff](ctx, g, `SELECT `+db.Columns[Tariff]("")+` FROM tariff WHERE item_id = $1 AND community_id = $2 AND state = 'approved' AND COALESCE(building_id, 0) = $3 AND room_type = $4 AND COALESCE(room_id, 0) = $5 AND from_on < $6 ORDER BY from_on DESC LIMIT 1`,
		t.Item, t.Community, int64(t.Building), t.RoomType, int64(t.Room), t.From)
	was := ""
	if len(before) > 0 {
		was = before[0].shown()
	}
	return []approval.Line{{Label: "price", From: was, To: t.shown()}, {Label: "from", To: t.From.String()}, {Label: "document", To: t.Document}, {Label: "explanation", To: t.Explanation}}, err
}
