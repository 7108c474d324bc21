package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"guanjia/internal/facility"
	"guanjia/internal/platform/clock"
)

// equipment is the register. due is in how many days the check falls due.
var equipment = []struct {
	code, name         string
	kind               facility.Kind
	building, place    string
	serves, maker      string
	contractor, check  string
	statutory          bool
	months             int64
	due                int
	part, spec, record string
}{
	{"DT-1-01", "1栋东梯", "lift", "1", "1栋大堂东侧", "1栋 1–18 层", "申江电梯", "恒安电梯维保", "电梯年检", true, 12, 21, "曳引钢丝绳", "Φ10", "半月保养，平层正常"},
	{"DT-1-02", "1栋西梯", "lift", "1", "1栋大堂西侧", "1栋 1–18 层", "申江电梯", "恒安电梯维保", "电梯年检", true, 12, 21, "门机皮带", "AT3", "半月保养，更换门滑块"},
	{"DT-3-01", "3栋1单元电梯", "lift", "3", "3栋1单元大堂", "3栋1单元", "申江电梯", "恒安电梯维保", "电梯年检", true, 12, 140, "应急灯电池", "12V", "半月保养，正常"},
	{"DT-3-02", "3栋2单元电梯", "lift", "3", "3栋2单元大堂", "3栋2单元", "申江电梯", "恒安电梯维保", "电梯年检", true, 12, -3, "应急灯电池", "12V", "半月保养，正常"},
	{"SB-01", "生活水泵组", "water", "", "地下一层水泵房", "全小区 6 层以上", "南泉泵业", "汇清设备", "季度保养", false, 3, 9, "机械密封", "DN50", "压力 0.62 MPa，正常"},
	{"SB-02", "生活水箱", "water", "", "地下一层水泵房", "全小区", "南泉泵业", "汇清设备", "水质检测", true, 3, 34, "", "", "清洗消毒，取样送检合格"},
	{"PD-01", "1 号配电房", "power", "", "地面配电房（2栋北）", "1、2、3栋", "东源电气", "东源电气", "预防性试验", true, 24, 210, "熔断器", "NT00-63A", "红外测温，最高 48℃"},
	{"PD-02", "2 号配电房", "power", "", "地面配电房（6栋东）", "5、6、A栋", "东源电气", "东源电气", "预防性试验", true, 24, 212, "", "", "红外测温，正常"},
	{"XF-01", "消防水泵组", "fire", "", "地下一层消防泵房", "全小区", "南泉泵业", "安泰消防", "消防设施检测", true, 12, 55, "压力表", "0–1.6 MPa", "手动启停正常"},
	{"XF-02", "火灾报警主机", "fire", "", "消防控制室", "全小区", "安盾", "安泰消防", "月度测试", false, 1, 4, "烟感", "JTY-GD", "模拟报警 5 点，全部到位"},
	{"JK-01", "视频监控主机", "camera", "", "消防控制室", "全小区", "明视", "", "存储检查", false, 1, 12, "硬盘", "8 TB", "录像保存 34 天"},
	{"MJ-A", "A栋门禁", "access", "A", "A栋大堂", "A栋", "明视", "", "", false, 0, 0, "读卡器", "IC", ""},
	{"YL-01", "儿童游乐组合", "play", "", "中心花园", "全小区", "乐童", "", "安全检查", false, 1, 2, "", "", "螺栓紧固"},
}

// plant fills the register of facilities and draws the plan of the water.
func (m *maker) plant(ctx context.Context) error {
	lead := m.staff[administrator].actor
	today := clock.DayOf(m.now, m.zone)
	ids := map[string]facility.ID{}
	for _, e := range equipment {
		d := facility.Draft{Code: e.code, Name: e.name, Kind: e.kind, Building: m.buildings[e.building], Place: e.place, Serves: e.serves, Maker: e.maker, Contractor: e.contractor,
			InstalledOn: today.Add(-2000), WarrantyUntil: today.Add(-1270), State: facility.Running}
		if e.check != "" {
			kind := facility.Routine
			if e.statutory {
				kind = facility.Statutory
			}
			d.Checks = []facility.Check{{Name: e.check, Kind: kind, Months: e.months, LastOn: today.Add(e.due - int(e.months)*30), NextOn: today.Add(e.due)}}
		}
		if e.part != "" {
			d.Parts = []facility.Part{{Name: e.part, Spec: e.spec, Quantity: 2}}
		}
		f, err := m.Facilities.Create(ctx, lead, m.community, d)
		if err != nil {
			return fmt.Errorf("%s: %w", e.code, err)
		}
		ids[e.code] = f.ID
		if e.record != "" {
			if _, err := m.Facilities.Record(ctx, lead, f.ID, facility.Entry{Kind: "maintenance", Result: "ok", Words: e.record, On: today.Add(-34)}); err != nil {
				return fmt.Errorf("%s: %w", e.code, err)
			}
		}
	}
	if _, err := m.Facilities.Record(ctx, lead, ids["YL-01"], facility.Entry{Kind: "fault", Result: "problem", Words: "秋千链条磨损，已停用围挡", On: today.Add(-33)}); err != nil {
		return err
	}
	return m.draw(ctx, ids)
}

