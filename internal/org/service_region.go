package org

import (
	"context"
	"errors"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// Tree returns the organisation as far as the caller sees it (ACC-01).
func (s *Service) Tree(ctx context.Context, who authz.Actor) (t Tree, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		co, err := company(ctx, tx)
		if err != nil {
			return err
		}
		t.Company, t.Editable = co.Name, who.Scope(ActEdit).All
		if t.Regions, err = regions(ctx, tx); err != nil {
			return err
		}
		if t.Communities, err = leaves(ctx, tx); err != nil {
			return err
		}
		if !who.Scope(ActView).All {
			t.Regions = seen(t.Regions, t.Communities)
		}
		t.Departments, err = departments(ctx, tx, 0)
		return err
	})
	return t, err
}

// wholeCompany refuses who may edit only some communities: the tree is the company's.
func wholeCompany(who authz.Actor) error {
	if !who.Scope(ActEdit).All {
		return authz.ErrForbidden
	}
	return nil
}

func (s *Service) edit(ctx context.Context, who authz.Actor, fn func(tx *db.Tx, all []Region) error) error {
	if err := wholeCompany(who); err != nil {
		return err
	}
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		all, err := regions(ctx, tx)
		if err != nil {
			return err
		}
		return fn(tx, all)
	})
}

func byID(all []Region, id authz.RegionID) (Region, error) {
	i := slices.IndexFunc(all, func(r Region) bool { return r.ID == id })
	if i < 0 {
		return Region{}, db.ErrNotFound
	}
	return all[i], nil
}

// under refuses a parent that does not exist, or would be too deep.
func under(all []Region, parent authz.RegionID, more int) error {
	if _, err := byID(all, parent); parent != 0 && err != nil {
		return ErrRegion.At(errs.Field{Name: "parentId", Code: "org.region_unknown"})
	}
	if depth(parent, parents(all))+more > deepest {
		return errs.ErrFields.At(errs.Field{Name: "parentId", Code: "org.too_deep"})
	}
	return nil
}

func regionTaken(err error) error {
	if db.Unique(err, "region_name", "region.company_id", "region_name") {
		return ErrRegionName.At(errs.Field{Name: "name", Code: "org.region_taken"})
	}
	return err
}

// AddRegion puts a new region below another one, or below the company.
func (s *Service) AddRegion(ctx context.Context, who authz.Actor, parent authz.RegionID, name string) (r Region, err error) {
	if err := named(&name); err != nil {
		return r, err
	}
	err = s.edit(ctx, who, func(tx *db.Tx, all []Region) error {
		if err := under(all, parent, 1); err != nil {
			return err
		}
		co, err := company(ctx, tx)
		if err != nil {
			return err
		}
		r = Region{ID: db.NewID[authz.Region](tx), Company: co.ID, Parent: parent, Name: name, Version: 1}
		tx.Note(0, "region:"+r.ID.String(), nil, r)
		tx.Answer(r)
		return regionTaken(db.Insert(ctx, tx.Global(whyRegions), "region", r))
	})
	return r, err
}

// theirs answers who may not edit the tree as if the region did not exist (ACC-04).
func theirs(who authz.Actor) error {
	if !who.Scope(ActEdit).All {
		return db.ErrNotFound
	}
	return nil
}

