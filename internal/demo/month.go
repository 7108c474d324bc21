package demo

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guanjia/internal/followup"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/ticket"
)

// happening is the next thing of something: at equal times the first come first.
type happening struct {
	at    clock.Instant
	order int
	do    func(context.Context) error
}

// agenda is a heap of what is to happen.
type agenda []happening

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(a[i].at, a[j].at), cmp.Compare(a[i].order, a[j].order)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) { h, _ := x.(happening); *a = append(*a, h) }

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// on puts something on the agenda. What lies beyond now does not happen.
func (m *maker) on(at clock.Instant, do func(context.Context) error) {
	if at <= m.now {
		m.told++
		heap.Push(&m.agenda, happening{at, m.told, do})
	}
}

// month lets everything happen in the order of its time.
func (m *maker) month(ctx context.Context) error {
	for _, c := range m.courses() {
		m.on(c.opened, func(ctx context.Context) error { return m.open(ctx, c) })
	}
	m.decisions()
	m.spoken()
	m.revise()
	m.rotas()
	m.people()
	m.log()
	m.classes()
	m.looks()
	m.issued()
	m.on(m.now.Add(-50*time.Minute), func(ctx context.Context) error { return m.duty(ctx, false, gone) })
	for m.agenda.Len() > 0 {
		h, _ := heap.Pop(&m.agenda).(happening)
		m.Clock.Set(h.at)
		if err := h.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", h.at, err)
		}
	}
	return nil
}

// run is a ticket on its way.
type run struct {
	*maker
	course
	id       ticket.ID
	number   int
	assignee *colleague
	next     int
	late     time.Duration // what the steps wait longer than planned
}

func (m *maker) open(ctx context.Context, c course) error {
	in := ticket.Intake{
		Community: m.community, Kind: c.matter.kind(), Room: c.home.room.ID, Place: c.place, Customer: c.caller,
		Category: c.matter.category, Grade: c.grade, Title: c.matter.title, Description: pick(m, c.matter.told), Channel: c.channel,
	}
	t, err := m.Tickets.Open(ctx, m.staff[c.opener].actor, in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.matter.title, err)
	}
	r := &run{maker: m, course: c, id: t.ID, number: m.dice.IntN(variants)}
	if err := r.settled(ctx); err != nil {
		return err
	}
	r.schedule()
	return nil
}

// settled lets the jobs run and sees who has the ticket now.
func (r *run) settled(ctx context.Context) error {
	if err := r.drain(ctx); err != nil {
		return err
	}
	return r.DB.Read(ctx, system, actFill, func(tx *db.Tx) error {
		t, err := ticket.In(ctx, tx, r.id)
		r.assignee = nil
		for _, c := range r.staff {
			if c.id == t.Assignee {
				r.assignee = c
			}
		}
		return err
	})
}

func (r *run) due(i int) clock.Instant { return r.opened.Add(r.steps[i].after + r.late) }

// schedule puts the next step on the agenda.
func (r *run) schedule() {
	if r.next < len(r.steps) {
		r.on(r.due(r.next), r.advance)
	}
}

// advance takes one step. Where nobody was free a supervisor gives the ticket
// to somebody first, and the rest waits for that.
func (r *run) advance(ctx context.Context) error {
	s := r.steps[r.next]
	if err := r.settled(ctx); err != nil { // who did not accept in time has it no more
		return err
	}
	if r.assignee == nil && s.verb != "cancel" {
		r.late += 4 * time.Minute
		if err := r.byHand(ctx); err != nil {
			return err
		}
		r.schedule()
		return nil
	}
	if err := r.take(ctx, s.verb); err != nil {
		return fmt.Errorf("%s: %s: %w", r.matter.title, s.verb, err)
	}
	r.next++
	r.schedule()
	return nil
}

// byHand gives the ticket to the one who knows the matter, on duty or not, else to the leader.
func (r *run) byHand(ctx context.Context) error {
	to := r.staff[leader]
	for _, c := range crew {
		if slices.Contains(c.skills, ticket.TreeOf(r.DB).SkillFor(r.matter.category)) && c.shift == gone {
			to = r.staff[c.no]
		}
	}
	if _, err := r.Tickets.DispatchPast(ctx, r.staff[supervisor].actor, r.id, latest, to.id, "资深师傅都在处理别的事，先派手艺对口的人"); err != nil {
		return err
	}
	return r.settled(ctx)
}

