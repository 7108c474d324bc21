package ticket

import (
	"context"
	"slices"
	"time"

	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/staff"
)

// What a customer does about their own matters (FAC-02). Package matter has
// checked that they are theirs; here stand the rules of tickets. On the timeline
// it is "the customer", never a name.

// Said is told when a customer wrote something: to who has the matter in hand.
type Said struct {
	event
	To []staff.ID `json:"to"`
}

// EventName implements db.Event.
func (Said) EventName() string { return "ticket.customer_said" }

// Errors of what customers do.
var (
	ErrSaidAlready = errs.New(errs.Conflict, "ticket.reported_already", "the same was reported within a day")
	ErrTooLate     = errs.New(errs.Conflict, "ticket.too_late_to_cancel", "somebody is working on it; tell them instead")
)

func byCustomer(ctx context.Context, tx *db.Tx, t Ticket, verb, channel, words string, data Data) error {
	if data == nil {
		data = Data{}
	}
	data["customer"] = true
	return db.Add(ctx, tx, "ticket_entry", Entry{
		ID: db.NewID[Entry](tx), Community: t.Community, Ticket: t.ID, At: tx.Now, Verb: verb, Channel: channel, Public: true, Text: words, Data: data,
	})
}

// Report opens a matter that a customer reports themselves. The grade follows
// from the category and the words (TIC-02). The same words within a day are no
// second matter (TIC-15): the answer is the first, with ErrSaidAlready.
func Report(ctx context.Context, tx *db.Tx, in Intake) (Ticket, error) {
	in.Grade = C
	if c, known := TreeOf(tx).ByID(in.Category); known {
		in.Grade = c.Usual()
	}
	if _, forced := ForcedBy(in.words()); forced {
		in.Grade = A
	}
	in.Channel, in.ByCustomer = "app", true
	in, err := in.checked(TreeOf(tx), false)
	if err != nil {
		return Ticket{}, err
	}
	if err := lookUp(ctx, tx, &in); err != nil {
		return Ticket{}, err
	}
	twin, err := db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE community_id = $1 AND room_id = $2 AND channel = 'app' AND title = $3 AND description = $4 AND opened_at > $5
		AND status <> 'cancelled' AND {scope} ORDER BY id DESC LIMIT 1`, in.Community, in.Room, in.Title, in.Description, tx.Now.Add(-24*time.Hour))
	if err != nil {
		return Ticket{}, err
	}
	if len(twin) > 0 {
		return twin[0], ErrSaidAlready
	}
	if in.owner, err = receiver(ctx, tx, in.Community); err != nil {
		return Ticket{}, err
	}
	return insert(ctx, tx, in)
}

// receivers are the roles that answer for what customers report themselves, in this order.
var receivers = []string{"front_desk", "phone_agent", "service_supervisor", "service_manager", "property_manager", "administrator"}

// receiver is the first-contact owner of a matter that came without anybody
// hearing it: somebody at the desk who is on duty, in turn; else who leads it.
func receiver(ctx context.Context, tx *db.Tx, place authz.CommunityID) (auth.Holder, error) {
	onDuty, err := staff.AvailableIn(ctx, tx, place)
	if err != nil {
		return auth.Holder{}, err
	}
	var first auth.Holder
	for _, role := range receivers {
		all, err := auth.HoldersAt(ctx, tx, place, []string{role})
		if err != nil {
			return first, err
		}
		here := slices.DeleteFunc(slices.Clone(all), func(h auth.Holder) bool {
			return !slices.ContainsFunc(onDuty, func(d staff.OnDuty) bool { return d.ID == h.ID })
		})
		if len(here) > 0 {
			return here[int(tx.Now/1000)%len(here)], nil
		}
		if first.ID == 0 && len(all) > 0 {
			first = all[0]
		}
	}
	return first, nil
}

// Heard notes what a customer decided in another domain's transaction, and tells
// who has the matter in hand.
func Heard(ctx context.Context, tx *db.Tx, t Ticket, verb, words string, data Data) error {
	tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
	tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	return byCustomer(ctx, tx, t, verb, "app", words, data)
}

type customersKey struct{}

// customerDoes is one step of a customer on a ticket of theirs; what follows
// from it in the timeline is the system's.
func (s *Service) customerDoes(ctx context.Context, tx *db.Tx, id ID, apply func(context.Context, Ticket) (Ticket, error)) error {
	old, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	t, err := apply(context.WithValue(ctx, customersKey{}, true), old)
	if err != nil {
		return err
	}
	if err := save(ctx, tx, old, &t); err != nil {
		return err
	}
	return s.settled(ctx, tx, old, t)
}

// Say adds what a customer writes. It ends a pause that waited for them (TIC-03).
func (s *Service) Say(ctx context.Context, tx *db.Tx, id ID, words string) error {
	if err := needed("text", &words, 2000); err != nil {
		return err
	}
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		if t.Status == Archived || t.Status == Cancelled {
			return t, ErrTransition
		}
		t = t.reached()
		tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
		if err := byCustomer(ctx, tx, t, "customer_said", "app", words, nil); err != nil {
			return t, err
		}
		if f, danger := ForcedBy(words); danger {
			return alarm(ctx, tx, t, f)
		}
		if t.HeldAt != nil && t.HeldWhy == ForCustomer {
			return resume(ctx, tx, t, "")
		}
		return t, nil
	})
}

// alarm is what follows when a customer writes of a danger after the matter was
// opened (TIC-02, TIC-12): it is grade A from now on, waits for nothing any
// more, and who leads the work is told at once; so is the one who answers for
// it when the work had ended already.
func alarm(ctx context.Context, tx *db.Tx, t Ticket, f Forced) (Ticket, error) {
	to, names, err := addressees(ctx, tx, t, []string{ToAssignee, ToOwner, ToLeader, "service_supervisor"})
	if err != nil {
		return t, err
	}
	if t.HeldAt != nil {
		if t, err = resume(ctx, tx, t, ""); err != nil {
			return t, err
		}
	}
	data := Data{"zh": f.Zh, "en": f.En, "from": t.Grade, "told": names}
	if t.Grade != A && t.may(StepGrade) {
		if t, err = t.regrade(A, C); err != nil {
			return t, err
		}
	}
	data["to"] = t.Grade
	tx.Emit(Escalated{event{t.ID, t.Community}, "danger", 0, to})
	return t, db.Add(ctx, tx, "ticket_entry", Entry{ID: db.NewID[Entry](tx), Community: t.Community, Ticket: t.ID, At: tx.Now, Verb: "danger", Data: data})
}

// Withdraw ends a matter at its customer's wish, before anybody has set out.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, id ID, reason string) error {
	if err := needed("reason", &reason, 500); err != nil {
		return err
	}
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		if !t.withdrawable() {
			return t, ErrTooLate
		}
		t, err := t.cancel(tx.Now)
		if err != nil {
			return t, err
		}
		tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
		return t, byCustomer(ctx, tx, t, "cancelled", "app", reason, nil)
	})
}

func (t Ticket) withdrawable() bool {
	return t.Status == New || t.Status == Dispatched || t.Status == Accepted
}

// Settled notes that the customer found the matter settled (TIC-04).
func (s *Service) Settled(ctx context.Context, tx *db.Tx, id ID) error {
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		t, err := t.verify(tx.Now)
		if err != nil {
			return t, err
		}
		return t, byCustomer(ctx, tx, t, "verified", "app", "", nil)
	})
}

// Sign keeps a customer's signature under what they were asked to read (FAC-02);
// who works on the matter is told.
func (s *Service) Sign(ctx context.Context, tx *db.Tx, id ID, picture Photo) (p Photo, err error) {
	err = s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		t, signed, err := t.sign(picture)
		if err != nil {
			return t, err
		}
		if p, err = AttachPhoto(ctx, tx, t, "signature", "", signed); err != nil {
			return t, err
		}
		tx.Emit(Said{event{t.ID, t.Community}, people(t.Assignee, t.Owner)})
		return t, byCustomer(ctx, tx, t, "signed", "app", "", nil)
	})
	return p, err
}

// Unsettled opens again what the customer finds not settled, within seven days (TIC-04).
func (s *Service) Unsettled(ctx context.Context, tx *db.Tx, id ID, reason string) error {
	if err := needed("reason", &reason, 500); err != nil {
		return err
	}
	return s.customerDoes(ctx, tx, id, func(ctx context.Context, t Ticket) (Ticket, error) {
		if t.may(StepReopen) && !t.freelyReopened(tx.Now) {
			return t, ErrLate
		}
		if err := byCustomer(ctx, tx, t, "customer_said", "app", reason, nil); err != nil {
			return t, err
		}
		return reopen(ctx, tx, t, reason)
	})
}

// OwnView is what a customer sees of a matter of theirs (TIC-08): what they were
// told and did, who comes and when, and nothing that stays inside.
type OwnView struct {
	ID         ID             `json:"id"`
	Number     string         `json:"number"`
	Kind       Kind           `json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category   string         `json:"category"`
	Facet      string         `json:"facet,omitempty" doc:"which side of a fee it is about"`
	Located    bool           `json:"located,omitempty" doc:"the position of the place went with it"`
	Status     Status         `json:"status" enum:"new,dispatched,accepted,en_route,arrived,working,held,resolved,followed_up,archived,cancelled"`
	Title      string         `json:"title"`
	Words      string         `json:"description,omitempty"`
	Room       housing.RoomID `json:"roomId,omitempty"`
	Place      string         `json:"place"`
	OpenedAt   clock.Instant  `json:"openedAt"`
	PromisedAt *clock.Instant `json:"promisedAt,omitempty" doc:"when somebody said to come"`
	Visit      *VisitWindow   `json:"visit,omitempty" doc:"the window in which somebody comes"`
	HeldWhy    Waiting        `json:"heldWhy,omitempty" enum:"customer,material,third_party"`
	HeldUntil  *clock.Instant `json:"heldUntil,omitempty"`
	ResolvedAt *clock.Instant `json:"resolvedAt,omitempty"`
	Cause      string         `json:"cause,omitempty"`
	Remedy     string         `json:"remedy,omitempty"`
	Advice     string         `json:"advice,omitempty" doc:"what is advised"`
	Sign       *Signed        `json:"sign,omitempty" doc:"what the customer is asked to read and sign"`
	Wished     string         `json:"wished,omitempty" doc:"when somebody would be welcome, in the customer's words"`
	Rating     *float64       `json:"rating,omitempty"`
	Comes      *Person        `json:"assignee,omitempty" doc:"who comes: name and service number, never a private one"`
	May        []string       `json:"may" doc:"what the customer may do now: say, withdraw, settled, unsettled, appoint, call_off, sign, again: report it once more"`
	Version    int64          `json:"version"`
}

