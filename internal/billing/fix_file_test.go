package billing_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"guanjia/internal/approval"
	"guanjia/internal/billing"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/blob"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
)

// BIL-10: a correction is asked for with its evidence; who decides sees how much there is, and nothing is added afterwards.
func TestACorrectionHasItsEvidence(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		var err error
		if e.svc.Blobs, err = blob.Open(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		e.svc.Replace = func(_ context.Context, _ *db.Tx, _ authz.CommunityID, _ housing.RoomID, _ billing.LineID, change func() (billing.LineID, error)) error {
			_, err := change()
			return err
		}
		i := e.item(propertyFee())
		e.tariff(i.ID, billing.TariffDraft{From: day("2024-01-01"), Price: "2.50"})
		e.booked(e.calculated("2026-03"))
		f, err := e.svc.BeginFix(ctx, e.clerk, billing.FixDraft{Item: i.ID, First: month("2026-03"), Last: month("2026-03"), Cause: "tariff", Wrong: "2.50", Right: "2.40", Reason: "单价录错", Evidence: "备案2026-3"})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.svc.WorkFix(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
			t.Fatal(err)
		}
		one, err := e.svc.AddFixFile(ctx, e.clerk, f.ID, bytes.NewReader(picture.Bytes()))
		if err != nil || one.Type != "image/png" {
			t.Fatalf("%+v %v", one, err)
		}
		_, err = e.svc.AddFixFile(ctx, e.clerk, f.ID, strings.NewReader("#!/bin/sh"))
		field(t, err, "file", "billing.not_file")
		far := dbtest.Actor(13, []authz.CommunityID{2}, all...)
		if _, err := e.svc.AddFixFile(ctx, far, f.ID, bytes.NewReader(picture.Bytes())); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's user adds evidence: %v", err)
		}
		if _, _, err := e.svc.OpenFixFile(ctx, far, one.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another community's user reads evidence: %v", err)
		}
		_, r, err := e.svc.OpenFixFile(ctx, e.boss, one.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, picture.Bytes()) {
			t.Errorf("%d bytes come back: %v", len(got), err)
		}
		_ = r.Close()
		if f, err = e.svc.Fix(ctx, e.clerk, f.ID); err != nil || len(f.Files) != 1 {
			t.Fatalf("%+v %v", f.Files, err)
		}
		if _, err := e.svc.MoveFix(ctx, e.clerk, f.ID, match(f.Version), "submit"); err != nil {
			t.Fatal(err)
		}
		todo, err := e.inbox.ToDecide(ctx, e.boss, approval.Position{}, 10)
		if err != nil || len(todo) != 1 {
			t.Fatal(todo, err)
		}
		v, err := e.inbox.Get(ctx, e.boss, todo[0].ID)
		if err != nil || !slices.ContainsFunc(v.Lines, func(l approval.Line) bool { return l.Label == "files" && l.To == "1" }) {
			t.Errorf("who decides sees %+v, %v", v.Lines, err)
		}
		e.decide("billing.fix", "bill_fix:"+f.ID.String(), true)
		if err := e.svc.WorkFix(ctx, f.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := e.svc.AddFixFile(ctx, e.clerk, f.ID, bytes.NewReader(picture.Bytes())); !errors.Is(err, billing.ErrNotNow) {
			t.Errorf("evidence for what is booked: %v", err)
		}
	})
}
