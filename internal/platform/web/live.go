package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"guanjia/internal/platform/authz"
)

// LiveEvent is one line of a live stream.
type LiveEvent struct {
	Seq  int64
	Name string
	Data string // JSON
}

// LiveInput is the query of a stream; Last-Event-ID says where it broke off.
type LiveInput struct {
	LastEventID string            `header:"Last-Event-ID" maxLength:"30"`
	Community   authz.CommunityID `query:"community"`
}

// After is the last event the client has seen, or -1.
func (in *LiveInput) After() int64 {
	n, err := strconv.ParseInt(in.LastEventID, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// GetLive declares a stream of server-sent events (API-03). The use case
// returns a channel that ends with the context.
func GetLive(a *API, path string, action authz.Action, h Handler[LiveInput, <-chan LiveEvent]) {
	u := use(h)
	op := a.operation(http.MethodGet, path, action, u.in, []Option{Slow()})
	op.Responses = map[string]*huma.Response{"200": {Description: "server-sent events", Content: map[string]*huma.MediaType{
		"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}}
	a.declare(op, u, func(hc huma.Context, c *request, events any, err error) error {
		if channel, ok := events.(*<-chan LiveEvent); err == nil && ok {
			stream(hc, *channel, c.again)
		}
		return err
	})
}

const pingEvery = 15 * time.Second

// stream writes events until the client goes away or the session is not what it
// was: signed out, revoked, or with other permissions. The client then asks anew.
func stream(hc huma.Context, events <-chan LiveEvent, again func(context.Context) bool) {
	r, w := humago.Unwrap(hc)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	write := func(format string, args ...any) bool {
		_ = out.SetWriteDeadline(time.Now().Add(2 * pingEvery)) // not every writer has deadlines
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	if !write("retry: 2000\n\n") {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-ping.C:
			if !again(r.Context()) || !write(": ping\n\n") {
				return
			}
		case e, ok := <-events:
			if !ok || !write("id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Name, e.Data) {
				return
			}
		}
	}
}