// latest accepts whatever version is there: nobody else works on the month.
func latest(int64) error { return nil }

func (r *run) take(ctx context.Context, verb string) (err error) {
	worker, opener, desk := r.assignee, r.staff[r.opener].actor, r.staff[supervisor].actor
	var who authz.Actor
	if worker != nil {
		who = worker.actor
	}
	switch verb {
	case "accept":
		_, err = r.Tickets.Accept(ctx, who, r.id, latest)
	case "refuse":
		_, err = r.Tickets.Refuse(ctx, who, r.id, latest, pick(r.maker, refusals))
		if err == nil {
			err = r.settled(ctx)
		}
	case "regrade":
		_, err = r.Tickets.Regrade(ctx, desk, r.id, latest, ticket.B, "家中有老人和小孩，影响起居")
	case "tell":
		err = r.tell(ctx, who)
	case "arrive":
		if err = r.ticks(ctx, worker, 4); err != nil {
			return err
		}
		_, err = r.Tickets.Arrive(ctx, who, r.id, latest)
	case "start":
		if err = r.ticks(ctx, worker, 6); err != nil {
			return err
		}
		if err = r.quote(ctx, who, true); err != nil {
			return err
		}
		_, err = r.Tickets.Start(ctx, who, r.id, latest)
	case "quote":
		err = r.quote(ctx, who, false)
	case "hold":
		until := r.now.Add(20 * hour)
		_, err = r.Tickets.Hold(ctx, who, r.id, latest, ticket.Holding{Why: ticket.ForMaterial, Words: "配件已订，明天上午到货后继续", Until: &until, Interim: "已做临时处理，可先使用"})
	case "complex":
		_, err = r.Tickets.AskComplex(ctx, who, r.id, latest, "录像主机主板损坏，厂家返修约三天", "已用备用主机恢复出入口画面")
	case "note":
		_, err = r.Tickets.Note(ctx, who, r.id, latest, cmp.Or(r.matter.note, "已到仓库领料"))
	case "before", "after":
		var picture []byte
		if picture, err = r.pictures.of(verb, r.number); err == nil {
			_, err = r.Tickets.AddPhoto(ctx, who, r.id, verb, bytes.NewReader(picture))
		}
	case "resolve":
		if err = r.ticks(ctx, worker, 6, 8, 9, 10); err != nil {
			return err
		}
		_, err = r.Tickets.Resolve(ctx, who, r.id, latest, ticket.Outcome{Cause: r.matter.cause, Remedy: r.matter.remedy})
		if err == nil {
			err = r.drain(ctx) // plans the follow-up
		}
	case "cancel":
		if opener.May(ticket.ActCancel) != nil {
			opener = desk
		}
		_, err = r.Tickets.Cancel(ctx, r.unmentored(opener), r.id, latest, pick(r.maker, cancels))
	default:
		err = r.call(ctx, verb)
	}
	return err
}

// tell promises an arrival that is mostly kept.
func (r *run) tell(ctx context.Context, who authz.Actor) error {
	if r.channel != "patrol" && r.chance(60) {
		who = r.staff[r.opener].actor
	}
	arrival := r.due(r.next).Add(40 * time.Minute)
	for i := r.next; i < len(r.steps); i++ {
		if r.steps[i].verb == "arrive" {
			arrival = r.due(i).Add(r.minutes(-6, 25))
		}
	}
	const five = clock.Instant(5 * 60 * 1000)
	arrival = max((arrival+five-1)/five*five, r.due(r.next))
	at := arrival.In(r.zone)
	words := fmt.Sprintf("%02d:%02d 前上门，请家中留人", at.Hour(), at.Minute())
	if r.place != "" {
		words = fmt.Sprintf("已安排人员，%02d:%02d 前到现场", at.Hour(), at.Minute())
	}
	channel := pick(r.maker, []string{"phone", "phone", "phone", "wechat", "sms"})
	_, err := r.Tickets.Tell(ctx, who, r.id, latest, channel, words, &arrival)
	return err
}

