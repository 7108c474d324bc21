package publicity

import (
	"context"
	"strconv"
	"strings"

	"guanjia/internal/audit"
	"guanjia/internal/billing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// maxSteps is how many steps an inspection has at most.
const maxSteps = 200

// filled gives inspections of one community their files, the names of their items and how far their corrections are.
func filled(ctx context.Context, tx *db.Tx, all []Inspection) error {
	community := all[0].Community
	today, err := org.Today(ctx, tx, community)
	if err != nil {
		return err
	}
	type named struct {
		ID   billing.ItemID `db:"id"`
		Name string         `db:"name"`
	}
	items, err := db.All[named](ctx, tx, `SELECT i.id, i.name FROM charge_item i WHERE i.community_id = $1 AND {scope:i}`, community)
	if err != nil {
		return err
	}
	names := map[billing.ItemID]string{}
	for _, i := range items {
		names[i.ID] = i.Name
	}
	ids := make([]any, len(all), len(all)+1)
	for i := range all {
		a := &all[i]
		ids[i] = int64(a.ID)
		a.Overdue, a.Files, a.Names = a.State == "open" && a.Due.Before(today), []File{}, []string{}
		for _, id := range a.Items {
			a.Names = append(a.Names, names[id])
		}
		if a.Fixed, err = fixed(ctx, tx, community, a.Fix); err != nil {
			return err
		}
	}
	files, err := db.All[File](ctx, tx, `SELECT `+db.Columns[File]("f")+` FROM publicity_file f WHERE f.inspection_id IN `+db.Marks(1, len(all))+` AND f.community_id = $`+strconv.Itoa(len(all)+1)+` AND {scope:f} ORDER BY f.id`, append(ids, community)...)
	by := map[InspectionID][]File{}
	for _, f := range files {
		by[f.Inspection] = append(by[f.Inspection], f)
	}
	for i := range all {
		all[i].Files = append(all[i].Files, by[all[i].ID]...)
	}
	return err
}

func fixed(ctx context.Context, tx *db.Tx, community authz.CommunityID, id billing.FixID) (*Fixed, error) {
	if id == 0 {
		return nil, nil
	}
	found, err := db.All[Fixed](ctx, tx, `SELECT f.id, f.state, f.old_sum, f.new_sum FROM bill_fix f WHERE f.community_id = $1 AND f.id = $2 AND {scope:f}`, community, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	found[0].Less = found[0].Old - found[0].New
	return &found[0], nil
}

// Inspections are those of a community: open ones by their deadline, overdue ones on top.
func (s *Service) Inspections(ctx context.Context, who authz.Actor, f Filter, after place, limit int) (out []Inspection, err error) {
	err = s.DB.Read(ctx, who, ActInspections, func(tx *db.Tx) error {
		if err := tx.In(ctx, f.Community); err != nil {
			return err
		}
		out, err = inspections(ctx, tx, f, after, limit)
		return err
	})
	return out, err
}

// Inspection is one of them.
func (s *Service) Inspection(ctx context.Context, who authz.Actor, id InspectionID) (i Inspection, err error) {
	err = s.DB.Read(ctx, who, ActInspections, func(tx *db.Tx) error {
		i, err = inspection(ctx, tx, id)
		return err
	})
	return i, err
}

// fits refuses what a draft names and the community has not, and says who answers for it.
func (d Draft) fits(ctx context.Context, tx *db.Tx, community authz.CommunityID) (name string, err error) {
	var wrong errs.Fields
	if len(d.Items) > 0 {
		var args []any
		for _, id := range d.Items {
			args = append(args, int64(id))
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM charge_item i WHERE i.id IN `+db.Marks(1, len(d.Items))+` AND i.community_id = $`+strconv.Itoa(len(d.Items)+1)+` AND {scope:i}`, append(args, community)...)
		if err != nil {
			return "", err
		}
		if n != int64(len(d.Items)) {
			wrong.Add("items", db.ErrNotFound.Code, nil)
		}
	}
	if f, err := fixed(ctx, tx, community, d.Fix); err != nil {
		return "", err
	} else if f == nil && d.Fix != 0 {
		wrong.Add("fixId", db.ErrNotFound.Code, nil)
	}
	found, err := db.All[string](ctx, tx, `SELECT m.name FROM staff m WHERE m.community_id = $1 AND m.id = $2 AND m.state = 'active' AND {scope:m}`, community, d.Assignee)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		wrong.Add("assigneeId", ErrAssignee.Code, nil)
		return "", wrong.Err()
	}
	return found[0], wrong.Err()
}

// AddInspection writes down what an authority said.
func (s *Service) AddInspection(ctx context.Context, who authz.Actor, community authz.CommunityID, d Draft) (i Inspection, err error) {
	err = s.DB.Write(ctx, who, ActInspect, func(tx *db.Tx) error {
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := d.checked(today); err != nil {
			return err
		}
		name, err := d.fits(ctx, tx, community)
		if err != nil {
			return err
		}
		i = Inspection{ID: db.NewID[Inspection](tx), Community: community, Draft: d, ToName: name, Steps: Steps{}, State: "open", At: tx.Now, ByName: who.Name, Version: 1}
		tx.Note(community, i.subject(), nil, map[string]any{"inspection": d})
		tx.Emit(Inspected{event{community, i.subject()}})
		if err := db.Insert(ctx, tx, "charge_inspection", i); err != nil {
			return err
		}
		i, err = inspection(ctx, tx, i.ID)
		tx.Answer(&i)
		return err
	})
	return i, err
}

func (s *Service) changeInspection(ctx context.Context, who authz.Actor, id InspectionID, match web.Match, fn func(context.Context, *db.Tx, *Inspection) error) (i Inspection, err error) {
	err = s.DB.Write(ctx, who, ActInspect, func(tx *db.Tx) error {
		if i, err = inspection(ctx, tx, id); err != nil {
			return err
		}
		if err := match.Expect(i.Version); err != nil {
			return err
		}
		if err := fn(ctx, tx, &i); err != nil {
			return err
		}
		tx.Emit(Inspected{event{i.Community, i.subject()}})
		if err := db.Save(ctx, tx, "charge_inspection", &i); err != nil {
			return err
		}
		i, err = inspection(ctx, tx, i.ID)
		tx.Answer(&i)
		return err
	})
	return i, err
}

// UpdateInspection puts right what was written down of an open one.
func (s *Service) UpdateInspection(ctx context.Context, who authz.Actor, id InspectionID, match web.Match, d Draft) (Inspection, error) {
	return s.changeInspection(ctx, who, id, match, func(ctx context.Context, tx *db.Tx, i *Inspection) error {
		if i.State != "open" {
			return ErrNotNow
		}
		today, err := org.Today(ctx, tx, i.Community)
		if err != nil {
			return err
		}
		if err := d.checked(today); err != nil {
			return err
		}
		before := i.Draft
		if i.ToName, err = d.fits(ctx, tx, i.Community); err != nil {
			return err
		}
		i.Draft = d
		tx.Note(i.Community, i.subject(), map[string]any{"inspection": before}, map[string]any{"inspection": d})
		return nil
	})
}

// AddStep writes down something that was done; what was written before stays.
func (s *Service) AddStep(ctx context.Context, who authz.Actor, id InspectionID, match web.Match, words string) (Inspection, error) {
	var wrong errs.Fields
	wrong.Words("text", &words, 1000, true)
	if err := wrong.Err(); err != nil {
		return Inspection{}, err
	}
	return s.changeInspection(ctx, who, id, match, func(_ context.Context, tx *db.Tx, i *Inspection) error {
		if i.State != "open" || len(i.Steps) >= maxSteps {
			return ErrNotNow
		}
		i.Steps = append(i.Steps, Step{words, who.Name, tx.Now})
		tx.Note(i.Community, i.subject(), nil, map[string]any{"step": words})
		return nil
	})
}

// EndInspection says that all is done, with evidence among the files.
func (s *Service) EndInspection(ctx context.Context, who authz.Actor, id InspectionID, match web.Match, words, returned string) (Inspection, error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 1000, true)
	wrong.Words("returnedWords", &returned, 500, false)
	if err := wrong.Err(); err != nil {
		return Inspection{}, err
	}
	return s.changeInspection(ctx, who, id, match, func(ctx context.Context, tx *db.Tx, i *Inspection) error {
		if err := i.ends(returned); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, i.Community)
		i.State, i.DoneOn, i.DoneWords, i.Returned = "done", today, words, returned
		tx.Note(i.Community, i.subject(), map[string]any{"state": "open"}, map[string]any{"state": i.State, "words": words, "returned": returned})
		return err
	})
}

// ReopenInspection takes back that all is done.
func (s *Service) ReopenInspection(ctx context.Context, who authz.Actor, id InspectionID, match web.Match, reason string) (Inspection, error) {
	var wrong errs.Fields
	wrong.Words("reason", &reason, 500, true)
	if err := wrong.Err(); err != nil {
		return Inspection{}, err
	}
	return s.changeInspection(ctx, who, id, match, func(_ context.Context, tx *db.Tx, i *Inspection) error {
		if i.State != "done" {
			return ErrNotNow
		}
		i.Steps = append(i.Steps, Step{reason, who.Name, tx.Now})
		i.State, i.DoneOn, i.DoneWords, i.Returned = "open", clock.Day{}, "", ""
		tx.Note(i.Community, i.subject(), map[string]any{"state": "done"}, map[string]any{"state": i.State, "reason": reason})
		return nil
	})
}

// DueIn are open inspections with a deadline in a stretch of days, for reminders.
func DueIn(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Day) ([]Inspection, error) {
	return db.All[Inspection](ctx, tx, `SELECT `+db.Columns[Inspection]("i")+` FROM charge_inspection i WHERE i.community_id = $1 AND i.state = 'open' AND i.due_on >= $2 AND i.due_on <= $3 AND {scope:i} ORDER BY i.due_on, i.id`, community, from, to)
}

// The words of the register's export, in Chinese and in English.
var (
	inspectionKinds  = [2]map[string]string{{"inspection": "检查", "order": "责令整改", "finding": "认定", "fine": "处罚"}, {"inspection": "inspection", "order": "order", "finding": "finding", "fine": "fine"}}
	inspectionStates = [2]map[string]string{{"open": "办理中", "overdue": "已逾期", "done": "已办结"}, {"open": "open", "overdue": "overdue", "done": "done"}}
)

const exportPage = 500

// inspectionSheet is the register as a workbook: open ones, then those that are done.
func (s *Service) inspectionSheet(ctx context.Context, who authz.Actor, community authz.CommunityID) audit.Table {
	heads := web.Pick(ctx, []string{"类型", "机关", "文号", "日期", "收费项目", "认定内容", "应退金额", "更正少收", "罚款", "期限", "责任人", "状态", "办结日期", "办结说明", "其他退款方式", "经过"},
		[]string{"Kind", "Authority", "Document", "Day", "Charges", "Finding", "To return", "Less by correction", "Fine", "Deadline", "Who answers", "State", "Done on", "How", "Returned otherwise", "Steps"})
	kinds, states, colon := web.Pick(ctx, inspectionKinds[0], inspectionKinds[1]), web.Pick(ctx, inspectionStates[0], inspectionStates[1]), web.Pick(ctx, "：", ": ")
	rows := func(yield func([]any, error) bool) {
		more := true
		for _, state := range []string{"open", "done"} {
			if !more {
				return
			}
			sheet.Walk(func(after place) ([]Inspection, error) {
				return s.Inspections(ctx, who, Filter{community, state}, after, exportPage)
			}, func(i Inspection) place { return place{i.Due, i.ID} }, func(i Inspection) []any {
				return i.cells(kinds, states, colon)
			})(func(cells []any, err error) bool { more = yield(cells, err); return more })
		}
	}
	return audit.Table{Name: "charge-inspections.xlsx", What: "charge_inspections", Community: community, Filter: map[string]any{}, Sheets: []sheet.Sheet{sheet.Of(web.Pick(ctx, "收费检查", "Inspections of charges"), heads, rows)}}
}

func (i Inspection) cells(kinds, states map[string]string, colon string) []any {
	state, steps, less := states[i.State], "", sheet.Decimal("0")
	if i.Overdue {
		state = states["overdue"]
	}
	for _, x := range i.Steps {
		steps += x.At.String() + " " + x.By + colon + x.Text + "\n"
	}
	if i.Fixed != nil && i.Fixed.State == billing.FixDone {
		less = sheet.Decimal(i.Fixed.Less.String())
	}
	return []any{kinds[i.Kind], i.Authority, i.Number, i.Day, strings.Join(i.Names, "、"), i.Finding, sheet.Decimal(i.Refund.String()), less, sheet.Decimal(i.Fine.String()), i.Due, i.ToName, state, i.DoneOn, i.DoneWords, i.Returned, steps}
}
