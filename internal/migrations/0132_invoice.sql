-- Invoices (PAY-02a): whom they are made out to, what they are for, which money stands in which of them. Of red ones amounts are below 0. An amount of a part of a payment is in one invoice that holds, not in two.
CREATE TABLE invoice_seller (
  id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), name TEXT NOT NULL, tax_no TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, bank TEXT NOT NULL, account_no TEXT NOT NULL, drawer TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE invoice_goods (
  id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, treatment TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id)
);
CREATE INDEX invoice_goods_place ON invoice_goods (community_id, item_id);
CREATE TABLE invoice_title (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), customer_id BIGINT, account_id BIGINT, kind TEXT NOT NULL, name TEXT NOT NULL, tax_no TEXT NOT NULL, address TEXT NOT NULL, phone_sealed TEXT NOT NULL, bank TEXT NOT NULL, number_sealed TEXT NOT NULL,
  ended_at BIGINT, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX invoice_title_customer ON invoice_title (community_id, customer_id);
CREATE INDEX invoice_title_account ON invoice_title (community_id, account_id) WHERE account_id IS NOT NULL;
CREATE TABLE invoice_batch (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), number TEXT NOT NULL, n BIGINT NOT NULL, amount BIGINT NOT NULL, tax BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX invoice_batch_number ON invoice_batch (community_id, number);
CREATE TABLE invoice (
  id ${ID}, community_id BIGINT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, account_id BIGINT, buyer_kind TEXT NOT NULL, buyer TEXT NOT NULL, buyer_tax_no TEXT NOT NULL, buyer_address TEXT NOT NULL,
  buyer_phone_sealed TEXT NOT NULL, buyer_bank TEXT NOT NULL, buyer_number_sealed TEXT NOT NULL, amount BIGINT NOT NULL, net BIGINT NOT NULL, tax BIGINT NOT NULL, blue_id BIGINT, why TEXT NOT NULL, words TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL,
  by_id BIGINT, by_name TEXT NOT NULL, batch_id BIGINT, issued_no TEXT NOT NULL, issued_on TEXT, ended_why TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount <> 0), CHECK (net + tax = amount), CHECK ((kind = 'red') = (blue_id IS NOT NULL)),
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, blue_id) REFERENCES invoice (community_id, id),
  FOREIGN KEY (community_id, batch_id) REFERENCES invoice_batch (community_id, id)
);
CREATE UNIQUE INDEX invoice_number ON invoice (community_id, number);
CREATE UNIQUE INDEX invoice_issued_no ON invoice (community_id, issued_no) WHERE issued_no <> '';
CREATE INDEX invoice_place ON invoice (community_id, state, id);
CREATE INDEX invoice_of_room ON invoice (community_id, room_id, id);
CREATE INDEX invoice_customer ON invoice (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX invoice_of_blue ON invoice (community_id, blue_id) WHERE blue_id IS NOT NULL;
CREATE INDEX invoice_of_batch ON invoice (community_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE invoice_line (
  id ${ID}, community_id BIGINT NOT NULL, invoice_id BIGINT NOT NULL, n BIGINT NOT NULL, item_id BIGINT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, goods_code TEXT NOT NULL, treatment TEXT NOT NULL, rate TEXT NOT NULL, from_on TEXT, to_on TEXT,
  amount BIGINT NOT NULL, net BIGINT NOT NULL, tax BIGINT NOT NULL, blue_line_id BIGINT, UNIQUE (community_id, id), CHECK (net + tax = amount), FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
  FOREIGN KEY (community_id, blue_line_id) REFERENCES invoice_line (community_id, id)
);
CREATE UNIQUE INDEX invoice_line_n ON invoice_line (invoice_id, n);
CREATE INDEX invoice_line_blue ON invoice_line (community_id, blue_line_id) WHERE blue_line_id IS NOT NULL;
CREATE TABLE invoice_part (
  id ${ID}, community_id BIGINT NOT NULL, invoice_id BIGINT NOT NULL, line_id BIGINT NOT NULL, part_id BIGINT NOT NULL, amount BIGINT NOT NULL, CHECK (amount <> 0), FOREIGN KEY (community_id, invoice_id) REFERENCES invoice (community_id, id),
  FOREIGN KEY (community_id, line_id) REFERENCES invoice_line (community_id, id), FOREIGN KEY (community_id, part_id) REFERENCES payment_part (community_id, id)
);
CREATE INDEX invoice_part_of ON invoice_part (community_id, invoice_id);
CREATE INDEX invoice_part_part ON invoice_part (community_id, part_id);
CREATE INDEX invoice_part_line ON invoice_part (community_id, line_id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'invoice.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'invoice.ask' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'invoice.issue' FROM role WHERE code IN ('administrator', 'finance') ON CONFLICT DO NOTHING
