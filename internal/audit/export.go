package audit

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/sheet"
	"guanjia/internal/platform/web"
)

// ActExports shows who took what out.
const ActExports authz.Action = "exports.view"

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Table is what an export hands out: worksheets, or a Write of its own that
// puts the mark on them and counts rows before its first byte. What another
// program reads has no room for a mark: log and trail are all there is then.
type Table struct {
	Name      string // of the file
	Type      string // "": a workbook
	What      string // "tickets": what the log calls it
	Community authz.CommunityID
	Subject   string // of the trail; "": the export itself
	Filter    any    // what was asked for, without personal data
	Sheets    []sheet.Sheet
	Write     func(w io.Writer, mark string, rows *int64) error
}

// Exported is one line of the log of exports.
type Exported struct {
	ID        db.ID             `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community,omitempty"`
	At        clock.Instant     `db:"at" json:"at"`
	Account   authz.AccountID   `db:"account_id" json:"account"`
	Name      string            `db:"account_name" json:"accountName"`
	AgentNo   string            `db:"agent_no" json:"agentNo"`
	What      string            `db:"what" json:"what"`
	Filter    string            `db:"filter" json:"filter"`
	Rows      int64             `db:"row_count" json:"rows"`
}

// Export declares a route that answers with a spreadsheet. There is no other
// way to one (CUS-04): every page of it names who took it out and when, and log
// and trail know of it, with its rows, before the first byte is sent.
func Export[I any](s *Service, a *web.API, path string, act authz.Action, h web.Handler[I, Table], opts ...web.Option) {
	web.GetFile(a, path, act, func(ctx context.Context, who authz.Actor, in *I) (web.Download, error) {
		t, err := h(ctx, who, in)
		if err != nil {
			return web.Download{}, err
		}
		return s.export(ctx, who, act, t)
	}, opts...)
}

func (s *Service) export(ctx context.Context, who authz.Actor, act authz.Action, t Table) (web.Download, error) {
	filter, err := filterText(t.Filter)
	if err != nil {
		return web.Download{}, err
	}
	e := Exported{Community: t.Community, Account: who.ID, Name: who.Name, AgentNo: who.AgentNo, What: t.What, Filter: filter}
	mark := ""
	if err := s.db.Read(ctx, who, act, func(tx *db.Tx) error {
		if e.Community != 0 {
			if err := tx.In(ctx, e.Community); err != nil {
				return err
			}
		}
		e.ID, e.At = db.NewID[db.Entry](tx), tx.Now
		mark, err = markOf(ctx, tx, e)
		return err
	}); err != nil {
		return web.Download{}, err
	}
	write := t.Write
	if write == nil {
		write = t.sheets
	}
	kind := t.Type
	if kind == "" {
		kind = xlsx
	}
	return web.Download{Name: t.Name, Type: kind, Write: func(w io.Writer) error {
		return write(&logged{w: w, log: func() error { return s.logExport(ctx, who, act, t, e) }}, mark, &e.Rows)
	}}, nil
}

// filterText writes what was asked for, without what was left open.
func filterText(filter any) (string, error) {
	raw, err := json.Marshal(filter)
	if err != nil {
		return "", err
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "", err
	}
	given := map[string]any{}
	for name, v := range fields {
		if v != nil && v != "" {
			given[strings.ToLower(name)] = v
		}
	}
	raw, err = json.Marshal(given)
	return string(raw), err
}

// markOf is the watermark: agent number, name, when, which export.
func markOf(ctx context.Context, tx *db.Tx, e Exported) (string, error) {
	zones, err := db.All[string](ctx, tx.Global("the zone of a place is no secret"), `SELECT zone FROM community WHERE id = $1 OR $1 = 0 ORDER BY id LIMIT 1`, int64(e.Community))
	if err != nil {
		return "", err
	}
	name := "Asia/Shanghai"
	if len(zones) > 0 {
		name = zones[0]
	}
	zone, err := clock.Zone(name)
	if err != nil {
		return "", err
	}
	return e.AgentNo + " " + e.Name + " · " + e.At.In(zone).Format("2006-01-02 15:04") + " · " + e.ID.String(), nil
}

func (t Table) sheets(w io.Writer, mark string, rows *int64) error {
	for i := range t.Sheets {
		t.Sheets[i].Mark = mark
		inner := t.Sheets[i].Rows
		if inner == nil {
			continue
		}
		t.Sheets[i].Rows = func(yield func([]any, error) bool) {
			inner(func(values []any, err error) bool {
				*rows++
				return yield(values, err)
			})
		}
	}
	return sheet.Write(w, t.Sheets...)
}

// logged writes the log before the first byte.
type logged struct {
	w    io.Writer
	log  func() error
	done bool
}

func (l *logged) Write(p []byte) (int, error) {
	if !l.done {
		if err := l.log(); err != nil {
			return 0, err
		}
		l.done = true
	}
	return l.w.Write(p)
}

func (s *Service) logExport(ctx context.Context, who authz.Actor, act authz.Action, t Table, e Exported) error {
	return s.db.Write(ctx, who, act, func(tx *db.Tx) error {
		subject := t.Subject
		if subject == "" {
			subject = "export:" + e.ID.String()
		}
		tx.Note(e.Community, subject, nil, map[string]any{"export": e.ID, "what": e.What, "filter": json.RawMessage(e.Filter), "rows": e.Rows})
		return db.Insert(ctx, tx.Global("an export may span communities; what it holds was within the scope"), "export_log", e)
	})
}

// Exports lists what was taken out of a community, and by who sees them all
// also what was taken out of several, the latest first; one more than limit if
// there is one.
func (s *Service) Exports(ctx context.Context, who authz.Actor, community authz.CommunityID, before db.ID, limit int) (out []Exported, err error) {
	err = s.db.Read(ctx, who, ActExports, func(tx *db.Tx) error {
		out, err = db.All[Exported](ctx, tx, `SELECT `+db.Columns[Exported]("")+` FROM export_log
			WHERE (community_id = $1 OR community_id IS NULL OR $1 = 0) AND (id < $2 OR $2 = 0) AND {scope} ORDER BY id DESC LIMIT $3`, int64(community), int64(before), limit+1)
		return err
	})
	return out, err
}
