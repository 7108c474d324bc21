package housing

import (
	"cmp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"guanjia/internal/imports"
	"guanjia/internal/platform/sheet"
)

// The headings of a room in tables (CUS-07).
const (
	HeadBuilding = "楼栋"
	HeadUnit     = "单元"
	HeadRoom     = "房号"
	HeadType     = "房屋类型"
	HeadFloor    = "楼层"
	HeadArea     = "建筑面积"
	HeadInner    = "套内面积"
	HeadState    = "房屋状态"
	HeadHanded   = "交房日期"
	HeadNotes    = "备注"
)

// TypeWords and StateWords are what people write; the first word of a value is
// the one we write.
var (
	TypeWords = map[string]RoomType{
		"住宅": Home, "商铺": Shop, "办公": Office, "储藏室": Storage, "车位": Parking,
		"门面": Shop, "写字楼": Office, "储藏间": Storage, "地下室": Storage, "停车位": Parking,
	}
	StateWords = map[string]State{
		"未售": Unsold, "已售未交付": Sold, "空置": Vacant, "装修中": Renovating, "自住": Occupied, "出租": Let,
		"已售": Sold, "未交房": Sold, "已交付空置": Vacant, "装修": Renovating, "已入住": Occupied, "入住": Occupied, "租住": Let,
	}
	typeName  = map[RoomType]string{Home: "住宅", Shop: "商铺", Office: "办公", Storage: "储藏室", Parking: "车位"}
	stateName = map[State]string{Unsold: "未售", Sold: "已售未交付", Vacant: "空置", Renovating: "装修中", Occupied: "自住", Let: "出租"}
)

const (
	typeList  = "住宅、商铺、办公、储藏室、车位"
	stateList = "未售、已售未交付、空置、装修中、自住、出租"
)

// PlaceColumns say which room a row is about.
var PlaceColumns = []imports.Column{
	{Head: HeadBuilding, Must: true, Also: []string{"楼栋号", "楼栋编号", "楼栋名称", "栋", "栋号", "楼号", "幢", "幢号", "楼宇", "座", "building"}, How: "例如 3、3栋、A座、B1、商铺", HowEN: "such as 3, 3栋, A座, B1, 商铺"},
	{Head: HeadUnit, Also: []string{"单元号", "单元编号", "单元名称", "门", "梯", "unit"}, How: "例如 2、2单元；没有单元的楼不填", HowEN: "such as 2; empty for buildings without units"},
	{Head: HeadRoom, Must: true, Also: []string{"房屋编号", "房间号", "房屋号", "房间编号", "室号", "门牌号", "户号", "房产编号", "room"}, How: "例如 1502。一套房可以有几行，每行一个人，房屋的各列须一致", HowEN: "such as 1502; a room may have several rows, one person each"},
}

// FactColumns say what a room is.
var FactColumns = []imports.Column{
	{Head: HeadType, Also: []string{"类型", "房型", "房屋用途", "房屋性质", "用途", "物业类型"}, How: typeList + "。不填按住宅", HowEN: "住宅 home, 商铺 shop, 办公 office, 储藏室 storage, 车位 parking; a new room is a home if empty"},
	{Head: HeadFloor, Also: []string{"所在楼层", "层", "楼层号", "房屋楼层", "floor"}, How: "整数，地下一层为 -1", HowEN: "a whole number, -1 below the ground"},
	{Head: HeadArea, Must: true, Also: []string{"面积", "房屋面积", "产权面积", "计费面积", "收费面积", "建面", "area"}, How: "平方米，最多两位小数，例如 108.62", HowEN: "m² with at most two decimals, such as 108.62"},
	{Head: HeadInner, Also: []string{"使用面积", "室内面积", "套内建筑面积", "室内套内面积"}, How: "平方米，不能大于建筑面积", HowEN: "m², not larger than the building area"},
	{Head: HeadState, Also: []string{"状态", "入住状态", "房态", "使用状态", "房屋当前状态"}, How: stateList + "。不填按空置", HowEN: "未售 unsold, 已售未交付 sold, 空置 vacant, 装修中 renovating, 自住 occupied, 出租 let; a new room is vacant if empty"},
	{Head: HeadHanded, Day: true, Also: []string{"交付日期", "交房时间", "收房日期", "收楼日期", "交楼日期", "入伙日期", "入伙时间"}, How: "例如 2026-01-05", HowEN: "such as 2026-01-05"},
}

