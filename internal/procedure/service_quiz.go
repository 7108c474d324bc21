package procedure

import (
	"context"
	"encoding/json"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/id"
)

// Attempt is one try at the quiz of a version; every one is kept.
type Attempt struct {
	ID        id.Of[Attempt]  `db:"id" json:"id"`
	Edition   VersionID       `db:"version_id" json:"versionId"`
	Account   authz.AccountID `db:"account_id" json:"-"`
	At        clock.Instant   `db:"at" json:"at"`
	Right     int64           `db:"right_n" json:"right"`
	Questions int64           `db:"questions" json:"questions"`
	Passed    bool            `db:"is_passed" json:"passed"`
	Answers   string          `db:"answers" json:"-"`
}

// Result is what came of an attempt.
type Result struct {
	Attempt
	Marks []Marked `json:"marks"`
}

// Take marks the caller's answers to the quiz of a published version, the
// chosen options of each question counted from 0, and keeps the attempt.
func (s *Service) Take(ctx context.Context, who authz.Actor, id VersionID, answers [][]int64) (r Result, err error) {
	err = s.DB.Write(ctx, who, ActView, func(tx *db.Tx) error {
		v, err := version(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case v.State != Published:
			return db.ErrNotFound
		case v.Doc.Quiz == nil:
			return ErrNoQuiz
		}
		q := *v.Doc.Quiz
		marks, right, err := q.mark(answers)
		if err != nil {
			return err
		}
		given, err := json.Marshal(answers)
		if err != nil {
			return err
		}
		r = Result{Attempt{db.NewID[Attempt](tx), v.ID, who.ID, tx.Now, right, int64(len(q.Questions)), q.passes(right), string(given)}, marks}
		if r.Passed {
			for i, x := range q.Questions {
				r.Marks[i].Answer = x.right()
			}
		}
		tx.Note(0, "procedure:"+v.Procedure.String(), nil, map[string]any{"quiz": v.Number, "right": right, "questions": r.Questions, "passed": r.Passed})
		tx.Answer(&r)
		return db.Insert(ctx, tx.Global(whyGlobal), "procedure_attempt", r.Attempt)
	})
	return r, err
}

// passed reports whether somebody may confirm a version: it has no quiz, or they passed it.
func passed(ctx context.Context, tx *db.Tx, v Version, account authz.AccountID) (bool, error) {
	if v.Doc.Quiz == nil {
		return true, nil
	}
	n, err := db.One[int64](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM procedure_attempt WHERE version_id = $1 AND account_id = $2 AND is_passed`, v.ID, account)
	return n > 0, err
}

// Tried is an attempt with whose it is.
type Tried struct {
	Attempt
	Name string `db:"name" json:"name"`
}

// Attempts lists the attempts at a version's quiz of those who work with it in a community, the latest first.
func (s *Service) Attempts(ctx context.Context, who authz.Actor, community authz.CommunityID, id VersionID) (out []Tried, err error) {
	err = s.DB.Read(ctx, who, ActLead, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		v, err := version(ctx, tx, id)
		if err != nil {
			return err
		}
		roles := v.Doc.concerned()
		if v.State != Published || len(roles) == 0 {
			return db.ErrNotFound
		}
		people, err := auth.HoldersAt(ctx, tx, community, roles)
		if err != nil {
			return err
		}
		here := map[authz.AccountID]string{}
		for _, p := range people {
			here[p.ID] = p.Name
		}
		all, err := db.All[Attempt](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Attempt]("")+` FROM procedure_attempt WHERE version_id = $1 ORDER BY id DESC`, v.ID)
		for _, a := range all {
			if name, ok := here[a.Account]; ok && len(out) < 500 {
				out = append(out, Tried{a, name})
			}
		}
		return err
	})
	return out, err
}

type tries struct {
	Edition VersionID       `db:"version_id"`
	Account authz.AccountID `db:"account_id"`
	Tries   int64           `db:"tries"`
	Best    int64           `db:"best"`
}

// triesOf are the attempts at the published versions, summed by person.
func triesOf(ctx context.Context, tx *db.Tx) (map[readRow]tries, error) {
	rows, err := db.All[tries](ctx, tx.Global(whyGlobal), `SELECT a.version_id, a.account_id, COUNT(*) AS tries, MAX(a.right_n) AS best FROM procedure_attempt a JOIN procedure p ON p.current_id = a.version_id GROUP BY a.version_id, a.account_id`)
	out := map[readRow]tries{}
	for _, r := range rows {
		out[readRow{r.Edition, r.Account}] = r
	}
	return out, err
}
