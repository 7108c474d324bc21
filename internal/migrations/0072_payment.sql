-- Money taken (PAY-01): a payment, and what of it reached which part of which line. What is paid on a line, and what is prepaid, is the sum of parts that are not reversed; it stands nowhere else.
CREATE TABLE payment (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), at BIGINT NOT NULL, on_day TEXT NOT NULL, paid_on TEXT NOT NULL, means TEXT NOT NULL, amount BIGINT NOT NULL, tendered BIGINT NOT NULL, payer TEXT NOT NULL,
  customer_id BIGINT, room_id BIGINT NOT NULL, source TEXT NOT NULL, reference TEXT NOT NULL, words TEXT NOT NULL, txn_id BIGINT NOT NULL, reversal_id BIGINT, reversed_at BIGINT, reversed_on TEXT, void_state TEXT NOT NULL, void_reason TEXT NOT NULL,
  voided_by_name TEXT NOT NULL, shift_id BIGINT, void_shift_id BIGINT, by_id BIGINT, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount >= 0), CHECK (source <> ''),
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX payment_source ON payment (community_id, source);
CREATE INDEX payment_of_room ON payment (community_id, room_id, id);
CREATE INDEX payment_day ON payment (community_id, on_day, means);
CREATE INDEX payment_customer ON payment (community_id, customer_id);
CREATE INDEX payment_shift ON payment (community_id, shift_id) WHERE shift_id IS NOT NULL;
CREATE TABLE payment_part (
  id ${ID}, community_id BIGINT NOT NULL, payment_id BIGINT NOT NULL, line_id BIGINT, part TEXT NOT NULL, item_id BIGINT, room_id BIGINT NOT NULL, amount BIGINT NOT NULL, on_day TEXT NOT NULL, uses_id BIGINT, reversed_at BIGINT,
  UNIQUE (community_id, id), CHECK (amount <> 0), CHECK ((part IN ('prepaid', 'deposit')) = (line_id IS NULL)), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id),
  FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id), FOREIGN KEY (community_id, uses_id) REFERENCES payment_part (community_id, id),
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX payment_part_payment ON payment_part (community_id, payment_id);
CREATE INDEX payment_part_line ON payment_part (community_id, line_id) WHERE line_id IS NOT NULL;
CREATE INDEX payment_part_prepaid ON payment_part (community_id, room_id) WHERE line_id IS NULL;
CREATE INDEX payment_part_uses ON payment_part (community_id, uses_id) WHERE uses_id IS NOT NULL;
CREATE INDEX payment_part_room ON payment_part (community_id, room_id, line_id);
-- Who takes money of a room raises its number first: two who take the same bill follow each other.
CREATE TABLE payment_room (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), n BIGINT NOT NULL);
-- Receipts (PAY-02), numbered without gaps in a book: the next number is taken in the transaction of the payment.
CREATE TABLE receipt_book (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, prefix TEXT NOT NULL, width BIGINT NOT NULL, first_no BIGINT NOT NULL, last_no BIGINT NOT NULL, next_no BIGINT NOT NULL, holder_id BIGINT,
  holder_name TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, closed_at BIGINT, closed_why TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (first_no > 0), CHECK (last_no >= first_no)
);
CREATE INDEX receipt_book_holder ON receipt_book (community_id, kind, state, holder_id);
CREATE TABLE receipt (
  id ${ID}, community_id BIGINT NOT NULL, book_id BIGINT NOT NULL, n BIGINT NOT NULL, number TEXT NOT NULL, payment_id BIGINT NOT NULL, code TEXT NOT NULL, amount BIGINT NOT NULL, on_day TEXT NOT NULL, at BIGINT NOT NULL,
  copies BIGINT NOT NULL, voided_at BIGINT, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, book_id) REFERENCES receipt_book (community_id, id),
  FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id)
);
CREATE UNIQUE INDEX receipt_number ON receipt (community_id, number);
CREATE UNIQUE INDEX receipt_of_book ON receipt (community_id, book_id, n);
CREATE UNIQUE INDEX receipt_payment ON receipt (community_id, payment_id);
CREATE UNIQUE INDEX receipt_code ON receipt (code);
-- What stops late fees (ARR-01): days on which they do not count, and what was waived of them.
CREATE TABLE late_pause (
  id ${ID}, community_id BIGINT NOT NULL, line_id BIGINT NOT NULL, first_on TEXT NOT NULL, last_on TEXT, why TEXT NOT NULL, source TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX late_pause_source ON late_pause (community_id, line_id, source);
CREATE TABLE late_waiver (
  id ${ID}, community_id BIGINT NOT NULL, line_id BIGINT NOT NULL, amount BIGINT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, on_day TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  CHECK (amount > 0), FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX late_waiver_source ON late_waiver (community_id, line_id, source);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'payment.view' FROM role
  WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'payment.take' FROM role WHERE code IN ('cashier', 'administrator', 'front_desk', 'phone_agent') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'payment.approve' AS action UNION ALL SELECT 'receipt.books' UNION ALL SELECT 'cashier.day') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