// EditRegion renames a region or moves it, with everything in it, below
// another parent. Who holds roles above reaches what is there at once.
func (s *Service) EditRegion(ctx context.Context, who authz.Actor, id authz.RegionID, expect func(int64) error, parent authz.RegionID, name string) (r Region, err error) {
	if err := errors.Join(theirs(who), named(&name)); err != nil {
		return r, err
	}
	err = s.edit(ctx, who, func(tx *db.Tx, all []Region) error {
		old, err := byID(all, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		up := parents(all)
		if parent != 0 && inside(parent, id, up) {
			return ErrCycle.At(errs.Field{Name: "parentId", Code: "org.cycle"})
		}
		if err := under(all, parent, height(id, up)); err != nil {
			return err
		}
		r = old
		r.Name, r.Parent = name, parent
		tx.Note(0, "region:"+r.ID.String(), old, r)
		if err := regionTaken(db.Save(ctx, tx.Global(whyRegions), "region", &r)); err != nil || old.Parent == parent {
			return err
		}
		return s.Moved(ctx, tx, old.Parent, parent)
	})
	return r, err
}

// RemoveRegion removes a region in which nothing is, and in which nobody holds a role.
func (s *Service) RemoveRegion(ctx context.Context, who authz.Actor, id authz.RegionID, expect func(int64) error) error {
	if err := theirs(who); err != nil {
		return err
	}
	return s.edit(ctx, who, func(tx *db.Tx, all []Region) error {
		r, err := byID(all, id)
		if err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		g := tx.Global(whyRegions)
		n, err := db.One[int](ctx, g, `SELECT (SELECT COUNT(*) FROM region WHERE parent_id = $1) + (SELECT COUNT(*) FROM community WHERE region_id = $1) + (SELECT COUNT(*) FROM role_region WHERE region_id = $1)`, id)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
		tx.Note(0, "region:"+id.String(), r, nil)
		_, err = g.Exec(ctx, `DELETE FROM region WHERE id = $1`, id)
		return err
	})
}

// Place moves a community into a region, or directly below the company.
func (s *Service) Place(ctx context.Context, who authz.Actor, id authz.CommunityID, expect func(int64) error, region authz.RegionID) (c Community, err error) {
	if !who.Scope(ActEdit).Sees(id) {
		return c, db.ErrNotFound
	}
	err = s.edit(ctx, who, func(tx *db.Tx, all []Region) error {
		if c, err = In(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(c.Version); err != nil {
			return err
		}
		if _, err := byID(all, region); region != 0 && err != nil {
			return ErrRegion.At(errs.Field{Name: "regionId", Code: "org.region_unknown"})
		}
		old := c.Region
		c.Region = region
		tx.Note(c.ID, "community:"+c.ID.String(), map[string]any{"region": old}, map[string]any{"region": region})
		if err := db.Save(ctx, tx.Global("checked by In: a community's place is its own id"), "community", &c); err != nil {
			return err
		}
		return s.Moved(ctx, tx, old, region)
	})
	return c, err
}

// AddDepartment adds one to a community, or to the company (community zero).
func (s *Service) AddDepartment(ctx context.Context, who authz.Actor, community authz.CommunityID, kind, name string) (d Department, err error) {
	if err := named(&name); err != nil {
		return d, err
	}
	if community == 0 {
		if err := wholeCompany(who); err != nil {
			return d, err
		}
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		g := tx.Global("checked right here")
		if community != 0 {
			if err := tx.In(ctx, community); err != nil {
				return err
			}
		}
		d = Department{ID: db.NewID[Department](tx), Community: community, Kind: kind, Name: name, Version: 1}
		if err := departmentFree(ctx, tx, d); err != nil {
			return err
		}
		tx.Note(community, "department:"+d.ID.String(), nil, d)
		tx.Answer(d)
		_, err := g.Exec(ctx, `INSERT INTO department (id, community_id, kind, name, version) VALUES ($1, $2, $3, $4, $5)`, d.ID, d.Community, d.Kind, d.Name, d.Version)
		return err
	})
	return d, err
}

func departmentFree(ctx context.Context, tx *db.Tx, d Department) error {
	others, err := departments(ctx, tx, d.Community)
	if slices.ContainsFunc(others, func(o Department) bool { return o.ID != d.ID && o.Name == d.Name }) {
		err = errors.Join(err, ErrDepartment.At(errs.Field{Name: "name", Code: "org.department_taken"}))
	}
	return err
}

// RenameDepartment gives a department another name.
func (s *Service) RenameDepartment(ctx context.Context, who authz.Actor, id DepartmentID, expect func(int64) error, name string) (d Department, err error) {
	if err := named(&name); err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if d, err = department(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		old := d.Name
		d.Name = name
		if err := departmentFree(ctx, tx, d); err != nil {
			return err
		}
		tx.Note(d.Community, "department:"+d.ID.String(), map[string]any{"name": old}, map[string]any{"name": name})
		n, err := tx.Global("checked by department").Exec(ctx, `UPDATE department SET name = $1, version = version + 1 WHERE id = $2 AND version = $3`, name, id, d.Version)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		d.Version++
		return err
	})
	return d, err
}

// RemoveDepartment removes a department in which nobody is, or was when they left.
func (s *Service) RemoveDepartment(ctx context.Context, who authz.Actor, id DepartmentID, expect func(int64) error) error {
	return s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		d, err := department(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		if d.Staff > 0 {
			return errDeptInUse.With("n", d.Staff)
		}
		tx.Note(d.Community, "department:"+d.ID.String(), d, nil)
		_, err = tx.Global("checked by department").Exec(ctx, `DELETE FROM department WHERE id = $1`, id)
		return err
	})
}
