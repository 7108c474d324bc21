package org

import (
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/errs"
)

// Region is a node between the company and its communities (片区); regions may
// lie in regions, to any depth (ACC-01).
type Region struct {
	ID      authz.RegionID `db:"id" json:"id"`
	Company CompanyID      `db:"company_id" json:"-"`
	Parent  authz.RegionID `db:"parent_id" json:"parentId,omitempty" doc:"empty: directly below the company"`
	Name    string         `db:"name" json:"name"`
	Version int64          `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (r Region) ETag() int64 { return r.Version }

// Tree is what the caller sees of the organisation.
type Tree struct {
	Company     string       `json:"company" doc:"its name"`
	Editable    bool         `json:"editable" doc:"whether the caller may change regions"`
	Departments []Department `json:"departments" doc:"of the company itself"`
	Regions     []Region     `json:"regions" doc:"those with a community in the caller's scope, parents before children; all for who sees the whole company"`
	Communities []Leaf       `json:"communities"`
}

// Leaf is a community in the tree, with how much it holds.
type Leaf struct {
	ID          authz.CommunityID `db:"id" json:"id"`
	Region      authz.RegionID    `db:"region_id" json:"regionId,omitempty"`
	Name        string            `db:"name" json:"name"`
	Version     int64             `db:"version" json:"version"`
	Departments int64             `db:"departments" json:"departments"`
	Staff       int64             `db:"staff" json:"staff" doc:"who is employed"`
	Rooms       int64             `db:"rooms" json:"rooms"`
}

// Errors of the tree.
var (
	ErrRegionName = errs.New(errs.Conflict, "org.region_taken", "another region here has this name")
	ErrNotEmpty   = errs.New(errs.Conflict, "org.not_empty", "there is still something in it")
	ErrCycle      = errs.New(errs.Conflict, "org.cycle", "a region cannot lie in itself")
	ErrRegion     = errs.New(errs.Invalid, "org.region_unknown", "there is no such region")
	ErrDepartment = errs.New(errs.Conflict, "org.department_taken", "another department here has this name")
	errDeptInUse  = errs.New(errs.Conflict, "org.department_used", "somebody is in this department")
)

// named tidies a name and finds what is wrong with it.
func named(name *string) error {
	var f errs.Fields
	*name = strings.TrimSpace(*name)
	switch n := utf8.RuneCountInString(*name); {
	case n == 0:
		f.Add("name", "missing", nil)
	case n > 50:
		f.Add("name", "too_long", nil)
	}
	return f.Err()
}

// deepest is how many regions may lie in each other: enough for any company,
// and a bound for who builds towers.
const deepest = 12

// inside reports whether region a lies in b or is b; parents tells the parent of each.
func inside(a, b authz.RegionID, parents map[authz.RegionID]authz.RegionID) bool {
	for range len(parents) + 1 {
		if a == b {
			return true
		}
		if a = parents[a]; a == 0 {
			return false
		}
	}
	return false
}

// depth is how many regions lie above and including r.
func depth(r authz.RegionID, parents map[authz.RegionID]authz.RegionID) (n int) {
	for r != 0 && n <= len(parents) {
		n++
		r = parents[r]
	}
	return n
}

// height is how many regions lie below and including r.
func height(r authz.RegionID, parents map[authz.RegionID]authz.RegionID) (n int) {
	for c := range parents {
		if inside(c, r, parents) {
			n = max(n, depth(c, parents)-depth(r, parents)+1)
		}
	}
	return n
}

// seen keeps the regions above the given communities, parents before children.
func seen(all []Region, leaves []Leaf) []Region {
	byID, keep := map[authz.RegionID]Region{}, map[authz.RegionID]bool{}
	for _, r := range all {
		byID[r.ID] = r
	}
	for _, l := range leaves {
		for at := l.Region; at != 0 && !keep[at]; at = byID[at].Parent {
			keep[at] = true
		}
	}
	out := []Region{}
	for _, r := range all {
		if keep[r.ID] {
			out = append(out, r)
		}
	}
	return out
}
