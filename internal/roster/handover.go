package roster

import (
	"context"
	"database/sql/driver"
	"strconv"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
	"guanjia/internal/platform/money"
	"guanjia/internal/staff"
)

// HandoverID identifies a handover of a shift.
type HandoverID = id.Of[Handover]

// The states of a handover.
const (
	HandoverGiven    = "given"    // written and confirmed by who goes
	HandoverReturned = "returned" // who comes says that something is not so
	HandoverTaken    = "taken"    // confirmed by both; never changed again
)

// Matter is something open that the next shift takes over.
type Matter struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	Title    string `json:"title"`
	Place    string `json:"place"`
	Grade    string `json:"grade"`
	Status   string `json:"status"`
	Assignee string `json:"assignee,omitempty"`
}

// Content is what a shift hands to the next.
type Content struct {
	Matters []Matter  `json:"matters" maxItems:"100" doc:"open tickets of the post when it was given, the most urgent first"`
	Items   []string  `json:"items" maxItems:"50" doc:"other things that are open"`
	Keys    string    `json:"keys" maxLength:"500" doc:"keys, cards, radios: which, how many"`
	Cash    money.Fen `json:"cash" doc:"as counted"`
	Events  string    `json:"events" maxLength:"2000" doc:"notable events"`
}

// Value implements driver.Valuer.
func (c Content) Value() (driver.Value, error) { return db.ToText(c) }

// Scan implements sql.Scanner.
func (c *Content) Scan(src any) error { return db.FromText(src, c) }

// Handover is what one shift hands to the next; both confirm it (STA-02).
type Handover struct {
	ID        HandoverID        `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Post      Post              `db:"post" json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Day       clock.Day         `db:"day" json:"day"`
	ShiftName string            `db:"shift_name" json:"shift" doc:"the shift that ends"`
	Out       staff.ID          `db:"out_id" json:"outId"`
	OutName   string            `db:"out_name" json:"outName"`
	In        staff.ID          `db:"in_id" json:"inId"`
	InName    string            `db:"in_name" json:"inName"`
	Content   Content           `db:"content" json:"content"`
	Open      int64             `db:"open_count" json:"openCount" doc:"open tickets of the post when it was given, listed or not"`
	State     string            `db:"state" json:"state" enum:"given,returned,taken"`
	Remark    string            `db:"remark" json:"remark,omitempty" doc:"of who comes"`
	OutAt     clock.Instant     `db:"out_at" json:"outAt"`
	InAt      *clock.Instant    `db:"in_at" json:"inAt,omitempty"`
	Version   int64             `db:"version" json:"version"`
}

// ETag implements web.Versioned.
func (h Handover) ETag() int64 { return h.Version }

