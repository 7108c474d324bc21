package housing

import (
	"fmt"
	"slices"
	"strings"

	"guanjia/internal/platform/errs"
)

// BuildingCode reads a building in any usual writing: 3栋, A座, B1, 商铺.
func BuildingCode(text string) (string, error) {
	l, err := ParseLabel(strings.TrimSpace(text) + "-101")
	if err == nil && (l.Unit != "" || l.Room != "101") {
		err = ErrLabelForm
	}
	return l.Building, err
}

// unitCode reads a unit in any usual writing: 2, 2单元, 甲.
func unitCode(building, text string) (string, error) {
	l, err := ParseLabel(building + "-" + strings.TrimSpace(text) + "-101")
	if err == nil && (l.Building != building || l.Unit == "" || l.Room != "101") {
		err = ErrLabelForm
	}
	return l.Unit, err
}

// lasts reports whether every way the label is shown reads as the same label.
func (l Label) lasts() bool {
	for _, shown := range []string{l.String(), l.Key()} {
		if again, err := ParseLabel(shown); err != nil || again != l {
			return false
		}
	}
	return true
}

// numberOn is the number of the nth room of a floor: 1502, and B101 below the ground.
func numberOn(floor, n int64) string {
	if floor < 0 {
		return fmt.Sprintf("B%d%02d", -floor, n)
	}
	return fmt.Sprintf("%d%02d", floor, n)
}

// rooms lists what b describes, or every field of it that is wrong.
func (b Bulk) rooms() ([]NewRoom, error) {
	var wrong errs.Fields
	building, err := BuildingCode(b.Building)
	if err != nil {
		wrong.Add("building", errs.Of(err).Code, errs.Of(err).Params)
	}
	var area Area
	if strings.TrimSpace(b.BuildingArea) != "" {
		if area, err = ParseArea(b.BuildingArea); err != nil {
			wrong.Add("buildingArea", errs.Of(err).Code, nil)
		}
	}
	units := []string{}
	for i, text := range b.Units {
		unit, err := unitCode(building, text)
		switch {
		case err != nil:
			wrong.Add(fmt.Sprintf("units[%d]", i), errs.Of(err).Code, errs.Of(err).Params)
		case slices.Contains(units, unit):
			wrong.Add(fmt.Sprintf("units[%d]", i), ErrCodeTaken.Code, nil)
		}
		units = append(units, unit)
	}
	if len(units) == 0 {
		units = []string{""}
	}
	if b.FloorTo < b.FloorFrom {
		wrong.Add("floorTo", "housing.floors", nil)
	}
	if len(wrong) == 0 && (b.FloorTo-b.FloorFrom+1)*b.PerFloor*int64(len(units)) > mostAtOnce {
		return nil, ErrTooMany.With("limit", mostAtOnce)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	var out []NewRoom
	for _, unit := range units {
		for floor := b.FloorFrom; floor <= b.FloorTo; floor++ {
			if floor == 0 || slices.Contains(b.Skip, floor) {
				continue
			}
			for n := int64(1); n <= b.PerFloor; n++ {
				out = append(out, NewRoom{Label: Label{building, unit, numberOn(floor, n)}, Type: b.Type, Floor: new(floor), BuildingArea: area, State: b.State})
			}
		}
	}
	for _, n := range out {
		if !n.Label.lasts() {
			return nil, errs.ErrFields.At(errs.Field{Name: "building", Code: ErrLabelForm.Code})
		}
	}
	return out, nil
}
