package ticket

import (
	"database/sql/driver"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/errs"
)

// Proof is something that must be there before the work can be ended (TIC-07a).
type Proof string

// The proofs.
const (
	ProofBefore    Proof = "photo_before"
	ProofAfter     Proof = "photo_after"
	ProofSignature Proof = "signature" // drawn, or a picture of the signed and stamped form (TIC-07d)
	ProofChecklist Proof = "checklist" // every step of its procedures that comes before the end
	ProofParts     Proof = "parts"     // what was used, or that nothing was
	ProofMinutes   Proof = "minutes"   // time spent
)

// pictured are the proofs that are pictures, by the kind of picture.
var pictured = []struct {
	proof Proof
	kind  string
}{{ProofBefore, "before"}, {ProofAfter, "after"}, {ProofSignature, "signature"}}

// EvidenceRule says what a kind, a category and a grade must prove.
type EvidenceRule struct {
	Kind     Kind    `json:"kind" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category string  `json:"category,omitempty" maxLength:"60" doc:"none: every category"`
	Grade    Grade   `json:"grade,omitempty" enum:"A,B,C" doc:"none: every grade"`
	Proofs   []Proof `json:"proofs" enum:"photo_before,photo_after,signature,checklist,parts,minutes" maxItems:"6" doc:"none: nothing need be proved"`
}

// proofs is what the most particular rule asks of a kind, a category and a
// grade: its category before its parent before all, its grade before every
// grade; as the kind is shipped where no rule speaks of it.
func (s Settings) proofs(kind Kind, category string, g Grade) []Proof {
	parent, _, _ := strings.Cut(category, ".")
	for _, at := range []string{category, parent, ""} {
		for _, grade := range []Grade{g, ""} {
			for _, r := range s.Evidence {
				if r.Kind == kind && r.Category == at && r.Grade == grade {
					return r.Proofs
				}
			}
		}
	}
	return Policies[kind].Proofs
}

// wrongEvidence notes rules that name no category, one thing twice, or what is never there.
func (s Settings) wrongEvidence(f *errs.Fields, tree *Tree) {
	type key struct {
		kind     Kind
		category string
		grade    Grade
	}
	seen := map[key]bool{}
	for i, r := range s.Evidence {
		at := func(field string) string { return "evidence[" + strconv.Itoa(i) + "]." + field }
		if r.Category != "" && !tree.known(r.Category) {
			f.Add(at("category"), "ticket.category_unknown", nil)
		}
		k := key{r.Kind, r.Category, r.Grade}
		if seen[k] {
			f.Add(at("grade"), "ticket.evidence_twice", nil)
		}
		seen[k] = true
	}
}

// Must reports whether t has to prove p before its work ends, by the rule that
// applied when it was opened (TIC-03c).
func (t Ticket) Must(p Proof) bool {
	all, frozen := t.Policy.Proofs[t.Grade]
	if !frozen {
		all = Policies[t.Kind].Proofs
	}
	return slices.Contains(all, p)
}

// asks are the proofs that are typed when the work is ended.
func (t Ticket) asks() []Proof {
	return slices.DeleteFunc([]Proof{ProofParts, ProofMinutes}, func(p Proof) bool { return !t.Must(p) })
}

// missing are the pictures that t must have and has not; shots counts them by kind.
func (t Ticket) missing(shots map[string]int64) []string {
	out := []string{}
	for _, p := range pictured {
		if t.Must(p.proof) && shots[p.kind] == 0 {
			out = append(out, string(p.proof))
		}
	}
	return out
}

// Outcome is what was found and done.
type Outcome struct {
	Cause   string
	Remedy  string
	Advice  string // to the customer; told before they sign (TIC-07d)
	Parts   string // what was used
	Minutes int64  // time spent; 0: not told
}

// checked trims what was typed; what t has to prove may not be left out.
func (o Outcome) checked(t Ticket) (Outcome, error) {
	var f errs.Fields
	text(&f, "cause", &o.Cause, 1000, false)
	text(&f, "remedy", &o.Remedy, 1000, true)
	text(&f, "advice", &o.Advice, 1000, false)
	text(&f, "parts", &o.Parts, 500, t.Must(ProofParts))
	if o.Minutes == 0 && t.Must(ProofMinutes) {
		f.Add("minutes", "missing", nil)
	}
	return o, f.Err()
}

// Signed is what a customer read before they signed that the work is done (TIC-07d, PRO-02).
type Signed struct {
	Cause  string `json:"cause"`
	Remedy string `json:"remedy"`
	Advice string `json:"advice"`
}

// checked trims what the phone showed.
func (s Signed) checked() (Signed, error) {
	var f errs.Fields
	text(&f, "cause", &s.Cause, 1000, false)
	text(&f, "remedy", &s.Remedy, 1000, true)
	text(&f, "advice", &s.Advice, 1000, false)
	return s, f.Err()
}

// Value implements driver.Valuer.
func (s Signed) Value() (driver.Value, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// Scan implements sql.Scanner.
func (s *Signed) Scan(src any) error { return scanJSON(src, s) }

// askSignature lets the customer read and sign on their own phone (FAC-02).
func (t Ticket) askSignature(read Signed) (Ticket, error) {
	if !t.signing() {
		return t, ErrTransition
	}
	t.SignAsked = &read
	return t, nil
}

// sign keeps what was read with the signature; what was asked for is answered with that.
func (t Ticket) sign(p Photo) (Ticket, Photo, error) {
	if t.SignAsked == nil || !t.signing() {
		return t, p, ErrNothingToSign
	}
	p.Signed, t.SignAsked = t.SignAsked, nil
	return t, p, nil
}

// signing reports whether finished, or nearly finished, work can be signed for.
func (t Ticket) signing() bool { return t.may(StepResolve) || t.Status == Resolved }

// otherwise reports whether a finished ticket says something else than what its
// customer signed last. Who signed on paper, or a quote, read nothing here.
func (t Ticket) otherwise(shots []Photo) bool {
	if t.ResolvedAt == nil {
		return false
	}
	for _, p := range slices.Backward(shots) {
		if p.Signed != nil {
			return *p.Signed != Signed{t.Cause, t.Remedy, t.Advice}
		}
	}
	return false
}

// data is what the timeline keeps of an outcome.
func (o Outcome) data() Data {
	d := Data{"cause": o.Cause, "remedy": o.Remedy}
	if o.Advice != "" {
		d["advice"] = o.Advice
	}
	if o.Parts != "" {
		d["parts"] = o.Parts
	}
	if o.Minutes > 0 {
		d["minutes"] = o.Minutes
	}
	return d
}

// resolve ends the work, if all that must be proved is there (TIC-07a). Who
// hears that it is settled has had an answer (TIC-03a).
func (t Ticket) resolve(o Outcome, shots map[string]int64, lacks []string, now clock.Instant) (Ticket, error) {
	if missing := append(t.missing(shots), lacks...); t.may(StepResolve) && len(missing) > 0 {
		return t, ErrMissing.With("missing", strings.Join(missing, ", "))
	}
	t, err := t.step(StepResolve)
	if err != nil {
		return t, err
	}
	if o, err = o.checked(t); err != nil {
		return t, err
	}
	t.ResolvedAt, t.Cause, t.Remedy, t.Advice, t.Parts = &now, o.Cause, o.Remedy, o.Advice, o.Parts
	t.Minutes += o.Minutes // of each time, where it was opened again
	if t.ResponseAt == nil {
		t.ResponseAt = &now
	}
	return t.sorted(), nil
}
