package app_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"guanjia/internal/app"
	"guanjia/internal/auth"
	"guanjia/internal/followup"
	"guanjia/internal/housing"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/dbtest"
	"guanjia/internal/ticket"
)

// The demo is filled on both engines, a month that ends at noon.
func TestTheDemoIsLively(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { lively(t, "") })
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Log("TEST_POSTGRES is not set: PostgreSQL was not tested")
		return
	}
	t.Run("postgres", func(t *testing.T) { lively(t, dbtest.Postgres(t, server)) })
}

func lively(t *testing.T, dsn string) {
	ctx := t.Context()
	conf := app.Config{DataDir: t.TempDir(), Database: dsn, Now: func() time.Time { return dbtest.Noon }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	signIns, err := app.FillDemo(ctx, conf)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := app.FillDemo(ctx, conf); err != nil || len(again) != 0 {
		t.Fatalf("a second start filled again: %v %v", again, err)
	}
	a, err := app.New(ctx, conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	d := a.DB()
	for rule, c := range map[string]struct {
		query       string
		least, most int
	}{
		"buildings":                       {`SELECT COUNT(*) FROM building`, 6, 20},
		"rooms":                           {`SELECT COUNT(*) FROM room`, 500, 700},
		"shops":                           {`SELECT COUNT(*) FROM room WHERE type = 'shop'`, 20, 30},
		"parking spaces":                  {`SELECT COUNT(*) FROM room WHERE type = 'parking'`, 100, 150},
		"spaces with a number":            {`SELECT COUNT(*) FROM parking_space`, 120, 140},
		"cars":                            {`SELECT COUNT(*) FROM vehicle WHERE ended_on IS NULL`, 110, 170},
		"permits that end soon":           {`SELECT COUNT(*) FROM vehicle WHERE ended_on IS NULL AND permit_to >= '2026-03-02' AND permit_to <= '2026-04-01'`, 5, 30},
		"rooms without a keeper":          {`SELECT COUNT(*) FROM room r WHERE r.type = 'home' AND NOT EXISTS (SELECT 1 FROM parcel_room p WHERE p.room_id = r.id AND p.kind = 'keeper')`, 30, 34},
		"hand-overs of today":             {`SELECT COUNT(*) FROM handover WHERE appointed_on = '2026-03-02'`, 4, 10},
		"rooms handed over lately":        {`SELECT COUNT(*) FROM handover WHERE state = 'done'`, 8, 14},
		"defects":                         {`SELECT COUNT(*) FROM handover_item WHERE result = 'defect'`, 5, 40},
		"imports of every kind":           {`SELECT COUNT(DISTINCT state) FROM import WHERE state IN ('applied', 'rejected', 'mapping')`, 3, 3},
		"signed papers":                   {`SELECT COUNT(*) FROM room_paper WHERE is_current`, 500, 900},
		"people":                          {`SELECT COUNT(*) FROM customer WHERE kind = 'person'`, 900, 1500},
		"organisations":                   {`SELECT COUNT(*) FROM customer WHERE kind = 'organisation' AND name <> '散客'`, 1, 1},
		"tenants":                         {`SELECT COUNT(*) FROM relation WHERE kind = 'tenant'`, 50, 300},
		"people with a rare character":    {`SELECT COUNT(*) FROM customer WHERE name LIKE '%𠮷%'`, 1, 1},
		"the household of story 1":        {`SELECT COUNT(*) FROM customer_mobile WHERE mobile_index = '` + d.Vault().Index("mobile", "13800135678") + `'`, 1, 1},
		"identity documents":              {`SELECT COUNT(*) FROM customer_identity`, 20, 30},
		"bank accounts":                   {`SELECT COUNT(*) FROM customer_account`, 5, 10},
		"numbers in clear":                {`SELECT COUNT(*) FROM customer_mobile WHERE mobile <> ''`, 0, 0},
		"birthdays":                       {`SELECT COUNT(*) FROM customer WHERE birthday_md <> ''`, 40, 80},
		"birthdays today":                 {`SELECT COUNT(*) FROM customer WHERE birthday_md = '03-02'`, 2, 10},
		"tenancies":                       {`SELECT COUNT(*) FROM lease WHERE ended_on IS NULL`, 20, 60},
		"incomplete tenancies":            {`SELECT COUNT(*) FROM lease WHERE missing <> ''`, 5, 50},
		"pets and things":                 {`SELECT COUNT(*) FROM belonging`, 50, 80},
		"agreed calls":                    {`SELECT COUNT(*) FROM callback`, 4, 4},
		"reminders done":                  {`SELECT COUNT(*) FROM reminder_mark WHERE state = 'done'`, 1, 4},
		"merged archives":                 {`SELECT COUNT(*) FROM customer WHERE merged_into IS NOT NULL`, 1, 1},
		"changes of owner":                {`SELECT COUNT(*) FROM owner_transfer`, 1, 1},
		"staff":                           {`SELECT COUNT(*) FROM staff`, 20, 20},
		"invoices of every fate":          {`SELECT COUNT(DISTINCT state) FROM invoice WHERE state IN ('applied', 'issued', 'refused')`, 3, 3},
		"debit paid by the bank":          {`SELECT COUNT(*) FROM debit_item WHERE state = 'paid'`, 3, 5},
		"debit that failed":               {`SELECT COUNT(*) FROM debit_item WHERE state = 'failed'`, 1, 1},
		"debit batches to release":        {`SELECT COUNT(*) FROM debit_batch WHERE state = 'asked'`, 1, 1},
		"staff on duty":                   {`SELECT COUNT(*) FROM staff WHERE on_duty`, 9, 11},
		"tickets":                         {`SELECT COUNT(*) FROM ticket WHERE kind IN ('repair', 'service')`, 300, 315},
		"cleaning is no fault":            {`SELECT COUNT(*) FROM ticket WHERE kind = 'repair' AND category LIKE 'environment.%'`, 0, 0},
		"people who came":                 {`SELECT COUNT(DISTINCT staff_id) FROM attendance_mark WHERE struck_at IS NULL`, 12, 20},
		"marks struck out":                {`SELECT COUNT(*) FROM attendance_mark WHERE struck_at IS NOT NULL`, 1, 1},
		"forgotten marks that wait":       {`SELECT COUNT(*) FROM approval WHERE kind = 'attendance.fix' AND state = 'pending'`, 1, 3},
		"the response team":               {`SELECT COUNT(*) FROM response_team`, 1, 1},
		"staffing plans":                  {`SELECT COUNT(*) FROM staffing_plan`, 2, 2},
		"candidates":                      {`SELECT COUNT(*) FROM staffing_candidate`, 3, 3},
		"faults answered":                 {`SELECT COUNT(*) FROM fault_month WHERE faults > 0 AND answers <> '[]'`, 1, 1},
		"days of the log":                 {`SELECT COUNT(*) FROM daily_log`, 28, 34},
		"days to sign":                    {`SELECT COUNT(*) FROM daily_log WHERE sign_count < 3`, 2, 2},
		"important events to read":        {`SELECT COUNT(*) FROM daily_entry WHERE is_important AND read_at IS NULL`, 1, 1},
		"follow-up tasks":                 {`SELECT COUNT(*) FROM daily_task`, 4, 4},
		"versions of the tree of classes": {`SELECT COUNT(*) FROM category_version`, 2, 2},
		"look-ins that were made":         {`SELECT COUNT(*) FROM look_in WHERE state = 'done'`, 2, 2},
		"look-ins to make":                {`SELECT COUNT(*) FROM look_in WHERE state = 'planned'`, 1, 1},
		"steps that a form ticked":        {`SELECT COUNT(*) FROM procedure_tick WHERE slip_id IS NOT NULL AND slip_id <> 0`, 2, 2},
		"slips with a line to be filled":  {`SELECT COUNT(*) FROM slip s WHERE s.form = 'borrow_slip' AND s.replaced_at IS NULL AND NOT EXISTS (SELECT 1 FROM procedure_tick k WHERE k.slip_id = s.id AND k.step = 12)`, 1, 1},
		"recurring work of today":         {`SELECT COUNT(*) FROM ticket WHERE channel = 'plan'`, 1, 1},
		"complaints":                      {`SELECT COUNT(*) FROM ticket WHERE kind = 'complaint'`, 1, 1},
		"attempts at the quiz":            {`SELECT COUNT(*) FROM procedure_attempt WHERE is_passed`, 4, 12},
		"inquiries, suggestions, praise":  {`SELECT COUNT(*) FROM ticket WHERE kind IN ('inquiry', 'suggestion', 'praise')`, 7, 7},
		"on hold":                         {`SELECT COUNT(*) FROM ticket WHERE status = 'held' AND held_until IS NOT NULL`, 1, 3},
		"planned duties":                  {`SELECT COUNT(*) FROM roster_duty WHERE state = 'planned'`, 190, 230},
		"maintenance on duty at noon":     {`SELECT COUNT(*) FROM roster_duty d JOIN roster_shift s ON s.id = d.shift_id WHERE s.post = 'maintenance' AND d.from_at <= ` + noon + ` AND d.to_at > ` + noon, 4, 4},
		"swaps that wait":                 {`SELECT COUNT(*) FROM roster_swap WHERE state = 'asked'`, 1, 1},
		"handovers that both confirmed":   {`SELECT COUNT(*) FROM shift_handover WHERE state = 'taken'`, 1, 1},
		"dispatches that went on":         {`SELECT COUNT(*) FROM ticket_entry WHERE verb = 'timed_out'`, 1, 60},
		"opened again":                    {`SELECT COUNT(*) FROM ticket WHERE reopened > 0`, 3, 15},
		"told by the ladder":              {`SELECT COUNT(*) FROM ticket_entry WHERE verb = 'escalated'`, 100, 2000},
		"tickets of grade A":              {`SELECT COUNT(*) FROM ticket WHERE grade = 'A'`, 15, 15},
		"tickets of grade B":              {`SELECT COUNT(*) FROM ticket WHERE grade = 'B'`, 60, 75},
		"appointments of tomorrow":        {`SELECT COUNT(*) FROM appointment WHERE state = 'booked' AND kind = 'window'`, 10, 12},
		"new":                             {`SELECT COUNT(*) FROM ticket WHERE status = 'new'`, 12, 18},
		"dispatched":                      {`SELECT COUNT(*) FROM ticket WHERE status = 'dispatched'`, 2, 8},
		"accepted":                        {`SELECT COUNT(*) FROM ticket WHERE status = 'accepted'`, 2, 8},
		"arrived":                         {`SELECT COUNT(*) FROM ticket WHERE status = 'arrived'`, 2, 8},
		"working":                         {`SELECT COUNT(*) FROM ticket WHERE status = 'working'`, 3, 12},
		"waiting for the follow-up":       {`SELECT COUNT(*) FROM ticket WHERE status = 'resolved'`, 10, 40},
		"followed up":                     {`SELECT COUNT(*) FROM ticket WHERE status IN ('followed_up', 'archived')`, 220, 280},
		"cancelled":                       {`SELECT COUNT(*) FROM ticket WHERE status = 'cancelled'`, 12, 12},
		"not reached":                     {`SELECT COUNT(*) FROM follow_up WHERE state = 'not_reached'`, 4, 5},
		"late":                            {`SELECT COUNT(*) FROM ticket WHERE resolved_at > resolve_due`, 10, 60},
		"breached now":                    {`SELECT COUNT(*) FROM ticket WHERE sort_due < ` + noon, 1, 5},
		"refusals":                        {`SELECT COUNT(*) FROM ticket_entry WHERE verb = 'refused'`, 3, 30},
		"a region":                        {`SELECT COUNT(*) FROM community WHERE region_id IS NOT NULL`, 1, 1},
		"requests of every state":         {`SELECT COUNT(DISTINCT state) FROM approval`, 5, 5},
		"planned changes of position":     {`SELECT COUNT(*) FROM position_change WHERE state = 'planned'`, 1, 1},
		"quotes that wait":                {`SELECT COUNT(*) FROM quote WHERE state = 'offered'`, 1, 1},
		"quotes that were agreed to":      {`SELECT COUNT(*) FROM quote WHERE state = 'accepted' AND total > 0`, 5, 80},
		"work under warranty":             {`SELECT COUNT(*) FROM quote_line WHERE free = 'warranty'`, 0, 20},
		"photos":                          {`SELECT COUNT(*) FROM ticket_photo`, 300, 500},
		"tickets older than a month":      {`SELECT COUNT(*) FROM ticket WHERE opened_at < ` + noon + ` - 2678400000`, 0, 0},
		"entries of tomorrow":             {`SELECT COUNT(*) FROM audit WHERE at > ` + noon, 0, 0},
		"lines out of order": {`SELECT COUNT(*) FROM ticket_entry a JOIN ticket_entry b ON b.ticket_id = a.ticket_id AND b.id > a.id AND b.at < a.at`,
			0, 0},
		"dead jobs":        {`SELECT COUNT(*) FROM job WHERE dead_at IS NOT NULL OR last_error <> ''`, 0, 0},
		"unsealed entries": {`SELECT COUNT(*) FROM audit WHERE seq IS NULL`, 0, 0},
	} {
		if n := dbtest.One[int](t, d, c.query); n < c.least || n > c.most {
			t.Errorf("%s: %d, want %d to %d", rule, n, c.least, c.most)
		}
	}
	// Every label reads as the room it is shown for (HOU-01).
	if err := d.Read(ctx, authz.System("test", "demo.look"), "demo.look", func(tx *db.Tx) error {
		type room struct {
			Label string `db:"label"`
			Key   string `db:"label_key"`
		}
		return db.Each(ctx, tx.Global("looking at what the demo made"), `SELECT label, label_key FROM room`, nil, func(r room) error {
			for _, shown := range []string{r.Label, r.Key} {
				if l, err := housing.ParseLabel(shown); err != nil || l.Key() != r.Key || l.String() != r.Label {
					t.Errorf("%s reads as %s (%v)", shown, l, err)
				}
			}
			return nil
		})
	}); err != nil {
		t.Error(err)
	}
	if err := a.VerifyAudit(ctx, io.Discard); err != nil {
		t.Error(err)
	}
	canSignIn(t, d, signIns[0].Username, signIns[0].Password)
}

const noon = "1772424000000"

func canSignIn(t *testing.T, d *db.DB, name, password string) {
	t.Helper()
	s := auth.New(d)
	in, err := s.SignIn(context.Background(), authz.Request{}, auth.Credentials{Name: name, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := s.Find(t.Context(), in.Session, authz.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if who.May(ticket.ActView) == nil || who.May(followup.ActView) == nil {
		t.Error("a one-time password opens more than the page to change it")
	}
}
