package arrears

import (
	"context"
	"slices"

	"guanjia/internal/approval"
	"guanjia/internal/audit"
	"guanjia/internal/auth"
	"guanjia/internal/billing"
	"guanjia/internal/cashier"
	"guanjia/internal/housing"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/money"
)

// Service are the use cases of arrears. Each one is one transaction.
type Service struct {
	DB        *db.DB
	Approvals *approval.Service
	// Exports logs what is taken out.
	Exports *audit.Service
}

// LineView is an open line with what lateness costs on it.
type LineView struct {
	cashier.Open
	PerDay    money.Rate `json:"perDay" doc:"late fee a day; 0: none"`
	PerYear   string     `json:"perYear" doc:"the same in per cent a year"`
	LikelyCut bool       `json:"likelyCut,omitempty" doc:"courts are likely to cut it (Civil Code art. 585)"`
	Overdue   int        `json:"overdue" doc:"days after the due day; below 0: not due yet"`
	Limit     clock.Day  `json:"limit" doc:"last day on which it can be claimed (art. 188)"`
	Dispute   DisputeID  `json:"disputeId,omitempty"`
	Waiving   *money.Fen `json:"waiving,omitempty" doc:"somebody else decides whether so much is waived"`
}

// DisputeView is a dispute with what was done about it.
type DisputeView struct {
	Dispute
	ItemName   string        `db:"item_name" json:"itemName"`
	ItemNameEN string        `db:"item_name_en" json:"itemNameEn,omitempty"`
	Period     clock.Period  `db:"period" json:"period"`
	Steps      []DisputeStep `db:"-" json:"steps"`
}

// Household is what a room owes and what was done about it.
type Household struct {
	Room     housing.RoomID `json:"roomId"`
	Label    string         `json:"label"`
	AsOf     clock.Day      `json:"asOf"`
	Lines    []LineView     `json:"lines"`
	Open     money.Fen      `json:"open" doc:"principal"`
	Overdue  money.Fen      `json:"overdue" doc:"of it, what is past its due day"`
	Late     money.Fen      `json:"lateFee" doc:"accrued, and neither booked nor waived"`
	Limit    money.Fen      `json:"mayWaive" doc:"what the caller may waive of a line without asking"`
	Hardship *Hardship      `json:"hardship,omitempty"`
	Promises []Promise      `json:"promises"`
	Disputes []DisputeView  `json:"disputes"`
	Duns     []Dun          `json:"duns" doc:"the latest first"`
}

// Household shows what a room owes.
func (s *Service) Household(ctx context.Context, who authz.Actor, id housing.RoomID) (h Household, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		h, err = household(ctx, tx, id)
		return err
	})
	return h, err
}

func household(ctx context.Context, tx *db.Tx, id housing.RoomID) (h Household, err error) {
	room, err := housing.RoomIn(ctx, tx, id)
	if err != nil {
		return h, err
	}
	h = Household{Room: id, Label: room.Label}
	if h.AsOf, err = org.Today(ctx, tx, room.Community); err != nil {
		return h, err
	}
	set, err := rules(ctx, tx, room.Community)
	if err != nil {
		return h, err
	}
	if h.Limit, err = mayWaive(ctx, tx, room.Community, set); err != nil {
		return h, err
	}
	if h.Hardship, err = hardshipOf(ctx, tx, room.Community, id); err != nil {
		return h, err
	}
	if h.Promises, err = promisesOf(ctx, tx, room.Community, id); err != nil {
		return h, err
	}
	if h.Disputes, err = disputesOf(ctx, tx, room); err != nil {
		return h, err
	}
	if h.Duns, err = dunsOf(ctx, tx, room); err != nil {
		return h, err
	}
	return h, h.fill(ctx, tx, room, set)
}

