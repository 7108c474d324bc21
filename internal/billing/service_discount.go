package billing

import (
	"context"
	"errors"
	"strings"

	"guanjia/internal/approval"
	"guanjia/internal/fee"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
)

const kindDiscount = "billing.discount"

const longestTerm = 12

func discountRules(ctx context.Context, tx *db.Tx, community authz.CommunityID) (DiscountRules, error) {
	r, err := db.One[DiscountRules](ctx, tx, `SELECT `+db.Columns[DiscountRules]("")+` FROM bill_discount_rules WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return DiscountRules{ID: community, Community: community, Vacancy: "0", Months: longestTerm, Ahead: longestTerm}, nil
	}
	return r, err
}

// DiscountRules are what a community grants.
func (s *Service) DiscountRules(ctx context.Context, who authz.Actor, community authz.CommunityID) (r DiscountRules, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		r, err = discountRules(ctx, tx, community)
		return err
	})
	return r, err
}

// SetDiscountRules changes what a community grants from now on; what is approved stays.
func (s *Service) SetDiscountRules(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, vacancy string, months, ahead int64) (r DiscountRules, err error) {
	var wrong errs.Fields
	if vacancy = strings.TrimSpace(vacancy); vacancy != "0" {
		percent(&wrong, "vacancyPercent", vacancy)
	}
	if err := wrong.Err(); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, who, ActEdit, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if r, err = discountRules(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		before := map[string]any{"vacancy": r.Vacancy, "months": r.Months, "ahead": r.Ahead}
		r.Vacancy, r.Months, r.Ahead = vacancy, months, ahead
		tx.Note(community, "bill_discount_rules:"+community.String(), before, map[string]any{"vacancy": vacancy, "months": months, "ahead": ahead})
		if r.Version == 0 {
			r.Version = 1
			return db.Insert(ctx, tx, "bill_discount_rules", r)
		}
		return db.Save(ctx, tx, "bill_discount_rules", &r)
	})
	return r, err
}

func discount(ctx context.Context, tx *db.Tx, id DiscountID) (Discount, error) {
	return db.One[Discount](ctx, tx, `SELECT `+db.Columns[Discount]("d")+` FROM bill_discount d WHERE d.id = $1 AND {scope:d}`, id)
}

// Discounts are the reductions of a community, or of a room, the latest first.
func (s *Service) Discounts(ctx context.Context, who authz.Actor, community authz.CommunityID, room housing.RoomID, before DiscountID, limit int) (out []DiscountView, err error) {
	last := int64(before)
	if last == 0 {
		last = 1<<63 - 1
	}
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[DiscountView](ctx, tx, `SELECT `+db.Columns[Discount]("d")+`, o.label, i.name AS item_name FROM bill_discount d JOIN room o ON o.community_id = d.community_id AND o.id = d.room_id JOIN charge_item i ON i.community_id = d.community_id AND i.id = d.item_id
			WHERE d.community_id = $1 AND (d.room_id = $2 OR $2 = 0) AND d.id < $3 AND {scope:d} ORDER BY d.id DESC LIMIT $4`, community, int64(room), last, limit+1)
		return err
	})
	return out, err
}

// AskDiscount applies for a reduction. That of an empty home is looked at first;
// the others go to whoever approves at once.
func (s *Service) AskDiscount(ctx context.Context, who authz.Actor, d DiscountDraft) (v Discount, err error) {
	err = s.DB.Write(ctx, who, ActDiscount, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil {
			return errs.ErrFields.At(errs.Field{Name: "roomId", Code: db.ErrNotFound.Code})
		}
		i, err := item(ctx, tx, d.Item)
		if err != nil || i.Community != room.Community {
			return errs.ErrFields.At(errs.Field{Name: "itemId", Code: db.ErrNotFound.Code})
		}
		r, err := discountRules(ctx, tx, room.Community)
		if err != nil {
			return err
		}
		if d, err = d.checked(i, r); err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM bill_discount WHERE community_id = $1 AND room_id = $2 AND item_id = $3 AND kind = $4 AND state <> 'refused' AND first_period <= $5 AND last_period >= $6 AND {scope}`, room.Community, d.Room, d.Item, string(d.Kind), d.Last, d.First)
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.ErrFields.At(errs.Field{Name: "first", Code: ErrDiscountTwo.Code})
		}
		v = Discount{ID: db.NewID[Discount](tx), Community: room.Community, DiscountDraft: d, State: "asked", At: tx.Now, By: who.ID, ByName: who.Name, Version: 1}
		if d.Kind != fee.Vacancy {
			if err := s.submitDiscount(ctx, tx, &v, i, room.Label); err != nil {
				return err
			}
		}
		tx.Note(v.Community, v.subject(), nil, map[string]any{"room": v.Room, "item": v.Item, "kind": v.Kind, "percent": v.Percent, "amount": v.Off, "first": v.First, "last": v.Last})
		tx.Emit(Changed{v.Community})
		tx.Answer(&v)
		return db.Insert(ctx, tx, "bill_discount", v)
	})
	return v, err
}

