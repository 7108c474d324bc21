package facility

import (
	"context"

	"guanjia/internal/audit"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
)

// Service holds the use cases of facilities and plans. Each one is one transaction.
type Service struct {
	DB      *db.DB
	Blobs   *blob.Store
	Exports *audit.Service
}

// Filter chooses facilities of a community.
type Filter struct {
	Community authz.CommunityID  `query:"community" required:"true"`
	Kind      Kind               `query:"kind" enum:"lift,water,drain,power,fire,gas,heating,access,camera,lighting,ventilation,road,play,other"`
	Building  housing.BuildingID `query:"building"`
	State     State              `query:"state" enum:"running,fault,stopped,scrapped"`
	Due       int                `query:"due" minimum:"0" maximum:"400" doc:"only those with a check within so many days, or overdue"`
	Q         string             `query:"q" maxLength:"60" doc:"a part of code, name or place"`
}

// List lists facilities by code, one more than limit if there is one.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, after string, limit int) (out []Facility, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = list(ctx, tx, f, after, limit+1)
		return err
	})
	return out, err
}

// Get returns a facility with checks, parts and records.
func (s *Service) Get(ctx context.Context, who authz.Actor, id ID) (f Full, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		f, err = get(ctx, tx, id)
		return err
	})
	return f, err
}

// Create enters a facility into the register.
func (s *Service) Create(ctx context.Context, who authz.Actor, community authz.CommunityID, d Draft) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if f, err = (Full{Facility: Facility{ID: db.NewID[Facility](tx), Community: community, Version: 1}, Records: []Record{}}).drawn(d); err != nil {
			return err
		}
		if err := inBuilding(ctx, tx, community, f.Building); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "facility", f.Facility); err != nil {
			return err
		}
		tx.Note(community, subject(f.ID), nil, f.Facility)
		tx.Answer(&f)
		return f.keep(ctx, tx)
	})
	return f, taken(err)
}

// Update changes a facility, for whom saw its latest version.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ID, match web.Match, d Draft) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		before, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := match.Expect(before.Version); err != nil {
			return err
		}
		if f, err = before.drawn(d); err != nil {
			return err
		}
		if err := inBuilding(ctx, tx, f.Community, f.Building); err != nil {
			return err
		}
		tx.Note(f.Community, subject(id), before.Facility, f.Facility)
		if err := db.Save(ctx, tx, "facility", &f.Facility); err != nil {
			return err
		}
		return f.keep(ctx, tx)
	})
	return f, taken(err)
}

// Entry is what somebody records of a facility.
type Entry struct {
	Kind   string    `json:"kind" enum:"inspection,maintenance,operation,fault,part"`
	On     clock.Day `json:"on,omitzero" doc:"left out: today"`
	Check  string    `json:"check,omitempty" maxLength:"60" doc:"the check that this was"`
	Result string    `json:"result" enum:"ok,problem"`
	Words  string    `json:"words,omitempty" maxLength:"1000"`
	Next   clock.Day `json:"nextOn,omitzero" doc:"of the check; left out: after its months"`
}

// Record writes down what was done or found. A check that was made falls due
// again after its months; a fault makes the facility faulty, a repair with a
// good result running again.
func (s *Service) Record(ctx context.Context, who authz.Actor, id ID, e Entry) (f Full, err error) {
	err = s.DB.Write(ctx, who, ActRecord, func(tx *db.Tx) error {
		if f, err = get(ctx, tx, id); err != nil {
			return err
		}
		if f.State == Scrapped {
			return ErrScrapped
		}
		zone, err := org.Zone(ctx, tx, f.Community)
		if err != nil {
			return err
		}
		before := f.Facility
		r, err := f.entered(e, clock.DayOf(tx.Now, zone))
		if err != nil {
			return err
		}
		r.ID, r.Community, r.Facility, r.At, r.By, r.ByName = db.NewID[Record](tx), f.Community, id, tx.Now, who.ID, who.Name
		if err := db.Insert(ctx, tx, "facility_record", r); err != nil {
			return err
		}
		f.Records = append([]Record{r}, f.Records...)
		tx.Note(f.Community, subject(id), before, map[string]any{"record": r, "state": f.State, "nextOn": f.NextOn})
		tx.Answer(&f)
		if err := db.Save(ctx, tx, "facility", &f.Facility); err != nil {
			return err
		}
		return f.keep(ctx, tx)
	})
	return f, err
}

// entered is the record of e, and what it changes of f.
func (f *Full) entered(e Entry, today clock.Day) (r Record, err error) {
	var wrong errs.Fields
	wrong.Words("words", &e.Words, 1000, e.Result == "problem" || e.Kind == "fault")
	if e.On.IsZero() {
		e.On = today
	}
	if e.On.After(today) {
		wrong.Add("on", "facility.future", nil)
	}
	found := e.Check == ""
	for i := range f.Checks {
		if c := &f.Checks[i]; c.Name == e.Check {
			found = true
			if c.LastOn = e.On; e.Next.IsZero() {
				e.Next = addMonths(e.On, c.Months)
			}
			c.NextOn = e.Next
		}
	}
	if !found {
		wrong.Add("check", ErrCheckAbsent.Code, nil)
	}
	switch {
	case e.Kind == "fault" || e.Kind == "inspection" && e.Result == "problem":
		f.State = Faulty
	case e.Kind == "maintenance" && e.Result == "ok" && f.State == Faulty:
		f.State = Running
	}
	f.NextOn = f.next()
	return Record{Kind: e.Kind, On: e.On, Check: e.Check, Result: e.Result, Words: e.Words}, wrong.Err()
}

func subject(id ID) string { return "facility:" + id.String() }

func taken(err error) error {
	if db.Unique(err, "facility_code", "facility.community_id, facility.code") {
		return errs.ErrFields.At(errs.Field{Name: "code", Code: ErrCodeTaken.Code})
	}
	return err
}
