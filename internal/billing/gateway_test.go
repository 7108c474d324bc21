package billing_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/internal/billing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/clock"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

func at(s string) clock.Instant {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return clock.Instant(t.UnixMilli())
}

// gateway is a new one with the actor that its token stands for.
func (e *env) gateway(name string) (billing.NewGateway, authz.Actor) {
	e.t.Helper()
	g, err := e.svc.MakeGateway(e.t.Context(), e.keeper(), 1, name)
	if err != nil {
		e.t.Fatal(err)
	}
	who, err := e.svc.Device(e.t.Context(), g.Secret)
	if err != nil {
		e.t.Fatal(err)
	}
	return g, who
}

func (e *env) keeper() authz.Actor {
	return dbtest.Actor(11, []authz.CommunityID{1}, append(slices.Clone(all), billing.ActGateways)...)
}

func (e *env) sends(who authz.Actor, sent ...billing.Sent) billing.Receipt {
	e.t.Helper()
	got, err := e.svc.FromGateway(e.t.Context(), who, sent)
	if err != nil {
		e.t.Fatal(err)
	}
	return got
}

// BIL-04: a gateway's readings are taken one by one; what is wrong is refused by name, and what is sent again counts once.
func TestAGatewayOfSmartMetersBringsReadings(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		one := e.meter(billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000, Digits: 5, Plausible: "100"}, "2026-01-31", "100")
		e.meter(billing.MeterDraft{Kind: "water", Number: "W-2", Room: 1001}, "2026-01-31", "50")
		e.meter(billing.MeterDraft{Kind: "water", Number: "X-9", Room: 1002}, "2026-01-31", "0")
		e.meter(billing.MeterDraft{Kind: "gas", Number: "X-9", Room: 1002}, "2026-01-31", "0")
		_, who := e.gateway("采集器A")
		sent := []billing.Sent{
			{Number: "W-1", At: at("2026-02-28T23:30:00+08:00"), Value: "112.5"},
			{Number: "W-2", At: at("2026-02-28T23:30:00+08:00"), Value: "40"},
			{Number: "W-3", At: at("2026-02-28T23:30:00+08:00"), Value: "1"},
			{Number: "X-9", At: at("2026-02-28T23:30:00+08:00"), Value: "1"},
			{Number: "X-9", Kind: "gas", At: at("2026-02-28T23:30:00+08:00"), Value: "abc"},
			{Number: "X-9", Kind: "gas", At: at("2099-01-01T00:00:00+08:00"), Value: "9"},
			{Number: "X-9", Kind: "gas", At: at("2026-01-15T00:00:00+08:00"), Value: "9"},
			{Number: "X-9", Kind: "gas", At: at("2026-02-28T23:30:00+08:00"), Value: "9"},
		}
		got := e.sends(who, sent...)
		var codes []string
		for _, l := range got.Lines {
			codes = append(codes, l.State+" "+l.Code)
		}
		want := []string{"entered ", "refused billing.reading_backwards", "refused billing.reading_meter", "refused billing.reading_meter_two", "refused wrong_form", "refused billing.reading_ahead", "refused billing.reading_order", "entered "}
		if !slices.Equal(codes, want) || got.Entered != 2 || got.Refused != 6 || !strings.Contains(got.Lines[2].Message, "W-3") {
			t.Fatalf("%q %+v", codes, got)
		}
		if again := e.sends(who, sent[0], sent[7]); again.Known != 2 || again.Entered+again.Refused != 0 {
			t.Errorf("sent again: %+v", again)
		}
		other := sent[0]
		other.Value = "113"
		later := billing.Sent{Number: "W-1", At: sent[0].At.Add(10 * time.Minute), Value: "113"}
		if got := e.sends(who, other, later); got.Lines[0].Code != "billing.reading_differs" || got.Lines[1].Code != "billing.reading_day" {
			t.Errorf("the same instant otherwise, and the same day again: %+v", got)
		}
		list, err := e.svc.Readings(ctx, e.clerk, one.ID)
		if err != nil || len(list) != 2 || list[0].Value != "112.5" || list[0].Usage != "12.5" || list[0].ByName != "采集器A" || list[0].On != day("2026-02-28") || list[0].ReadAt == nil || list[0].Photos == nil {
			t.Errorf("%+v %v", list, err)
		}
		gateways, err := e.svc.Gateways(ctx, e.keeper(), 1)
		if err != nil || len(gateways) != 1 || gateways[0].Entered != 2 || gateways[0].Refused != 8 || len(gateways[0].Refusals) != 8 || gateways[0].Refusals[0].Code != "billing.reading_day" || gateways[0].Refusals[0].Message == "" || gateways[0].UsedAt == nil {
			t.Errorf("%+v %v", gateways, err)
		}
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM audit WHERE subject LIKE 'meter_gateway:%' AND actor_name = '采集器A' AND after LIKE '%"refused":6%'`); n != 1 {
			t.Errorf("%d entries in the trail", n)
		}
	})
}

// BIL-04: a token is shown once and kept as a hash, is worth nothing once it was ended, and opens nothing but readings of one community.
func TestAGatewaysTokenIsForReadingsOfItsCommunityOnly(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		g, who := e.gateway("采集器A")
		if n := dbtest.One[int](t, e.d, `SELECT COUNT(*) FROM meter_gateway WHERE token = $1`, g.Secret); n != 0 || len(g.Secret) < 50 {
			t.Error("the token itself is kept, or short")
		}
		if acts := who.Actions(); len(acts) != 1 || acts[0] != billing.ActRead {
			t.Errorf("it may do %v", acts)
		}
		if s := who.Scope(billing.ActRead); s.All || !slices.Equal(s.Communities, []authz.CommunityID{1}) {
			t.Errorf("it reaches %+v", s)
		}
		dbtest.Exec(t, e.d, `INSERT INTO meter (id, community_id, kind, number, place, multiplier, digits, plausible, state, version) VALUES (5000, 2, 'water', 'W-9', '', '1', 0, '', 'active', 1)`)
		if got := e.sends(who, billing.Sent{Number: "W-9", At: at("2026-02-01T00:00:00+08:00"), Value: "1"}); got.Lines[0].Code != "billing.reading_meter" {
			t.Errorf("a meter of another community: %+v", got)
		}
		if _, err := e.svc.FromGateway(ctx, e.clerk, []billing.Sent{{}}); !errors.Is(err, billing.ErrOnlyDevices) {
			t.Errorf("a person sends as a gateway: %v", err)
		}
		if _, err := e.svc.Device(ctx, g.Secret+"x"); !errors.Is(err, authz.ErrSignIn) {
			t.Errorf("a wrong token: %v", err)
		}
		if _, err := e.svc.MakeGateway(ctx, e.clerk, 1, "B"); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("without the permission: %v", err)
		}
		if _, err := e.svc.MakeGateway(ctx, e.keeper(), 2, "B"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("for another community: %v", err)
		}
		_, err := e.svc.MakeGateway(ctx, e.keeper(), 1, "  ")
		field(t, err, "name", "required")
		if _, err := e.svc.EndGateway(ctx, e.keeper(), g.ID, match(7)); !errors.Is(err, db.ErrStale) {
			t.Errorf("a version that nobody saw: %v", err)
		}
		ended, err := e.svc.EndGateway(ctx, e.keeper(), g.ID, match(1))
		if err != nil || ended.EndedAt == nil {
			t.Fatal(ended, err)
		}
		if _, err := e.svc.Device(ctx, g.Secret); !errors.Is(err, authz.ErrSignIn) {
			t.Errorf("an ended token: %v", err)
		}
		if _, err := e.svc.FromGateway(ctx, who, []billing.Sent{{Number: "W-1"}}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("ended while it was sending: %v", err)
		}
		if _, err := e.svc.EndGateway(ctx, e.keeper(), g.ID, match(2)); !errors.Is(err, billing.ErrGatewayEnded) {
			t.Errorf("ended twice: %v", err)
		}
	})
}

// BIL-04: nobody stands beside a smart meter, so an unusual usage is taken and the run says so before anything is booked.
func TestAnUnusualUsageOfASmartMeterIsListedBeforeBilling(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		water := e.metered("water")
		e.tariff(water.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "3.50"})
		m := e.meter(billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000}, "2025-11-30", "100")
		e.reads(m, "2025-12-31", "110")
		e.reads(m, "2026-01-31", "120")
		_, who := e.gateway("采集器A")
		if got := e.sends(who, billing.Sent{Number: "W-1", At: at("2026-02-28T23:50:00+08:00"), Value: "200"}); got.Entered != 1 {
			t.Fatalf("%+v", got)
		}
		run := e.calculated("2026-02")
		if !slices.ContainsFunc(run.Summary.Warnings, func(w billing.Warning) bool {
			return w.Code == "unusual_reading" && !w.Error && w.Params["meter"] == "W-1" && w.Params["usage"] == "80"
		}) {
			t.Errorf("%+v", run.Summary.Warnings)
		}
	})
}

// BIL-04: the picture that was taken of a register stands beside its reading.
func TestAReadingHasItsPictures(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		var err error
		if e.svc.Blobs, err = blob.Open(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		m := e.meter(billing.MeterDraft{Kind: "water", Number: "W-1", Room: 1000}, "2026-01-31", "100")
		made, err := e.svc.Enter(ctx, e.clerk, 1, []billing.Entered{{Meter: m.ID, On: day("2026-02-28"), Value: "110"}})
		if err != nil || len(made) != 1 {
			t.Fatal(made, err)
		}
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
			t.Fatal(err)
		}
		add := func(who authz.Actor) (billing.Photo, error) {
			return e.svc.AddPhoto(ctx, who, made[0], bytes.NewReader(picture.Bytes()))
		}
		p, err := add(e.clerk)
		if err != nil || p.Type != "image/png" {
			t.Fatalf("%+v %v", p, err)
		}
		_, err = e.svc.AddPhoto(ctx, e.clerk, made[0], strings.NewReader("%PDF-1.4"))
		field(t, err, "file", "billing.not_picture")
		far := dbtest.Actor(13, []authz.CommunityID{2}, all...)
		if _, err := add(far); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's user adds one: %v", err)
		}
		if _, _, err := e.svc.OpenPhoto(ctx, far, p.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's user opens it: %v", err)
		}
		_, r, err := e.svc.OpenPhoto(ctx, e.clerk, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, picture.Bytes()) {
			t.Errorf("%d bytes come back: %v", len(got), err)
		}
		_ = r.Close()
		list, err := e.svc.CorrectReading(ctx, e.clerk, made[0], "110", "111", "看错一位")
		if err != nil || len(list) != 2 || len(list[0].Photos) != 1 || len(list[1].Photos) != 0 {
			t.Errorf("after a correction: %+v %v", list, err)
		}
		for range 2 {
			if _, err := add(e.clerk); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := add(e.clerk); !errors.Is(err, billing.ErrPhotos) {
			t.Errorf("a fourth: %v", err)
		}
		if n, err := e.svc.ErasePhotos(ctx, e.d.Now().Add(time.Hour)); err != nil || n != 3 {
			t.Errorf("%d erased, %v", n, err)
		}
	})
}
