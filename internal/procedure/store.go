package procedure

import (
	"cmp"
	"context"
	"slices"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
)

const whyGlobal = "procedures are the company's, read by all its communities"

func all(ctx context.Context, tx *db.Tx) ([]Procedure, error) {
	return db.AllKept[Procedure](ctx, tx.Global(whyGlobal), "procedure", `SELECT `+db.Columns[Procedure]("")+` FROM procedure ORDER BY is_shipped DESC, id`)
}

func get(ctx context.Context, tx *db.Tx, id ID) (Procedure, error) {
	return db.One[Procedure](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Procedure]("")+` FROM procedure WHERE id = $1`, id)
}

func version(ctx context.Context, tx *db.Tx, id VersionID) (Version, error) {
	return db.One[Version](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Version]("")+` FROM procedure_version WHERE id = $1`, id)
}

func versionsOf(ctx context.Context, tx *db.Tx, of ID) ([]Version, error) {
	return db.All[Version](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Version]("")+` FROM procedure_version WHERE procedure_id = $1 ORDER BY number DESC`, of)
}

// current are the published versions of all procedures.
func current(ctx context.Context, tx *db.Tx) ([]Version, error) {
	return db.All[Version](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Version]("v")+` FROM procedure_version v JOIN procedure p ON p.current_id = v.id ORDER BY p.is_shipped DESC, p.id`)
}

// readBy lists the versions that somebody has confirmed.
func readBy(ctx context.Context, tx *db.Tx, account authz.AccountID) ([]VersionID, error) {
	return db.All[VersionID](ctx, tx.Global(whyGlobal), `SELECT version_id FROM procedure_reading WHERE account_id = $1`, account)
}

// hasRead reports whether somebody has confirmed this version, or a later one of the same procedure.
func hasRead(ctx context.Context, tx *db.Tx, account authz.AccountID, v Version) (bool, error) {
	n, err := db.One[int64](ctx, tx.Global(whyGlobal), `SELECT COUNT(*) FROM procedure_reading r JOIN procedure_version v ON v.id = r.version_id
		WHERE r.account_id = $1 AND v.procedure_id = $2 AND v.number >= $3`, account, v.Procedure, v.Number)
	return n > 0, err
}

type readRow struct {
	Edition VersionID       `db:"version_id"`
	Account authz.AccountID `db:"account_id"`
}

// readings are the confirmations of the published versions.
func readings(ctx context.Context, tx *db.Tx) ([]readRow, error) {
	return db.All[readRow](ctx, tx.Global(whyGlobal), `SELECT r.version_id, r.account_id FROM procedure_reading r JOIN procedure p ON p.current_id = r.version_id`)
}

func run(ctx context.Context, tx *db.Tx, id RunID) (Run, error) {
	return db.One[Run](ctx, tx, `SELECT `+db.Columns[Run]("")+` FROM procedure_run WHERE id = $1 AND {scope}`, id)
}

func runsOf(ctx context.Context, tx *db.Tx, place string, subject SubjectID) ([]Run, error) {
	// Sorted here: asked to, SQLite walks through every run of the community in their order.
	out, err := db.All[Run](ctx, tx, `SELECT `+db.Columns[Run]("")+` FROM procedure_run WHERE subject_id = $1 AND place = $2 AND {scope}`, subject, place)
	slices.SortFunc(out, func(a, b Run) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}

// editionsOf are the versions that the runs of a subject began with.
func editionsOf(ctx context.Context, tx *db.Tx, place string, subject SubjectID) (map[VersionID]Version, error) {
	rows, err := db.All[Version](ctx, tx.Global(whyGlobal), `SELECT `+db.Columns[Version]("v")+` FROM procedure_version v WHERE v.id IN (SELECT version_id FROM procedure_run WHERE subject_id = $1 AND place = $2)`, subject, place)
	out := map[VersionID]Version{}
	for _, v := range rows {
		out[v.ID] = v
	}
	return out, err
}

// docOf is what a published version says. It never changes and is kept: it is
// asked for at every step of every ticket.
func (s *Service) docOf(ctx context.Context, tx *db.Tx, id VersionID) (Doc, error) {
	if kept, ok := s.docs.Load(id); ok {
		d, _ := kept.(Doc)
		return d, nil
	}
	v, err := version(ctx, tx, id)
	if err == nil && v.State == Published {
		s.docs.Store(id, v.Doc)
	}
	return v.Doc, err
}

// docsOf are those that the runs began with.
func (s *Service) docsOf(ctx context.Context, tx *db.Tx, runs []Run) (map[VersionID]Doc, error) {
	out := map[VersionID]Doc{}
	for _, r := range runs {
		d, err := s.docOf(ctx, tx, r.Edition)
		if err != nil {
			return nil, err
		}
		out[r.Edition] = d
	}
	return out, nil
}

// ticksOf are the ticks of all runs of a subject.
func ticksOf(ctx context.Context, tx *db.Tx, place string, subject SubjectID) (map[RunID]map[int64]Tick, error) {
	rows, err := db.All[Tick](ctx, tx, `SELECT `+db.Columns[Tick]("k")+` FROM procedure_tick k JOIN procedure_run r ON r.community_id = k.community_id AND r.id = k.run_id
		WHERE r.subject_id = $1 AND r.place = $2 AND {scope:k} ORDER BY k.step`, subject, place)
	out := map[RunID]map[int64]Tick{}
	for _, k := range rows {
		if out[k.Run] == nil {
			out[k.Run] = map[int64]Tick{}
		}
		out[k.Run][k.Step] = k
	}
	return out, err
}

func insertTick(ctx context.Context, tx *db.Tx, k Tick) error {
	err := db.Insert(ctx, tx, "procedure_tick", k)
	if db.Unique(err, "procedure_tick_once", "procedure_tick.run_id") {
		return ErrTicked
	}
	return err
}
