package statement

import (
	"context"
	"io"
	"strings"

	"guanjia/internal/customer"
	"guanjia/internal/ledger"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/money"
)

// Coming is what somebody says of a file.
type Coming struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Account   string            `query:"account" maxLength:"160" doc:"where the file does not name it"`
	Keep      bool              `query:"keep" doc:"left out: only shown, nothing is stored"`
}

// Preview is what a file says, and what of it is new.
type Preview struct {
	Statement
	Lines []Line `json:"lines" doc:"the first of them"`
	Kept  bool   `json:"kept"`
}

const shown = 20

// mostBooked bounds what of the books is compared at once: some weeks of a large community.
const mostBooked = 20_000

// Import reads a file, and keeps what of it is new when in.Keep says so.
func (s *Service) Import(ctx context.Context, who authz.Actor, in Coming, name string, file io.Reader) (p Preview, err error) {
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return p, err
	}
	if len(data) > MaxBytes {
		return p, atFile(ErrUnreadable)
	}
	f, err := parse(data)
	if err != nil {
		return p, atFile(err)
	}
	if in.Account = strings.TrimSpace(in.Account); f.Account == "" {
		f.Account = in.Account
	}
	var wrong errs.Fields
	wrong.Words("account", &f.Account, 40, true)
	if err := wrong.Err(); err != nil {
		return p, err
	}
	see := customer.SightOf(who, in.Community)
	do := s.DB.Read
	if in.Keep {
		do = s.DB.Write // beside somebody who matches by hand: nothing of the books is matched twice
	}
	err = do(ctx, who, ActMatch, func(tx *db.Tx) error {
		if p, err = preview(ctx, tx, in.Community, f); err != nil {
			return err
		}
		if !in.Keep {
			p.Lines = masked(see, p.Lines[:min(len(p.Lines), shown)])
			return nil
		}
		p.File = name
		if err := p.keep(ctx, tx); err != nil {
			return err
		}
		p.Lines = masked(see, p.Lines[:min(len(p.Lines), shown)])
		tx.Answer(&p)
		return nil
	})
	if db.Unique(err, "statement_line_mark", "statement_line.community_id, statement_line.means, statement_line.account, statement_line.mark") {
		err = ErrAtOnce
	}
	return p, err
}

// preview is a file with the lines that no earlier statement had.
func preview(ctx context.Context, tx *db.Tx, community authz.CommunityID, f read) (p Preview, err error) {
	if err := tx.In(ctx, community); err != nil {
		return p, err
	}
	if f.Account, err = spelling(ctx, tx, community, f.Means, f.Account); err != nil {
		return p, err
	}
	p.Statement, p.Lines = f.sums(), []Line{}
	p.Community = community
	known, err := marks(ctx, tx, community, f.Means, f.Account, f.Lines)
	if err != nil {
		return p, err
	}
	for _, l := range f.Lines {
		if known[l.Mark] {
			p.Known++
			continue
		}
		l.Community, l.Account, l.State, l.Version = community, f.Account, Open, 1
		p.Lines = append(p.Lines, l)
	}
	p.Added = int64(len(p.Lines))
	p.Unmatched = p.Added
	return p, nil
}

// keep stores a preview and matches what names something in the books, also of
// the lines that earlier statements left open.
func (p *Preview) keep(ctx context.Context, tx *db.Tx) error {
	p.ID, p.At, p.ByName, p.Kept = db.NewID[Statement](tx), tx.Now, tx.Who.Name, true
	p.Version = 1
	if err := db.Insert(ctx, tx, "statement", p.Statement); err != nil {
		return err
	}
	all, err := booked(ctx, tx, p.Community, p.Means, p.From.Add(-31), p.To.Add(31), mostBooked)
	if err != nil {
		return err
	}
	of := map[money.Fen][]Booked{} // ten thousands of lines meet ten thousands of bookings here, while others wait
	for _, b := range all {
		of[b.Fen] = append(of[b.Fen], b)
	}
	taken := map[Booked]bool{}
	match := func(l *Line) bool {
		b, ok := exact(*l, of[l.Fen])
		if !ok || taken[b] {
			return false
		}
		taken[b] = true
		l.matched(b.Kind, b.ID)
		l.Exact = true
		return true
	}
	earlier, err := lines(ctx, tx, `l.community_id = $1 AND l.means = $2 AND l.state = 'open' ORDER BY l.id`, p.Community, string(p.Means))
	if err != nil {
		return err
	}
	for _, l := range earlier {
		if match(&l) {
			if err := db.Save(ctx, tx, "statement_line", &l); err != nil {
				return err
			}
		}
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		l.ID, l.Statement = db.NewID[Line](tx), p.ID
		if match(l) {
			p.Unmatched--
		}
	}
	tx.Note(p.Community, p.subject(), nil, map[string]any{"means": p.Means, "account": p.Account, "added": p.Added, "known": p.Known})
	tx.Emit(Changed{p.Community, p.ID})
	return db.InsertAll(ctx, tx, "statement_line", p.Lines)
}

// matched says what a line is in the books.
func (l *Line) matched(kind string, id db.ID) {
	l.State, l.ToKind, l.To, l.Exact, l.Reason = Matched, kind, id, false, ""
	if kind == toSuspense {
		l.State = Suspended
	}
}

