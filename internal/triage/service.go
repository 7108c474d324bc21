package triage

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/jobs"
	"guanjia/internal/ticket"
)

// Service holds the use cases of triage.
type Service struct {
	DB *db.DB

	mu     sync.Mutex
	loaded *loaded // the model in use, read again when a node has trained a newer one
}

type loaded struct {
	at             clock.Instant
	learned        int
	category, kind *Model
	facet          *Model // of the sides of fees; nil: too few tickets say it
}

// Schedule trains once a day. Twenty thousand tickets take longer than the lease
// of a periodic job, so that only orders the training.
func (s *Service) Schedule(r *jobs.Runner) {
	jobs.Long(r, string(actTrain), func(ctx context.Context, _ struct{}) error { return s.Train(ctx) })
	jobs.Every(r, "triage.daily", 24*time.Hour, func(ctx context.Context, tx *db.Tx) error {
		tx.Silent("it orders the training, which says what it did")
		return jobs.At(ctx, tx, string(actTrain), "all", tx.Now, struct{}{})
	})
}

// Propose says what the words seem to mean.
func (s *Service) Propose(ctx context.Context, who authz.Actor, community authz.CommunityID, words string) (p Proposal, err error) {
	var m *loaded
	err = s.DB.Read(ctx, who, ticket.ActOpen, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		m, err = s.model(ctx, tx)
		return err
	})
	if err != nil {
		return p, err
	}
	return propose(m, ticket.TreeOf(s.DB), words), nil
}

// propose is the whole decision: danger first, then the model where it is sure
// enough, then the words of the categories. The model never lowers: where the
// words name a category of a more urgent grade, they are believed (TIC-12).
func propose(m *loaded, tree *ticket.Tree, words string) (p Proposal) {
	if f, ok := ticket.ForcedBy(words); ok {
		p.Forced = &f
	}
	c, known := tree.ByWords(words)
	if known {
		p.By = "words"
	}
	if m != nil {
		if g, sure := m.category.Best(words); sure {
			learned, there := tree.ByID(g.Label) // the tree may have changed since
			if there && !learned.Hidden && (!known || learned.Usual() <= c.Usual()) {
				c, p.By, p.Sure, p.Learned = learned, "model", g.Sure, m.learned
			}
		}
		if m.kind != nil {
			if g, sure := m.kind.Best(words); sure {
				p.Kind = ticket.Kind(g.Label)
			}
		}
	}
	p.Category, p.Dept, p.Grade = c.ID, c.Dept, c.Usual()
	if p.Forced != nil {
		p.Grade = ticket.A
	}
	p.Facet, p.FacetBy = side(m, tree, words)
	return p
}

// side is the side of a fee that the words are about: words that name it come
// first, then the model where it has learned enough to be sure.
func side(m *loaded, tree *ticket.Tree, words string) (facet, by string) {
	if facet = tree.FacetByWords(words); facet != "" {
		return facet, "words"
	}
	if m == nil || m.facet == nil {
		return "", ""
	}
	g, sure := m.facet.Best(words)
	if !sure || g.Sure < sureOfFacet || !tree.HasFacet(g.Label) {
		return "", ""
	}
	return g.Label, "model"
}

