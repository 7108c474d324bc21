package message

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/matter"
	"guanjia/internal/notice"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/roster"
	"guanjia/internal/ticket"
)

// place is what a message needs of a community.
type place struct {
	Name  string `db:"name"`
	Phone string `db:"service_phone"`
	Zone  string `db:"zone"`
}

// tell makes what a message says to its reader now, or says why it says nothing
// any more.
func (s *Service) tell(ctx context.Context, tx *db.Tx, m Message, lang, face string) (told story, why string, err error) {
	switch m.Kind {
	case Notices:
		return m.toStaff(ctx, tx, lang, face)
	case Approval:
		who, err := s.Deciders(ctx, tx, m.Data.Approval)
		if err != nil || !slices.Contains(who, m.Account) {
			return told, whyRight, err
		}
		path := "/m/approvals/" + m.Data.Approval.String()
		if face == "console" {
			path = "/console/approvals"
		}
		return story{lang: lang, title: word(lang, "approval.title", nil), line: word(lang, "approval.line", nil), path: path, tag: m.Data.Approval.String()}, "", nil
	case Swap:
		return m.toColleague(ctx, tx, lang, face)
	case Dun:
		return m.toDebtor(ctx, tx, lang)
	case Collection:
		return m.toManager(ctx, tx, lang)
	case FaultMonth:
		return m.toTechnical(ctx, tx, lang)
	case Daily:
		return m.ofDay(ctx, tx, lang, face)
	case Reading:
		return m.toReader(ctx, tx, lang, face)
	case Bill:
		return m.toBilled(ctx, tx, lang)
	case Extract:
		return m.toExtracted(ctx, tx, lang)
	case Refunds, Receipts:
		return m.toPayer(ctx, tx, lang)
	}
	return m.toResident(ctx, tx, lang)
}

// toColleague tells of a swap of duties while it stands as it did.
func (m Message) toColleague(ctx context.Context, tx *db.Tx, lang, face string) (s story, why string, err error) {
	w, err := roster.SwapIn(ctx, tx, m.Data.Swap)
	if err != nil || w.State != m.Data.State {
		return s, whyLater, err
	}
	may, err := auth.MayAt(ctx, tx, m.Account, roster.ActSelf, m.Community)
	if err != nil || !may || w.By != m.Account && w.To != m.Account {
		return s, whyRight, err
	}
	path := "/m/duties"
	if face == "console" {
		path = "/console/roster/swaps"
	}
	return story{lang: lang, title: word(lang, "swap."+w.State, nil), line: word(lang, "swap.line", nil), path: path, tag: w.ID.String()}, "", nil
}

func category(tree *ticket.Tree, lang, id string) string {
	c, _ := tree.ByID(id)
	if lang == "en" {
		return c.En
	}
	return c.Zh
}

func (m Message) toResident(ctx context.Context, tx *db.Tx, lang string) (s story, why string, err error) {
	t, err := ticket.In(ctx, tx, m.Ticket)
	if err != nil {
		return s, "", err
	}
	who, err := matter.Audience(ctx, tx, t)
	if err != nil || !slices.Contains(who, m.Account) {
		return s, whyRight, err
	}
	if later, err := overtaken(ctx, tx, m); err != nil || later {
		return s, whyLater, err
	}
	e, err := ticket.EntryIn(ctx, tx, t, m.Entry)
	if err != nil {
		return s, "", err
	}
	at, err := db.One[place](ctx, tx, `SELECT c.name, c.service_phone, c.zone FROM (SELECT *, id AS community_id FROM community) c WHERE c.id = $1 AND {scope:c}`, t.Community)
	if err != nil {
		return s, "", err
	}
	zone, err := clock.Zone(at.Zone)
	if err != nil {
		return s, "", err
	}
	f, err := factsOf(ctx, tx, t, e, lang, zone)
	if err != nil {
		return s, "", err
	}
	f["place"], f["phone"] = at.Name, at.Phone
	s = story{
		lang: lang, title: word(lang, m.Kind+".title", f), line: word(lang, m.Kind+".line", f), more: said(lang, m.Kind+".mail", f),
		path: "/r/tickets/" + t.ID.String(), tag: t.ID.String(), foot: said(lang, "foot.resident", f),
	}
	if len(s.foot) == 0 {
		s.foot = []string{at.Name}
	}
	return s, "", nil
}

