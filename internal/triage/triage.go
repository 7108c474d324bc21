// Package triage proposes what a matter is from the words it is told in
// (TIC-12): first the rules of what forces grade A, then a model learned on this
// machine from the company's own closed tickets. It proposes; people decide, and
// it never lowers a grade.
//
// model.go is the learning, service.go the use cases and the daily job,
// store.go the SQL, http.go the API. The rules are in ticket/rules_forced.go.
package triage

import (
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/ticket"
)

// Least is how many closed tickets the model needs before it speaks.
const Least = 300

// LeastFacets is how many of them must say which side of a fee they were about
// before the model speaks of that.
const LeastFacets = 100

// most is how many of the latest closed tickets are learned from.
const most = 20_000

// sureEnough is the probability from which on the model is heard.
const sureEnough = 0.4

// sureOfFacet is the same for the side of a fee, of which there are only three.
const sureOfFacet = 0.6

const actTrain authz.Action = "triage.train"

// Proposal is what the words seem to mean. Category is empty where nothing can be said.
type Proposal struct {
	Forced   *ticket.Forced `json:"forced,omitempty" doc:"what makes it grade A whatever its category (TIC-02)"`
	Kind     ticket.Kind    `json:"kind,omitempty" enum:"repair,service,inquiry,suggestion,praise,complaint"`
	Category string         `json:"category,omitempty"`
	Grade    ticket.Grade   `json:"grade,omitempty" enum:"A,B,C" doc:"the least urgent that category and words allow"`
	Dept     string         `json:"dept,omitempty"`
	By       string         `json:"by,omitempty" enum:"words,model" doc:"whose word the category is"`
	Sure     float64        `json:"sure,omitempty" doc:"of the model, 0 to 1"`
	Learned  int            `json:"learned,omitempty" doc:"closed tickets the model knows"`
	Facet    string         `json:"facet,omitempty" doc:"the side of a fee they are about, for a class that has sides (TIC-01a)"`
	FacetBy  string         `json:"facetBy,omitempty" enum:"words,model" doc:"whose word that is"`
}

// State is what settings show of the model.
type State struct {
	Closed    int           `json:"closed" doc:"closed tickets now, at most 20,000 of the latest"`
	Least     int           `json:"least" doc:"below this many only the rules speak"`
	Learned   int           `json:"learned" doc:"closed tickets the present model was learned from; 0: there is none"`
	TrainedAt clock.Instant `json:"trainedAt,omitzero"`
	Figures   *Figures      `json:"figures,omitempty" doc:"learned from older tickets and tried on those of the last 90 days"`
	// Of the sides of fees.
	FacetsClosed  int      `json:"facetsClosed" doc:"closed tickets that say which side of a fee they were about"`
	FacetsLeast   int      `json:"facetsLeast" doc:"below this many only words speak"`
	FacetsLearned int      `json:"facetsLearned" doc:"of them, those that the present model was learned from"`
	FacetFigures  *Figures `json:"facetFigures,omitempty" doc:"the same trial for the sides of fees"`
}
