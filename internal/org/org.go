// Package org holds the company, its communities and their departments (ACC-01, HOU-01).
package org

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
)

// Community is one residential area (小区).
type Community struct {
	ID           authz.CommunityID `db:"id" json:"id"`
	Company      CompanyID         `db:"company_id" json:"-"`
	Name         string            `db:"name" json:"name"`
	Address      string            `db:"address" json:"address"`
	ServicePhone string            `db:"service_phone" json:"servicePhone"`
	Zone         string            `db:"zone" json:"zone" doc:"IANA time zone"`
	FeeMode      string            `db:"fee_mode" json:"feeMode" enum:"lump_sum,commission"`
	ManagedArea  *int64            `db:"managed_area" json:"managedArea,omitempty" doc:"m²"`
	Households   *int64            `db:"households" json:"households,omitempty" doc:"planned"`
	Budget       *money.Fen        `db:"budget" json:"budget,omitempty" doc:"of a year, where fees are a commission"`
	Region       authz.RegionID    `db:"region_id" json:"regionId,omitempty"`
	Version      int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (c Community) ETag() int64 { return c.Version }

// Company is who runs this installation.
type Company struct {
	ID      CompanyID     `db:"id" json:"id"`
	Name    string        `db:"name" json:"name"`
	At      clock.Instant `db:"at" json:"-"`
	Version int64         `db:"version" json:"-"`
}

// CompanyID identifies the company.
type CompanyID = id.Of[Company]

// Department is a part of a community's staff, or of the company's (community zero).
type Department struct {
	ID        DepartmentID      `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community,omitempty" doc:"empty: of the company"`
	Kind      string            `db:"kind" json:"kind"`
	Name      string            `db:"name" json:"name"`
	Staff     int64             `db:"staff" json:"staff" doc:"who is in it, or was when they left"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (d Department) ETag() int64 { return d.Version }

// DepartmentID identifies a department.
type DepartmentID = id.Of[Department]

// The use cases.
const (
	ActView authz.Action = "org.view"
	ActEdit authz.Action = "org.edit"
)

// Errors.
var ErrNameTaken = errs.New(errs.Conflict, "org.name_taken", "another community has this name")

// shippedDepartments are created with every community (ACC-01).
var shippedDepartments = []struct{ kind, name string }{
	{"customer_service", "客户服务部"}, {"engineering", "工程部"}, {"security", "秩序部"}, {"cleaning", "环境部"}, {"finance", "财务部"}, {"quality", "品质部"},
	{"technical", "技服部"}, {"store", "仓库"}, {"marketing", "市场部"},
}

// DepartmentKinds lists what shipped data may call a department.
func DepartmentKinds() (out []string) {
	for _, d := range shippedDepartments {
		out = append(out, d.kind)
	}
	return out
}

// Service holds the use cases of this package.
type Service struct {
	DB *db.DB
	// Moved is told, in the transaction, that something went from one region to
	// another (zero: none), so that what people reach follows.
	Moved func(ctx context.Context, tx *db.Tx, from, to authz.RegionID) error
}

// Check tidies a community and finds what is wrong with it, at the fields under prefix.
func (c *Community) Check(prefix string) (f errs.Fields) {
	c.Name, c.Address, c.ServicePhone = strings.TrimSpace(c.Name), strings.TrimSpace(c.Address), strings.TrimSpace(c.ServicePhone)
	if c.Name == "" {
		f.Add(prefix+"name", "missing", nil)
	}
	for _, field := range []struct{ name, text string }{{"name", c.Name}, {"address", c.Address}, {"servicePhone", c.ServicePhone}} {
		if utf8.RuneCountInString(field.text) > 100 {
			f.Add(prefix+field.name, "too_long", nil)
		}
	}
	if c.Zone == "" {
		c.Zone = "Asia/Shanghai"
	}
	if _, err := clock.Zone(c.Zone); err != nil {
		f.Add(prefix+"zone", "org.zone_unknown", nil)
	}
	if c.FeeMode == "" {
		c.FeeMode = "lump_sum"
	}
	if c.ManagedArea != nil && (*c.ManagedArea < 0 || *c.ManagedArea > 1_000_000_000) {
		f.Add(prefix+"managedArea", "wrong_form", nil)
	}
	if c.Households != nil && (*c.Households < 0 || *c.Households > 1_000_000) {
		f.Add(prefix+"households", "wrong_form", nil)
	}
	switch {
	case c.Budget == nil:
	case c.FeeMode != "commission":
		f.Add(prefix+"budget", "org.budget_lump_sum", nil)
	case *c.Budget < 0 || *c.Budget > 1_000_000_000_000:
		f.Add(prefix+"budget", "wrong_form", nil)
	}
	return f
}

// CheckCompany finds what is wrong with a company's name.
func CheckCompany(name string) (f errs.Fields) {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n == 0 || n > 100 {
		f.Add("company", "org.company_name", nil)
	}
	return f
}

// Found writes company and first community; part of the first start (ACC-11).
func Found(ctx context.Context, tx *db.Tx, company string, c Community) (Community, error) {
	if err := CheckCompany(company).Err(); err != nil {
		return c, err
	}
	co := Company{ID: db.NewID[Company](tx), Name: strings.TrimSpace(company), At: tx.Now, Version: 1}
	if err := db.Insert(ctx, tx.Global("the company itself"), "company", co); err != nil {
		return c, err
	}
	c.Company = co.ID
	return create(ctx, tx, c, "community.")
}

func create(ctx context.Context, tx *db.Tx, c Community, prefix string) (Community, error) {
	if err := c.Check(prefix).Err(); err != nil {
		return c, err
	}
	c.ID, c.Version = db.NewID[authz.Community](tx), 1
	if err := db.Insert(ctx, tx.Global("a new community is in nobody's scope yet"), "community", c); err != nil {
		return c, taken(err, prefix)
	}
	for _, d := range shippedDepartments {
		if _, err := tx.Global("a new community is in nobody's scope yet").Exec(ctx, `INSERT INTO department (id, community_id, kind, name, version) VALUES ($1, $2, $3, $4, 1)`, db.NewID[Department](tx), c.ID, d.kind, d.name); err != nil {
			return c, err
		}
	}
	tx.Note(c.ID, "community:"+c.ID.String(), nil, c)
	return c, nil
}

func taken(err error, prefix string) error {
	if db.Unique(err, "community_name", "community.") {
		return ErrNameTaken.At(errs.Field{Name: prefix + "name", Code: "org.name_taken"})
	}
	return err
}

// scoped is {scope} for the table of communities itself, whose place is its own id.
const communities = `(SELECT id AS community_id, id, company_id, name, address, service_phone, zone, fee_mode, managed_area, households, budget, region_id, version FROM community) c`

const communityColumns = `c.id, c.company_id, c.name, c.address, c.service_phone, c.zone, c.fee_mode, c.managed_area, c.households, c.budget, c.region_id, c.version`

// Communities lists the communities in the actor's scope.
func (s *Service) Communities(ctx context.Context, who authz.Actor) (out []Community, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = db.All[Community](ctx, tx, `SELECT `+communityColumns+` FROM `+communities+` WHERE {scope:c} ORDER BY c.id LIMIT 5000`)
		return err
	})
	return out, err
}

// In returns a community inside another domain's transaction.
func In(ctx context.Context, tx *db.Tx, id authz.CommunityID) (Community, error) {
	return db.One[Community](ctx, tx, `SELECT `+communityColumns+` FROM `+communities+` WHERE c.id = $1 AND {scope:c}`, id)
}

// Zone returns the time zone of a community, in which its days are decided.
func Zone(ctx context.Context, tx *db.Tx, id authz.CommunityID) (*time.Location, error) {
	name, err := db.OneKept[string](ctx, tx, "community", `SELECT c.zone FROM `+communities+` WHERE c.id = $1 AND {scope:c}`, id)
	if err != nil {
		return nil, err
	}
	return clock.Zone(name)
}

// Zones are the time zones of all communities in scope.
func Zones(ctx context.Context, tx *db.Tx) (map[authz.CommunityID]*time.Location, error) {
	all, err := db.All[struct {
		ID   authz.CommunityID `db:"id"`
		Zone string            `db:"zone"`
	}](ctx, tx, `SELECT c.id, c.zone FROM `+communities+` WHERE {scope:c}`)
	out := make(map[authz.CommunityID]*time.Location, len(all))
	for _, c := range all {
		if out[c.ID], err = clock.Zone(c.Zone); err != nil {
			return nil, err
		}
	}
	return out, err
}

// Today is the day in a community's zone.
func Today(ctx context.Context, tx *db.Tx, id authz.CommunityID) (clock.Day, error) {
	zone, err := Zone(ctx, tx, id)
	if err != nil {
		return clock.Day{}, err
	}
	return clock.DayOf(tx.Now, zone), nil
}

// OwnZone is the time zone in which the actor's own days are decided: that of
// the first community in scope.
func OwnZone(ctx context.Context, tx *db.Tx) (*time.Location, error) {
	name, err := db.One[string](ctx, tx, `SELECT c.zone FROM `+communities+` WHERE {scope:c} ORDER BY c.id LIMIT 1`)
	if err != nil {
		return nil, err
	}
	return clock.Zone(name)
}

// Get returns one community.
func (s *Service) Get(ctx context.Context, who authz.Actor, id authz.CommunityID) (c Community, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		c, err = In(ctx, tx, id)
		return err
	})
	return c, err
}

// Create adds a community; only who may edit the whole company can.
func (s *Service) Create(ctx context.Context, who authz.Actor, c Community) (Community, error) {
	if !who.Scope(ActEdit).All {
		return c, authz.ErrForbidden
	}
	err := s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) (err error) {
		if c.Company, err = db.One[CompanyID](ctx, tx.Global("the company itself"), `SELECT id FROM company ORDER BY id LIMIT 1`); err != nil {
			return err
		}
		if c.Region != 0 {
			all, err := regions(ctx, tx)
			if err != nil {
				return err
			}
			if _, err := byID(all, c.Region); err != nil {
				return ErrRegion.At(errs.Field{Name: "regionId", Code: "org.region_unknown"})
			}
		}
		tx.Answer(&c)
		if c, err = create(ctx, tx, c, ""); err != nil || c.Region == 0 {
			return err
		}
		return s.Moved(ctx, tx, 0, c.Region)
	})
	return c, err
}

// Edit changes a community's data.
func (s *Service) Edit(ctx context.Context, who authz.Actor, id authz.CommunityID, expect func(int64) error, with Community) (c Community, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		old, err := In(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		c = with
		c.ID, c.Company, c.Region, c.Version = old.ID, old.Company, old.Region, old.Version
		if err := c.Check("").Err(); err != nil {
			return err
		}
		tx.Note(c.ID, "community:"+c.ID.String(), old, c)
		return taken(db.Save(ctx, tx.Global("checked by In: a community's place is its own id"), "community", &c), "")
	})
	return c, err
}

// Departments lists the departments of a community, and those of the company.
func (s *Service) Departments(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Department, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if !who.Scope(ActView).Sees(community) {
			return nil
		}
		if out, err = departments(ctx, tx, community); err != nil {
			return err
		}
		above, err := departments(ctx, tx, 0)
		out = append(out, above...)
		return err
	})
	return out, err
}