// Statements lists the statements of a community, the latest first.
func (s *Service) Statements(ctx context.Context, who authz.Actor, community authz.CommunityID, before ID, limit int) (out []Statement, err error) {
	type row struct {
		Statement
		Unmatched int64 `db:"unmatched"`
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		all, err := db.All[row](ctx, tx, `SELECT `+db.Columns[Statement]("s")+`, (SELECT COUNT(*) FROM statement_line l WHERE l.community_id = s.community_id AND l.statement_id = s.id AND (l.state = 'open' OR `+gone+`)) AS unmatched
			FROM statement s WHERE s.community_id = $1 AND (s.id < $2 OR $2 = 0) AND {scope:s} ORDER BY s.id DESC LIMIT $3`, community, int64(before), limit+1)
		for _, r := range all {
			r.Statement.Unmatched = r.Unmatched
			out = append(out, r.Statement)
		}
		return err
	})
	return out, err
}

// Filter chooses lines.
type Filter struct {
	Community authz.CommunityID `query:"community" required:"true"`
	Statement ID                `query:"statement"`
	State     State             `query:"state" enum:"open,matched,suspended,aside,"`
	Day       clock.Day         `query:"day" doc:"of the line"`
}

// Lines lists lines, the latest first; open ones with what they may be.
func (s *Service) Lines(ctx context.Context, who authz.Actor, f Filter, before LineID, limit int) (out []Line, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if out, err = listed(ctx, tx, f, before, limit); err != nil {
			return err
		}
		return proposals(ctx, tx, f.Community, out)
	})
	return masked(customer.SightOf(who, f.Community), out), err
}

// page is a page of lines without what they may be.
func (s *Service) page(ctx context.Context, who authz.Actor, f Filter, before LineID, limit int) (out []Line, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		out, err = listed(ctx, tx, f, before, limit)
		return err
	})
	return masked(customer.SightOf(who, f.Community), out), err
}

func listed(ctx context.Context, tx *db.Tx, f Filter, before LineID, limit int) ([]Line, error) {
	if err := tx.In(ctx, f.Community); err != nil {
		return nil, err
	}
	on := ""
	if !f.Day.IsZero() {
		on = f.Day.String()
	}
	return lines(ctx, tx, `l.community_id = $1 AND (l.statement_id = $2 OR $2 = 0) AND ($3 = '' OR $3 = `+stands+`) AND ($4 = '' OR l.on_day = $4) AND (l.id < $5 OR $5 = 0) ORDER BY l.id DESC LIMIT $6`, f.Community, int64(f.Statement), string(f.State), on, int64(before), limit+1)
}

// proposals adds to open lines what they may be.
func proposals(ctx context.Context, tx *db.Tx, community authz.CommunityID, all []Line) error {
	for _, means := range []ledger.Kind{ledger.Bank, ledger.WeChat, ledger.Alipay} {
		var first, last clock.Day
		for _, l := range all {
			if l.Means != means || l.State != Open {
				continue
			}
			if first.IsZero() || l.Day.Before(first) {
				first = l.Day
			}
			if last.IsZero() || l.Day.After(last) {
				last = l.Day
			}
		}
		if first.IsZero() {
			continue
		}
		there, err := booked(ctx, tx, community, means, first.Add(-within), last.Add(within), mostBooked)
		if err != nil {
			return err
		}
		for i, l := range all {
			if l.Means == means && l.State == Open {
				all[i].Found = propose(l, there)
			}
		}
	}
	return nil
}

// Gaps are the other side: what the books have of a means on the days of a
// statement, and no line of any statement stands for. More: there are more than these.
type Gaps struct {
	Items []Booked `json:"items"`
	More  bool     `json:"more"`
}

const mostGaps = 200

// Gaps lists them.
func (s *Service) Gaps(ctx context.Context, who authz.Actor, id ID) (out Gaps, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		st, err := db.One[Statement](ctx, tx, `SELECT `+db.Columns[Statement]("")+` FROM statement WHERE id = $1 AND {scope}`, id)
		if err != nil {
			return err
		}
		all, err := booked(ctx, tx, st.Community, st.Means, st.From, st.To, mostGaps+1)
		see := customer.SightOf(who, st.Community)
		out.Items = []Booked{}
		for _, b := range all[:min(len(all), mostGaps)] {
			b.Party = see.Name(b.Party, false)
			out.Items = append(out.Items, b)
		}
		out.More = len(all) > mostGaps
		return err
	})
	return out, err
}

// Unmatched counts the lines of a day that nothing was found for, inside the caller's transaction.
func Unmatched(ctx context.Context, tx *db.Tx, community authz.CommunityID, day clock.Day) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT COUNT(*) FROM statement_line l WHERE l.community_id = $1 AND l.on_day = $2 AND (l.state = 'open' OR `+gone+`) AND {scope:l}`, community, day)
}

func masked(see customer.Sight, all []Line) []Line {
	for i := range all {
		all[i].Party = see.Name(all[i].Party, false)
		found := all[i].Found
		for j := range found {
			found[j].Party = see.Name(found[j].Party, false)
		}
	}
	return all
}
