package billing

import (
	"context"
	"slices"
	"strings"

	"guanjia/internal/imports"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

// The headings of readings that somebody wrote down in a table (BIL-04).
const (
	headMeter   = "表号"
	headKind    = "表类"
	headPart    = "时段"
	headDay     = "抄表日期"
	headValue   = "读数"
	headChecked = "已核实"
)

var (
	meterWords   = map[string]string{"水表": "water", "电表": "power", "燃气表": "gas", "热量表": "heat", "水": "water", "电": "power", "燃气": "gas", "热": "heat"}
	partWords    = map[string]string{"尖": "sharp", "峰": "peak", "平": "flat", "谷": "valley", "尖时": "sharp", "峰时": "peak", "平时": "flat", "谷时": "valley"}
	checkedWords = map[string]bool{"是": true, "否": false}
)

// ReadingsTemplate is the table of readings. Each goes the way of one that is
// typed: a usage above three times the usual one is refused until somebody says
// that it was looked at.
func ReadingsTemplate() imports.Template {
	return imports.Template{
		Name: "readings", Title: "抄表读数", Needs: ActRead, Modes: []imports.Mode{imports.New},
		Columns: []imports.Column{
			{Head: headMeter, Must: true, Also: []string{"仪表编号", "表具编号", "水表号", "电表号"}, How: "系统里的表号", HowEN: "the meter's number"},
			{Head: headKind, Also: []string{"仪表类型", "表具类型"}, How: "水表、电表、燃气表、热量表。同一表号有几种表时必填", HowEN: "水表 water, 电表 power, 燃气表 gas, 热量表 heat; needed where meters of several kinds have this number"},
			{Head: headDay, Must: true, Day: true, Also: []string{"抄表日", "日期", "抄表时间"}, How: "例如 2026-11-30，要晚于上次抄表", HowEN: "such as 2026-11-30, after the last reading"},
			{Head: headValue, Must: true, Also: []string{"本次读数", "本期读数", "止码", "表底数"}, How: "表上的数字", HowEN: "what the register shows"},
			{Head: headChecked, How: "是、否。用量超过平时三倍的，核实后填“是”", HowEN: "是 yes, 否 no; for a usage of more than three times the usual one, 是 once it was looked at"},
			{Head: headNotes, Width: 30, How: "只供阅读，不导入", HowEN: "for the reader; not imported"},
			{Head: headPart, Also: []string{"费率", "计量时段"}, How: "尖、峰、平、谷。分时计量的表必填，每个时段一行", HowEN: "尖 sharp, 峰 peak, 平 flat, 谷 valley; needed of a meter that counts by time of use, one row each"},
		},
		Records: []imports.Record{{Kind: "meter_reading", Since: usedSince}},
		Example: []any{"W-0312", "水表", "2026-11-30", "1024", "否", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			r := &readingsIn{community: community}
			return &imports.Flat[readIn]{Kind: "meter_reading", Head: headDay, Take: r.take, Fetch: r.fetch, Key: readIn.key, Begin: r.begin, Decide: r.decide, Add: r.add}
		},
	}
}

type readIn struct {
	number, kind string
	register     string
	on           clock.Day
	value        string
	confirmed    bool
}

func (r readIn) key() string { return r.number + "|" + r.kind + "|" + r.register + "|" + r.on.String() }

type readingsIn struct {
	community authz.CommunityID
	meters    map[string][]Meter // by number
	had       map[MeterID][]Reading
	now       map[MeterID][]Reading // with those of the rows before, the latest first
	today     clock.Day
}

func (m *readingsIn) take(l *imports.Line) (r readIn) {
	r.number = need(l, headMeter)
	r.kind = imports.Word(l, headKind, meterWords, "billing.reading_word", "水表、电表、燃气表、热量表")
	r.register = imports.Word(l, headPart, partWords, "billing.reading_word", "尖、峰、平、谷")
	if r.on = l.Day(headDay); r.on.IsZero() && l.Cell(headDay).Text == "" {
		l.Fail(headDay, "required", nil)
	}
	r.value = strings.ReplaceAll(need(l, headValue), ",", "")
	r.confirmed = imports.Word(l, headChecked, checkedWords, "billing.reading_word", "是、否")
	l.Words(headNotes, 500)
	return r
}

func (m *readingsIn) fetch(ctx context.Context, tx *db.Tx) (err error) {
	m.meters, m.had = map[string][]Meter{}, map[MeterID][]Reading{}
	if m.today, err = today(ctx, tx, m.community); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, `SELECT `+db.Columns[Meter]("m")+` FROM meter m WHERE m.community_id = $1 AND {scope:m} ORDER BY m.id`, []any{m.community}, func(one Meter) error {
		m.meters[one.Number] = append(m.meters[one.Number], one)
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Reading]("r")+` FROM meter_reading r WHERE r.community_id = $1 AND {scope:r} ORDER BY r.meter_id, r.on_day DESC`, []any{m.community}, func(r Reading) error {
		m.had[r.Meter] = append(m.had[r.Meter], r)
		return nil
	})
}

