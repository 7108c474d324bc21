package ticket

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"strings"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/customer"
	"guanjia/internal/facility"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/staff"
)

// Service holds the use cases: one method = one transaction = one action.
type Service struct {
	DB    *db.DB
	Blobs *blob.Store
	// Exports logs what is taken out.
	Exports *audit.Service
	// FollowUpOf is plugged in by package app: follow-ups live on a higher floor.
	FollowUpOf func(ctx context.Context, who authz.Actor, id ID) (*FollowUpBrief, error)
	// Checks are plugged in by package app: what must be there before resolving.
	Checks []Check
	// BeforeStart refuse the beginning of the work; plugged in by package app.
	BeforeStart []func(ctx context.Context, tx *db.Tx, t Ticket) error

	// Distance is how many metres a position is from a community; plugged in by
	// package app. Nil, or nil of it: nobody has set where the community is.
	Distance func(ctx context.Context, tx *db.Tx, community authz.CommunityID, latitude, longitude int64) (*int64, error)

	// What domains on higher floors say of a ticket; see seams.go.
	Incidents Incidents
	Stock     Stock
	Patrols   Patrols
	Contacts  Contacts

	approvals *approval.Service
}

// FollowUpBrief is what a ticket's page shows of its follow-up.
type FollowUpBrief struct {
	ID       string        `json:"id"`
	State    string        `json:"state" enum:"due,done,not_reached,void"`
	DueAt    clock.Instant `json:"dueAt"`
	Attempts int64         `json:"attempts"`
	Version  int64         `json:"version"`
}

// dueSoon is how far ahead the list "due" looks.
const dueSoon = 15 * time.Minute

// Intake is what somebody tells when a matter is opened.
type Intake struct {
	Community     authz.CommunityID
	Kind          Kind
	Room          housing.RoomID
	RoomLabel     string // any usual writing; used when Room is zero
	Place         string // a public place, when no room is meant
	Outside       bool   // a public place, although the room is told: it is whose matter it is
	At            *Where // of a public place, where its reporter let the phone say it
	Facility      facility.ID
	building      staff.BuildingID // of the facility
	Customer      customer.ID
	ContactName   string
	ContactMobile string
	Category      string
	Facet         string // of a class that has facets; empty: not told
	Grade         Grade
	Title         string
	Description   string
	Channel       string
	NotForced     string      // why words that sound like grade A are none (TIC-12)
	ByCustomer    bool        // reported by its customer
	Visit         *Wanted     // the window in which somebody is to come
	Wished        string      // when the customer would like somebody to come, in their words
	Earlier       ID          // the ended ticket whose matter it takes up
	Remote        bool        // remote help would do: a visit then needs the leader's yes
	owner         auth.Holder // who answers for what nobody heard
}

// words is all that was told about the matter.
func (in Intake) words() string { return in.Title + "\n" + in.Description }

// Open records a new matter, starts its clocks and tells the others (TIC-01, TIC-03).
func (s *Service) Open(ctx context.Context, who authz.Actor, in Intake) (t Ticket, err error) {
	in, err = s.prepare(ctx, who, in)
	if err != nil {
		return t, err
	}
	// Nothing here depends on what other writers do, and the unique number is
	// all that must hold: Bulk, because under SERIALIZABLE the foreign key from the
	// timeline reads the index page that every other new ticket is written to.
	open := s.DB.Bulk
	if in.Visit != nil {
		open = s.DB.Write // of two who take the last place of a window one has it
	}
	err = open(ctx, who, ActOpen, func(tx *db.Tx) error {
		t, err = insert(ctx, tx, in)
		return err
	})
	return t, err
}

