package housing

import (
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/platform/errs"
)

// edited returns r with e, or every field of e that is wrong.
func (r Room) edited(e Edit) (Room, error) {
	var wrong errs.Fields
	area := func(name, text string) Area {
		a, err := ParseArea(text)
		if err != nil {
			wrong.Add(name, errs.Of(err).Code, nil)
		}
		return a
	}
	r.Type, r.Floor, r.State, r.HandedOverOn, r.Notes = e.Type, e.Floor, e.State, e.HandedOverOn, strings.TrimSpace(e.Notes)
	r.BuildingArea, r.InnerArea = area("buildingArea", e.BuildingArea), 0
	if strings.TrimSpace(e.InnerArea) != "" {
		r.InnerArea = area("innerArea", e.InnerArea)
	}
	if r.BuildingArea > 0 && r.InnerArea > r.BuildingArea {
		wrong.Add("innerArea", ErrInnerLarger.Code, nil)
	}
	return r, wrong.Err()
}

// buildingName is how a building is called: 3栋, A栋, B1, 商铺.
func buildingName(code string) string {
	if code == "" || code[0] >= 0x80 || basement.MatchString(code) {
		return code
	}
	return code + "栋"
}

var marksToDashes = strings.NewReplacer("号楼", "-", "单元", "-", "栋", "-", "幢", "-", "座", "-", "楼", "-", "门", "-", "梯", "-",
	"#", "-", "/", "-", ".", "-", " ", "-", "室", "", "号", "")

// KeyPrefix turns the beginning of a label, as typed into a search box, into
// the beginning of keys: "3栋2" is "3-2". It is "" for what begins no label.
func KeyPrefix(s string) string {
	if l, err := ParseLabel(s); err == nil {
		return l.Key()
	}
	text := strings.ToUpper(strings.TrimSpace(plainForms.Replace(width.Fold.String(s))))
	if len(text) > maxLabel {
		return ""
	}
	text = strings.TrimLeft(marksToDashes.Replace(text), "-")
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "-")
	}
	parts := strings.Split(text, "-")
	for i := range parts {
		if numeral.MatchString(parts[i]) {
			plainNumber(&parts[i])
		}
	}
	return strings.Join(parts, "-")
}

// Beyond ends the range of all texts that begin with prefix, on both engines.
func Beyond(prefix string) string { return prefix + "\U0010FFFF" }