// OwnFull is OwnView with its story.
type OwnFull struct {
	OwnView
	Timeline []OwnEntry `json:"timeline"`
	Photos   []Photo    `json:"photos"`

	Recordings []Photo `json:"recordings" doc:"voice and video"`
}

// OwnEntry is a line of the timeline as its customer sees it.
type OwnEntry struct {
	ID      EntryID       `json:"id"`
	At      clock.Instant `json:"at"`
	Verb    string        `json:"verb"`
	Channel string        `json:"channel,omitempty"`
	Mine    bool          `json:"mine" doc:"the customer did it"`
	Text    string        `json:"text,omitempty"`
	Arrival string        `json:"arrivalAt,omitempty"`
	From    string        `json:"from,omitempty" doc:"of the window that was agreed, or called off"`
	To      string        `json:"to,omitempty"`
}

// own is what its customer sees of t. Whether it is early enough to move an
// appointment is known where it is written; the face offers it until it begins.
func (t Ticket) own(now clock.Instant) OwnView {
	v := OwnView{
		ID: t.ID, Number: t.Number, Kind: t.Kind, Category: t.Category, Facet: t.Facet, Located: t.Latitude != nil, Status: t.Status, Title: t.Title, Words: t.Description, Room: t.Room, Place: t.Place, OpenedAt: t.OpenedAt,
		PromisedAt: t.PromisedAt, HeldWhy: t.HeldWhy, HeldUntil: t.HeldUntil, ResolvedAt: t.ResolvedAt, Cause: t.Cause, Remedy: t.Remedy, Advice: t.Advice, Wished: t.Wished, Rating: stars(t.Rating), May: []string{}, Version: t.Version,
	}
	if t.Assignee != 0 && t.Status != New {
		v.Comes = &Person{ID: t.Assignee, Name: t.AssigneeName}
	}
	w, booked := t.visit(time.UTC)
	if booked {
		v.Visit = &w
	}
	if t.may(StepAppoint) && t.Status != EnRoute && (!booked || now < w.From) {
		v.May = append(v.May, "appoint")
	}
	if booked && now < w.From {
		v.May = append(v.May, "call_off")
	}
	if t.Status != Archived && t.Status != Cancelled {
		v.May = append(v.May, "say")
	}
	if t.withdrawable() {
		v.May = append(v.May, "withdraw")
	}
	if t.SignAsked != nil && t.signing() {
		v.Sign, v.May = t.SignAsked, append(v.May, "sign")
	}
	if t.Status == Resolved && t.VerifiedAt == nil {
		v.May = append(v.May, "settled")
	}
	if t.EndedAt != nil {
		v.May = append(v.May, "again")
	}
	if t.may(StepReopen) && t.freelyReopened(now) {
		v.May = append(v.May, "unsettled")
	}
	return v
}