// prepare checks the intake and looks up what it names. It reads before the
// write, where reads would only make concurrent writers conflict.
func (s *Service) prepare(ctx context.Context, who authz.Actor, in Intake) (Intake, error) {
	in, err := in.checked(TreeOf(s.DB), false)
	if err != nil {
		return in, err
	}
	if in.Earlier == 0 && in.Room != 0 && in.Facility == 0 && (in.Customer == 0 || in.ContactName != "") {
		return in, nil // nothing to look up; the write checks scope and room
	}
	err = s.DB.Read(ctx, who, ActOpen, func(tx *db.Tx) error { return lookUp(ctx, tx, &in) })
	return in, err
}

// checked says what is wrong with the intake, field by field. A plan that was
// made before a class was hidden goes on with it: nobody chooses there.
func (in Intake) checked(tree *Tree, planned bool) (Intake, error) {
	var f errs.Fields
	text(&f, "title", &in.Title, 100, true)
	text(&f, "description", &in.Description, 5000, false)
	text(&f, "place", &in.Place, 100, false)
	text(&f, "contactName", &in.ContactName, 50, false)
	text(&f, "wished", &in.Wished, 60, false)
	if in.ContactMobile != "" {
		p, err := customer.ParseMobile(in.ContactMobile)
		if err != nil {
			f.Add("contactMobile", errs.Of(err).Code, errs.Of(err).Params)
		}
		in.ContactMobile = p.Number
	}
	c, known := tree.ByID(in.Category)
	if !known {
		f.Add("category", "ticket.category_unknown", nil)
	} else if c.Hidden && !planned {
		f.Add("category", "ticket.category_hidden", c.Called())
	} else if in.Grade > c.Lowest() {
		f.Add("grade", "ticket.grade_forced", map[string]any{"grade": string(c.Lowest())})
	}
	if _, has := c.Facet(in.Facet); in.Facet != "" && !has {
		f.Add("facet", "ticket.facet_unknown", nil)
	}
	in.located(&f)
	text(&f, "notForced", &in.NotForced, 200, false)
	if in.Grade != A && in.NotForced == "" {
		if _, forced := ForcedBy(in.words()); forced {
			f.Add("notForced", "ticket.grade_words", nil)
		}
	}
	if in.Remote && in.Visit != nil {
		f.Add("visit.slot", ErrRemote.Code, nil)
	}
	if in.Room == 0 && in.RoomLabel == "" && in.Place == "" && in.Facility == 0 {
		f.Add("roomLabel", "ticket.place_missing", nil)
	}
	return in, f.Err()
}

// lookUp fills in the room and, where the caller left them out, the contact's data.
func lookUp(ctx context.Context, tx *db.Tx, in *Intake) error {
	if err := tx.In(ctx, in.Community); err != nil {
		return err
	}
	if err := refers(ctx, tx, in); err != nil {
		return err
	}
	if in.Room == 0 && in.RoomLabel != "" {
		room, err := housing.Find(ctx, tx, in.Community, in.RoomLabel)
		if err != nil {
			return rename(err, "label", "roomLabel")
		}
		in.Room = room.ID
	}
	if in.Facility != 0 {
		f, err := facility.In(ctx, tx, in.Facility)
		if err != nil || f.Community != in.Community {
			return errs.ErrFields.At(errs.Field{Name: "facilityId", Code: db.ErrNotFound.Code})
		}
		if in.building = staff.BuildingID(f.Building); in.Place == "" {
			in.Place = strings.TrimSpace(f.Name + " " + f.Place)
		}
	}
	if in.Customer != 0 && in.ContactName == "" {
		c, err := customer.In(ctx, tx, in.Customer)
		if err != nil {
			return err
		}
		in.ContactName = c.Name
		if in.ContactMobile == "" {
			if in.ContactMobile, err = customer.PrimaryMobile(ctx, tx, in.Customer); err != nil {
				return err
			}
		}
	}
	return nil
}

