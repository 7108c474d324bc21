package billing

import (
	"context"
	"errors"
	"fmt"

	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// MeterFilter chooses meters of a community.
type MeterFilter struct {
	Community authz.CommunityID  `query:"community" required:"true"`
	Kind      string             `query:"kind" enum:"water,power,gas,heat"`
	Building  housing.BuildingID `query:"building"`
	Missing   clock.Day          `query:"missing" doc:"only those without a reading on or after this day"`
	Q         string             `query:"q" maxLength:"40" doc:"the beginning of a number or of a room's short label"`
}

// MeterView is a meter with its last reading and its usual usage.
type MeterView struct {
	Meter
	Label     string    `db:"label" json:"label,omitempty"`
	SortKey   string    `db:"sort_key" json:"-"`
	Last      string    `db:"last" json:"last,omitempty"`
	LastOn    clock.Day `db:"last_on" json:"lastOn,omitzero"`
	LastUsage string    `db:"last_usage" json:"lastUsage,omitempty"`
	Estimated bool      `db:"last_estimated" json:"estimated"`
}

// Meters lists meters in the order of the register, public ones first.
func (s *Service) Meters(ctx context.Context, who authz.Actor, f MeterFilter, after meterAfter, limit int) (out []MeterView, err error) {
	err = s.DB.Read(ctx, who, ActMeters, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = meters(ctx, tx, f, after, limit+1)
		return err
	})
	return out, err
}

// ReadingView is a reading with the pictures of it.
type ReadingView struct {
	Reading
	Photos []Photo `json:"photos"`
}

// Readings are those of a meter, the latest first.
func (s *Service) Readings(ctx context.Context, who authz.Actor, id MeterID) (out []ReadingView, err error) {
	err = s.DB.Read(ctx, who, ActMeters, func(tx *db.Tx) error {
		m, err := meter(ctx, tx, id)
		if err != nil {
			return err
		}
		out, err = withPhotos(ctx, tx, m, 100)
		return err
	})
	return out, err
}

func withPhotos(ctx context.Context, tx *db.Tx, m Meter, limit int) (out []ReadingView, err error) {
	all, err := readings(ctx, tx, m, limit)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	pictures, err := photos(ctx, tx, m.Community, m.ID, all[len(all)-1].On, all[0].On)
	of := map[clock.Day][]Photo{}
	for _, p := range pictures {
		of[p.On] = append(of[p.On], p)
	}
	for _, r := range all {
		out = append(out, ReadingView{r, append([]Photo{}, of[r.On]...)})
	}
	return out, err
}

// CreateMeter adds a meter; first is what it shows at the beginning, if that is known.
func (s *Service) CreateMeter(ctx context.Context, who authz.Actor, community authz.CommunityID, d MeterDraft, first *Entered) (m Meter, err error) {
	if d, err = d.checked(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActMeterEdit, func(tx *db.Tx) error {
		if err := placed(ctx, tx, community, TariffDraft{Room: d.Room}); err != nil {
			return err
		}
		m = Meter{ID: db.NewID[Meter](tx), Community: community, MeterDraft: d, State: "active", Version: 1}
		if err := db.Insert(ctx, tx, "meter", m); err != nil {
			return err
		}
		tx.Note(community, m.subject(), nil, m)
		tx.Emit(Changed{community})
		tx.Answer(&m)
		if first == nil {
			return nil
		}
		first.Meter = m.ID
		_, err := enter(ctx, tx, m, *first)
		return err
	})
	return m, meterTaken(err)
}

func (m Meter) subject() string { return "meter:" + m.ID.String() }

// UpdateMeter changes a meter for what is read from now on.
func (s *Service) UpdateMeter(ctx context.Context, who authz.Actor, id MeterID, match web.Match, d MeterDraft, state string) (m Meter, err error) {
	if d, err = d.checked(); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, who, ActMeterEdit, func(tx *db.Tx) error {
		if m, err = meter(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(m.Version); err != nil {
			return err
		}
		if err := placed(ctx, tx, m.Community, TariffDraft{Room: d.Room}); err != nil {
			return err
		}
		before := m
		m.MeterDraft, m.State = d, state
		tx.Note(m.Community, m.subject(), before, m)
		tx.Emit(Changed{m.Community})
		return db.Save(ctx, tx, "meter", &m)
	})
	return m, meterTaken(err)
}

func meterTaken(err error) error {
	if db.Unique(err, "meter_number", "meter.community_id, meter.kind, meter.number, meter.register") {
		return errs.ErrFields.At(errs.Field{Name: "number", Code: ErrMeterTaken.Code})
	}
	return err
}

// Enter takes readings: all of them, or none and what is wrong with which (BIL-04).
func (s *Service) Enter(ctx context.Context, who authz.Actor, community authz.CommunityID, all []Entered) (made []ReadingID, err error) {
	err = s.DB.Write(ctx, who, ActRead, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		made = make([]ReadingID, len(all))
		tx.Answer(&Entry{len(all), made})
		var wrong errs.Fields
		for i, e := range all {
			m, err := meter(ctx, tx, e.Meter)
			if err == nil && m.Community != community {
				err = db.ErrNotFound
			}
			if err == nil {
				var r Reading
				r, err = enter(ctx, tx, m, e)
				made[i] = r.ID
			}
			var fields *errs.Error
			switch {
			case errors.Is(err, db.ErrNotFound):
				wrong.Add(fmt.Sprintf("readings[%d].meterId", i), db.ErrNotFound.Code, nil)
			case errors.As(err, &fields) && len(fields.Fields) > 0:
				for _, f := range fields.Fields {
					wrong.Add(fmt.Sprintf("readings[%d].%s", i, f.Name), f.Code, f.Params)
				}
			case err != nil:
				return err
			}
		}
		tx.Note(community, "meters", nil, map[string]any{"readings": len(all)})
		tx.Emit(Changed{community})
		return wrong.Err()
	})
	return made, err
}

// enter takes one reading, typed or from a table.
func enter(ctx context.Context, tx *db.Tx, m Meter, e Entered) (Reading, error) {
	before, err := readings(ctx, tx, m, mostBefore)
	if err != nil {
		return Reading{}, err
	}
	r, err := m.after(e, before)
	if err != nil {
		return r, err
	}
	r.ID, r.At, r.By, r.ByName = db.NewID[Reading](tx), tx.Now, tx.Who.ID, tx.Who.Name
	if e.by != nil {
		r.Gateway, r.ReadAt = e.by.ID, e.at
	}
	return r, db.Insert(ctx, tx, "meter_reading", r)
}

// CostDraft is what people write of a public cost.
type CostDraft struct {
	Item     ItemID             `json:"itemId"`
	Building housing.BuildingID `json:"buildingId,omitzero"`
	Period   clock.Period       `json:"period"`
	Name     string             `json:"name" maxLength:"100"`
	Amount   string             `json:"amount" maxLength:"20"`
	Document string             `json:"document,omitempty" maxLength:"200"`
	Excluded Texts              `json:"excluded,omitempty" maxItems:"200"`
}