// model is the present one; nil if there is none.
func (s *Service) model(ctx context.Context, tx *db.Tx) (*loaded, error) {
	head, err := present(ctx, tx)
	if err != nil || len(head) == 0 {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded != nil && s.loaded.at == head[0].TrainedAt {
		return s.loaded, nil
	}
	full, err := weights(ctx, tx)
	if err != nil || len(full) == 0 {
		return nil, err
	}
	m := &loaded{at: full[0].TrainedAt, learned: full[0].Learned}
	if m.category, err = unpack(full[0].Category); err != nil {
		return nil, err
	}
	if full[0].Kind != "" {
		if m.kind, err = unpack(full[0].Kind); err != nil {
			return nil, err
		}
	}
	if full[0].Facet != "" {
		if m.facet, err = unpack(full[0].Facet); err != nil {
			return nil, err
		}
	}
	s.loaded = m
	return m, nil
}

// State tells what there is to learn from and how well the model does.
func (s *Service) State(ctx context.Context, who authz.Actor) (st State, err error) {
	st.Least, st.FacetsLeast = Least, LeastFacets
	err = s.DB.Read(ctx, who, ticket.ActSettings, func(tx *db.Tx) error {
		closed, err := ticket.ClosedCount(ctx, tx, most)
		if err != nil {
			return err
		}
		sided, err := ticket.ClosedFacets(ctx, tx, most)
		if err != nil {
			return err
		}
		st.Closed, st.FacetsClosed = int(closed), int(sided)
		head, err := present(ctx, tx)
		if err != nil || len(head) == 0 {
			return err
		}
		st.Learned, st.TrainedAt = head[0].Learned, head[0].TrainedAt
		st.Figures = &Figures{}
		if st.FacetsLearned = head[0].FacetLearned; st.FacetsLearned > 0 {
			st.FacetFigures = &Figures{}
			if err := json.Unmarshal([]byte(head[0].FacetFigures), st.FacetFigures); err != nil {
				return err
			}
		}
		return json.Unmarshal([]byte(head[0].Figures), st.Figures)
	})
	return st, err
}

const recent = 90 * 24 * time.Hour

// Train learns from the latest closed tickets of all communities, after a trial
// on the latest 90 days, or the last fifth where there is too little before.
func (s *Service) Train(ctx context.Context) error {
	who := authz.System("triage", actTrain)
	var closed []ticket.Closed
	err := s.DB.Read(ctx, who, actTrain, func(tx *db.Tx) (err error) {
		closed, err = ticket.ClosedTexts(ctx, tx, most)
		return err
	})
	if err != nil || len(closed) < Least {
		return err
	}
	slices.Reverse(closed) // the oldest first
	of := func(label func(ticket.Closed) string) (out []Sample) {
		for _, c := range closed {
			out = append(out, Sample{strings.TrimSpace(c.Title + "\n" + c.Description), label(c)})
		}
		return out
	}
	byCategory := of(func(c ticket.Closed) string { return c.Category })
	split := s.split(closed, Least)
	figures := Try(ctx, byCategory[:split], byCategory[split:])
	category := Learn(ctx, byCategory)
	if category == nil {
		return ctx.Err() // else all are of one category: nothing to tell apart
	}
	packed, err := category.pack()
	if err != nil {
		return err
	}
	packedKind := ""
	if kind := Learn(ctx, of(func(c ticket.Closed) string { return string(c.Kind) })); kind != nil {
		if packedKind, err = kind.pack(); err != nil {
			return err
		}
	}
	facets, err := s.trainFacets(ctx, closed)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.DB.Bulk(ctx, who, actTrain, func(tx *db.Tx) error {
		tx.Silent("a model proposes, it changes nothing by itself")
		return keep(ctx, tx, len(closed), figures, packed, packedKind, facets)
	})
}

// split is where the trial's later tickets begin: those of the last 90 days, or
// the last fifth where there is too little before or after.
func (s *Service) split(closed []ticket.Closed, least int) int {
	from := s.DB.Now().Add(-recent)
	at, _ := slices.BinarySearchFunc(closed, from, func(c ticket.Closed, at clock.Instant) int { return cmp.Compare(c.OpenedAt, at) })
	if at < least/2 || at > len(closed)-least/10 {
		at = len(closed) * 4 / 5
	}
	return at
}

// trainFacets learns from those that say which side of a fee they were about,
// if they are enough.
func (s *Service) trainFacets(ctx context.Context, closed []ticket.Closed) (f facetModel, err error) {
	sided := slices.DeleteFunc(slices.Clone(closed), func(c ticket.Closed) bool { return c.Facet == "" })
	if len(sided) < LeastFacets {
		return f, nil
	}
	samples := make([]Sample, len(sided))
	for i, c := range sided {
		samples[i] = Sample{strings.TrimSpace(c.Title + "\n" + c.Description), c.Facet}
	}
	at := s.split(sided, LeastFacets)
	m := Learn(ctx, samples)
	if m == nil {
		return f, ctx.Err()
	}
	f.learned, f.figures = len(sided), Try(ctx, samples[:at], samples[at:])
	f.packed, err = m.pack()
	return f, err
}
