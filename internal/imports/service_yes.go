package imports

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"guanjia/internal/approval"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Approve registers the templates whose tables somebody else decides before they
// are written (CUS-07); who asked never decides.
func (s *Service) Approve(a *approval.Service) {
	s.Approvals = a
	for _, t := range s.Templates {
		if t.Decide != "" {
			a.Register(approval.Kind{Name: t.asks(), Decide: t.Decide, TimeLimit: 72 * time.Hour, FourEyes: true, Ended: s.answered, Describe: s.described})
		}
	}
}

// asks is the kind of request of a template.
func (t Template) asks() string { return "import." + t.Name }

// summed are tables of amounts: what they come to is said to who decides.
type summed interface{ Sum() money.Fen }

// ask has somebody else decide; nothing is written before.
func (s *Service) ask(ctx context.Context, tx *db.Tx, t Template, i *Import, mode Mode) error {
	o, _ := i.outcome(mode)
	i.State, i.Mode, i.Reason = Asked, mode, ""
	_, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: t.asks(), Community: i.Community, Subject: i.subject(), About: t.Title, Data: i.ID, Reason: i.FileName, Amount: o.Sum})
	return err
}

// answered begins to write what was approved; what was refused is checked still,
// and may be asked for again.
func (s *Service) answered(ctx context.Context, tx *db.Tx, q approval.Request) error {
	i, g, err := askedIn(ctx, tx, q)
	if err != nil || i.State != Asked {
		return err
	}
	if i.State = Applying; q.State != approval.Approved {
		i.State, i.Mode, i.Reason = Checked, "", ErrRefused.Code
	} else if i.Blob == "" {
		return ErrExpired
	}
	i.Done, i.Total = 0, 0
	tx.Note(i.Community, i.subject(), map[string]any{"state": Asked}, map[string]any{"state": i.State, "decision": q.Decision})
	if err := db.Save(ctx, g, "import", &i); err != nil {
		if db.Unique(err, "import_at_work", "import.community_id") {
			err = ErrBusy
		}
		return err
	}
	return i.enqueue(ctx, tx)
}

func askedIn(ctx context.Context, tx *db.Tx, q approval.Request) (i Import, g *db.Tx, err error) {
	var id ID
	if err := q.Data.Unmarshal(&id); err != nil {
		return i, nil, err
	}
	g = tx.Global("who may decide or read was looked at by the inbox")
	i, err = db.One[Import](ctx, g, `SELECT `+db.Columns[Import]("")+` FROM import WHERE id = $1 AND community_id = $2`, id, q.Community)
	return i, g, err
}

func (s *Service) described(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	i, _, err := askedIn(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	o, _ := i.outcome(i.Mode)
	n := 0
	for _, made := range o.New {
		n += made
	}
	out := []approval.Line{{Label: "import_rows", To: fmt.Sprint(i.Rows)}, {Label: "import_new", To: strconv.Itoa(n)}}
	if o.Sum != nil {
		out = append(out, approval.Line{Label: "import_sum", To: o.Sum.Grouped()})
	}
	return out, nil
}