func insert(ctx context.Context, tx *db.Tx, in Intake) (Ticket, error) {
	t := Ticket{
		ID: db.NewID[Ticket](tx), Community: in.Community, Kind: in.Kind, Category: in.Category, Facet: in.Facet, Grade: in.Grade, Status: New,
		Title: in.Title, Description: in.Description, Channel: in.Channel, Room: in.Room, Place: in.Place, Building: in.building, Facility: in.Facility, Customer: in.Customer,
		ContactName: in.ContactName, Owner: tx.Who.ID, OwnerName: tx.Who.Name, OpenedAt: tx.Now, Wished: in.Wished, Earlier: in.Earlier, Version: 1,
	}
	if in.At != nil {
		t.Latitude, t.Longitude = in.At.Latitude, in.At.Longitude
	}
	if in.ByCustomer || in.owner.ID != 0 {
		t.OwnerName = in.owner.Name // nobody's, where nobody works
		t.Owner = cmp.Or(in.owner.ID, t.Owner)
	}
	if in.Remote && Policies[in.Kind].Visits && in.Grade != A {
		t.Remote = RemotePossible
	}
	t.sealContact(tx.Vault(), in.ContactMobile)
	site, err := placeOf(ctx, tx, t.Community, t.Room)
	if err != nil {
		return t, err
	}
	if site.Label != "" {
		t.Place, t.Building = site.Label, site.Building
	}
	zone, err := clock.Zone(site.Zone)
	if err != nil {
		return t, err
	}
	day := clock.DayOf(tx.Now, zone)
	prefix := Policies[t.Kind].Prefix
	n, err := tx.Number(ctx, t.Community, series(prefix, day))
	if err != nil {
		return t, err
	}
	t.Number = db.Serial(prefix, day, n, 4)
	var set Settings
	if site.Settings != "" {
		if err := json.Unmarshal([]byte(site.Settings), &set); err != nil {
			return t, err
		}
	}
	t.Policy = set.frozen(t.Kind, t.Category, site.Zone)
	t = t.clocked()
	t, visit, err := in.booked(ctx, tx, t)
	if err != nil {
		return t, err
	}
	if err := db.Add(ctx, tx, "ticket", t); err != nil {
		return t, err
	}
	tx.Note(t.Community, "ticket:"+t.ID.String(), nil, map[string]any{"number": t.Number, "kind": t.Kind, "grade": t.Grade, "category": t.Category})
	tx.Emit(Opened{event{t.ID, t.Community}})
	shown := t.Shown(tx.Who)
	tx.Answer(&shown)
	return shown, in.told(ctx, tx, t, visit)
}

// booked finds the window that was asked for with the intake, if any.
func (in Intake) booked(ctx context.Context, tx *db.Tx, t Ticket) (Ticket, booking, error) {
	if in.Visit == nil {
		return t, booking{}, nil
	}
	by := handOf(tx.Who, t)
	if in.ByCustomer {
		by = hand{kind: FromCustomer}
	}
	t, visit, err := find(ctx, tx, t, *in.Visit, by)
	for _, field := range []string{"slot", "day"} {
		if err != nil {
			err = rename(err, field, "visit."+field)
		}
	}
	return t, visit, err
}

// told writes the first lines of the timeline.
func (in Intake) told(ctx context.Context, tx *db.Tx, t Ticket, visit booking) (err error) {
	data := Data{"grade": t.Grade, "channel": t.Channel}
	if in.ByCustomer {
		err = byCustomer(ctx, tx, t, "opened", t.Channel, "", data)
	} else {
		err = write(ctx, tx, t, "opened", true, t.Channel, "", data)
	}
	if err == nil && !in.ByCustomer && in.NotForced != "" && t.Grade != A {
		err = write(ctx, tx, t, "not_forced", false, "", in.NotForced, nil)
	}
	if err == nil && in.Visit != nil {
		err = visit.write(ctx, tx, t)
	}
	return err
}

