package simulate

import (
	"cmp"
	"container/heap"
	"context"
	"time"

	"guanjia/internal/platform/clock"
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

func (a *agenda) pop() happening { h, _ := heap.Pop(a).(happening); return h }

// on puts something on the agenda.
func (w *world) on(at clock.Instant, do func(context.Context) error) {
	w.ordered++
	heap.Push(&w.agenda, happening{at, w.ordered, do})
}

// every puts something on the agenda again and again.
func (w *world) every(at, end clock.Instant, step time.Duration, do func(context.Context) error) {
	if at > end {
		return
	}
	w.on(at, func(ctx context.Context) error {
		w.every(at.Add(step), end, step, do)
		return do(ctx)
	})
}
