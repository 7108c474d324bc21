package procedure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

var (
	china = time.FixedZone("Asia/Shanghai", 8*3600)
	noon  = clock.Of(time.Date(2026, 3, 6, 12, 0, 0, 0, china)) // a Friday
)

func at(day, hour, minute int) clock.Instant {
	return clock.Of(time.Date(2026, 3, day, hour, minute, 0, 0, china))
}

// endOf is the last instant of a day of March 2026.
func endOf(day int) clock.Instant { return at(day+1, 0, 0) - 1 }

// forms are as they are plugged in.
var forms = []Form{
	{ID: "onsite_form", Zh: "上门服务单", Lines: []FormLine{{ID: "stamp", Zh: "客户签章"}}}, {ID: "service_receipt"}, {ID: "old_parts"},
	{ID: "opening_form"}, {ID: "borrow_slip", Zh: "借条", Lines: []FormLine{{ID: "back", Zh: "归还时间"}}}, {ID: "sales_slip"},
}

// PRO-01: a step asks for a form that there is, and for a line that it has.
func TestAFormThatAStepAsksForMustExist(t *testing.T) {
	for want, s := range map[string]Step{
		"":              {Form: "borrow_slip", Line: "back"},
		"steps[0].form": {Form: "gift_form"},
		"steps[0].line": {Form: "borrow_slip", Line: "price"},
	} {
		d := Shipped()[0].Doc
		s.Title, s.Who = "销借条", "technician"
		d.Steps = []Step{s}
		err := d.tidy(forms)
		if want == "" && err != nil || want != "" && (len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != want) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	d := Shipped()[0].Doc
	d.Steps = []Step{{Title: "到场", Who: "technician", Form: "borrow_slip", On: "arrived"}}
	if f := errs.Of(d.tidy(forms)).Fields; len(f) != 1 || f[0].Name != "steps[0].form" {
		t.Errorf("seen by the system and a form as well: %v", f)
	}
	if got := (Step{Title: "销借条", Form: "borrow_slip", Line: "back"}).line(forms); got != "销借条 · 借条（归还时间）" {
		t.Errorf("what is approved reads %s", got)
	}
}

// PRO-01: what must be there before the work is ended is no matter of words; otherwise the paper's number says why there is none.
func TestAStepWithAFormIsTickedByHandWithAReason(t *testing.T) {
	chen, lead := person{1, []string{"technician"}, false}, person{3, nil, true}
	f := Facts{Assignee: 1}
	s := Step{Who: "technician", Form: "old_parts", Evidence: "交接签字"}
	if err := s.mayTick(chen, f, nil); err != nil {
		t.Error(err)
	}
	if err := s.filled("", nil, 0, f); err == nil || len(errs.Of(err).Fields) != 1 {
		t.Errorf("without a word: %v", err)
	}
	if err := s.filled("没有旧件", nil, 0, f); err != nil {
		t.Error(err)
	}
	s.Required = true
	if err := s.mayTick(chen, f, nil); !errors.Is(err, ErrBySlip) {
		t.Errorf("what must be there: %v", err)
	}
	if err := s.mayTick(lead, f, nil); err != nil {
		t.Errorf("a leader: %v", err)
	}
	if err := (Tick{By: 1, Slip: 9, At: noon}).mayUndo(person{1, nil, true}, "x", noon); !errors.Is(err, ErrBySlip) {
		t.Errorf("what a form ticked is opened by its form: %v", err)
	}
}

// PRO-01: everything that is shipped can be read and refers to what exists.
func TestTheShippedProceduresAreWhole(t *testing.T) {
	roles, err := auth.ShippedRoles()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, r := range roles {
		codes[r.Code] = true
	}
	for word, means := range Who() {
		for _, r := range means {
			if !codes[r] {
				t.Errorf("%s means %s, which is no role", word, r)
			}
		}
	}
	seen := map[string]Doc{}
	for _, d := range Shipped() {
		if _, twice := seen[d.Code]; twice {
			t.Errorf("%s is shipped twice", d.Code)
		}
		seen[d.Code] = d.Doc
	}
	for _, want := range strings.Fields("visitor phone repair complaint inquiry service_request followup onsite device fee_notice fee_error refund overdue system_failure renovation handover noise environment safety_hazard dispute conduct") {
		if _, there := seen[want]; !there {
			t.Errorf("%s is not shipped", want)
		}
	}
	for code, d := range seen {
		whole := d
		whole.Steps = slices.Clone(d.Steps)
		if err := whole.tidy(forms); err != nil {
			t.Errorf("%s could not be saved as it is: %+v", code, errs.Of(err).Fields)
		}
		for i, s := range d.Steps {
			if s.N != int64(i+1) {
				t.Errorf("%s: step %d is number %d", code, i+1, s.N)
			}
			if s.TitleEn == "" {
				t.Errorf("%s: step %d, %s, has no English name", code, s.N, s.Title)
			}
		}
		if base := d.Applies.Extends; base != "" && seen[base].Steps == nil {
			t.Errorf("%s extends %s, which is not shipped", code, base)
		}
		for _, s := range d.Never {
			if s == "" {
				t.Errorf("%s: an empty line", code)
			}
		}
	}
	for _, refs := range []map[string]map[int64]string{more().On, more().Forms, more().En} {
		for code, steps := range refs {
			for n := range steps {
				if int(n) > len(seen[code].Steps) {
					t.Errorf("%s has no step %d", code, n)
				}
			}
		}
	}
	for code, n := range more().Kit {
		if n < 1 || int(n) > len(seen[code].Steps) {
			t.Errorf("%s has no step %d for the kit", code, n)
		}
	}
	if len(seen["complaint"].Steps) != 10 || len(seen["conduct"].Steps) < 6 {
		t.Errorf("a complaint has %d steps, conduct %d", len(seen["complaint"].Steps), len(seen["conduct"].Steps))
	}
}

func TestAnUnknownKeyOfTheListIsAMistake(t *testing.T) {
	var f procedureFile
	if err := strict([]byte("version: 1\nprocedures:\n  - {id: x, zh: 甲, colour: red}\n"), &f); err == nil {
		t.Error("a key that nobody knows was read")
	}
}

func TestWhenAStepIsDue(t *testing.T) {
	opened := map[string]Mark{"opened": {At: noon}}
	resolved := map[string]Mark{"opened": {At: noon}, "resolved": {At: at(9, 15, 0)}}
	before := at(6, 13, 0)
	own := at(6, 18, 0)
	for name, c := range map[string]struct {
		s      Step
		f      Facts
		before *clock.Instant
		want   clock.Instant
	}{
		"30 seconds after the step before": {Step{Limit: "30s"}, Facts{}, &before, before.Add(30 * time.Second)},
		"5 minutes":                        {Step{Limit: "5m"}, Facts{}, &before, at(6, 13, 5)},
		"2 hours from registration, whatever came between":  {Step{Limit: "2h", From: "登记"}, Facts{Marks: opened}, &before, at(6, 14, 0)},
		"for grade A 5 minutes instead":                     {Step{Limit: "2h", From: "登记", GradeA: "5m"}, Facts{Marks: opened, Grade: "A"}, &before, at(6, 12, 5)},
		"3 days are three times 24 hours":                   {Step{Limit: "3d"}, Facts{}, &before, at(9, 13, 0)},
		"the same day ends at midnight in the community":    {Step{Limit: "same_day"}, Facts{}, &before, endOf(6)},
		"the next day ends at its midnight":                 {Step{Limit: "+1d"}, Facts{}, &before, endOf(7)},
		"7 working days from Friday leave two weekends out": {Step{Limit: "7d", From: "申请", Workdays: true}, Facts{Marks: opened}, nil, endOf(17)},
		"24 hours after the work is done":                   {Step{Limit: "24h", From: "处理完成"}, Facts{Marks: resolved}, &before, at(10, 15, 0)},
		"grade B: half an hour, as the note says":           {Step{Limit: "grade", Note: "A 5m，B 30m，C 2h"}, Facts{Grade: "B"}, &before, at(6, 13, 30)},
		"complex: 72 hours, from acceptance":                {Step{Limit: "grade", Note: "A 2h，B 12h，C 24h，复杂 72h，自受理起"}, Facts{Grade: "C", Complex: true, Marks: opened}, &before, at(9, 12, 0)},
		"by grade without a note: the ticket's own clock":   {Step{Limit: "grade"}, Facts{Grade: "A", Due: &own}, nil, own},
		"important: three days":                             {Step{Limit: "severity", Note: "轻微24h 重要3d 重大10d"}, Facts{Severity: "重要"}, &before, at(9, 13, 0)},
		"seven days before the day it is due":               {Step{Limit: "-7d", From: "到期日"}, Facts{Marks: map[string]Mark{"due_day": {At: at(20, 9, 0)}}}, nil, endOf(13)},
		"on the day of the notices":                         {Step{Limit: "收费通知日"}, Facts{Marks: map[string]Mark{"notice_day": {At: at(20, 9, 0)}}}, nil, endOf(20)},
	} {
		t.Run(name, func(t *testing.T) {
			c.f.Zone = china
			got, ok, err := c.s.due(c.f, c.before)
			if err != nil || !ok || got != c.want {
				t.Errorf("got %v %v %v, want %v", got.In(china), ok, err, c.want.In(china))
			}
		})
	}
}

func TestNoLimitRunsWhereNobodyCanKnowItsBeginning(t *testing.T) {
	for name, s := range map[string]Step{
		"the step before is open":                                {Limit: "5m"},
		"the work is not done yet":                               {Limit: "24h", From: "完成"},
		"rings are counted by the exchange":                      {Limit: "3rings"},
		"the severity is not known yet":                          {Limit: "severity", Note: "轻微24h 重要3d"},
		"there is none: the clocks of the ticket apply (PRO-01)": {},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok, err := s.due(Facts{Zone: china, Marks: map[string]Mark{"opened": {At: noon}}}, nil); ok || err != nil {
				t.Errorf("due %v, %v", got, err)
			}
		})
	}
}

