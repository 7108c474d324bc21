package ticket

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/platform/errs"
)

// asShipped is the draft that changes nothing of a class.
func asShipped(c Category) ClassDraft {
	return ClassDraft{ID: c.ID, Zh: c.Zh, En: c.En, Words: c.Words, Least: c.Lowest(), Usual: c.Usual(), Dept: c.Dept, Skill: c.Skill, Hidden: c.Hidden}
}

func because(d ...ClassDraft) Revision { return Revision{Classes: d, Reason: "公司叫法"} }

// after is the tree that a revision makes; it must not be refused.
func (t *Tree) after(tb testing.TB, in Revision) *Tree {
	tb.Helper()
	o, err := t.revise(in)
	if err != nil {
		tb.Fatalf("%+v: %v", in, errs.Of(err))
	}
	return o.tree(t.Version + 1)
}

func refusedAt(err error, field, code string) bool {
	return slices.ContainsFunc(errs.Of(err).Fields, func(f errs.Field) bool { return f.Name == field && f.Code == code })
}

// TIC-01a: a code is for ever, because tickets have it.
func TestAShippedCodeIsNeverTakenAway(t *testing.T) {
	raw, err := os.ReadFile("testdata/category_codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range strings.Fields(string(raw)) {
		if !ShippedTree().known(code) {
			t.Errorf("%s does not ship any more", code)
		}
	}
	if n := len(strings.Fields(string(raw))); n != len(ShippedTree().flat) {
		t.Errorf("%d codes are written down, %d ship: add the new ones to the list", n, len(ShippedTree().flat))
	}
}

func TestWhatShipsIsWrittenAsARevisionWouldWriteIt(t *testing.T) {
	for _, c := range ShippedTree().flat {
		if strings.Contains(c.ID, ownCode) {
			t.Errorf("%s looks like a company's own class", c.ID)
		}
		d := asShipped(c)
		d.words(&errs.Fields{}, fieldOf(0))
		if !slices.Equal(d.Words, c.Words) && len(d.Words)+len(c.Words) > 0 {
			t.Errorf("%s: %v would be kept as %v", c.ID, c.Words, d.Words)
		}
	}
	all := Revision{Reason: "nothing"}
	for _, c := range ShippedTree().flat {
		all.Classes = append(all.Classes, asShipped(c))
	}
	if now := ShippedTree().after(t, all); len(now.doc.Classes) > 0 || len(ShippedTree().compare(now)) > 0 {
		t.Errorf("saying what ships again is a change: %+v", now.doc)
	}
}

// TIC-02: grades of the tree are only raised.
func TestAClassNeverOpensBelowWhatShips(t *testing.T) {
	for _, c := range ShippedTree().flat {
		for _, g := range []Grade{A, B, C} {
			d := asShipped(c)
			d.Least = g
			o, err := ShippedTree().revise(because(d))
			if lower := g > c.Lowest(); lower != refusedAt(err, "classes[0].least", "ticket.tree_least") {
				t.Errorf("%s ships at %s and is set to %s: %v", c.ID, c.Lowest(), g, err)
			} else if !lower {
				now, _ := o.tree(1).any(c.ID)
				if now.Lowest() != g {
					t.Errorf("%s set to %s is %s", c.ID, g, now.Lowest())
				}
			}
		}
	}
	// Whatever an overlay from somewhere says, a safety class is B at least, an own one too.
	bad := overlay{Classes: map[string]revised{"safety.own1": {Parent: "safety", Zh: "围栏破损", En: "fence broken", Least: C}, "safety.camera": {Least: C}, "safety.wire": {Least: C}}}
	for _, c := range bad.tree(1).flat {
		if c.Parent == "safety" && c.Lowest() > B || c.ID == "safety.wire" && c.Lowest() != A {
			t.Errorf("%s opens at %s", c.ID, c.Lowest())
		}
	}
	top := ShippedTree().after(t, because(ClassDraft{ID: "environment", Zh: "环境卫生", En: "environment", Least: B}))
	if c, _ := top.ByID("environment.cleaning"); c.Lowest() != B {
		t.Errorf("what is raised for the first level is %s below it", c.Lowest())
	}
	late, _ := top.ByID("environment.cleaning")
	late.Zh = "保洁慢"
	back := top.after(t, because(asShipped(late))).after(t, because(ClassDraft{ID: "environment", Zh: "环境卫生", En: "environment", Words: []string{"环境管理"}}))
	if c, _ := back.ByID(late.ID); c.Lowest() != C || c.Zh != "保洁慢" {
		t.Errorf("the parent's grade became the class's own: %s", c.Lowest())
	}
}