// Start is what a handover begins with: what is open, and who comes and goes.
type Start struct {
	Post    Post     `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Shift   string   `json:"shift,omitempty" doc:"the caller's duty that runs, or ended last"`
	Next    staff.ID `json:"nextId,omitzero" doc:"who comes next by the roster"`
	People  []Person `json:"people" doc:"who could come"`
	Matters []Matter `json:"matters"`
	Open    int64    `json:"openCount"`
}

// HandoverDraft is what the outgoing person writes.
type HandoverDraft struct {
	Post   Post      `json:"post" enum:"service,maintenance,security,cleaning,response,other"`
	Shift  string    `json:"shift,omitempty" maxLength:"20"`
	In     staff.ID  `json:"inId"`
	Items  []string  `json:"items,omitempty" maxItems:"50"`
	Keys   string    `json:"keys,omitempty" maxLength:"500"`
	Cash   money.Fen `json:"cash,omitempty"`
	Events string    `json:"events,omitempty" maxLength:"2000"`
}

// mostCash is beyond what any till holds: more is a slip of the pen.
const mostCash money.Fen = 1_000_000_00

// Handovers lists those of a day; no day: today.
func (s *Service) Handovers(ctx context.Context, who authz.Actor, community authz.CommunityID, day clock.Day) (out []Handover, err error) {
	err = s.DB.Read(ctx, who, ActHandover, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if day.IsZero() {
			if day, err = org.Today(ctx, tx, community); err != nil {
				return err
			}
		}
		out, err = db.All[Handover](ctx, tx, `SELECT `+db.Columns[Handover]("")+` FROM shift_handover WHERE community_id = $1 AND day = $2 AND {scope} ORDER BY id DESC`, community, day)
		return err
	})
	return out, err
}

// ToTake lists the handovers that wait for the caller, and those that came back to them.
func (s *Service) ToTake(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Handover, err error) {
	err = s.DB.Read(ctx, who, ActHandover, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		out, err = db.All[Handover](ctx, tx, `SELECT `+db.Columns[Handover]("")+` FROM shift_handover WHERE community_id = $1 AND day >= $2 AND (in_id = $3 AND state = 'given' OR out_id = $3 AND state = 'returned') AND {scope} ORDER BY id DESC`,
			community, today.Add(-7), who.ID)
		return err
	})
	return out, err
}

// StartHandover says what a handover of the caller would begin with.
func (s *Service) StartHandover(ctx context.Context, who authz.Actor, community authz.CommunityID, post Post) (out Start, err error) {
	err = s.DB.Read(ctx, who, ActHandover, func(tx *db.Tx) error {
		b, err := open(ctx, tx, community, tx.Now, tx.Now)
		if err != nil {
			return err
		}
		me, known := b.person(who.ID)
		if out.Post = post; post == "" {
			out.Post = PostService
			if known && me.Post != PostOther {
				out.Post = me.Post
			}
		}
		var mine Line
		for _, d := range b.duties {
			if d.Staff == who.ID && d.From <= tx.Now {
				mine, out.Shift = d, d.ShiftName
			}
		}
		for _, d := range b.duties {
			if d.Staff != who.ID && d.Post == out.Post && d.From > mine.From && d.From <= tx.Now.Add(reach) && out.Next == 0 {
				out.Next = d.Staff
			}
		}
		out.People = []Person{}
		for _, p := range b.people {
			if p.ID != who.ID {
				out.People = append(out.People, p)
			}
		}
		out.Matters, out.Open, err = s.matters(ctx, tx, community, out.Post)
		return err
	})
	return out, err
}

func (s *Service) matters(ctx context.Context, tx *db.Tx, community authz.CommunityID, post Post) ([]Matter, int64, error) {
	if s.Matters == nil {
		return []Matter{}, 0, nil
	}
	return s.Matters(ctx, tx, community, post)
}

// fill writes a draft into h, or names every field that is wrong.
func (s *Service) fill(ctx context.Context, tx *db.Tx, h Handover, d HandoverDraft) (Handover, error) {
	var wrong errs.Fields
	wrong.Words("shift", &d.Shift, 20, false)
	wrong.Words("keys", &d.Keys, 500, false)
	wrong.Words("events", &d.Events, 2000, false)
	for i := range d.Items {
		wrong.Words("items["+strconv.Itoa(i)+"]", &d.Items[i], 200, true)
	}
	in, err := staff.In(ctx, tx, h.Community, d.In)
	if err != nil || d.In == tx.Who.ID {
		wrong.Add("inId", "roster.person_unknown", nil)
	}
	if d.Cash < 0 || d.Cash > mostCash {
		wrong.Add("cash", "wrong_form", nil)
	}
	if err := wrong.Err(); err != nil {
		return h, err
	}
	if d.Items == nil {
		d.Items = []string{}
	}
	h.Post, h.ShiftName, h.In, h.InName, h.State, h.OutAt, h.Remark = d.Post, d.Shift, in.ID, in.Name, HandoverGiven, tx.Now, ""
	h.Content = Content{Items: d.Items, Keys: d.Keys, Cash: d.Cash, Events: d.Events}
	h.Content.Matters, h.Open, err = s.matters(ctx, tx, h.Community, h.Post)
	return h, err
}

// Give writes a handover down and confirms it for who goes.
func (s *Service) Give(ctx context.Context, who authz.Actor, community authz.CommunityID, d HandoverDraft) (h Handover, err error) {
	err = s.DB.Write(ctx, who, ActHandover, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		me, err := staff.In(ctx, tx, community, who.ID)
		if err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, community)
		if err != nil {
			return err
		}
		if h, err = s.fill(ctx, tx, Handover{ID: db.NewID[Handover](tx), Community: community, Day: today, Out: me.ID, OutName: me.Name, Version: 1}, d); err != nil {
			return err
		}
		tx.Note(community, handoverSubject(h.ID), nil, handed(h))
		tx.Answer(&h)
		tx.Emit(Changed{event{community}})
		return db.Insert(ctx, tx, "shift_handover", h)
	})
	return h, err
}

// GiveAgain corrects what came back, and confirms it anew.
func (s *Service) GiveAgain(ctx context.Context, who authz.Actor, id HandoverID, expect func(int64) error, d HandoverDraft) (Handover, error) {
	return s.handed(ctx, who, id, expect, func(tx *db.Tx, h Handover) (Handover, error) {
		if h.Out != who.ID {
			return h, ErrNotYours
		}
		if h.State == HandoverTaken {
			return h, ErrHandover
		}
		return s.fill(ctx, tx, h, d)
	})
}

// Take confirms a handover for who comes.
func (s *Service) Take(ctx context.Context, who authz.Actor, id HandoverID, expect func(int64) error, remark string) (Handover, error) {
	return s.receive(ctx, who, id, expect, HandoverTaken, remark)
}

// Object gives a handover back: something is not as it says.
func (s *Service) Object(ctx context.Context, who authz.Actor, id HandoverID, expect func(int64) error, remark string) (Handover, error) {
	return s.receive(ctx, who, id, expect, HandoverReturned, remark)
}

func (s *Service) receive(ctx context.Context, who authz.Actor, id HandoverID, expect func(int64) error, state, remark string) (Handover, error) {
	var wrong errs.Fields
	wrong.Words("remark", &remark, 500, state == HandoverReturned)
	if err := wrong.Err(); err != nil {
		return Handover{}, err
	}
	return s.handed(ctx, who, id, expect, func(tx *db.Tx, h Handover) (Handover, error) {
		if h.In != who.ID {
			return h, ErrNotYours
		}
		if h.State != HandoverGiven {
			return h, ErrHandover
		}
		h.State, h.Remark = state, remark
		if state == HandoverTaken {
			h.InAt = &tx.Now
		}
		return h, nil
	})
}

func (s *Service) handed(ctx context.Context, who authz.Actor, id HandoverID, expect func(int64) error, step func(*db.Tx, Handover) (Handover, error)) (h Handover, err error) {
	err = s.DB.Write(ctx, who, ActHandover, func(tx *db.Tx) error {
		old, err := db.One[Handover](ctx, tx, `SELECT `+db.Columns[Handover]("")+` FROM shift_handover WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		if err := expect(old.Version); err != nil {
			return err
		}
		if h, err = step(tx, old); err != nil {
			return err
		}
		tx.Note(h.Community, handoverSubject(id), handed(old), handed(h))
		tx.Emit(Changed{event{h.Community}})
		tx.Answer(&h)
		return db.Save(ctx, tx, "shift_handover", &h)
	})
	return h, err
}

// handed is what the trail keeps of a handover: no words of anybody.
func handed(h Handover) map[string]any {
	return map[string]any{"state": h.State, "out": h.Out, "in": h.In, "open": h.Open, "cash": h.Content.Cash}
}

func handoverSubject(id HandoverID) string { return "shift_handover:" + id.String() }