// Mine says whose matters are listed: of a room since a time, or of an archive
// in that room whenever.
type Mine struct {
	Community authz.CommunityID
	Room      housing.RoomID
	Customer  customer.ID
	Since     clock.Instant
}

// Holds reports whether a ticket is one of them.
func (m Mine) Holds(t Ticket) bool {
	return t.Community == m.Community && t.Room == m.Room && (t.OpenedAt >= m.Since || m.Customer != 0 && t.Customer == m.Customer)
}

// OwnList lists what a customer sees of a room, the latest first.
func OwnList(ctx context.Context, tx *db.Tx, m Mine, open bool, before ID, limit int) (out []OwnView, err error) {
	state := `status NOT IN ('followed_up', 'archived', 'cancelled')`
	if !open {
		state = `status IN ('followed_up', 'archived', 'cancelled')`
	}
	all, err := db.All[Ticket](ctx, tx, `SELECT `+db.Columns[Ticket]("")+` FROM ticket WHERE community_id = $1 AND room_id = $2 AND (opened_at >= $3 OR customer_id = $4) AND (id < $5 OR $5 = 0) AND `+state+` AND {scope}
		ORDER BY id DESC LIMIT $6`, m.Community, m.Room, m.Since, m.Customer, int64(before), limit)
	for _, t := range all {
		out = append(out, t.own(tx.Now))
	}
	return out, err
}

