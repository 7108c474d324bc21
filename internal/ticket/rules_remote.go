package ticket

import "guanjia/internal/platform/errs"

// What is known of help from afar (TIC-05a, PRO-02a).
const (
	RemotePossible = "possible" // it would do: a visit needs the leader's yes
	RemoteGranted  = "granted"  // the leader agreed to a visit
)

// Errors of visits where remote help may do.
var (
	ErrRemote      = errs.New(errs.Conflict, "ticket.remote", "remote help would do here; a visit needs the leader's yes first")
	ErrVisitFreely = errs.New(errs.Conflict, "ticket.visit_freely", "a visit needs nobody's yes here")
)

// remoteFirst reports whether a visit to t needs the leader's yes. What ought to
// be a visit is never talked away: where there is danger it never does.
func (t Ticket) remoteFirst() bool {
	return t.Remote == RemotePossible && t.Grade != A && !t.Complex
}

// grantVisit is the leader's yes.
func (t Ticket) grantVisit() (Ticket, error) {
	t, err := t.step(StepVisit)
	if err == nil {
		t.Remote = RemoteGranted
	}
	return t, err
}