// write adds a line to the timeline. What was kept on a phone without a network
// says when it was done, beside the time at which it came (FAC-03).
func write(ctx context.Context, tx *db.Tx, t Ticket, verb string, public bool, channel, words string, data Data) error {
	if done, ok := clock.Done(ctx); ok && tx.Now.Time().Sub(done.Time()) >= time.Minute {
		data = maps.Clone(data)
		if data == nil {
			data = Data{}
		}
		data["doneAt"] = done
	}
	by, name := tx.Who.ID, byName(tx.Who)
	if ctx.Value(customersKey{}) != nil { // the system, because of what a customer did: no colleague
		by, name = 0, ""
	}
	e := Entry{
		ID: db.NewID[Entry](tx), Community: t.Community, Ticket: t.ID, At: tx.Now, By: by, ByName: name,
		Verb: verb, Channel: channel, Public: public, Text: words, Data: data,
	}
	if public && verb != "opened" { // that it was opened is told as Opened
		tx.Emit(Informed{event{t.ID, t.Community}, e.ID, verb})
	}
	return db.Add(ctx, tx, "ticket_entry", e)
}

// byName is empty for the system itself.
func byName(who authz.Actor) string {
	if who.ID == 0 {
		return ""
	}
	return who.Name
}

// change is one step on one ticket: read, compare the version the caller saw,
// move, save, trail, event. apply does the moving and writes the timeline.
func (s *Service) change(ctx context.Context, who authz.Actor, act authz.Action, id ID, expect func(int64) error, apply func(*db.Tx, Ticket) (Ticket, error)) (t Ticket, err error) {
	err = s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		old, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if t, err = apply(tx, old); err != nil {
			return err
		}
		tx.Answer(&t)
		if err := save(ctx, tx, old, &t); err != nil {
			return err
		}
		return s.settled(ctx, tx, old, t)
	})
	return t, err
}

// settled takes back what was asked for of a ticket that has ended, and the
// place in a window: nobody need decide on more time for what is done, or come.
func (s *Service) settled(ctx context.Context, tx *db.Tx, old, t Ticket) error {
	if !t.inHand() {
		if err := s.notNeeded(ctx, tx, t); err != nil {
			return err
		}
	}
	over := map[Status][]string{Resolved: {AskComplexKind, AskExtendKind, AskVisitKind, AskCancelKind, AskMentorKind}, Cancelled: {AskComplexKind, AskExtendKind, AskVisitKind, AskCancelKind, AskMentorKind}, Archived: {AskReopenKind}}
	if old.Status == t.Status || s.approvals == nil {
		return nil
	}
	for _, kind := range over[t.Status] {
		if err := s.approvals.Withdraw(ctx, tx, kind, "ticket:"+t.ID.String(), ""); err != nil {
			return err
		}
	}
	return nil
}

func save(ctx context.Context, tx *db.Tx, old Ticket, t *Ticket) error {
	tx.Note(t.Community, "ticket:"+t.ID.String(), audited(old), audited(*t))
	if old.Status == t.Status || t.Status != Resolved && t.Status != Dispatched && t.Status != New {
		tx.Emit(Changed{event{t.ID, t.Community}, t.Status})
	}
	if old.steps() != t.steps() {
		tx.Emit(Progressed{event{t.ID, t.Community}})
	}
	if err := db.SaveOver(ctx, tx, "ticket", &old, t); err != nil {
		return err
	}
	if old.remoteFirst() && !t.remoteFirst() && t.Status == New { // the visit need not wait any more
		if err := jobs.At(ctx, tx, chooseJob, t.ID.String(), tx.Now, event{t.ID, t.Community}); err != nil {
			return err
		}
	}
	if old.SortDue == t.SortDue && old.Status == t.Status && old.ResponseAt == t.ResponseAt && old.AttemptAt == t.AttemptAt && old.ResponseDue == t.ResponseDue && old.ResolveDue == t.ResolveDue {
		return nil // nothing else happens by itself than before
	}
	return arm(ctx, tx, *t)
}

// audited is what the trail keeps of a ticket: no names, no words.
func audited(t Ticket) map[string]any {
	return map[string]any{"status": t.Status, "grade": t.Grade, "complex": t.Complex, "assignee": t.Assignee}
}