func TestAnUnknownLimitIsRefusedAndNamed(t *testing.T) {
	for _, text := range []string{"soon", "5", "0m", "5 m", "-5m", "+2h", "1e3d", "severity", "99999d", "3ring", "+d"} {
		if _, err := parseLimit(Step{Limit: text}); !errors.Is(err, ErrLimit) {
			t.Errorf("%q: %v", text, err)
		}
	}
	d := Shipped()[0].Doc
	d.Steps = []Step{{Title: "甲", Who: "agent", Limit: "soon"}, {Title: "", Who: "boss", From: "昨天", Grades: "D"}}
	var fields []string
	for _, f := range errs.Of(d.tidy(nil)).Fields {
		fields = append(fields, f.Name)
	}
	slices.Sort(fields)
	if want := []string{"steps[0].limit", "steps[1].from", "steps[1].grades", "steps[1].title", "steps[1].who"}; !slices.Equal(fields, want) {
		t.Errorf("named: %v", fields)
	}
}

func TestWhatIsDoneAfterResolvingCannotBeRequiredForIt(t *testing.T) {
	for _, s := range []Step{{On: "followed_up"}, {Who: "followup"}, {From: "处理完成"}} {
		d := Shipped()[0].Doc
		s.Title, s.Required = "回访", true
		if s.Who == "" {
			s.Who = "agent"
		}
		d.Steps = []Step{s}
		if e := errs.Of(d.tidy(nil)); len(e.Fields) != 1 || e.Fields[0].Name != "steps[0].required" {
			t.Errorf("%+v: %v", s, e.Fields)
		}
	}
}