// TIC-01a, TIC-02: the grade that a matter usually has is only raised, too, whatever its least grade is.
func TestTheUsualGradeIsNeverBelowWhatShips(t *testing.T) {
	for _, c := range ShippedTree().flat {
		for _, g := range []Grade{A, B, C} {
			d := asShipped(c)
			d.Usual = g
			o, err := ShippedTree().revise(because(d))
			if lower := g > c.Usual(); lower != refusedAt(err, "classes[0].usual", "ticket.tree_usual") {
				t.Errorf("%s usually is %s and is set to %s: %v", c.ID, c.Usual(), g, err)
			} else if !lower {
				if now, _ := o.tree(1).any(c.ID); now.Usual() != g || now.Lowest() != c.Lowest() {
					t.Errorf("%s set to %s is %s, at least %s", c.ID, g, now.Usual(), now.Lowest())
				}
			}
		}
	}
	bad := overlay{Classes: map[string]revised{"safety.camera": {Usual: C}}} // from before a later program asked for more
	if c, _ := bad.tree(1).ByID("safety.camera"); c.Usual() != B {
		t.Errorf("a camera usually is %s", c.Usual())
	}
}

// TIC-01a: what is said of the first level holds below it, until a class says otherwise.
func TestDepartmentAndUsualGradeOfTheFirstLevelHoldBelowIt(t *testing.T) {
	top, _ := ShippedTree().any("municipal")
	d := asShipped(top)
	d.Dept, d.Usual = "security", B
	now := ShippedTree().after(t, because(d))
	see := func(of *Tree, id, dept string, usual Grade) {
		t.Helper()
		if c, _ := of.ByID(id); c.Dept != dept || c.Usual() != usual {
			t.Errorf("%s is %s, %s", id, c.Dept, c.Usual())
		}
	}
	see(now, "municipal.water", "security", B)
	if diff := ShippedTree().compare(now); diff[0].ID != "municipal" || !slices.Contains(diff[0].Items, FieldPair{"dept", "customer_service", "security"}) || !slices.Contains(diff[0].Items, FieldPair{"usual", "C", "B"}) {
		t.Errorf("%+v", diff)
	}
	water, _ := now.ByID("municipal.water")
	water.Zh = "市政停水" // renamed, nothing else: it goes on following
	renamed := now.after(t, because(asShipped(water)))
	if r := renamed.doc.Classes[water.ID]; r.Dept != "" || r.Usual != "" {
		t.Errorf("its parent's became its own: %+v", r)
	}
	back := asShipped(water)
	back.Dept, back.Usual = "customer_service", C // as it ships, and not as its parent is now
	own := renamed.after(t, because(back))
	see(own, water.ID, "customer_service", C)
	d.Dept, d.Usual = "engineering", C
	last := own.after(t, because(d))
	see(last, water.ID, "customer_service", C)
	see(last, "municipal.power", "engineering", C)
	fresh := last.after(t, because(ClassDraft{Parent: "municipal", Zh: "路灯", En: "street lamps", Dept: "engineering", Usual: B}))
	see(fresh, "municipal.own1", "engineering", B)
	if r := fresh.doc.Classes["municipal.own1"]; r.Dept != "" {
		t.Errorf("what follows from its parent is noted: %+v", r)
	}
	if fresh.leaderOf("municipal.own1") != "maintenance_leader" || !slices.Contains(fresh.ofDept("engineering"), "municipal.own1") {
		t.Error("the department's people do not get it")
	}
}