// begin forgets what the rows of an earlier plan said.
func (m *readingsIn) begin() { m.now = map[MeterID][]Reading{} }

func (m *readingsIn) of(id MeterID) []Reading {
	if list, ok := m.now[id]; ok {
		return list
	}
	return m.had[id]
}

// meter is the one that a row means.
func (m *readingsIn) meter(r readIn) (Meter, string) {
	return chosen(m.meters[r.number], r.kind, r.register)
}

// chosen is the meter meant among those of a number, or why there is none.
func chosen(named []Meter, kind, register string) (Meter, string) {
	all := slices.DeleteFunc(slices.Clone(named), func(one Meter) bool { return kind != "" && one.Kind != kind || one.Register != register })
	switch {
	case len(all) == 0 && slices.ContainsFunc(named, func(one Meter) bool { return one.Register != register }):
		return Meter{}, "billing.reading_register"
	case len(all) == 0:
		return Meter{}, "billing.reading_meter"
	case len(all) > 1:
		return Meter{}, "billing.reading_meter_two"
	case all[0].State != "active":
		return Meter{}, "billing.reading_meter_removed"
	}
	return all[0], ""
}

func (m *readingsIn) decide(_ imports.Mode, r readIn, refuse imports.Refuse) (v imports.Verdict) {
	one, wrong := m.meter(r)
	if wrong != "" {
		refuse(headMeter, wrong, map[string]any{"number": r.number})
		return v
	}
	if r.on.After(m.today) {
		refuse(headDay, "billing.reading_ahead", nil)
		return v
	}
	before := m.of(one.ID)
	if at := slices.IndexFunc(before, func(x Reading) bool { return x.On == r.on }); at >= 0 {
		switch is := before[at]; {
		case is.ID == 0:
			refuse(headDay, "billing.reading_twice", nil) // once with its kind, once without
		case exact(is.Value) == nil || exact(r.value) == nil || exact(is.Value).Cmp(exact(r.value)) != 0:
			refuse(headValue, "billing.reading_differs", map[string]any{"have": is.Value})
		}
		return v
	}
	next, err := one.after(r.entered(one.ID), before)
	if err != nil {
		for _, f := range errs.Of(err).Fields {
			refuse(map[string]string{"value": headValue, "on": headDay}[f.Name], inTable(f.Code), f.Params)
		}
		return v
	}
	m.now[one.ID] = append([]Reading{next}, before...)
	return imports.Verdict{New: true}
}

// inTable is the code of a refusal that says of a table what is to be done.
func inTable(code string) string {
	if code == ErrUnusual.Code {
		return "billing.reading_unusual_row"
	}
	return code
}

func (r readIn) entered(of MeterID) Entered {
	return Entered{Meter: of, On: r.on, Value: r.value, Confirmed: r.confirmed}
}

func (m *readingsIn) add(ctx context.Context, tx *db.Tx, rows []imports.Numbered[readIn], j *imports.Journal) error {
	for _, r := range rows {
		one, _ := m.meter(r.Is)
		made, err := enter(ctx, tx, one, r.Is.entered(one.ID))
		if err != nil {
			if len(errs.Of(err).Fields) > 0 {
				err = db.ErrStale // somebody read the meter meanwhile: the plan is made anew
			}
			return err
		}
		j.Made("meter_reading", db.ID(made.ID), r.Row)
	}
	tx.Emit(Changed{m.community})
	return nil
}

// usedSince are the readings of an import that others were taken after, or that were billed.
func usedSince(ctx context.Context, tx *db.Tx, community authz.CommunityID, low, high db.ID, mine func(db.ID) bool) (out []db.ID, err error) {
	type pair struct {
		ID    db.ID `db:"id"`
		After db.ID `db:"after_id"`
	}
	if err := db.Each(ctx, tx, `SELECT r.id, x.id AS after_id FROM meter_reading r JOIN meter_reading x ON x.community_id = r.community_id AND x.meter_id = r.meter_id AND x.on_day > r.on_day
		WHERE r.community_id = $1 AND r.id BETWEEN $2 AND $3 AND {scope:r} ORDER BY r.id`, []any{community, low, high}, func(p pair) error {
		if !mine(p.After) {
			out = append(out, p.ID)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	billed, err := db.All[db.ID](ctx, tx, `SELECT DISTINCT r.id FROM meter_reading r JOIN bill_line l ON l.community_id = r.community_id AND l.meter_id = r.meter_id AND l.reversed_at IS NULL AND (l.from_on = r.on_day OR l.to_on >= r.on_day)
		WHERE r.community_id = $1 AND r.id BETWEEN $2 AND $3 AND {scope:r}`, community, low, high)
	return append(out, billed...), err
}
