package attendance

import (
	"context"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/roster"
	"guanjia/internal/staff"
)

func place(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Place, error) {
	p, err := db.One[Place](ctx, tx, `SELECT `+db.Columns[Place]("")+` FROM attendance_place WHERE community_id = $1 AND {scope}`, community)
	if errors.Is(err, db.ErrNotFound) {
		return Place{ID: db.ID(community), Community: community, Terms: shipped()}, nil
	}
	return p, err
}

func marks(ctx context.Context, tx *db.Tx, community authz.CommunityID, from, to clock.Instant) ([]Mark, error) {
	return db.All[Mark](ctx, tx, `SELECT `+db.Columns[Mark]("")+` FROM attendance_mark WHERE community_id = $1 AND at >= $2 AND at < $3 AND {scope} ORDER BY at, id`, community, from, to)
}

// marksDuring are the marks of a month, by the community's own days.
func marksDuring(ctx context.Context, tx *db.Tx, community authz.CommunityID, of clock.Period) ([]Mark, error) {
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return nil, err
	}
	return marks(ctx, tx, community, of.First().Start(zone), of.Add(1).First().Start(zone))
}

// Checking is what a phone says when somebody comes or goes.
type Checking struct {
	Community authz.CommunityID `json:"community"`
	Kind      string            `json:"kind" enum:"in,out"`
	Latitude  *int64            `json:"latitude,omitempty" minimum:"-90000000" maximum:"90000000" doc:"millionths of a degree"`
	Longitude *int64            `json:"longitude,omitempty" minimum:"-180000000" maximum:"180000000" doc:"millionths of a degree"`
	Code      string            `json:"code,omitempty" maxLength:"100" doc:"as shown at the office, in place of a position"`
}

// Check marks that the caller comes or goes: at the place of the community by
// their phone's position, or anywhere with the code that the office shows now.
func (s *Service) Check(ctx context.Context, who authz.Actor, c Checking) (m Mark, err error) {
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		if err := member(ctx, tx, c.Community, who.ID); err != nil {
			return err
		}
		m = Mark{ID: db.NewID[Mark](tx), Community: c.Community, Staff: who.ID, At: tx.Now, Kind: c.Kind, Source: ByPhone, Made: tx.Now, Version: 1}
		if c.Code != "" {
			if m.Source = ByCode; !shown(tx, c.Community, c.Code) {
				return ErrCode
			}
		} else if m.Meters, err = c.distance(ctx, tx); err != nil {
			return err
		}
		recent, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM attendance_mark WHERE community_id = $1 AND staff_id = $2 AND kind = $3 AND at > $4 AND struck_at IS NULL AND {scope}`, c.Community, who.ID, c.Kind, tx.Now.Add(-twice))
		if err != nil {
			return err
		}
		if recent > 0 {
			return ErrSoon
		}
		tx.Answer(&m)
		return s.add(ctx, tx, m)
	})
	return m, err
}

// Distance is how many metres a position is from where a community lets people
// check in, in another domain's transaction; nil: nobody has set that.
func Distance(ctx context.Context, tx *db.Tx, community authz.CommunityID, latitude, longitude int64) (*int64, error) {
	p, err := place(ctx, tx, community)
	if err != nil || p.Latitude == nil || p.Longitude == nil {
		return nil, err
	}
	n := meters(*p.Latitude, *p.Longitude, latitude, longitude)
	return &n, nil
}

// member refuses who does not work in a community.
func member(ctx context.Context, tx *db.Tx, community authz.CommunityID, who staff.ID) error {
	if err := tx.In(ctx, community); err != nil {
		return err
	}
	n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM staff WHERE community_id = $1 AND id = $2 AND state = 'active' AND {scope}`, community, who)
	if err == nil && n == 0 {
		err = db.ErrNotFound
	}
	return err
}

// distance is how far a phone is from the place; too far, or silent where a
// place is set, is refused.
func (c Checking) distance(ctx context.Context, tx *db.Tx) (*int64, error) {
	p, err := place(ctx, tx, c.Community)
	if err != nil || p.Latitude == nil || p.Longitude == nil {
		return nil, err
	}
	if c.Latitude == nil || c.Longitude == nil {
		return nil, ErrNowhere
	}
	n := meters(*p.Latitude, *p.Longitude, *c.Latitude, *c.Longitude)
	if n > p.Radius {
		return nil, ErrFar.With("meters", n).With("radius", p.Radius)
	}
	return &n, nil
}

