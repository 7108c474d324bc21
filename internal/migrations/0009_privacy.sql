-- Personal data sealed with keys outside the database (CUS-04). The columns that held them in clear stay, empty.
ALTER TABLE customer_mobile ADD COLUMN mobile_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_mobile ADD COLUMN mobile_index TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_mobile ADD COLUMN last4_index TEXT NOT NULL DEFAULT '';
DROP INDEX customer_mobile_once;
DROP INDEX customer_mobile_full;
DROP INDEX customer_mobile_last4;
CREATE UNIQUE INDEX customer_mobile_no_twin ON customer_mobile (community_id, customer_id, (CASE WHEN mobile_index = '' THEN mobile ELSE mobile_index END));
CREATE INDEX customer_mobile_by_number ON customer_mobile (community_id, mobile_index);
CREATE INDEX customer_mobile_by_last4 ON customer_mobile (community_id, last4_index);
CREATE INDEX customer_mobile_clear ON customer_mobile (id) WHERE mobile <> '';
ALTER TABLE ticket ADD COLUMN contact_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN contact_index TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN contact_last4 TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_contact_clear ON ticket (id) WHERE contact_mobile <> '';
-- Uploaded tables hold names and numbers: each file has a key of its own, and its errors quote it.
ALTER TABLE import ADD COLUMN blob_key TEXT NOT NULL DEFAULT '';
ALTER TABLE import ADD COLUMN errors_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN erased_at BIGINT;
CREATE TABLE customer_identity (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, kind TEXT NOT NULL, number_sealed TEXT NOT NULL, number_index TEXT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX customer_identity_no_twin ON customer_identity (community_id, customer_id, kind, number_index);
CREATE INDEX customer_identity_by_number ON customer_identity (community_id, number_index);
CREATE TABLE customer_account (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, bank TEXT NOT NULL, holder_sealed TEXT NOT NULL, number_sealed TEXT NOT NULL, number_index TEXT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX customer_account_no_twin ON customer_account (community_id, customer_id, number_index);
-- What the trail keeps of a person is sealed with a key of theirs, which erasure destroys (ACC-10).
CREATE TABLE person_key (
  id ${ID}, community_id BIGINT NOT NULL, person_id BIGINT NOT NULL, key_sealed TEXT NOT NULL, destroyed_at BIGINT
);
CREATE UNIQUE INDEX person_key_once ON person_key (community_id, person_id);
-- How often somebody uncovered personal data in which hour.
CREATE TABLE reveal_count (account_id BIGINT NOT NULL, hour BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (account_id, hour));
CREATE TABLE privacy_setting (name TEXT PRIMARY KEY, n BIGINT NOT NULL, version BIGINT NOT NULL);
-- Texts of consent by version, and what each customer said to them.
CREATE TABLE consent_text (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, edition BIGINT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  published_at BIGINT NOT NULL, published_by BIGINT NOT NULL, published_by_name TEXT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX consent_text_edition ON consent_text (community_id, kind, edition);
CREATE TABLE consent (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, text_id BIGINT NOT NULL, is_given BOOLEAN NOT NULL, channel TEXT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, text_id) REFERENCES consent_text (community_id, id)
);
CREATE INDEX consent_customer ON consent (community_id, customer_id, id);
-- Every export: who took what out, and how much of it.
CREATE TABLE export_log (
  id ${ID}, community_id BIGINT, at BIGINT NOT NULL, account_id BIGINT NOT NULL, account_name TEXT NOT NULL, agent_no TEXT NOT NULL,
  what TEXT NOT NULL, filter TEXT NOT NULL, row_count BIGINT NOT NULL
);
CREATE INDEX export_log_place ON export_log (community_id, id);
-- What the shipped roles of an installation from before may now do; its own roles are its own to change.
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.names' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager',
  'administrator', 'general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'cashier') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'ticket.reveal' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager',
  'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.consent' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.export' FROM role r WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.erase' FROM role r WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.erase_decide' FROM role r WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.texts' FROM role r WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'audit.export' FROM role r WHERE r.code IN ('property_manager', 'administrator', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'exports.view' FROM role r WHERE r.code IN ('property_manager', 'administrator', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'privacy.settings' FROM role r WHERE r.code = 'administrator' ON CONFLICT DO NOTHING;
