package customer

import (
	"context"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// ConsentKind is what a customer is asked to agree to.
type ConsentKind string

// The kinds of consent.
const (
	ConsentPrivacy  ConsentKind = "privacy"     // how personal data are dealt with
	ConsentContact  ConsentKind = "contact"     // being called and written to beyond their own matters
	ConsentPictures ConsentKind = "pictures"    // pictures taken inside the home
	ConsentOthers   ConsentKind = "third_party" // handing data to contractors
)

// ConsentTextID names an edition of a text.
type ConsentTextID = id.Of[ConsentText]

// ConsentText is one edition of what customers are asked. It is never changed:
// another edition follows, and old consents name the one they were given to.
type ConsentText struct {
	ID        ConsentTextID     `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"community"`
	Kind      ConsentKind       `db:"kind" json:"kind" enum:"privacy,contact,pictures,third_party"`
	Edition   int64             `db:"edition" json:"edition"`
	Zh        string            `db:"zh" json:"zh"`
	En        string            `db:"en" json:"en"`
	At        clock.Instant     `db:"published_at" json:"publishedAt"`
	By        authz.AccountID   `db:"published_by" json:"-"`
	ByName    string            `db:"published_by_name" json:"publishedBy"`
}

// Consent is what a customer said to a text. Withdrawing is another line.
type Consent struct {
	ID        id.Of[Consent]    `db:"id" json:"id"`
	Community authz.CommunityID `db:"community_id" json:"-"`
	Customer  ID                `db:"customer_id" json:"-"`
	Text      ConsentTextID     `db:"text_id" json:"textId"`
	Given     bool              `db:"is_given" json:"given" doc:"false: refused or withdrawn"`
	Channel   string            `db:"channel" json:"channel" enum:"paper,phone,visit,app"`
	At        clock.Instant     `db:"at" json:"at"`
	By        authz.AccountID   `db:"by_id" json:"-"`
	ByName    string            `db:"by_name" json:"by"`
}

// ConsentView is a consent with the edition it is about.
type ConsentView struct {
	Consent
	Kind    ConsentKind `db:"kind" json:"kind" enum:"privacy,contact,pictures,third_party"`
	Edition int64       `db:"edition" json:"edition"`
	Current bool        `db:"-" json:"current" doc:"what holds today for this kind"`
}

// The use cases of consent.
const (
	ActTexts   authz.Action = "customer.texts"
	ActConsent authz.Action = "customer.consent"
)

// ErrNoText says that the text is none of the customer's community.
var ErrNoText = errs.New(errs.Invalid, "customer.no_text", "there is no such text in the customer's community")

const longestText = 20_000

// Texts lists every edition of a community's texts, the latest first.
func (s *Service) Texts(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []ConsentText, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = db.All[ConsentText](ctx, tx, `SELECT `+db.Columns[ConsentText]("")+` FROM consent_text WHERE community_id = $1 AND {scope} ORDER BY kind, edition DESC`, community)
		return err
	})
	return out, err
}

// Publish adds the next edition of a text.
func (s *Service) Publish(ctx context.Context, who authz.Actor, t ConsentText) (ConsentText, error) {
	var wrong errs.Fields
	for field, text := range map[string]*string{"zh": &t.Zh, "en": &t.En} {
		if code := checkText(text, longestText); code != "" {
			wrong.Add(field, code, map[string]any{"max": longestText})
		}
	}
	if err := wrong.Err(); err != nil {
		return t, err
	}
	err := s.DB.Write(ctx, who, ActTexts, func(tx *db.Tx) error {
		if err := tx.In(ctx, t.Community); err != nil {
			return err
		}
		last, err := db.One[int64](ctx, tx, `SELECT CAST(COALESCE(MAX(edition), 0) AS BIGINT) FROM consent_text WHERE community_id = $1 AND kind = $2 AND {scope}`, t.Community, string(t.Kind))
		if err != nil {
			return err
		}
		t.ID, t.Edition, t.At, t.By, t.ByName = db.NewID[ConsentText](tx), last+1, tx.Now, who.ID, who.Name
		tx.Answer(&t)
		tx.Note(t.Community, "consent_text:"+t.ID.String(), nil, map[string]any{"kind": t.Kind, "edition": t.Edition})
		return db.Insert(ctx, tx, "consent_text", t)
	})
	return t, err
}

// Consents lists what a customer said, the latest first.
func (s *Service) Consents(ctx context.Context, who authz.Actor, id ID) (out []ConsentView, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if _, err := get(ctx, tx, id); err != nil {
			return err
		}
		out, err = consents(ctx, tx, id)
		return err
	})
	return out, err
}

func consents(ctx context.Context, tx *db.Tx, id ID) ([]ConsentView, error) {
	out, err := db.All[ConsentView](ctx, tx, `SELECT `+db.Columns[Consent]("n")+`, t.kind, t.edition FROM consent n
		JOIN consent_text t ON t.community_id = n.community_id AND t.id = n.text_id WHERE n.customer_id = $1 AND {scope:n} ORDER BY n.id DESC`, id)
	said := map[ConsentKind]bool{}
	for i := range out {
		out[i].Current = !said[out[i].Kind]
		said[out[i].Kind] = true
	}
	return out, err
}

// Consent records what a customer says to a text, or that they take it back.
func (s *Service) Consent(ctx context.Context, who authz.Actor, id ID, text ConsentTextID, given bool, channel string) (v ConsentView, err error) {
	err = s.DB.Write(ctx, who, ActConsent, func(tx *db.Tx) error {
		c, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := c.alive(); err != nil {
			return err
		}
		texts, err := db.All[ConsentText](ctx, tx, `SELECT `+db.Columns[ConsentText]("")+` FROM consent_text WHERE community_id = $1 AND id = $2 AND {scope}`, c.Community, text)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			return ErrNoText.At(errs.Field{Name: "textId", Code: ErrNoText.Code})
		}
		v = ConsentView{Kind: texts[0].Kind, Edition: texts[0].Edition, Current: true, Consent: Consent{
			ID: db.NewID[Consent](tx), Community: c.Community, Customer: id, Text: text, Given: given, Channel: channel, At: tx.Now, By: who.ID, ByName: who.Name,
		}}
		tx.Answer(&v)
		tx.Note(c.Community, "customer:"+id.String(), nil, map[string]any{"consent": v.Kind, "edition": v.Edition, "given": given, "channel": channel})
		return db.Insert(ctx, tx, "consent", v.Consent)
	})
	return v, err
}