func (s *Service) add(ctx context.Context, tx *db.Tx, m Mark) error {
	tx.Note(m.Community, "attendance:"+m.Staff.String(), nil, map[string]any{"kind": m.Kind, "at": m.At, "source": m.Source})
	tx.Emit(Changed{m.Community, m.Staff})
	return db.Insert(ctx, tx, "attendance_mark", m)
}

// codeAt is the code of a community in a stretch of half a minute: nobody can
// make it without the keys of the installation.
func codeAt(tx *db.Tx, community authz.CommunityID, slot int64) string {
	return tx.Vault().Index("attendance", community.String()+":"+strconv.FormatInt(slot, 10))
}

func slotOf(now clock.Instant) int64 { return int64(now) / 1000 / lasts }

// shown reports whether a code is shown now, or was until a moment ago.
func shown(tx *db.Tx, community authz.CommunityID, code string) bool {
	for back := range int64(3) {
		if short(codeAt(tx, community, slotOf(tx.Now)-back)) == code {
			return true
		}
	}
	return false
}

func short(code string) string { return code[:min(20, len(code))] }

// Code is what the office shows.
type Code struct {
	Picture string `json:"picture" doc:"an image as a data: address"`
	Seconds int64  `json:"seconds" doc:"until the next one"`
}

// Show is the code that the office shows now; site is where its phones reach the program.
func (s *Service) Show(ctx context.Context, who authz.Actor, community authz.CommunityID, site string) (c Code, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		code, err := qr.Encode(strings.TrimRight(site, "/")+"/m/attendance?code="+short(codeAt(tx, community, slotOf(tx.Now))), qr.M)
		if err != nil {
			return err
		}
		c = Code{"data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()), lasts - int64(tx.Now)/1000%lasts}
		return nil
	})
	return c, err
}

// Place is where and how people of a community check in.
func (s *Service) Place(ctx context.Context, who authz.Actor, community authz.CommunityID) (p Place, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		p, err = place(ctx, tx, community)
		return err
	})
	return p, err
}

// SetPlace changes it.
func (s *Service) SetPlace(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, t Terms) (p Place, err error) {
	if (t.Latitude == nil) != (t.Longitude == nil) {
		return p, errs.ErrFields.At(errs.Field{Name: "longitude", Code: "required"})
	}
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if p, err = place(ctx, tx, community); err != nil {
			return err
		}
		if err := expect(p.Version); err != nil {
			return err
		}
		tx.Note(community, "attendance_place:"+community.String(), p.Terms, t)
		tx.Emit(Changed{Community: community})
		p.Terms = t
		tx.Answer(&p)
		if p.Version == 0 {
			p.Version = 1
			return db.Insert(ctx, tx, "attendance_place", p)
		}
		return db.Save(ctx, tx, "attendance_place", &p)
	})
	return p, err
}

// Mine is one's own month.
type Mine struct {
	Person
	Today  clock.Day      `json:"today"`
	Marks  []Mark         `json:"marks" doc:"of today"`
	Struck []Mark         `json:"struck" doc:"marks of the month that somebody struck out"`
	Placed bool           `json:"placed" doc:"the phone must say where it is, or the code be scanned"`
	Asked  []Fix          `json:"asked" doc:"corrections that wait for their decision"`
	Next   string         `json:"next" enum:"in,out" doc:"what the next mark most likely is"`
	Since  *clock.Instant `json:"since,omitempty" doc:"when one came, where one has not gone"`
}