// factsOf is what may be said of a ticket to its customer (TIC-09).
func factsOf(ctx context.Context, tx *db.Tx, t ticket.Ticket, e ticket.Entry, lang string, zone *time.Location) (facts, error) {
	f := facts{"number": t.Number, "kind": word(lang, "kind."+string(t.Kind), nil), "category": category(ticket.TreeOf(tx), lang, t.Category), "text": e.Text}
	when := func(name string, at *clock.Instant) {
		if at != nil && *at > tx.Now {
			f[name] = shown(lang, *at, tx.Now, zone)
		}
	}
	when("response", &t.ResponseDue)
	when("resolve", &t.ResolveDue)
	when("arrival", t.PromisedAt)
	when("until", t.HeldUntil)
	if told, ok := e.Data["arrivalAt"].(string); ok {
		at, err := clock.ParseInstant(told)
		if err != nil {
			return nil, err
		}
		f["arrival"] = shown(lang, at, tx.Now, zone)
	}
	if why, ok := e.Data["why"].(string); ok && e.Verb == "held" {
		f["why"] = word(lang, "held."+why, nil)
	}
	if t.Assignee == 0 {
		return f, nil
	}
	a, err := auth.ByID(ctx, tx, t.Assignee)
	if f["who"] = a.Name; a.AgentNo != "" { // name and service number, never a private one (TIC-07d)
		f["who"] += " " + a.AgentNo
	}
	return f, err
}

// told is a notice with what a message says of its ticket.
type told struct {
	notice.Notice
	Number   string       `db:"number"`
	Category string       `db:"category"`
	Grade    ticket.Grade `db:"grade"`
}

// mayRead are the communities whose tickets a member of staff sees now.
func mayRead(ctx context.Context, tx *db.Tx, account authz.AccountID) func(authz.CommunityID) (bool, error) {
	known := map[authz.CommunityID]bool{}
	return func(c authz.CommunityID) (bool, error) {
		may, ok := known[c]
		if ok {
			return may, nil
		}
		may, err := auth.MayAt(ctx, tx, account, ticket.ActView, c)
		known[c] = may
		return may, err
	}
}

func (m Message) toStaff(ctx context.Context, tx *db.Tx, lang, face string) (s story, why string, err error) {
	args := []any{m.Account}
	in := db.Among(&args, m.Data.Notices)
	all, err := db.All[told](ctx, tx, `SELECT `+db.Columns[notice.Notice]("n")+`, t.number, t.category, t.grade FROM notice n JOIN ticket t ON t.community_id = n.community_id AND t.id = n.ticket_id
		WHERE n.account_id = $1 AND n.id IN `+in+` AND n.read_at IS NULL AND {scope:n} ORDER BY n.id`, args...)
	if err != nil || len(all) == 0 {
		return s, whyRead, err
	}
	may := mayRead(ctx, tx, m.Account)
	seen := []told{}
	for _, n := range all {
		ok, err := may(n.Community)
		if err != nil {
			return s, "", err
		}
		if ok {
			seen = append(seen, n)
		}
	}
	if len(seen) == 0 {
		return s, whyRight, nil
	}
	return together(ticket.TreeOf(tx), seen, lang, face), "", nil
}

// mostNumbers is how many tickets a grouped message names.
const mostNumbers = 3

// together makes one message of everything somebody is told in a minute: an
// escalation storm says how many, not each.
func together(tree *ticket.Tree, all []told, lang, face string) story {
	base := "/" + face
	if len(all) == 1 {
		n := all[0]
		f := facts{"number": n.Number, "category": category(tree, lang, n.Category), "grade": string(n.Grade), "percent": strconv.FormatInt(n.Data.Percent, 10), "clock": word(lang, "clock."+n.Data.Clock, nil)}
		return story{lang: lang, title: word(lang, wordOf(n)+".title", f), line: word(lang, "notice.line", f), path: base + "/tickets/" + n.Ticket.String(), tag: n.Ticket.String()}
	}
	over, soon := 0, 0
	numbers := []string{}
	for _, n := range all {
		switch wordOf(n) {
		case "over":
			over++
		case "soon":
			soon++
		}
		if !slices.Contains(numbers, n.Number) {
			numbers = append(numbers, n.Number)
		}
	}
	kind := "other"
	switch {
	case over+soon < len(all):
	case soon == 0:
		kind = "over"
	case over == 0:
		kind = "soon"
	default:
		kind = "both"
	}
	line, f := "many.line", facts{"n": fmt.Sprint(len(all))}
	if len(numbers) > mostNumbers {
		line, numbers = "many.more", numbers[:mostNumbers]
	}
	f["numbers"] = strings.Join(numbers, word(lang, "join", nil))
	return story{lang: lang, title: word(lang, "many."+kind, f), line: word(lang, line, f), path: base + "/notices", tag: "notices"}
}

// wordOf is what a notice is called among the words.
func wordOf(n told) string {
	switch {
	case n.Kind == notice.Said:
		return "said_staff"
	case n.Kind != notice.Escalated:
		return n.Kind
	case n.Data.Percent >= 100:
		return "over"
	}
	return "soon"
}
