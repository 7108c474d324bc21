package procedure

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// Mark is when something happened to a subject, and by whom.
type Mark struct {
	At clock.Instant
	By authz.AccountID
	// Name is who did it as the screen shows them; empty: the system.
	Name string
}

// Facts is what rules need to know of a subject.
type Facts struct {
	Community authz.CommunityID
	Kind      string
	Category  string
	Grade     string
	Channel   string
	Task      string
	Severity  string // of a complaint, once it is known: 轻微, 重要, 重大
	OnSite    bool
	Visit     bool
	Complex   bool
	Ended     bool // nothing is ticked any more
	Owner     authz.AccountID
	Assignee  authz.AccountID
	Zone      *time.Location
	Marks     map[string]Mark // opened, dispatched, told, arrived, started, resolved, followed_up, archived
	Due       *clock.Instant  // the subject's own clock, for steps whose limit is the grade's
	Photos    []PhotoID
}

// marks are what the system may see happen; the words of On.
var marks = []string{"opened", "dispatched", "told", "arrived", "started", "resolved", "followed_up", "archived"}

// anchors are what a limit may count from, and the mark that tells when that
// was. What only another domain knows, or nobody wrote down, has a mark that a
// ticket never sets: such a limit is shown and does not run.
var anchors = map[string]string{
	"登记": "opened", "受理": "opened", "申请": "opened",
	"处理完成": "resolved", "完成": "resolved", "服务结束": "resolved",
	"承诺时间": "promised", "漏接": "missed_call", "取号或门铃": "rang", "恢复": "restored", "到期日": "due_day", "收费通知日": "notice_day",
}

