package roster

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	ics "github.com/arran4/golang-ical"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// feed is a person's secret link; only a hash of its token is kept, so a copy
// of the database opens no calendar.
type feed struct {
	ID        staff.ID          `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Token     string            `db:"token"`
	MadeAt    clock.Instant     `db:"made_at"`
	Version   int64             `db:"version"`
}

// Link is a new link, shown once.
type Link struct {
	Path string `json:"path" doc:"of the calendar on this server; shown once"`
}

// hashed is what of a token is kept: it has 256 random bits, so a plain hash
// leads nobody back.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// MakeFeed gives the caller a link to their duties as a calendar (STA-01); the
// one before ends with it.
func (s *Service) MakeFeed(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Link, err error) {
	token := rand.Text() + rand.Text()
	err = s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		if _, err := staff.In(ctx, tx, community, who.ID); err != nil {
			return err
		}
		if err := endFeed(ctx, tx, who.ID); err != nil {
			return err
		}
		out = Link{web.Prefix + "/roster-feeds/" + token + "/duties.ics"}
		tx.Note(community, "feed:"+who.ID.String(), nil, map[string]any{"made": true})
		tx.Answer(Link{}) // the link is shown once and kept nowhere
		return db.Insert(ctx, tx, "roster_feed", feed{who.ID, community, hashed(token), tx.Now, 1})
	})
	return out, err
}

// EndFeed makes the caller's link worthless.
func (s *Service) EndFeed(ctx context.Context, who authz.Actor, community authz.CommunityID) error {
	return s.DB.Write(ctx, who, ActSelf, func(tx *db.Tx) error {
		if _, err := staff.In(ctx, tx, community, who.ID); err != nil {
			return err
		}
		tx.Note(community, "feed:"+who.ID.String(), nil, map[string]any{"made": false})
		return endFeed(ctx, tx, who.ID)
	})
}

func endFeed(ctx context.Context, tx *db.Tx, of staff.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM roster_feed WHERE id = $1 AND {scope}`, of)
	return err
}

// Calendar is the calendar behind a link: the duties of one person, from a
// month ago on. A token that nobody has is not found.
func (s *Service) Calendar(ctx context.Context, token string) (d web.Download, err error) {
	var all []Line
	var name string
	var now clock.Instant
	reader := authz.System("roster", actFeed)
	err = s.DB.Read(ctx, reader, actFeed, func(tx *db.Tx) error {
		now = tx.Now
		f, err := db.One[feed](ctx, tx, `SELECT `+db.Columns[feed]("f")+` FROM roster_feed f JOIN staff m ON m.id = f.id WHERE f.token = $1 AND m.state = 'active' AND {scope:f}`, hashed(token))
		if err != nil {
			return err
		}
		if name, err = db.One[string](ctx, tx.Global("the feed names its community"), `SELECT name FROM community WHERE id = $1`, f.Community); err != nil {
			return err
		}
		all, err = db.All[Line](ctx, tx, `SELECT `+db.Columns[Duty]("d")+lines+`WHERE d.community_id = $1 AND d.staff_id = $2 AND d.from_at > $3 AND {scope:d} ORDER BY d.from_at, d.id`, f.Community, f.ID, now.Add(-31*24*time.Hour))
		return err
	})
	text := calendar(name, all, now)
	return web.Download{Type: "text/calendar; charset=utf-8", Name: "duties.ics", Size: int64(len(text)), Write: func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}, err
}

// calendar writes duties as RFC 5545 has it. A duty that was cancelled stays, so
// that a calendar that knows it takes it out.
func calendar(place string, all []Line, now clock.Instant) string {
	c := ics.NewCalendar()
	c.SetProductId("-//Guanjia//roster//ZH")
	c.SetMethod(ics.MethodPublish)
	c.SetName(place)
	c.SetXWRCalName(place)
	c.SetRefreshInterval("PT1H")
	for _, d := range all {
		e := c.AddEvent("duty-" + d.ID.String() + "@guanjia")
		e.SetDtStampTime(now.Time())
		e.SetStartAt(d.From.Time())
		e.SetEndAt(d.To.Time())
		e.SetSummary(d.ShiftName)
		e.SetLocation(place)
		e.SetSequence(int(d.Version))
		e.SetStatus(ics.ObjectStatusConfirmed)
		if d.State == StateCancelled {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	return c.Serialize(ics.WithNewLineWindows)
}