func TestARevisionSaysAtTheFieldWhatIsWrong(t *testing.T) {
	water, _ := ShippedTree().ByID("facilities.water")
	for name, c := range map[string]struct {
		draft       func(*ClassDraft)
		field, code string
	}{
		"without a name":                        {func(d *ClassDraft) { d.Zh = " " }, "zh", "missing"},
		"without an English name":               {func(d *ClassDraft) { d.En = "" }, "en", "missing"},
		"a name of a page":                      {func(d *ClassDraft) { d.Zh = strings.Repeat("水", 41) }, "zh", "too_long"},
		"the name of the class beside it":       {func(d *ClassDraft) { d.Zh = "供电照明" }, "zh", "ticket.tree_name"},
		"the same in English":                   {func(d *ClassDraft) { d.En = "Power  and light" }, "en", "ticket.tree_name"},
		"a word of another class":               {func(d *ClassDraft) { d.Words = append(slices.Clone(d.Words), "停电") }, "words", "ticket.tree_word"},
		"a word of a sentence":                  {func(d *ClassDraft) { d.Words = []string{strings.Repeat("漏", 21)} }, "words", "too_long"},
		"a skill that nobody can have":          {func(d *ClassDraft) { d.Skill = "juggling" }, "skill", "ticket.tree_skill"},
		"a department that answers for nothing": {func(d *ClassDraft) { d.Dept = "store" }, "dept", "ticket.tree_dept"},
		"no class":                              {func(d *ClassDraft) { d.ID = "facilities.moon" }, "id", "ticket.category_unknown"},
		"a new one below the second":            {func(d *ClassDraft) { d.ID, d.Parent = "", "facilities.water" }, "parent", "ticket.category_unknown"},
	} {
		d := asShipped(water)
		c.draft(&d)
		if _, err := ShippedTree().revise(because(d)); !refusedAt(err, "classes[0]."+c.field, c.code) {
			t.Errorf("%s: %v", name, errs.Of(err).Fields)
		}
	}
	if _, err := ShippedTree().revise(Revision{Reason: " "}); !refusedAt(err, "reason", "missing") {
		t.Error("nobody says why")
	}
	var none Revision
	for _, c := range ShippedTree().flat {
		if d := asShipped(c); c.Parent == "" {
			d.Hidden = true
			none.Classes = append(none.Classes, d)
		}
	}
	none.Reason = "全部停用"
	if _, err := ShippedTree().revise(none); !refusedAt(err, "classes[9].hidden", "ticket.tree_empty") {
		t.Errorf("nothing is left to choose: %v", err)
	}
	water.Hidden = true
	gone := ShippedTree().after(t, because(asShipped(water)))
	power, _ := ShippedTree().ByID("facilities.power")
	power.Words = append(slices.Clone(power.Words), "漏水")
	gone.after(t, because(asShipped(power))) // a hidden class holds no word
}

func TestWordsAreKeptAsTheyAreLookedFor(t *testing.T) {
	water, _ := ShippedTree().ByID("facilities.water")
	d := asShipped(water)
	d.Words = append(slices.Clone(d.Words), " 软水机，坏 ", "Wi-Fi 水表", "软水机坏", "")
	now := ShippedTree().after(t, because(d))
	got, _ := now.ByID(water.ID)
	if want := append(slices.Clone(water.Words), "软水机坏", "wifi水表"); !slices.Equal(got.Words, want) {
		t.Errorf("%v, not %v", got.Words, want)
	}
	if c, ok := now.ByWords("家里 WIFI 水表不走了"); !ok || c.ID != water.ID {
		t.Errorf("the new word gives away %s", c.ID)
	}
	if _, ok := ShippedTree().ByWords("家里 WIFI 水表不走了"); ok {
		t.Error("the shipped tree was changed")
	}
	d.Words = slices.DeleteFunc(slices.Clone(d.Words), func(w string) bool { return w == "漏水" })
	if c, ok := now.after(t, because(d)).ByWords("厨房漏水"); ok && c.ID == water.ID {
		t.Error("a word that was taken back still speaks")
	}
	facilities := ClassDraft{ID: "facilities", Zh: "设施维修", En: "facilities", Words: []string{"工程维修", "Repairs and more"}}
	if c, _ := now.after(t, because(facilities)).any("facilities"); !slices.Equal(c.Words, facilities.Words) {
		t.Errorf("other titles of the first level are kept as %v", c.Words)
	}
}

// TIC-01a: what a company says lies over what ships, and is no copy of it.
func TestAClassThatALaterProgramShipsAppears(t *testing.T) {
	o := overlay{
		Classes: map[string]revised{"facilities.water": {Zh: "水", Words: []string{"软水机"}, Without: []string{"返水"}}, "facilities.own1": {Parent: "facilities", Zh: "充电桩", En: "charger"}},
		Orders:  map[string][]string{"facilities": {"facilities.own1", "facilities.water"}}, // made when nothing else shipped
		Made:    1,
	}
	below := o.tree(1).around("facilities", ShippedTree())
	if !slices.Equal(slices.Sorted(slices.Values(below)), slices.Sorted(slices.Values(ShippedTree().around("facilities", ShippedTree())))) {
		t.Errorf("not all that ships is there: %v", below)
	}
	if codes := codes(o.tree(1).flat); codes[1] != "facilities.own1" || codes[2] != "facilities.water" || codes[3] != "facilities.power" {
		t.Errorf("order: %v", codes[:4])
	}
	c, _ := o.tree(1).ByID("facilities.water")
	if c.Zh != "水" || c.En != "water and drains" || slices.Contains(c.Words, "返水") || !slices.Contains(c.Words, "软水机") || !slices.Contains(c.Words, "漏水") {
		t.Errorf("%+v", c)
	}
}