// shelf is the shipped library as it stands in the database.
func shelf() (all []Procedure) {
	for i, d := range Shipped() {
		all = append(all, Procedure{ID: ID(i + 1), Code: d.Code, Applies: d.Doc.Applies, Current: VersionID(i + 1)})
	}
	return all
}

func TestWhatRunsOnATicket(t *testing.T) {
	for name, c := range map[string]struct {
		f    Facts
		want string
	}{
		"a repair at home: the repair, and conduct at the customer's":      {Facts{Kind: "repair", Category: "facilities.water", Visit: true}, "repair conduct"},
		"a repair in a public place: nobody's home is entered":             {Facts{Kind: "repair", Category: "facilities.lift"}, "repair"},
		"a hazard has its own steps instead of a repair's":                 {Facts{Kind: "repair", Category: "safety.camera"}, "safety_hazard"},
		"a service at home: on-site service as well":                       {Facts{Kind: "service", Category: "customer_service.home", Visit: true, OnSite: true}, "service_request onsite conduct"},
		"a complaint keeps its ten steps, noise comes on top":              {Facts{Kind: "complaint", Category: "owners.noise"}, "complaint noise"},
		"noise that nobody complains of is no complaint":                   {Facts{Kind: "inquiry", Category: "owners.noise"}, "inquiry"},
		"a complaint about fees: ten steps, and the dispute":               {Facts{Kind: "complaint", Category: "fees.property"}, "complaint dispute"},
		"praise needs no procedure":                                        {Facts{Kind: "praise", Category: "customer_service.attitude"}, ""},
		"a ticket that was telephoned in is no telephone call":             {Facts{Kind: "suggestion", Category: "facilities.other", Channel: "phone"}, ""},
		"conversations come under their channel when they can be attached": {Facts{Task: "contact", Channel: "phone"}, "phone"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range attached(shelf(), c.f) {
				got = append(got, p.Code)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestWhoMayTickAndSkip(t *testing.T) {
	chen, zhou, lead := person{1, []string{"technician"}, false}, person{2, []string{"front_desk"}, false}, person{3, []string{"service_supervisor"}, true}
	f := Facts{Assignee: 1, Owner: 2}
	for name, c := range map[string]struct {
		s    Step
		p    person
		last *Tick
		want error
	}{
		"a technician's step by a technician":                      {Step{Who: "technician"}, chen, nil, nil},
		"a technician's step by the desk":                          {Step{Who: "technician"}, zhou, nil, ErrNotYours},
		"any step by who leads":                                    {Step{Who: "technician"}, lead, nil, nil},
		"the owner's step by the first-contact owner":              {Step{Who: "owner"}, zhou, nil, nil},
		"the follow-up is never by who did the work (FUP-01)":      {Step{Who: "followup"}, person{1, []string{"front_desk"}, true}, nil, ErrNotYours},
		"two people where four eyes are asked for":                 {Step{Who: "supervisor", FourEyes: true}, lead, &Tick{By: 3}, ErrFourEyes},
		"what the system sees is pressed where it happens":         {Step{Who: "technician", On: "arrived"}, chen, nil, ErrSeen},
		"what the system did not see a leader ticks":               {Step{Who: "technician", On: "arrived"}, lead, nil, nil},
		"the second of four eyes":                                  {Step{Who: "supervisor", FourEyes: true}, lead, &Tick{By: 2}, nil},
		"an assignee of another trade does the technician's steps": {Step{Who: "technician"}, person{1, []string{"cleaning_leader"}, false}, nil, nil},
	} {
		if err := c.s.mayTick(c.p, f, c.last); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Step{Skip: "technician"}).maySkip(chen, f); err != nil {
		t.Errorf("whom the step names may skip it: %v", err)
	}
	if err := (Step{}).maySkip(lead, f); !errors.Is(err, ErrNoSkip) {
		t.Errorf("nobody skips what says nobody: %v", err)
	}
}

func TestTakingBackATick(t *testing.T) {
	chen, lead := person{1, nil, false}, person{3, nil, true}
	k := Tick{By: 1, At: noon}
	for name, c := range map[string]struct {
		p      person
		after  time.Duration
		reason string
		ok     bool
	}{
		"one's own within ten minutes":       {chen, 10 * time.Minute, "", true},
		"one's own later":                    {chen, 11 * time.Minute, "oops", false},
		"a leader later, with a reason":      {lead, time.Hour, "wrong room", true},
		"a leader without a reason":          {lead, time.Minute, "", false},
		"a colleague's, by who leads nobody": {person{2, nil, false}, time.Minute, "x", false},
	} {
		if err := k.mayUndo(c.p, c.reason, noon.Add(c.after)); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatTheSystemSawIsNotTakenBack(t *testing.T) {
	if err := (Tick{At: noon}).mayUndo(person{3, nil, true}, "why not", noon); !errors.Is(err, ErrSeen) {
		t.Error(err)
	}
}

func TestTheKitOfACategory(t *testing.T) {
	if water, upper := KitFor("facilities.water"), KitFor("facilities.other"); !slices.Contains(water, "生料带") || slices.Contains(upper, "生料带") || len(upper) == 0 || len(KitFor("nothing")) == 0 {
		t.Errorf("water %v, other %v", water, upper)
	}
	s := Step{Kit: true}
	f := Facts{Category: "facilities.water"}
	all := KitFor(f.Category)
	if err := s.filled("", all, 0, f); err != nil {
		t.Errorf("everything is taken along: %v", err)
	}
	if err := s.filled("", all[1:], 0, f); err == nil {
		t.Error("what is left behind needs a word why (TIC-07c)")
	}
	if err := s.filled("管钳在楼里", all[1:], 0, f); err != nil {
		t.Error(err)
	}
}

func TestTheDifferencesOfTwoVersionsAreNamed(t *testing.T) {
	a := Shipped()[0].Doc
	b := a
	b.Steps = slices.Clone(a.Steps)
	b.Steps[2].Required = true
	b.Steps = append(b.Steps, Step{N: 99, Title: "新的一步"})
	if got := differences(a, b, nil); len(got) != 2 || !strings.Contains(got[0][1], "必做") || got[1] != [2]string{"", "新的一步"} {
		t.Errorf("%s", fmt.Sprint(got))
	}
}
