-- Statements of account (BIL-08): how who pays wants them, when they go out, and which were sent. What a statement says stands in the ledger and is read anew.
CREATE TABLE extract_preference (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, form TEXT NOT NULL, rhythm TEXT NOT NULL, lang TEXT NOT NULL, since_on TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX extract_preference_of ON extract_preference (community_id, customer_id);
CREATE INDEX extract_preference_rhythm ON extract_preference (community_id, rhythm, id);
CREATE TABLE extract_rules (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), on_day BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE extract_made (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, room_id BIGINT, form TEXT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, lang TEXT NOT NULL, at BIGINT NOT NULL, state TEXT NOT NULL, channels TEXT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX extract_made_once ON extract_made (community_id, customer_id, COALESCE(room_id, 0), from_on, to_on);
CREATE INDEX extract_made_room ON extract_made (community_id, room_id) WHERE room_id IS NOT NULL;
CREATE INDEX extract_made_place ON extract_made (community_id, id);
-- What somebody owes is found over all rooms.
CREATE INDEX ledger_account_debtor ON ledger_account (community_id, debtor);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'extract.view' FROM role
  WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'extract.prefer' FROM role
  WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'extract.export' AS action UNION ALL SELECT 'extract.settings') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'extract.export' FROM role WHERE code = 'cashier' ON CONFLICT DO NOTHING
