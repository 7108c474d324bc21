package billing

import (
	"context"

	"guanjia/internal/approval"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

const kindEarly = "billing.early"

// EarlyRuleIn is a rule of early payment, in another domain's transaction.
func EarlyRuleIn(ctx context.Context, tx *db.Tx, id EarlyID) (EarlyRule, error) {
	return db.One[EarlyRule](ctx, tx, `SELECT `+db.Columns[EarlyRule]("r")+` FROM early_rule r WHERE r.id = $1 AND {scope:r}`, id)
}

// EarlyRules are the rules of early payment of a community that were approved,
// also those that were ended since, in another domain's transaction.
func EarlyRules(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]EarlyRule, error) {
	return db.All[EarlyRule](ctx, tx, `SELECT `+db.Columns[EarlyRule]("r")+` FROM early_rule r WHERE r.community_id = $1 AND r.state IN ('approved', 'ended') AND {scope:r} ORDER BY r.id`, community)
}

// WholeYear are the rooms among those given whose live lines of an item are for
// every day of a calendar year.
func WholeYear(ctx context.Context, tx *db.Tx, community authz.CommunityID, rooms []housing.RoomID, item ItemID, year int) (map[housing.RoomID]bool, error) {
	first, err := clock.NewDay(year, 1, 1)
	if err != nil {
		return nil, err
	}
	end := first.Period().Add(12).First()
	args := []any{community, item, first, end}
	type span struct {
		Room housing.RoomID `db:"room_id"`
		From clock.Day      `db:"from_on"`
		To   clock.Day      `db:"to_on"`
	}
	all, err := db.All[span](ctx, tx, `SELECT l.room_id, l.from_on, l.to_on FROM bill_line l JOIN bill_run r ON r.community_id = l.community_id AND r.id = l.run_id WHERE l.community_id = $1 AND l.item_id = $2 AND l.from_on < $4 AND l.to_on > $3 AND l.room_id IN `+db.Among(&args, rooms)+
		` AND l.reversed_at IS NULL AND r.state IN `+ShownStates+` AND {scope:l} ORDER BY l.room_id, l.from_on, l.id`, args...)
	reached, out := map[housing.RoomID]clock.Day{}, map[housing.RoomID]bool{}
	for _, s := range all {
		till, begun := reached[s.Room]
		if !begun {
			till = first
		}
		if !s.From.After(till) && s.To.After(till) {
			till = s.To
		}
		reached[s.Room], out[s.Room] = till, !till.Before(end)
	}
	return out, err
}

// EarlyList are the rules of early payment of a community, the latest first.
func (s *Service) EarlyList(ctx context.Context, who authz.Actor, community authz.CommunityID, before EarlyID, limit int) (out []EarlyView, err error) {
	last := int64(before)
	if last == 0 {
		last = 1<<63 - 1
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[EarlyView](ctx, tx, `SELECT `+db.Columns[EarlyRule]("r")+`, i.name AS item_name FROM early_rule r JOIN charge_item i ON i.community_id = r.community_id AND i.id = r.item_id
			WHERE r.community_id = $1 AND r.id < $2 AND {scope:r} ORDER BY r.id DESC LIMIT $3`, community, last, limit+1)
		return err
	})
	return out, err
}

// AskEarly asks somebody else to approve a rule of early payment.
func (s *Service) AskEarly(ctx context.Context, who authz.Actor, d EarlyDraft) (r EarlyRule, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		i, err := item(ctx, tx, d.Item)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
		}
		if d, err = d.checked(i); err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM early_rule WHERE community_id = $1 AND item_id = $2 AND way = $3 AND state IN ('pending', 'approved') AND first_period <= $4 AND last_period >= $5 AND {scope}`, i.Community, d.Item, d.Way, d.Last, d.First)
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.ErrFields.At(errs.Field{Name: "first", Code: ErrDiscountTwo.Code})
		}
		r = EarlyRule{ID: db.NewID[EarlyRule](tx), Community: i.Community, EarlyDraft: d, State: "pending", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		if _, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindEarly, Community: r.Community, Subject: r.subject(), About: i.Name, Data: r.ID, Reason: d.Reason}); err != nil {
			return err
		}
		tx.Note(r.Community, r.subject(), nil, map[string]any{"item": r.Item, "way": r.Way, "days": r.Days, "until": r.Until, "percent": r.Percent, "first": r.First, "last": r.Last})
		tx.Emit(Changed{r.Community})
		tx.Answer(&r)
		return db.Insert(ctx, tx, "early_rule", r)
	})
	return r, err
}

// EndEarly ends an approved rule: who pays today still gets what was offered.
func (s *Service) EndEarly(ctx context.Context, who authz.Actor, id EarlyID, expect func(int64) error) (r EarlyRule, err error) {
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if r, err = EarlyRuleIn(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		if r.State != "approved" {
			return ErrNotNow
		}
		if r.EndedOn, err = org.Today(ctx, tx, r.Community); err != nil {
			return err
		}
		r.State = "ended"
		tx.Note(r.Community, r.subject(), map[string]any{"state": "approved"}, map[string]any{"state": r.State, "endedOn": r.EndedOn})
		tx.Emit(Changed{r.Community})
		tx.Answer(&r)
		return db.Save(ctx, tx, "early_rule", &r)
	})
	return r, err
}

func (s *Service) earlyEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	r, g, err := asked(ctx, tx, q)
	if err != nil || r.State != "pending" {
		return err
	}
	if r.State = "refused"; q.State == approval.Approved {
		r.State = "approved"
	}
	r.DecidedAt, r.Decider, r.Decision = &tx.Now, q.Decider, q.Decision
	tx.Note(r.Community, r.subject(), map[string]any{"state": "pending"}, map[string]any{"state": r.State})
	tx.Emit(Changed{r.Community})
	return db.Save(ctx, g, "early_rule", &r)
}

func asked(ctx context.Context, tx *db.Tx, q approval.Request) (r EarlyRule, g *db.Tx, err error) {
	var id EarlyID
	if err := q.Data.Unmarshal(&id); err != nil {
		return r, nil, err
	}
	g = tx.Global("who may decide or read was looked at by the inbox")
	r, err = db.One[EarlyRule](ctx, g, `SELECT `+db.Columns[EarlyRule]("")+` FROM early_rule WHERE id = $1 AND community_id = $2`, id, q.Community)
	return r, g, err
}

func (s *Service) describeEarly(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	r, _, err := asked(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	by := approval.Line{Label: "early_year", To: r.Until}
	if r.Way == EarlyLine {
		by = approval.Line{Label: "early_days", To: r.daysText()}
	}
	return []approval.Line{{Label: "discount", To: r.Percent + " %"}, by, {Label: "term", To: r.First.String() + " – " + r.Last.String()}}, nil
}
