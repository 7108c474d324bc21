-- Refunds (PAY-06): asked for, checked, approved by somebody else, paid out the way the money had come.
CREATE TABLE refund (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, account_id BIGINT, payment_id BIGINT NOT NULL, from_id BIGINT, origin TEXT NOT NULL, amount BIGINT NOT NULL, means TEXT NOT NULL, number TEXT NOT NULL, slip TEXT NOT NULL,
  receiver TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, due_on TEXT NOT NULL, facts TEXT NOT NULL, checked_at BIGINT, checked_by_id BIGINT, checked_by_name TEXT NOT NULL,
  decided_at BIGINT, decided_by_name TEXT NOT NULL, reference TEXT NOT NULL, paid_at BIGINT, paid_on TEXT, paid_by_name TEXT NOT NULL, trouble TEXT NOT NULL, ended_why TEXT NOT NULL, tries BIGINT NOT NULL, source TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX refund_number ON refund (community_id, number);
CREATE INDEX refund_place ON refund (community_id, id);
CREATE INDEX refund_of_payment ON refund (community_id, payment_id);
CREATE INDEX refund_of_room ON refund (community_id, room_id, id);
CREATE INDEX refund_customer ON refund (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE TABLE refund_file (
  id ${ID}, community_id BIGINT NOT NULL, refund_id BIGINT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, refund_id) REFERENCES refund (community_id, id)
);
CREATE INDEX refund_file_of ON refund_file (community_id, refund_id);
CREATE INDEX refund_file_blob ON refund_file (blob);
-- Slips of refunds are numbered without gaps: the number is taken in the transaction that pays out.
CREATE TABLE refund_slip (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), n BIGINT NOT NULL);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'refund.ask' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'refund.check' FROM role WHERE code IN ('property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'refund.approve' FROM role WHERE code IN ('property_manager', 'administrator', 'general_manager', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'refund.pay' FROM role WHERE code IN ('administrator', 'cashier') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'approval.decide' FROM role WHERE code = 'general_manager' ON CONFLICT DO NOTHING