// call is the follow-up, or a call that nobody answers.
func (r *run) call(ctx context.Context, verb string) error {
	who := r.staff[pick(r.maker, []string{zhou, zhou, tang, su, quality})].actor
	f, err := r.FollowUps.OfTicket(ctx, who, r.id)
	if err != nil {
		return err
	}
	if f == nil {
		return errors.New("no follow-up is planned")
	}
	if verb == "attempt" {
		_, err = r.FollowUps.Attempt(ctx, who, f.ID, latest, liked(*f), pick(r.maker, unheard))
		return err
	}
	if f.Round > 0 { // the head tells the result of what was raised again
		who = r.staff[deskHead].actor
	}
	o := r.outcome(*f)
	if _, err = r.FollowUps.Complete(ctx, who, f.ID, latest, o); err == nil && !o.Solved {
		r.again()
	}
	return err
}

// liked is how a customer may be asked.
func liked(f followup.View) string {
	if f.NoCalls {
		return "visit"
	}
	return "phone"
}

// outcome is what the customer says: of somebody's praise or blame now and then, too.
func (r *run) outcome(f followup.View) followup.Outcome {
	rating, words := r.verdict()
	o := followup.Outcome{Answers: followup.Answers{Channel: liked(f), Solved: rating.Effect > 2, Ratings: rating, Words: words}}
	if f.Visited {
		yes, kept := true, r.chance(95)
		o.Punctual, o.Tidy, o.Conduct = &kept, &yes, &yes
	}
	switch mean := rating.Attitude + rating.Speed + rating.Effect; {
	case mean >= 14 && r.chance(30):
		o.Praised = f.AssigneeID
	case mean <= 9:
		o.Topics = []string{"speed", "quality"}
	}
	return o
}

// again plans what follows when the customer is not content: it is opened
// again by itself, mended within a working day, and asked about once more.
func (r *run) again() {
	at := r.steps[r.next].after
	for _, s := range []step{{20 * time.Minute, "accept"}, {5 * time.Minute, "tell"}, {2 * hour, "arrive"}, {5 * time.Minute, "start"}, {45 * time.Minute, "resolve"}, {20 * hour, "followup"}} {
		at = r.office(r.opened, at+s.after)
		r.steps = append(r.steps, step{at, s.verb})
	}
	r.sort = 0
}

// verdict is kinder where the promises were kept.
func (r *run) verdict() (followup.Ratings, string) {
	half := func(low, high int) float64 { return float64(low+r.dice.IntN(high-low+1)) / 2 }
	switch r.sort {
	case 0:
		return followup.Ratings{Attitude: half(9, 10), Speed: half(8, 10), Effect: half(8, 10)}, pick(r.maker, praise)
	case 1:
		return followup.Ratings{Attitude: half(8, 10), Speed: half(6, 8), Effect: half(7, 10)}, pick(r.maker, mild)
	}
	return followup.Ratings{Attitude: half(6, 9), Speed: half(3, 6), Effect: half(4, 9)}, pick(r.maker, blame)
}

// care visits the households in care that were due in the month.
func (m *maker) care(ctx context.Context) error {
	who := m.staff[su].actor
	due, err := m.FollowUps.List(ctx, who, m.community, followup.Due, followup.First, 100)
	for _, f := range due {
		if err != nil || f.Rule != followup.RuleCare {
			continue
		}
		_, err = m.FollowUps.Complete(ctx, who, f.ID, latest, followup.Outcome{Answers: followup.Answers{
			Channel: "visit", Solved: true, Ratings: followup.Ratings{Attitude: 5, Speed: 5, Effect: 4.5}, Words: "身体都好，谢谢惦记",
		}})
	}
	return err
}

// unmentored is who refuses a customer something: nobody who would have to ask first.
func (r *run) unmentored(who authz.Actor) authz.Actor {
	for _, c := range crew {
		if r.staff[c.no].id == who.ID && c.mentor != "" {
			return r.staff[c.mentor].actor
		}
	}
	return who
}