// Anchors lists what a limit may count from.
func Anchors() (out []string) {
	for a := range anchors {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

type limitKind int

const (
	none   limitKind = iota
	length           // so long after the anchor
	days             // so many days from the anchor's day on, to the end of that day
	rings            // rings of the telephone: the exchange counts them, no clock here
	table            // by grade or severity
	own              // the subject's own clock
	onDay            // on the day of its anchor
)

// limit is a time limit as it is meant.
type limit struct {
	kind     limitKind
	d        time.Duration
	n        int               // days, or rings
	workdays bool              // n counts working days
	by       map[string]*limit // grade or severity
}

var (
	lengthForm = regexp.MustCompile(`^(\d{1,4})([smhd])$`)
	dayForm    = regexp.MustCompile(`^([+-]?)(\d{1,3})d$`)
	ringForm   = regexp.MustCompile(`^(\d)rings$`)
	tableForm  = regexp.MustCompile(`(A|B|C|复杂|轻微|重要|重大) ?(\d{1,4}[smhd])`)
)

// ErrLimit says that a limit cannot be read.
var ErrLimit = errs.New(errs.Invalid, "procedure.limit", "a limit is 30s, 5m, 2h, 3d, 3rings, same_day, +1d, grade or severity")

// parseLimit reads a step's limit. Those by grade or severity have their
// values in the note; by grade and without a note it is the subject's own clock.
func parseLimit(s Step) (limit, error) {
	switch text := s.Limit; {
	case text == "":
		return limit{}, nil
	case text == "same_day":
		return limit{kind: days}, nil
	case text == "grade" || text == "severity":
		l := limit{kind: table, by: map[string]*limit{}}
		for _, m := range tableForm.FindAllStringSubmatch(s.Note, -1) {
			one, err := parseLength(m[2])
			if err != nil {
				return l, err
			}
			l.by[m[1]] = &one
		}
		if len(l.by) == 0 && text == "severity" {
			return l, ErrLimit
		}
		if len(l.by) == 0 {
			l.kind = own
		}
		return l, nil
	case anchors[text] != "":
		return limit{kind: onDay}, nil
	case ringForm.MatchString(text):
		n, err := strconv.Atoi(ringForm.FindStringSubmatch(text)[1])
		return limit{kind: rings, n: n}, err
	case text == "0d" || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-"):
		m := dayForm.FindStringSubmatch(text)
		if m == nil {
			return limit{}, ErrLimit
		}
		n, err := strconv.Atoi(m[1] + m[2])
		return limit{kind: days, n: n, workdays: s.Workdays}, err
	case s.Workdays:
		m := dayForm.FindStringSubmatch(text)
		if m == nil {
			return limit{}, ErrLimit
		}
		n, err := strconv.Atoi(m[2])
		return limit{kind: days, n: n, workdays: true}, err
	default:
		return parseLength(text)
	}
}

func parseLength(text string) (limit, error) {
	m := lengthForm.FindStringSubmatch(text)
	if m == nil {
		return limit{}, ErrLimit
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n == 0 {
		return limit{}, ErrLimit
	}
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
	return limit{kind: length, d: time.Duration(n) * unit}, nil
}

// due is when a step must be done: before is when the step before it was
// settled. ok is false where no limit runs: there is none, what it counts from
// has not happened yet, or no clock here knows it. Limits are inclusive.
func (s Step) due(f Facts, before *clock.Instant) (at clock.Instant, ok bool, err error) {
	l, err := parseLimit(s)
	if err != nil || l.kind == none || l.kind == rings {
		return 0, false, err
	}
	if s.GradeA != "" && f.Grade == "A" {
		if l, err = parseLength(s.GradeA); err != nil {
			return 0, false, err
		}
	}
	if l.kind == own {
		if f.Due == nil {
			return 0, false, nil
		}
		return *f.Due, true, nil
	}
	from, known := s.base(f, before)
	if !known {
		return 0, false, nil
	}
	if l.kind == table {
		one := l.by[f.key(l)]
		if one == nil {
			return 0, false, nil
		}
		l = *one
	}
	at, err = l.after(from, f.zone())
	return at, err == nil, err
}

// key is the row of a limit's table that applies.
func (f Facts) key(l limit) string {
	if f.Complex && l.by["复杂"] != nil {
		return "复杂"
	}
	if f.Severity != "" {
		return f.Severity
	}
	return f.Grade
}

func (f Facts) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// base is what a limit counts from.
func (s Step) base(f Facts, before *clock.Instant) (clock.Instant, bool) {
	from := s.From
	switch {
	case from != "":
	case anchors[s.Limit] != "":
		from = s.Limit
	case strings.Contains(s.Note, "自受理起"):
		from = "受理"
	case before != nil:
		return *before, true
	default:
		return 0, false
	}
	m, ok := f.Marks[anchors[from]]
	return m.At, ok
}

// after is the last instant in time, counted from an instant.
func (l limit) after(from clock.Instant, zone *time.Location) (clock.Instant, error) {
	if l.kind == length {
		return from.Add(l.d), nil
	}
	day := clock.DayOf(from, zone)
	if !l.workdays {
		day = day.Add(l.n)
	}
	for left, cal := l.n, clock.China(); l.workdays && left > 0; {
		day = day.Add(1)
		works, err := cal.Workday(day)
		if err != nil { // a year nobody has announced yet: Monday to Friday
			works = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
		}
		if works {
			left--
		}
	}
	return day.Add(1).Start(zone).Add(-time.Millisecond), nil
}

// dueOf finds when step n of a run is due, as far as anybody can know now; nil: no limit runs.
func dueOf(d Doc, n int64, r Run, ticks map[int64]Tick, f Facts) *clock.Instant {
	start := r.At
	if m, ok := f.Marks["opened"]; ok {
		start = m.At
	}
	before := &start
	for _, s := range d.Steps {
		if !s.applies(f) {
			continue
		}
		if s.N == n {
			if at, ok, err := s.due(f, before); ok && err == nil {
				return &at
			}
			return nil
		}
		before = nil
		if k, ok := ticks[s.N]; ok {
			at := k.At
			before = &at
		}
	}
	return nil
}