// ReadPlace puts building, unit and room together. A mark in a cell (3栋, 2单元) does no harm.
func ReadPlace(l *imports.Line) Label {
	building, ok1 := l.Text(HeadBuilding)
	unit, ok2 := l.Text(HeadUnit)
	room, ok3 := l.Text(HeadRoom)
	if ok1 && building == "" {
		l.Fail(HeadBuilding, "required", nil)
	}
	if ok3 && room == "" {
		l.Fail(HeadRoom, "required", nil)
	}
	if !ok1 || !ok2 || !ok3 || building == "" || room == "" {
		return Label{}
	}
	whole := building + "-" + room
	if unit != "" {
		whole = building + "-" + unit + "-" + room
	}
	label, err := ParseLabel(whole)
	if err != nil {
		l.FailErr(HeadRoom, err)
	}
	return label
}

// ReadRoom reads what a row says of a room. What is zero is not said.
func ReadRoom(l *imports.Line) NewRoom {
	r := NewRoom{Label: ReadPlace(l), BuildingArea: readArea(l, HeadArea, true), InnerArea: readArea(l, HeadInner, false)}
	if r.BuildingArea > 0 && r.InnerArea > r.BuildingArea {
		l.FailErr(HeadInner, ErrInnerLarger)
	}
	r.Floor = readFloor(l)
	r.Type = imports.Word(l, HeadType, TypeWords, "import.type", typeList)
	r.State = imports.Word(l, HeadState, StateWords, "import.state", stateList)
	r.HandedOverOn = l.Day(HeadHanded)
	return r
}

func readArea(l *imports.Line, heading string, must bool) Area {
	text, ok := l.Text(heading)
	if !ok || text == "" && !must {
		return 0
	}
	if l.Cell(heading).Kind == sheet.Number && len(text) > 15 {
		// A spreadsheet keeps what was computed, 108.62000000000001 for 108.62; people see 15 digits.
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			text = strconv.FormatFloat(n, 'g', 15, 64)
		}
	}
	a, err := ParseArea(text)
	if err != nil {
		l.FailErr(heading, err)
	}
	return a
}

func readFloor(l *imports.Line) *int64 {
	text, ok := l.Text(HeadFloor)
	text = strings.TrimRight(strings.ToUpper(width.Fold.String(text)), "层楼F ")
	if !ok || text == "" && l.Cell(HeadFloor).Kind == sheet.Blank {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < -10 || n > 200 {
		l.Fail(HeadFloor, "import.floor", nil)
		return nil
	}
	return &n
}

// fact is one thing two sources say of a room.
type fact struct {
	column     string
	given      bool
	same       bool
	have, want string
}

func facts(a, b NewRoom) []fact {
	floors := b.Floor != nil
	return []fact{
		{HeadArea, b.BuildingArea != 0, a.BuildingArea == b.BuildingArea, a.BuildingArea.String(), b.BuildingArea.String()},
		{HeadInner, b.InnerArea != 0, a.InnerArea == b.InnerArea, a.InnerArea.String(), b.InnerArea.String()},
		{HeadFloor, floors, floors && a.Floor != nil && *a.Floor == *b.Floor, floorWord(a.Floor), floorWord(b.Floor)},
		{HeadType, b.Type != "", a.Type == b.Type, typeName[a.Type], typeName[b.Type]},
		{HeadState, b.State != "", a.State == b.State, stateName[a.State], stateName[b.State]},
		{HeadHanded, !b.HandedOverOn.IsZero(), a.HandedOverOn == b.HandedOverOn, a.HandedOverOn.String(), b.HandedOverOn.String()},
	}
}

func floorWord(floor *int64) string {
	if floor == nil {
		return ""
	}
	return strconv.FormatInt(*floor, 10)
}

// with is r with what b says besides or instead.
func (r NewRoom) with(b NewRoom) NewRoom {
	r.BuildingArea, r.InnerArea = cmp.Or(b.BuildingArea, r.BuildingArea), cmp.Or(b.InnerArea, r.InnerArea)
	r.Floor, r.Type, r.State = cmp.Or(b.Floor, r.Floor), cmp.Or(b.Type, r.Type), cmp.Or(b.State, r.State)
	r.HandedOverOn, r.Notes = cmp.Or(b.HandedOverOn, r.HandedOverOn), cmp.Or(b.Notes, r.Notes)
	return r
}

// usual fills what a new room was not given.
func (r NewRoom) usual() NewRoom {
	r.Type, r.State = cmp.Or(r.Type, Home), cmp.Or(r.State, Vacant)
	return r
}

func orNone(s string) string {
	if s == "" || s == "0.00" {
		return "—"
	}
	return s
}
