package payonline

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"guanjia/internal/platform/alipay"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/mail"
	"guanjia/internal/platform/wechatpay"
)

func (c Channel) keyPlace() string { return Sealed[0].Place(db.ID(c.ID)) }
func (c Channel) v3Place() string  { return Sealed[1].Place(db.ID(c.ID)) }
func (c Channel) subject() string  { return "pay_channel:" + c.Community.String() + ":" + c.Channel }

// shown is a channel as its settings show it.
func (c Channel) shown() Channel {
	c.HasKey, c.HasV3 = c.Key != "", c.V3Key != ""
	return c
}

// noted is what the trail keeps: no key.
func (c Channel) noted() map[string]any {
	return map[string]any{"on": c.On, "appId": c.AppID, "merchant": c.Merchant, "serial": c.Serial, "platformId": c.Platform, "site": c.Site, "key": c.Key != "", "v3Key": c.V3Key != "", "publicKey": c.Public != ""}
}

// Channels are the two ways of a community, set up or not.
func (s *Service) Channels(ctx context.Context, who authz.Actor, community authz.CommunityID) (out []Channel, err error) {
	err = s.DB.Read(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out = nil
		for _, name := range []string{WeChat, Alipay} {
			c, err := channel(ctx, tx, community, name)
			if err != nil {
				return err
			}
			out = append(out, c.shown())
		}
		return nil
	})
	return out, err
}

// Terms are what somebody sets of a channel.
type Terms struct {
	On       bool    `json:"on"`
	AppID    string  `json:"appId" maxLength:"40"`
	Merchant string  `json:"merchant" maxLength:"40"`
	Serial   string  `json:"serial,omitempty" maxLength:"60"`
	Platform string  `json:"platformId,omitempty" maxLength:"80"`
	Public   string  `json:"publicKey" maxLength:"8000"`
	Key      *string `json:"privateKey,omitempty" maxLength:"8000" doc:"absent: as it was"`
	V3Key    *string `json:"v3Key,omitempty" maxLength:"100" doc:"absent: as it was"`
	Site     string  `json:"site" maxLength:"200"`
}

var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	serialForm = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
)

// checked trims the terms and says what is wrong, field by field. What is
// switched on is complete; what is off may be begun.
func (t Terms) checked(name string, before Channel) (Terms, error) {
	var wrong errs.Fields
	form := func(field string, s *string, like *regexp.Regexp, needed bool) {
		if *s = strings.TrimSpace(*s); *s == "" && needed && t.On {
			wrong.Add(field, "required", nil)
		} else if *s != "" && !like.MatchString(*s) {
			wrong.Add(field, "wrong_form", nil)
		}
	}
	form("appId", &t.AppID, idForm, true)
	form("merchant", &t.Merchant, idForm, true)
	form("serial", &t.Serial, serialForm, name == WeChat)
	form("platformId", &t.Platform, serialForm, name == WeChat)
	t.keys(name, before, &wrong)
	t.Site = strings.TrimRight(strings.TrimSpace(t.Site), "/")
	if u, err := url.Parse(t.Site); (t.On || t.Site != "") && (err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" || u.Scheme != "https" && (u.Scheme != "http" || !mail.Local(u.Hostname()))) {
		wrong.Add("site", "online.site", nil)
	}
	return t, wrong.Err()
}

// keys checks that what is given can be read, and that nothing is missing.
func (t *Terms) keys(name string, before Channel, wrong *errs.Fields) {
	parseKey := func(text string) error { _, err := alipay.ParseKey(text); return err }
	parsePublic := func(text string) error { _, err := alipay.ParsePublic(text); return err }
	if name == WeChat {
		parseKey = func(text string) error { _, err := wechatpay.ParseKey(text); return err }
		parsePublic = func(text string) error { _, err := wechatpay.ParsePublic(text); return err }
	}
	if t.Public = strings.TrimSpace(t.Public); t.Public == "" && t.On {
		wrong.Add("publicKey", "required", nil)
	} else if t.Public != "" && parsePublic(t.Public) != nil {
		wrong.Add("publicKey", "online.public", nil)
	}
	if t.Key != nil && *t.Key != "" && parseKey(*t.Key) != nil {
		wrong.Add("privateKey", "online.key", nil)
	}
	if t.On && (t.Key == nil && before.Key == "" || t.Key != nil && *t.Key == "") {
		wrong.Add("privateKey", "required", nil)
	}
	if name != WeChat {
		return
	}
	if t.V3Key != nil && *t.V3Key != "" && wechatpay.CheckV3Key(*t.V3Key) != nil {
		wrong.Add("v3Key", "online.v3_key", nil)
	}
	if t.On && (t.V3Key == nil && before.V3Key == "" || t.V3Key != nil && *t.V3Key == "") {
		wrong.Add("v3Key", "required", nil)
	}
}

// SetChannel changes how a community is paid.
func (s *Service) SetChannel(ctx context.Context, who authz.Actor, community authz.CommunityID, name string, expect func(int64) error, t Terms) (c Channel, err error) {
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		if c, err = channel(ctx, tx, community, name); err != nil {
			return err
		}
		terms, err := t.checked(name, c)
		if err != nil {
			return err
		}
		if err := expect(c.Version); err != nil {
			return err
		}
		before, moved := c.noted(), c.AppID != terms.AppID || c.Merchant != terms.Merchant
		if moved && c.Key != "" && terms.Key == nil { // orders signed with one merchant's key do not go to another
			return errs.ErrFields.At(errs.Field{Name: "privateKey", Code: ErrKeyAgain.Code})
		}
		fresh := c.ID == 0
		if fresh {
			c.ID, c.Version = db.NewID[Channel](tx), 1
		}
		c.On, c.AppID, c.Merchant, c.Serial, c.Platform, c.Public, c.Site = terms.On, terms.AppID, terms.Merchant, terms.Serial, terms.Platform, terms.Public, terms.Site
		if terms.Key != nil {
			c.Key = tx.Vault().Seal(c.keyPlace(), *terms.Key)
		}
		if terms.V3Key != nil {
			c.V3Key = tx.Vault().Seal(c.v3Place(), *terms.V3Key)
		}
		tx.Note(community, c.subject(), before, c.noted())
		if fresh {
			err = db.Insert(ctx, tx, "pay_channel", c)
		} else {
			err = db.Save(ctx, tx, "pay_channel", &c)
		}
		c = c.shown()
		tx.Answer(&c)
		return err
	})
	return c, err
}

// Tested is what became of a test.
type Tested struct {
	Works bool   `json:"works"`
	Words string `json:"words,omitempty" doc:"what the gateway, or the network, said"`
}

// TestChannel asks the gateway for an order that is not there: who is told so,
// and by the right signature, has the right keys on both sides.
func (s *Service) TestChannel(ctx context.Context, who authz.Actor, community authz.CommunityID, name string) (out Tested, err error) {
	var g gateway
	if err := s.DB.Read(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		c, err := channel(ctx, tx, community, name)
		if err == nil && (c.Key == "" || c.Public == "" || c.AppID == "" || c.Merchant == "") {
			err = ErrNotTested
		}
		if err != nil {
			return err
		}
		g, err = s.gatewayOf(tx, c)
		return err
	}); err != nil {
		return out, err
	}
	_, err = g.query(ctx, "GJTEST00000000")
	if out.Works = err == nil || errors.Is(err, errUnknown); !out.Works {
		out.Words = err.Error()
	}
	return out, s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		tx.Note(community, "pay_channel:"+community.String()+":"+name, nil, map[string]any{"tested": out.Works})
		tx.Answer(&out)
		return nil
	})
}
