-- Direct debit (PAY-02b): what a household allowed its bank, and batches of what is taken by it: a file out, a file back. An item is one amount of one account; its lines are what it pays.
CREATE TABLE debit_mandate (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, number TEXT NOT NULL, bank TEXT NOT NULL, holder_sealed TEXT NOT NULL, number_sealed TEXT NOT NULL, number_index TEXT NOT NULL, signed_on TEXT NOT NULL, most BIGINT NOT NULL,
  state TEXT NOT NULL, ended_on TEXT, ended_why TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (most >= 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX debit_mandate_live ON debit_mandate (community_id, room_id, COALESCE(customer_id, 0)) WHERE state = 'active';
CREATE UNIQUE INDEX debit_mandate_number ON debit_mandate (community_id, bank, number);
CREATE INDEX debit_mandate_place ON debit_mandate (community_id, state, id);
CREATE INDEX debit_mandate_customer ON debit_mandate (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE TABLE debit_batch (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), number TEXT NOT NULL, bank TEXT NOT NULL, due_till TEXT NOT NULL, collect_on TEXT NOT NULL, state TEXT NOT NULL, n BIGINT NOT NULL, amount BIGINT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL,
  released_at BIGINT, released_by_name TEXT NOT NULL, ended_why TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX debit_batch_number ON debit_batch (community_id, number);
CREATE INDEX debit_batch_place ON debit_batch (community_id, id);
CREATE TABLE debit_item (
  id ${ID}, community_id BIGINT NOT NULL, batch_id BIGINT NOT NULL, n BIGINT NOT NULL, mandate_id BIGINT NOT NULL, amount BIGINT NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL, reference TEXT NOT NULL, answered_on TEXT, payment_id BIGINT, tries BIGINT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount >= 0), FOREIGN KEY (community_id, batch_id) REFERENCES debit_batch (community_id, id), FOREIGN KEY (community_id, mandate_id) REFERENCES debit_mandate (community_id, id),
  FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id)
);
CREATE UNIQUE INDEX debit_item_n ON debit_item (batch_id, n);
CREATE INDEX debit_item_mandate ON debit_item (community_id, mandate_id);
CREATE TABLE debit_line (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, line_id BIGINT NOT NULL, principal BIGINT NOT NULL, late_fee BIGINT NOT NULL, state TEXT NOT NULL, FOREIGN KEY (community_id, item_id) REFERENCES debit_item (community_id, id),
  FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX debit_line_live ON debit_line (community_id, line_id) WHERE state = 'live';
CREATE INDEX debit_line_item ON debit_line (community_id, item_id);
INSERT INTO role_action (role_id, action) SELECT id, 'debit.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'debit.mandates' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'debit.run' FROM role WHERE code IN ('administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'debit.release' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