// OwnIn returns a matter that one of mine holds, db.ErrNotFound else.
func OwnIn(ctx context.Context, tx *db.Tx, id ID, mine []Mine) (Ticket, error) {
	t, err := get(ctx, tx, id)
	if err == nil && !slices.ContainsFunc(mine, func(m Mine) bool { return m.Holds(t) }) {
		err = db.ErrNotFound
	}
	return t, err
}

// Own is a matter as its customer sees it.
func Own(ctx context.Context, tx *db.Tx, t Ticket) (v OwnFull, err error) {
	v = OwnFull{OwnView: t.own(tx.Now), Timeline: []OwnEntry{}}
	if v.Comes != nil {
		no, err := db.All[string](ctx, tx, `SELECT agent_no FROM staff WHERE id = $1 AND {scope}`, t.Assignee)
		if err != nil {
			return v, err
		}
		if len(no) > 0 {
			v.Comes.AgentNo = no[0]
		}
	}
	lines, err := timeline(ctx, tx, t)
	if err != nil {
		return v, err
	}
	for _, e := range lines {
		if !e.Public {
			continue
		}
		arrival, _ := e.Data["arrivalAt"].(string)
		mine, _ := e.Data["customer"].(bool)
		line := OwnEntry{ID: e.ID, At: e.At, Verb: e.Verb, Channel: e.Channel, Mine: mine, Text: e.Text, Arrival: arrival}
		if slices.Contains([]string{"appointed", "rescheduled", "called_off"}, e.Verb) {
			line.From, _ = e.Data["from"].(string)
			line.To, _ = e.Data["to"].(string)
		}
		v.Timeline = append(v.Timeline, line)
	}
	files, err := photos(ctx, tx, t)
	files = slices.DeleteFunc(files, Photo.Inside)
	for i := range files {
		files[i].ByName = "" // who took it stays inside
	}
	v.Photos, v.Recordings = apart(files)
	return v, err
}