func TestAnOwnClassHasACodeThatIsNeverUsedAgain(t *testing.T) {
	fresh := func(parent, zh string) ClassDraft {
		return ClassDraft{Parent: parent, Zh: zh, En: zh, Words: []string{zh + "坏了"}}
	}
	one := ShippedTree().after(t, because(fresh("facilities", "充电桩"), fresh("safety", "围栏")))
	charger, ok := one.ByID("facilities.own1")
	if !ok || charger.Dept != "engineering" || charger.DefaultGrade != C || one.SkillFor(charger.ID) != "home" {
		t.Errorf("%+v", charger)
	}
	if fence, ok := one.ByID("safety.own2"); !ok || fence.Lowest() != B || fence.Usual() != B {
		t.Errorf("%+v", fence)
	}
	back := one.doc.restored(overlay{})
	if c, ok := back.tree(2).ByID("facilities.own1"); !ok || !c.Hidden || c.Zh != "充电桩" {
		t.Errorf("what tickets may have is %+v after going back to what ships", c)
	}
	again := back.tree(2).after(t, because(fresh("facilities", "储能柜")))
	if c, ok := again.ByID("facilities.own3"); !ok || c.Zh != "储能柜" {
		t.Errorf("own classes: %v", slices.Sorted(maps.Keys(again.doc.Classes)))
	}
	if _, err := again.revise(because(fresh("facilities", "储能柜"))); !refusedAt(err, "classes[0].zh", "ticket.tree_name") {
		t.Errorf("two of one name: %v", err)
	}
}

func TestWhatIsHiddenWithItsParentIsShownAgainWithIt(t *testing.T) {
	suppliers, _ := ShippedTree().any("suppliers")
	suppliers.Hidden = true
	hidden := ShippedTree().after(t, because(asShipped(suppliers)))
	if c, _ := hidden.ByID("suppliers.lift"); !c.Hidden {
		t.Error("what stands below a hidden class can be chosen")
	}
	if _, err := hidden.revise(because(ClassDraft{Parent: "suppliers", Zh: "消防维保", En: "fire firm"})); !refusedAt(err, "classes[0].parent", "ticket.category_hidden") {
		t.Errorf("below a hidden class: %v", err)
	}
	suppliers.Hidden = false
	shown := hidden.after(t, because(asShipped(suppliers)))
	if c, _ := shown.ByID("suppliers.lift"); c.Hidden || len(ShippedTree().compare(shown)) > 0 {
		t.Error("it stays hidden")
	}
}

func TestVersionsAreComparedFieldByField(t *testing.T) {
	water, _ := ShippedTree().ByID("facilities.water")
	d := asShipped(water)
	d.Zh, d.Least, d.Hidden, d.Skill = "给水排水", B, true, "home"
	d.Words = append(slices.DeleteFunc(slices.Clone(d.Words), func(w string) bool { return w == "返水" }), "软水机")
	now := ShippedTree().after(t, Revision{Classes: []ClassDraft{d, {Parent: "fees", Zh: "押金", En: "deposits"}}, Orders: []ClassOrder{{Parent: "municipal", IDs: []string{"municipal.power", "municipal.power", "fees.own1"}}}, Reason: "季度整理"})
	got := ShippedTree().compare(now)
	if len(got) != 3 || !got[1].Added || got[1].Zh != "押金" || got[2].ID != "municipal" || got[2].Items[0].Field != "order" {
		t.Fatalf("%+v", got)
	}
	want := []FieldPair{{"zh", "给排水", "给水排水"}, {"words", "返水", "软水机"}, {"least", "C", "B"}, {"usual", "C", "B"}, {"skill", "water", "home"}, {"hidden", "", "yes"}}
	if !slices.Equal(got[0].Items, want) {
		t.Errorf("%+v", got[0].Items)
	}
	if back := now.compare(ShippedTree()); len(back) != 3 || !back[2].Gone {
		t.Errorf("%+v", back)
	}
	if order := now.around("municipal", now); order[0] != "municipal.power" || len(order) != 4 {
		t.Errorf("order %v", order)
	}
}

func TestAnOverlayIsReadAsItWasWritten(t *testing.T) {
	o := ShippedTree().after(t, because(ClassDraft{Parent: "fees", Zh: "押金", En: "deposits", Words: []string{"退押金"}})).doc
	raw, err := o.Value()
	var back overlay
	if err = errors.Join(err, back.Scan(raw)); err != nil || len(o.tree(1).compare(back.tree(1))) > 0 || back.Made != 1 {
		t.Errorf("%s: %v", raw, err)
	}
}
