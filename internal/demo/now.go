package demo

import (
	"slices"
	"strings"
	"time"

	"guanjia/internal/ticket"
)

// running are the tickets in somebody's hands as the month ends: some calm,
// some near four fifths of a clock, two past it. Minutes before now.
func (m *maker) running() (out []course) {
	for _, r := range []struct {
		grade ticket.Grade
		title string
		ago   float64
		steps string // verb@minutes before now
	}{
		{ticket.A, "厨房给水管爆裂，大量进水", 96, "accept@95 tell@93 arrive@70 before@69 start@66"},
		{ticket.A, "草坪灯电线裸露", 140, "accept@138 tell@136 arrive@112 start@108 note@60"},
		{ticket.A, "消防通道被私家车堵住", 4, "accept@3"},
		{ticket.B, "燃气灶打不着火", 12, ""},
		{ticket.B, "门禁刷卡没反应", 24, "accept@21"},
		{ticket.B, "电梯运行有异响", 578, "accept@575 tell@560 arrive@480 before@479 start@470"},
		{ticket.B, "监控画面黑屏", 300, "accept@296 tell@280 arrive@200 start@190 complex@100"},
		{ticket.B, "卫生间下水堵塞返水", 70, "accept@66 tell@55"},
		{ticket.B, "窨井盖松动", 8, ""},
		{ticket.C, "主卧暖气不热", 35, ""},
		{ticket.C, "主卧暖气不热", 3, ""},
		{ticket.C, "阳台推拉窗脱轨", 97, "accept@86"},
		{ticket.C, "厨房水槽下方渗水", 11, ""},
		{ticket.C, "浴霸不转", 185, "accept@180 tell@130 arrive@100 hold@90"},
		{ticket.C, "马桶水箱一直流水", 1160, "accept@1150 tell@1100 arrive@150 start@140"},
		{ticket.C, "楼道灯不亮", 320, "accept@318 tell@260 arrive@60 before@58 start@50"},
		{ticket.C, "客厅墙面裂缝", 260, "accept@248 tell@200 arrive@25"},
		{ticket.C, "树枝遮挡窗户", 50, "accept@38"},
		{ticket.C, "入户门锁打不开", 45, "accept@43 tell@40 arrive@15 quote@11"},
		{ticket.C, "楼道有蟑螂", 9, ""},
	} {
		at := slices.IndexFunc(matters, func(x matter) bool { return x.title == r.title })
		c := course{grade: r.grade, matter: matters[at], opened: m.now.Add(-ago(r.ago))}
		m.put(&c)
		for _, word := range strings.Fields(r.steps) {
			verb, minutes, _ := strings.Cut(word, "@")
			d, err := time.ParseDuration(minutes + "m")
			if err != nil {
				panic(err) // the table above is part of the program and under test
			}
			c.steps = append(c.steps, step{ago(r.ago) - d, verb})
		}
		out = append(out, c)
	}
	return out
}

func ago(minutes float64) time.Duration { return time.Duration(minutes * float64(time.Minute)) }
