package attendance

import (
	"context"
	"strconv"
	"time"

	"guanjia/internal/imports"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/staff"
)

// The headings of the table that clocking machines export, row by row.
const (
	headAgent = "工号"
	headName  = "姓名"
	headDay   = "日期"
	headTime  = "时间"
	headKind  = "类型"
	headNotes = "备注"
)

var kindWords = map[string]string{"上班": In, "下班": Out, "签到": In, "签退": Out}

// ImportTemplate is the table of marks (STA-01b).
func ImportTemplate() imports.Template {
	return imports.Template{
		Name: "attendance", Title: "考勤", Needs: ActSettings, Modes: []imports.Mode{imports.New},
		Columns: []imports.Column{
			{Head: headAgent, Must: true, Also: []string{"员工编号", "人员编号", "考勤号"}, How: "系统里的工号", HowEN: "the agent number of the person"},
			{Head: headName, How: "可不填，仅供核对", HowEN: "may be left out; for the reader only"},
			{Head: headDay, Must: true, Day: true, Also: []string{"打卡日期", "考勤日期"}, How: "例如 2026-11-14", HowEN: "such as 2026-11-14"},
			{Head: headTime, Must: true, Also: []string{"打卡时间", "时刻"}, How: "文本，24 小时制，例如 08:03", HowEN: "text, 24 hours, such as 08:03"},
			{Head: headKind, Must: true, Also: []string{"打卡类型", "状态"}, How: "上班、下班", HowEN: "上班 came, 下班 went"},
			{Head: headNotes, Width: 30, How: "最多 200 字", HowEN: "at most 200 characters"},
		},
		Records: []imports.Record{{Kind: "attendance_mark"}},
		Example: []any{"A532", "陈师傅", "2026-11-14", "08:03", "上班", imports.ExampleMark + "：填写前请删除这一行"},
		New: func(community authz.CommunityID) imports.Work {
			m := &marksIn{community: community}
			return &imports.Flat[row]{Kind: "attendance_mark", Head: headTime, Take: m.take, Fetch: m.fetch, Key: row.key, Decide: m.decide, Add: m.add}
		},
	}
}

type row struct {
	agent, kind, notes string
	day                clock.Day
	minute             int64
}

func (r row) key() string {
	return r.agent + " " + r.kind + " " + r.day.String() + " " + strconv.FormatInt(r.minute, 10)
}

type marksIn struct {
	community authz.CommunityID
	zone      *time.Location
	now       clock.Instant
	people    map[string]staff.ID
	there     map[string]bool
}

func (m *marksIn) take(l *imports.Line) (r row) {
	r.agent, _ = l.Text(headAgent)
	if r.agent == "" {
		l.Fail(headAgent, "required", nil)
	}
	if r.day = l.Day(headDay); r.day.IsZero() && l.Wrong() == 0 {
		l.Fail(headDay, "required", nil)
	}
	if text, ok := l.Text(headTime); ok {
		at, err := time.Parse("15:04", text)
		if err != nil {
			at, err = time.Parse("15:04:05", text)
		}
		if err != nil {
			l.Fail(headTime, "attendance.time_form", nil)
		}
		r.minute = int64(at.Hour()*60 + at.Minute())
	}
	r.kind = imports.Word(l, headKind, kindWords, "attendance.kind_form", "上班、下班")
	if text, ok := l.Text(headKind); ok && text == "" {
		l.Fail(headKind, "required", nil)
	}
	r.notes = l.Words(headNotes, 200)
	return r
}

func (m *marksIn) fetch(ctx context.Context, tx *db.Tx) (err error) {
	m.people, m.there, m.now = map[string]staff.ID{}, map[string]bool{}, tx.Now
	if m.zone, err = org.Zone(ctx, tx, m.community); err != nil {
		return err
	}
	type person struct {
		ID    staff.ID `db:"id"`
		Agent string   `db:"agent_no"`
	}
	if err := db.Each(ctx, tx, `SELECT id, agent_no FROM staff WHERE community_id = $1 AND {scope}`, []any{m.community}, func(p person) error {
		m.people[p.Agent] = p.ID
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, tx, `SELECT `+db.Columns[Mark]("")+` FROM attendance_mark WHERE community_id = $1 AND at > $2 AND {scope}`, []any{m.community, tx.Now.Add(-400 * 24 * time.Hour)}, func(k Mark) error {
		m.there[known(k.Staff, k.Kind, k.At)] = true
		return nil
	})
}

func known(who staff.ID, kind string, at clock.Instant) string {
	return who.String() + " " + kind + " " + at.String()
}

func (m *marksIn) at(r row) clock.Instant { return r.day.At(int(r.minute), m.zone) }

func (m *marksIn) decide(_ imports.Mode, r row, refuse imports.Refuse) imports.Verdict {
	who, ok := m.people[r.agent]
	if !ok {
		refuse(headAgent, "attendance.agent_unknown", map[string]any{"agent": r.agent})
		return imports.Verdict{}
	}
	if m.at(r) > m.now {
		refuse(headDay, "attendance.ahead", nil)
	}
	return imports.Verdict{New: !m.there[known(who, r.kind, m.at(r))]}
}

func (m *marksIn) add(ctx context.Context, tx *db.Tx, rows []imports.Numbered[row], j *imports.Journal) error {
	made := make([]Mark, len(rows))
	for i, r := range rows {
		made[i] = Mark{ID: db.NewID[Mark](tx), Community: m.community, Staff: m.people[r.Is.agent], At: m.at(r.Is), Kind: r.Is.kind, Source: ByImport, Reason: r.Is.notes, ByName: tx.Who.Name, Made: tx.Now, Version: 1}
		j.Made("attendance_mark", db.ID(made[i].ID), r.Row)
	}
	return db.InsertAll(ctx, tx, "attendance_mark", made)
}
