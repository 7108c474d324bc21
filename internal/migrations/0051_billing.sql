-- What is charged (BIL-01), at which price from when on (BIL-02), by which meter (BIL-04) and which shared cost (BIL-05).
CREATE TABLE charge_item (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, basis TEXT NOT NULL, meter_kind TEXT NOT NULL, share_by TEXT NOT NULL,
  formula TEXT NOT NULL, room_types TEXT NOT NULL, starts TEXT NOT NULL, period TEXT NOT NULL, due_day BIGINT NOT NULL, first_month TEXT NOT NULL, last_month TEXT NOT NULL,
  round_unit TEXT NOT NULL, round_mode TEXT NOT NULL, tax_rate TEXT NOT NULL, late_per_day TEXT NOT NULL, late_grace BIGINT NOT NULL, late_from TEXT NOT NULL, late_cap TEXT NOT NULL,
  price_kind TEXT NOT NULL, cap TEXT NOT NULL, cap_document TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX charge_item_code ON charge_item (community_id, code);
CREATE TABLE tariff (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, building_id BIGINT, room_type TEXT NOT NULL, room_id BIGINT, from_on TEXT NOT NULL, price TEXT NOT NULL, tiers TEXT NOT NULL,
  document TEXT NOT NULL, explanation TEXT NOT NULL, state TEXT NOT NULL, asked_at BIGINT NOT NULL, asked_by BIGINT, asked_by_name TEXT NOT NULL, decided_at BIGINT, decided_by_name TEXT NOT NULL,
  decision TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX tariff_once ON tariff (community_id, item_id, COALESCE(building_id, 0), room_type, COALESCE(room_id, 0), from_on) WHERE state IN ('pending', 'approved');
CREATE INDEX tariff_room ON tariff (community_id, room_id) WHERE room_id IS NOT NULL;
CREATE TABLE meter (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, number TEXT NOT NULL, room_id BIGINT, place TEXT NOT NULL, multiplier TEXT NOT NULL, digits BIGINT NOT NULL,
  plausible TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX meter_number ON meter (community_id, kind, number);
CREATE INDEX meter_room ON meter (community_id, room_id);
CREATE TABLE meter_reading (
  id ${ID}, community_id BIGINT NOT NULL, meter_id BIGINT NOT NULL, on_day TEXT NOT NULL, value TEXT NOT NULL, multiplier TEXT NOT NULL, digits BIGINT NOT NULL, old_final TEXT NOT NULL, new_initial TEXT NOT NULL,
  usage TEXT NOT NULL, estimated BOOLEAN NOT NULL, remark TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id)
);
CREATE UNIQUE INDEX meter_reading_day ON meter_reading (community_id, meter_id, on_day);
CREATE TABLE public_cost (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, building_id BIGINT, period TEXT NOT NULL, name TEXT NOT NULL, amount BIGINT NOT NULL, document TEXT NOT NULL, excluded TEXT NOT NULL,
  at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
CREATE INDEX public_cost_period ON public_cost (community_id, period, item_id);
-- Bill runs (BIL-06): a draft is what a dry run computed, a line is what is owed. Lines of a run that is not booked yet are not shown.
CREATE TABLE bill_run (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), period TEXT NOT NULL, items TEXT NOT NULL, state TEXT NOT NULL, summary TEXT NOT NULL, done BIGINT NOT NULL, total BIGINT NOT NULL, amount BIGINT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, decided_at BIGINT, decided_by_name TEXT NOT NULL, decision TEXT NOT NULL, booked_at BIGINT, reason TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE INDEX bill_run_place ON bill_run (community_id, id);
CREATE UNIQUE INDEX bill_run_at_work ON bill_run (community_id) WHERE state IN ('calculating', 'booking', 'cancelling');
CREATE TABLE bill_draft (
  id ${ID}, community_id BIGINT NOT NULL, run_id BIGINT NOT NULL, n BIGINT NOT NULL, room_id BIGINT NOT NULL, item_id BIGINT NOT NULL, meter_id BIGINT, space_id BIGINT, debtor TEXT NOT NULL, customer_id BIGINT,
  period TEXT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, due_on TEXT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, amount BIGINT NOT NULL, tax BIGINT NOT NULL, tariff_id BIGINT, explain TEXT NOT NULL,
  txn_id BIGINT NOT NULL, debit_id BIGINT NOT NULL, credit_id BIGINT NOT NULL, FOREIGN KEY (community_id, run_id) REFERENCES bill_run (community_id, id)
);
CREATE UNIQUE INDEX bill_draft_n ON bill_draft (run_id, n);
CREATE INDEX bill_draft_room ON bill_draft (community_id, room_id);
CREATE INDEX bill_draft_customer ON bill_draft (community_id, customer_id);
CREATE TABLE bill_line (
  id ${ID}, community_id BIGINT NOT NULL, run_id BIGINT NOT NULL, n BIGINT NOT NULL, room_id BIGINT NOT NULL, item_id BIGINT NOT NULL, meter_id BIGINT, space_id BIGINT, debtor TEXT NOT NULL, customer_id BIGINT,
  period TEXT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, due_on TEXT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, amount BIGINT NOT NULL, tax BIGINT NOT NULL, tariff_id BIGINT, explain TEXT NOT NULL,
  txn_id BIGINT NOT NULL, reversal_id BIGINT, reversed_at BIGINT, UNIQUE (community_id, id), CHECK (amount <> 0),
  FOREIGN KEY (community_id, run_id) REFERENCES bill_run (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id),
  FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX bill_line_live ON bill_line (community_id, room_id, item_id, COALESCE(meter_id, 0), COALESCE(space_id, 0), debtor, from_on) WHERE reversed_at IS NULL;
CREATE INDEX bill_line_room ON bill_line (community_id, room_id, due_on, id);
CREATE INDEX bill_line_run ON bill_line (community_id, run_id, n);
CREATE INDEX bill_line_customer ON bill_line (community_id, customer_id);
CREATE INDEX bill_line_period ON bill_line (community_id, period, item_id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'charge.view' AS action UNION ALL SELECT 'meter.view' UNION ALL SELECT 'bill.view') a ON 1 = 1
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'meter.read' AS action UNION ALL SELECT 'meter.edit' UNION ALL SELECT 'bill.run') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'charge.edit' AS action UNION ALL SELECT 'charge.approve' UNION ALL SELECT 'bill.approve' UNION ALL SELECT 'approval.decide') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