// Mine shows one's own month; no month: this one.
func (s *Service) Mine(ctx context.Context, who authz.Actor, community authz.CommunityID, of clock.Period) (out Mine, err error) {
	err = s.DB.Read(ctx, who, ActSelf, func(tx *db.Tx) error {
		if err := member(ctx, tx, community, who.ID); err != nil {
			return err
		}
		if out.Today, err = org.Today(ctx, tx, community); err != nil {
			return err
		}
		if of.IsZero() {
			of = out.Today.Period()
		}
		m, err := month(ctx, tx, community, of, who.ID)
		if err != nil {
			return err
		}
		out.Person = m.People[0]
		p, err := place(ctx, tx, community)
		if err != nil {
			return err
		}
		out.Placed = p.Latitude != nil
		zone, err := org.Zone(ctx, tx, community)
		if err != nil {
			return err
		}
		recent, err := marks(ctx, tx, community, tx.Now.Add(-24*time.Hour), tx.Now+1)
		if err != nil {
			return err
		}
		out.Next, out.Marks = In, []Mark{}
		for _, k := range standing(recent) {
			if k.Staff != who.ID {
				continue
			}
			if clock.DayOf(k.At, zone) == out.Today {
				out.Marks = append(out.Marks, k)
			}
			out.Next, out.Since = In, nil
			if k.Kind == In {
				out.Next, out.Since = Out, &k.At
			}
		}
		if out.Struck, err = struckOf(ctx, tx, community, of, who.ID); err != nil {
			return err
		}
		out.Asked, err = s.asked(ctx, tx, community, who.ID)
		return err
	})
	return out, err
}

// Of is the attendance of a community in a month.
func (s *Service) Of(ctx context.Context, who authz.Actor, act authz.Action, community authz.CommunityID, of clock.Period) (m Month, err error) {
	err = s.DB.Read(ctx, who, act, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if of.IsZero() {
			today, err := org.Today(ctx, tx, community)
			if err != nil {
				return err
			}
			of = today.Period()
		}
		m, err = month(ctx, tx, community, of, 0)
		return err
	})
	return m, err
}

// Facts are the figures of everybody's month, in another domain's transaction:
// appraisal proposes diligence from them (APP-01, APP-04).
func Facts(ctx context.Context, tx *db.Tx, community authz.CommunityID, of clock.Period) (map[staff.ID]Sums, error) {
	m, err := month(ctx, tx, community, of, 0)
	out := map[staff.ID]Sums{}
	for _, p := range m.People {
		out[p.Staff] = p.Sums
	}
	return out, err
}

// month holds roster and marks against each other; only: one person's, or 0.
func month(ctx context.Context, tx *db.Tx, community authz.CommunityID, of clock.Period, only staff.ID) (m Month, err error) {
	m.Period = of
	zone, err := org.Zone(ctx, tx, community)
	if err != nil {
		return m, err
	}
	p, err := place(ctx, tx, community)
	if err != nil {
		return m, err
	}
	from, to := of.First().Start(zone), of.Add(1).First().Start(zone)
	duties, err := roster.During(ctx, tx, community, from, to)
	if err != nil {
		return m, err
	}
	all, err := marks(ctx, tx, community, from.Add(-before), to.Add(24*time.Hour+after))
	if err != nil {
		return m, err
	}
	all = standing(all)
	people, err := roster.People(ctx, tx, community)
	if err != nil {
		return m, err
	}
	m.People = []Person{}
	for _, who := range people {
		if only != 0 && who.ID != only {
			continue
		}
		one := Person{Staff: who.ID, Name: who.Name, Post: who.Post, Days: []Day{}}
		for _, d := range days(who.ID, duties, all, tx.Now, p.Grace, zone) {
			if d.Day.Period() == of {
				one.Days = append(one.Days, d)
			}
		}
		one.Sums = summed(one.Days)
		m.People = append(m.People, one)
	}
	if only != 0 && len(m.People) == 0 {
		return m, db.ErrNotFound
	}
	m.Posts = teams(m.People)
	return m, nil
}

// marked are the marks of a month for the export, and the zone to write their times in.
func (s *Service) marked(ctx context.Context, who authz.Actor, community authz.CommunityID, of clock.Period) (zone *time.Location, all []Mark, err error) {
	err = s.DB.Read(ctx, who, ActExport, func(tx *db.Tx) error {
		if zone, err = org.Zone(ctx, tx, community); err != nil {
			return err
		}
		all, err = marksDuring(ctx, tx, community, of)
		return err
	})
	return zone, all, err
}