type discountPayload struct {
	Discount DiscountID `json:"discount"`
}

func (s *Service) submitDiscount(ctx context.Context, tx *db.Tx, d *Discount, i Item, label string) error {
	d.State = "pending"
	_, err := s.Approvals.Request(ctx, tx, approval.Ask{Kind: kindDiscount, Community: d.Community, Subject: d.subject(), About: label + " " + i.Name, Data: discountPayload{d.ID}, Reason: d.Reason})
	return err
}

// Inspect notes what was found in a home that is said to be empty, and asks for the approval.
func (s *Service) Inspect(ctx context.Context, who authz.Actor, id DiscountID, expect func(int64) error, words string) (d Discount, err error) {
	var wrong errs.Fields
	wrong.Words("words", &words, 500, true)
	if err := wrong.Err(); err != nil {
		return d, err
	}
	err = s.DB.Write(ctx, who, ActDiscount, func(tx *db.Tx) error {
		if d, err = discount(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		if d.State != "asked" {
			return ErrNotNow
		}
		i, err := item(ctx, tx, d.Item)
		if err != nil {
			return err
		}
		room, err := housing.RoomIn(ctx, tx, d.Room)
		if err != nil {
			return err
		}
		d.InspectedAt, d.Inspector, d.Inspection = &tx.Now, who.Name, words
		if err := s.submitDiscount(ctx, tx, &d, i, room.Label); err != nil {
			return err
		}
		tx.Note(d.Community, d.subject(), map[string]any{"state": "asked"}, map[string]any{"state": d.State, "inspection": words})
		tx.Emit(Changed{d.Community})
		tx.Answer(&d)
		return db.Save(ctx, tx, "bill_discount", &d)
	})
	return d, err
}

// EndDiscount ends an approved reduction before its term; what is billed stays.
func (s *Service) EndDiscount(ctx context.Context, who authz.Actor, id DiscountID, expect func(int64) error, last clock.Period) (d Discount, err error) {
	err = s.DB.Write(ctx, who, ActDiscount, func(tx *db.Tx) error {
		if d, err = discount(ctx, tx, id); err != nil {
			return err
		}
		if err := expect(d.Version); err != nil {
			return err
		}
		if d.State != "approved" {
			return ErrNotNow
		}
		if last.IsZero() || last.Sub(d.Last) >= 0 || last.Sub(d.First) < -1 {
			return errs.ErrFields.At(errs.Field{Name: "last", Code: ErrLongTerm.Code, Params: map[string]any{"months": d.Last.Sub(d.First) + 1}})
		}
		tx.Note(d.Community, d.subject(), map[string]any{"last": d.Last}, map[string]any{"last": last})
		d.Last = last
		tx.Emit(Changed{d.Community})
		tx.Answer(&d)
		return db.Save(ctx, tx, "bill_discount", &d)
	})
	return d, err
}

func (s *Service) discountEnded(ctx context.Context, tx *db.Tx, q approval.Request) error {
	var p discountPayload
	if err := q.Data.Unmarshal(&p); err != nil {
		return err
	}
	g := tx.Global("who may decide was looked at by the inbox")
	d, err := db.One[Discount](ctx, g, `SELECT `+db.Columns[Discount]("")+` FROM bill_discount WHERE id = $1 AND community_id = $2`, p.Discount, q.Community)
	if err != nil || d.State != "pending" {
		return err
	}
	if d.State = "refused"; q.State == approval.Approved {
		d.State = "approved"
	}
	d.DecidedAt, d.Decider, d.Decision = &tx.Now, q.Decider, q.Decision
	tx.Note(d.Community, d.subject(), map[string]any{"state": "pending"}, map[string]any{"state": d.State})
	tx.Emit(Changed{d.Community})
	return db.Save(ctx, g, "bill_discount", &d)
}

func (s *Service) describeDiscount(ctx context.Context, tx *db.Tx, q approval.Request) ([]approval.Line, error) {
	var p discountPayload
	if err := q.Data.Unmarshal(&p); err != nil {
		return nil, err
	}
	d, err := db.One[Discount](ctx, tx.Global("who may read was looked at by the inbox"), `SELECT `+db.Columns[Discount]("")+` FROM bill_discount WHERE id = $1 AND community_id = $2`, p.Discount, q.Community)
	off := d.Percent + " %"
	if d.Kind == fee.Fixed {
		off = d.Off.Grouped()
	}
	out := []approval.Line{{Label: "discount", To: off}, {Label: "term", To: d.First.String() + " – " + d.Last.String()}}
	if d.Inspection != "" {
		out = append(out, approval.Line{Label: "inspection", To: d.Inspector + "：" + d.Inspection})
	}
	return out, err
}
