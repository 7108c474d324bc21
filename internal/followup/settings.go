package followup

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/id"
)

// Settings are the rules of one community (FUP-01). They apply to what is
// planned from then on.
type Settings struct {
	RepairHours    int64    `json:"repairHours" minimum:"1" maximum:"720" doc:"after a repair was resolved"`
	ServiceHours   int64    `json:"serviceHours" minimum:"1" maximum:"720" doc:"after a service without a visit"`
	VisitDays      int64    `json:"visitDays" minimum:"1" maximum:"60" doc:"after a service on the spot, or an installation"`
	ComplaintHours int64    `json:"complaintHours" minimum:"1" maximum:"720" doc:"to the first attempt"`
	ComplaintDays  int64    `json:"complaintDays" minimum:"1" maximum:"60" doc:"to its completion"`
	VIPDays        int64    `json:"vipDays" minimum:"1" maximum:"60" doc:"after each service for a customer with one of vipTags"`
	VIPTags        []string `json:"vipTags" maxItems:"20"`
	InquiryPercent int64    `json:"inquiryPercent" minimum:"0" maximum:"100" doc:"so many of a hundred inquiries"`
	InquiryHours   int64    `json:"inquiryHours" minimum:"1" maximum:"720"`
	HandoverDays   int64    `json:"handoverDays" minimum:"0" maximum:"365" doc:"after a room was handed over; 0: nobody is asked"`
	CareDays       int64    `json:"careDays" minimum:"0" maximum:"365" doc:"between two calls at households in care; 0: none"`
	CareTags       []string `json:"careTags" maxItems:"20" doc:"who is in care"`
	Attempts       int64    `json:"attempts" minimum:"1" maximum:"10" doc:"after so many the customer counts as not reached"`
	Version        int64    `json:"version" doc:"0: as shipped"`
}

// ETag implements web.Versioned.
func (s Settings) ETag() int64 { return s.Version }

// Shipped are the rules of a community that has set none.
var Shipped = Settings{
	RepairHours: 24, ServiceHours: 24, VisitDays: 7, ComplaintHours: 24, ComplaintDays: 3, VIPDays: 3, VIPTags: []string{"VIP"}, InquiryPercent: 10, InquiryHours: 24,
	HandoverDays: 30, CareDays: 30, CareTags: []string{"独居老人", "高龄老人", "残障人士"}, Attempts: 3,
}

// settingRow is how they are stored: as one document.
type settingRow struct {
	ID        id.Of[settingRow] `db:"id"`
	Community authz.CommunityID `db:"community_id"`
	Doc       settingDoc        `db:"doc"`
	Version   int64             `db:"version"`
}

type settingDoc Settings

// Value implements driver.Valuer.
func (d settingDoc) Value() (driver.Value, error) {
	d.Version = 0 // it has a column of its own
	b, err := json.Marshal(Settings(d))
	return string(b), err
}

// Scan implements sql.Scanner.
func (d *settingDoc) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("followup: settings are stored as TEXT, not %T", src)
	}
	*d = settingDoc(Shipped) // what an older program did not know of
	return json.Unmarshal([]byte(s), (*Settings)(d))
}

func settingRows(ctx context.Context, tx *db.Tx, community authz.CommunityID) ([]settingRow, error) {
	return db.All[settingRow](ctx, tx, `SELECT `+db.Columns[settingRow]("")+` FROM follow_up_setting WHERE community_id = $1 AND {scope}`, community)
}

func settingsIn(ctx context.Context, tx *db.Tx, community authz.CommunityID) (Settings, error) {
	rows, err := settingRows(ctx, tx, community)
	if err != nil || len(rows) == 0 {
		return Shipped, err
	}
	s := Settings(rows[0].Doc)
	s.Version = rows[0].Version
	return s, nil
}

// checked trims the tags and says what is wrong, field by field.
func (s Settings) checked() (Settings, error) {
	var f errs.Fields
	tags := func(field string, in []string) []string {
		out := []string{}
		for _, t := range in {
			if t = strings.TrimSpace(t); t == "" || utf8.RuneCountInString(t) > 20 || strings.ContainsAny(t, `"\%_`) || strings.ContainsFunc(t, func(r rune) bool { return r < ' ' }) {
				f.Add(field, "wrong_form", nil)
			}
			out = append(out, t)
		}
		return out
	}
	s.VIPTags, s.CareTags = tags("vipTags", s.VIPTags), tags("careTags", s.CareTags)
	if s.ComplaintDays*24 < s.ComplaintHours {
		f.Add("complaintDays", "followup.complete_before_first", nil)
	}
	return s, f.Err()
}

// Settings returns the rules of a community.
func (s *Service) Settings(ctx context.Context, who authz.Actor, community authz.CommunityID) (out Settings, err error) {
	err = s.DB.Read(ctx, who, ActView, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		out, err = settingsIn(ctx, tx, community)
		return err
	})
	return out, err
}

// SetSettings changes them for what is planned from now on.
func (s *Service) SetSettings(ctx context.Context, who authz.Actor, community authz.CommunityID, expect func(int64) error, in Settings) (out Settings, err error) {
	if in, err = in.checked(); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, who, ActSettings, func(tx *db.Tx) error {
		if err := tx.In(ctx, community); err != nil {
			return err
		}
		rows, err := settingRows(ctx, tx, community)
		if err != nil {
			return err
		}
		row, before := settingRow{ID: db.NewID[settingRow](tx), Community: community}, Shipped
		if len(rows) > 0 {
			row, before = rows[0], Settings(rows[0].Doc)
		}
		if err := expect(row.Version); err != nil {
			return err
		}
		row.Doc = settingDoc(in)
		tx.Note(community, "followup_settings:"+community.String(), before, in)
		if row.Version == 0 {
			row.Version = 1
			err = db.Insert(ctx, tx, "follow_up_setting", row)
		} else {
			err = db.Save(ctx, tx, "follow_up_setting", &row)
		}
		out = in
		out.Version = row.Version
		tx.Answer(&out)
		return err
	})
	return out, err
}
