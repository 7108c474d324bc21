package reminder

import (
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// longestSnooze is how many days an item can be put off.
const longestSnooze = 30

// marked is an item with what became of it.
func (i Item) marked(m mark, known bool, today clock.Day) Item {
	i.State = "open"
	if known {
		i.Note, i.By, i.MarkedAt = m.Note, m.ByName, &m.At
		if m.Assignee != 0 {
			i.Assignee, i.ToName = m.Assignee, m.ToName
		}
		switch {
		case m.State == "done":
			i.State = "done"
		case m.Until.After(today):
			i.State, i.Until = "snoozed", m.Until
		}
	}
	i.Overdue = i.State == "open" && i.Day.Before(today)
	return i
}

// shows reports whether somebody sees an item in a view: their own and
// nobody's open ones, all that are not done, or those done today.
func (i Item) shows(view string, who authz.AccountID, since clock.Instant) bool {
	switch view {
	case "all":
		return i.State != "done"
	case "done":
		return i.State == "done" && i.MarkedAt != nil && *i.MarkedAt >= since
	}
	return i.State == "open" && (i.Assignee == 0 || i.Assignee == who)
}

// Act is what somebody does with an item.
type Act struct {
	Do       string          `json:"do" enum:"done,reopen,snooze,assign"`
	Note     string          `json:"note,omitempty" maxLength:"500"`
	Until    clock.Day       `json:"until,omitzero" doc:"for snooze: within 30 days"`
	Assignee authz.AccountID `json:"assigneeId,omitempty" doc:"for assign; none: nobody's"`
}

// does changes a mark.
func (m mark) does(a Act, today clock.Day) (mark, error) {
	var wrong errs.Fields
	a.Note = strings.TrimSpace(a.Note)
	if !utf8.ValidString(a.Note) || strings.ContainsRune(a.Note, 0) {
		wrong.Add("note", "wrong_form", nil)
	}
	if a.Note != "" {
		m.Note = a.Note
	}
	switch a.Do {
	case "done":
		m.State, m.Until = "done", clock.Day{}
	case "reopen":
		m.State, m.Until = "open", clock.Day{}
	case "snooze":
		if !a.Until.After(today) || a.Until.Sub(today) > longestSnooze {
			wrong.Add("until", errUntil, map[string]any{"days": longestSnooze})
		}
		m.State, m.Until = "open", a.Until
	case "assign":
		m.Assignee = a.Assignee
	}
	return m, wrong.Err()
}
