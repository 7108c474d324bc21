-- Paying online (PAY-01, PAY-03): how a community is paid by WeChat Pay and Alipay, orders, and payments that fit no order.
CREATE TABLE pay_channel (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), channel TEXT NOT NULL, is_on BOOLEAN NOT NULL, app_id TEXT NOT NULL, merchant TEXT NOT NULL, cert_serial TEXT NOT NULL, platform_id TEXT NOT NULL, public_key TEXT NOT NULL,
  key_sealed TEXT NOT NULL, v3_key_sealed TEXT NOT NULL, site TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX pay_channel_place ON pay_channel (community_id, channel);
CREATE TABLE online_order (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, account_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, channel TEXT NOT NULL, way TEXT NOT NULL, number TEXT NOT NULL, app_id TEXT NOT NULL, merchant TEXT NOT NULL,
  amount BIGINT NOT NULL, on_day TEXT NOT NULL, lines TEXT NOT NULL, state TEXT NOT NULL, target TEXT NOT NULL, transaction_id TEXT NOT NULL, payment_id BIGINT, rest BIGINT NOT NULL, is_late BOOLEAN NOT NULL, trouble TEXT NOT NULL,
  at BIGINT NOT NULL, expires_at BIGINT NOT NULL, paid_at BIGINT, ask_at BIGINT NOT NULL, asked BIGINT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount > 0),
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, channel_id) REFERENCES pay_channel (community_id, id), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX online_order_number ON online_order (community_id, number);
CREATE INDEX online_order_ask ON online_order (ask_at) WHERE state IN ('created', 'paying');
CREATE INDEX online_order_room ON online_order (community_id, room_id, id);
CREATE INDEX online_order_account ON online_order (account_id, id);
CREATE INDEX online_order_customer ON online_order (community_id, customer_id);
CREATE TABLE online_strange (
  id ${ID}, community_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, channel TEXT NOT NULL, why TEXT NOT NULL, number TEXT NOT NULL, transaction_id TEXT NOT NULL, app_id TEXT NOT NULL, merchant TEXT NOT NULL, amount BIGINT NOT NULL, expected BIGINT,
  at BIGINT NOT NULL, state TEXT NOT NULL, settled_at BIGINT, settled_by_name TEXT NOT NULL, settled_words TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, channel_id) REFERENCES pay_channel (community_id, id)
);
CREATE UNIQUE INDEX online_strange_once ON online_strange (channel_id, transaction_id, number, why);
CREATE INDEX online_strange_place ON online_strange (community_id, id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'online.view' FROM role WHERE code IN ('property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'online.settle' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'online.settings' FROM role WHERE code IN ('administrator', 'finance') ON CONFLICT DO NOTHING