// blocks are where the buildings stand on the drawing, in its ten-thousandths.
var blocks = []struct {
	code       string
	x, y, w, h int
}{
	{"1", 900, 900, 1700, 1100}, {"2", 3300, 900, 2100, 1100}, {"3", 6200, 900, 2300, 1100}, {"5", 900, 5400, 2700, 1200}, {"6", 4300, 5400, 2500, 1200}, {"A", 7500, 5200, 1500, 1700},
}

func (m *maker) draw(ctx context.Context, ids map[string]facility.ID) error {
	lead := m.staff[administrator].actor
	var b bytes.Buffer
	if err := png.Encode(&b, sitePlan()); err != nil {
		return err
	}
	p, err := m.Facilities.AddPlan(ctx, lead, m.community, facility.PlanHead{Name: "总平面与给水"}, &b)
	if err != nil {
		return err
	}
	valve := func(name, place string, x, y int, cuts ...facility.Cut) facility.Item {
		return facility.Item{Kind: facility.Valve, Medium: "water", Name: name, Place: place, Points: facility.Points{{x, y}}, Cuts: cuts}
	}
	items := []facility.Item{
		{Kind: facility.Line, Medium: "water", Name: "给水干管", Points: facility.Points{{300, 3600}, {9400, 3600}}},
		{Kind: facility.Line, Medium: "power", Name: "低压电缆沟", Points: facility.Points{{4300, 400}, {4300, 4400}, {9600, 4400}}},
		valve("小区总阀", "东门岗亭后阀门井，井盖刷蓝漆，用 T 型扳手", 350, 3600),
		{Kind: facility.Point, Medium: "water", Name: "水泵房", Place: "地下一层，由 2栋北侧楼梯下", Points: facility.Points{{4400, 2500}}, Facility: ids["SB-01"]},
		{Kind: facility.Switch, Medium: "power", Name: "1 号配电房总开关", Place: "2栋北侧地面配电房，1 号柜", Points: facility.Points{{4300, 450}}, Cuts: facility.Cuts{{Building: m.buildings["1"]}, {Building: m.buildings["2"]}, {Building: m.buildings["3"]}}},
	}
	for _, k := range blocks {
		x := k.x + k.w/2
		edge := k.y + k.h
		if k.y > 3600 {
			edge = k.y
		}
		items = append(items, facility.Item{Kind: facility.Line, Medium: "water", Name: k.code + "栋支管", Points: facility.Points{{x, 3600}, {x, edge}}},
			valve(k.code+"栋总阀", k.code+"栋南侧绿化带内阀门井", x, (3600+edge)/2, facility.Cut{Building: m.buildings[k.code]}))
	}
	units, err := m.Housing.Tree(ctx, lead, m.community)
	if err != nil {
		return err
	}
	for _, h := range units {
		if h.Code != "3" {
			continue
		}
		for i, u := range h.Units {
			low, high := int64(1), int64(9)
			top, ten := int64(18), int64(10)
			items = append(items,
				valve("3栋"+u.Code+"单元低区阀", "地下一层 3栋"+u.Code+"单元管井，门牌 "+u.Code+"-B1", 6700+i*1200, 1500, facility.Cut{Building: h.ID, Unit: u.ID, From: &low, To: &high}),
				valve("3栋"+u.Code+"单元高区阀", "9 层 3栋"+u.Code+"单元水表间，红色手轮", 6700+i*1200, 1150, facility.Cut{Building: h.ID, Unit: u.ID, From: &ten, To: &top}))
		}
	}
	p, err = m.Facilities.Draw(ctx, lead, p.ID, matching(p.Version), facility.PlanHead{Name: p.Name}, items)
	if err != nil {
		return err
	}
	return m.show(ctx, p)
}

// show adds a photo to every valve.
func (m *maker) show(ctx context.Context, p facility.Plan) error {
	lead := m.staff[administrator].actor
	for _, it := range p.Items {
		if it.Kind != facility.Valve {
			continue
		}
		picture, err := m.pictures.of("after", len(it.Name))
		if err != nil {
			return err
		}
		if _, err := m.Facilities.AddPhoto(ctx, lead, it.ID, bytes.NewReader(picture)); err != nil {
			return err
		}
	}
	return nil
}

// sitePlan paints streets, lawns and buildings as seen from above.
func sitePlan() *image.Paletted {
	const w, h = 1200, 840
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{
		color.RGBA{236, 240, 232, 255}, color.RGBA{222, 224, 222, 255}, color.RGBA{198, 206, 210, 255}, color.RGBA{120, 130, 138, 255},
	})
	fill := func(x0, y0, x1, y1 int, c uint8) {
		for y := max(y0, 0); y < min(y1, h); y++ {
			for x := max(x0, 0); x < min(x1, w); x++ {
				img.SetColorIndex(x, y, c)
			}
		}
	}
	at := func(v, size int) int { return v * size / 10_000 }
	fill(0, at(3300, h), w, at(3900, h), 1) // streets
	fill(at(2850, w), 0, at(3100, w), h, 1)
	fill(at(7000, w), at(3900, h), at(7250, w), h, 1)
	for _, k := range blocks {
		x0, y0, x1, y1 := at(k.x, w), at(k.y, h), at(k.x+k.w, w), at(k.y+k.h, h)
		fill(x0-2, y0-2, x1+2, y1+2, 3)
		fill(x0, y0, x1, y1, 2)
	}
	return img
}
