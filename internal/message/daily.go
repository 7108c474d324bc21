package message

import (
	"context"
	"slices"
	"strconv"

	"guanjia/internal/auth"
	"guanjia/internal/daily"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
)

// OfDay is what is told of a day of the management log: one of its important
// events or tasks, or, with neither, that it is unsigned.
type OfDay struct {
	Day   clock.Day     `json:"day"`
	Entry daily.EntryID `json:"entry,omitzero"`
	Task  daily.TaskID  `json:"task,omitzero"`
}

// DayUnsigned tells who should sign, and the property manager, that a day is
// unsigned at the next noon (STA-02a); it handles daily.Unsigned.
func (s *Service) DayUnsigned(ctx context.Context, tx *db.Tx, e daily.Unsigned) error {
	tx.Silent("that it was told stands in the log")
	signers, err := holders(ctx, tx, e.Community, "service_supervisor")
	if err == nil && len(signers) == 0 { // then it falls to the department's manager
		signers, err = holders(ctx, tx, e.Community, "service_manager")
	}
	if err != nil {
		return err
	}
	managers, err := holders(ctx, tx, e.Community, "property_manager")
	if err != nil {
		return err
	}
	for _, of := range managers {
		if !slices.Contains(signers, of) {
			signers = append(signers, of)
		}
	}
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Daily, Data: Data{Day: &OfDay{Day: e.Day}}, DueAt: tx.Now}, signers...)
}

// EventReported tells the property manager of an important event at once
// (INC-03a); it handles daily.Reported.
func (s *Service) EventReported(ctx context.Context, tx *db.Tx, e daily.Reported) error {
	tx.Silent("the report stands in the log")
	managers, err := holders(ctx, tx, e.Community, "property_manager")
	if err != nil {
		return err
	}
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Daily, Data: Data{Day: &OfDay{Day: e.Day, Entry: e.Entry}}, Urgent: true, DueAt: tx.Now}, managers...)
}

// TaskGiven tells somebody of a follow-up task; it handles daily.Tasked.
func (s *Service) TaskGiven(ctx context.Context, tx *db.Tx, e daily.Tasked) error {
	tx.Silent("the task stands in the log")
	return toEach(ctx, tx, Message{Community: e.Community, Kind: Daily, Data: Data{Day: &OfDay{Day: e.Day, Task: e.Task}}, DueAt: tx.Now}, e.To)
}

func holders(ctx context.Context, tx *db.Tx, at authz.CommunityID, role string) (out []authz.AccountID, err error) {
	all, err := auth.HoldersAt(ctx, tx, at, []string{role})
	for _, h := range all {
		out = append(out, h.ID)
	}
	return out, err
}

// ofDay tells of a day while there is something to do about it.
func (m Message) ofDay(ctx context.Context, tx *db.Tx, lang, face string) (s story, why string, err error) {
	x := m.Data.Day
	if x == nil {
		return s, whyLater, nil
	}
	needs, path := daily.ActView, "/console/daily?day="+x.Day.String()
	if x.Task != 0 { // whoever does it need not see the log
		needs = daily.ActTask
	}
	if face != "console" {
		path = "/m/daily"
	}
	may, err := auth.MayAt(ctx, tx, m.Account, needs, m.Community)
	if err != nil || !may {
		return s, whyRight, err
	}
	what, f := "unsigned", facts{}
	var waits bool
	switch {
	case x.Entry != 0:
		what = "event"
		waits, err = daily.Unread(ctx, tx, x.Entry)
	case x.Task != 0:
		what = "task"
		waits, err = daily.Undone(ctx, tx, x.Task)
	default:
		var n int64
		n, err = daily.Waiting(ctx, tx, m.Community)
		waits, f = n > 0, facts{"n": strconv.FormatInt(n, 10)}
	}
	if err != nil || !waits {
		return s, whyRead, err
	}
	return story{
		lang: lang, title: word(lang, "daily_"+what+".title", f), line: word(lang, "daily_"+what+".line", f),
		path: path, tag: "daily:" + what + ":" + m.Community.String(),
	}, "", nil
}