// fill computes the lines of a household.
func (h *Household) fill(ctx context.Context, tx *db.Tx, room housing.Room, set Rules) error {
	open, err := cashier.Due(ctx, tx, room.Community, []housing.RoomID{room.ID}, h.AsOf)
	if err != nil {
		return err
	}
	rates, err := billing.LateRules(ctx, tx, room.Community)
	if err != nil {
		return err
	}
	broken, err := brokenOn(ctx, tx, room)
	if err != nil {
		return err
	}
	disputed := map[billing.LineID]DisputeID{}
	for _, d := range h.Disputes {
		if d.EndedAt == nil {
			disputed[d.Line] = d.ID
		}
	}
	asked, err := waiving(ctx, tx, room)
	if err != nil {
		return err
	}
	h.Lines = []LineView{}
	for _, o := range open {
		from := o.Due
		if b := broken[o.ID]; b.After(from) {
			from = b
		}
		rate := rates.PerDay(o.LineView)
		v := LineView{Open: o, PerDay: rate, PerYear: Yearly(rate), LikelyCut: LikelyCut(rate, set.LossRate), Overdue: h.AsOf.Sub(o.Due), Limit: LimitOn(from), Dispute: disputed[o.ID]}
		if fen, is := asked[o.ID]; is {
			v.Waiving = &fen
		}
		h.Lines = append(h.Lines, v)
		if h.Open, err = money.Sum(h.Open, o.Open); err != nil {
			return err
		}
		if h.Late, err = money.Sum(h.Late, o.Late); err != nil {
			return err
		}
		if v.Overdue > 0 {
			h.Overdue += o.Open
		}
	}
	for i := range h.Promises {
		p := &h.Promises[i]
		p.Tenant = billing.Row{Debtor: p.Debtor}.ToTenants()
		p.Whole = p.Debtor == ""
		if at := slices.IndexFunc(open, func(o cashier.Open) bool { return o.Debtor == p.Debtor }); at >= 0 {
			p.Who = open[at].Who
		}
	}
	return nil
}

// Settings are a community's rules, as shipped until somebody changes them.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (r Rules, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if r, err = rules(ctx, tx, community); err != nil {
			return err
		}
		r.Roles, err = auth.RolesFor(ctx, tx, ActWaive, r.Limits)
		return err
	})
	return r, err
}

// SetRules changes the ladder, the limits and the loss rate of a community.
func (s *Service) SetRules(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, d RulesDraft) (r Rules, err error) {
	if d, err = d.checked(); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if r, err = rules(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(r.Version); err != nil {
			return err
		}
		before := r.RulesDraft
		r.RulesDraft = d
		tx.Note(community, "arrears_rules:"+community.String(), before, d)
		tx.Emit(Changed{Community: community})
		if r.Roles, err = auth.RolesFor(ctx, tx, ActWaive, r.Limits); err != nil {
			return err
		}
		if r.Version > 0 {
			return db.Save(ctx, tx, "arrears_rules", &r)
		}
		r.ID, r.Version = db.NewID[Rules](tx), 1
		return db.Insert(ctx, tx, "arrears_rules", r)
	})
	if db.Unique(err, "arrears_rules_community_id_key", "arrears_rules.community_id") {
		err = db.ErrStale
	}
	return r, err
}

// SetHardship leaves a household alone until a day; the zero day takes it back.
func (s *Service) SetHardship(ctx context.Context, who authz.Actor, id housing.RoomID, until clock.Day, words string) (h Household, err error) {
	err = s.onRoom(ctx, who, ActWork, id, &h, func(tx *db.Tx, room housing.Room, today clock.Day) error {
		if !until.IsZero() && !until.After(today) {
			return wrongDay("until")
		}
		if err := required("words", &words, !until.IsZero()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM hardship WHERE community_id = $1 AND room_id = $2 AND {scope}`, room.Community, room.ID); err != nil {
			return err
		}
		tx.Note(room.Community, "room:"+room.ID.String(), nil, map[string]any{"hardshipUntil": until})
		if until.IsZero() {
			return nil
		}
		if err := db.Insert(ctx, tx, "hardship", Hardship{ID: db.NewID[Hardship](tx), Community: room.Community, Room: room.ID, Until: until, Words: words, At: tx.Now, ByName: who.Name, Version: 1}); err != nil {
			return err
		}
		return closeDuns(ctx, tx, room.Community, room.ID, "")
	})
	return h, err
}

// onRoom does something about a household and answers with what is then known of it.
func (s *Service) onRoom(ctx context.Context, who authz.Actor, act authz.Action, id housing.RoomID, h *Household, fn func(tx *db.Tx, room housing.Room, today clock.Day) error) error {
	return s.DB.Write(ctx, who, act, func(tx *db.Tx) error {
		room, err := housing.RoomIn(ctx, tx, id)
		if err != nil {
			return err
		}
		today, err := org.Today(ctx, tx, room.Community)
		if err != nil {
			return err
		}
		if err := fn(tx, room, today); err != nil {
			return err
		}
		tx.Emit(Changed{room.Community, room.ID})
		tx.Answer(h)
		*h, err = household(ctx, tx, id)
		return err
	})
}
