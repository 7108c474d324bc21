-- Archives in full, and people across communities (CUS-01).
ALTER TABLE customer ADD COLUMN birthday TEXT;
ALTER TABLE customer ADD COLUMN birthday_md TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN gender TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN contact_from BIGINT;
ALTER TABLE customer ADD COLUMN contact_to BIGINT;
ALTER TABLE customer ADD COLUMN no_calls BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customer ADD COLUMN card_no TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN emergency_name TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN emergency_relation TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN emergency_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN merged_into BIGINT;
ALTER TABLE customer ADD COLUMN person_id BIGINT;
CREATE INDEX customer_card ON customer (card_no) WHERE card_no <> '';
CREATE INDEX customer_birthday ON customer (community_id, birthday_md) WHERE birthday_md <> '';
CREATE INDEX customer_tagged ON customer (community_id, id) WHERE tags <> '[]';
CREATE INDEX customer_person ON customer (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX customer_merged ON customer (community_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customer_identity_anywhere ON customer_identity (number_index);
CREATE TABLE person (id ${ID}, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL);
CREATE TABLE customer_alias (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, pinyin TEXT NOT NULL, initials TEXT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX customer_alias_no_twin ON customer_alias (community_id, customer_id, name);
CREATE INDEX customer_alias_by_name ON customer_alias (community_id, name);
CREATE TABLE tag (id ${ID}, name TEXT NOT NULL, en TEXT NOT NULL, is_hidden BOOLEAN NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX tag_name ON tag (name);
INSERT INTO tag (id, name, en, is_hidden, version) VALUES (1, 'VIP', 'VIP', FALSE, 1), (2, '独居老人', 'Elderly living alone', FALSE, 1), (3, '孕妇', 'Pregnant', FALSE, 1),
  (4, '残障', 'Disabled', FALSE, 1), (5, '需要照护', 'Needs care', FALSE, 1), (6, '风险', 'Risk', FALSE, 1);
-- Relations over time, and what a change of owner did.
CREATE INDEX relation_room_now ON relation (community_id, room_id, kind) WHERE to_on IS NULL;
CREATE INDEX relation_customer_now ON relation (community_id, customer_id) WHERE to_on IS NULL;
CREATE TABLE owner_transfer (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, journal TEXT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX owner_transfer_room ON owner_transfer (community_id, room_id, id);
-- Duplicates (CUS-05).
CREATE TABLE customer_not_same (
  community_id BIGINT NOT NULL, a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, PRIMARY KEY (community_id, a_id, b_id)
);
CREATE TABLE customer_merge (
  id ${ID}, community_id BIGINT NOT NULL, kept_id BIGINT NOT NULL, gone_id BIGINT NOT NULL, journal_sealed TEXT NOT NULL, state TEXT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX customer_merge_place ON customer_merge (community_id, id);
CREATE INDEX customer_merge_gone ON customer_merge (community_id, gone_id);
CREATE INDEX ticket_customer ON ticket (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX resident_binding_customer ON resident_binding (community_id, customer_id) WHERE customer_id IS NOT NULL;
-- Tenancies (CUS-08).
CREATE TABLE lease (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, from_on TEXT NOT NULL, to_on TEXT, rent BIGINT, deposit BIGINT, registration_no TEXT NOT NULL, registered_on TEXT,
  emergency_name TEXT NOT NULL, emergency_relation TEXT NOT NULL, emergency_sealed TEXT NOT NULL, notes TEXT NOT NULL, missing TEXT NOT NULL,
  verified_on TEXT, verified_by BIGINT, verified_by_name TEXT NOT NULL, ended_on TEXT, ended_why TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX lease_place ON lease (community_id, id);
CREATE INDEX lease_room ON lease (community_id, room_id);
CREATE INDEX lease_running ON lease (community_id, to_on, id) WHERE ended_on IS NULL;
CREATE TABLE lease_party (
  id ${ID}, community_id BIGINT NOT NULL, lease_id BIGINT NOT NULL, role TEXT NOT NULL, customer_id BIGINT, name TEXT NOT NULL, number_sealed TEXT NOT NULL,
  identity_kind TEXT NOT NULL, identity_sealed TEXT NOT NULL, relation_id BIGINT,
  FOREIGN KEY (community_id, lease_id) REFERENCES lease (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX lease_party_lease ON lease_party (community_id, lease_id);
CREATE INDEX lease_party_customer ON lease_party (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE TABLE lease_setting (community_id BIGINT PRIMARY KEY REFERENCES community (id), verify_days BIGINT NOT NULL, version BIGINT NOT NULL);
-- Pets, bicycles, cards and the things at home that need care (CUS-09, CUS-06).
CREATE TABLE belonging (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, kind TEXT NOT NULL, name TEXT NOT NULL, model TEXT NOT NULL, number TEXT NOT NULL,
  state TEXT NOT NULL, charging TEXT NOT NULL, expires_on TEXT, vaccinated_until TEXT, warranty_until TEXT, installed_on TEXT, every_months BIGINT, last_on TEXT, next_on TEXT,
  is_muted BOOLEAN NOT NULL, notes TEXT NOT NULL, ended_on TEXT, ended_why TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX belonging_place ON belonging (community_id, id);
CREATE INDEX belonging_room ON belonging (community_id, room_id);
CREATE INDEX belonging_customer ON belonging (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX belonging_expires ON belonging (community_id, expires_on) WHERE ended_on IS NULL AND expires_on IS NOT NULL;
CREATE INDEX belonging_vaccinated ON belonging (community_id, vaccinated_until) WHERE ended_on IS NULL AND vaccinated_until IS NOT NULL;
CREATE INDEX belonging_warranty ON belonging (community_id, warranty_until) WHERE ended_on IS NULL AND warranty_until IS NOT NULL;
CREATE INDEX belonging_next ON belonging (community_id, next_on) WHERE ended_on IS NULL AND next_on IS NOT NULL;
-- Reminders (CUS-06): agreed call-backs, and what became of each item of a day.
CREATE TABLE callback (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), customer_id BIGINT, room_id BIGINT, day TEXT NOT NULL, minute BIGINT, words TEXT NOT NULL,
  assignee_id BIGINT, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX callback_day ON callback (community_id, day, id);
CREATE INDEX callback_customer ON callback (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE TABLE reminder_mark (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), source TEXT NOT NULL, subject TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL,
  until_on TEXT, assignee_id BIGINT, assignee_name TEXT NOT NULL, note TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX reminder_mark_once ON reminder_mark (community_id, source, subject, day);
CREATE INDEX reminder_mark_until ON reminder_mark (community_id, until_on) WHERE until_on IS NOT NULL;
CREATE INDEX reminder_mark_day ON reminder_mark (community_id, day);
-- What the shipped roles of an installation from before may now do.
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r CROSS JOIN (SELECT 'customer.relate' AS action UNION SELECT 'customer.transfer' UNION SELECT 'customer.list_export'
  UNION SELECT 'lease.view' UNION SELECT 'lease.edit' UNION SELECT 'belonging.view' UNION SELECT 'belonging.edit' UNION SELECT 'reminder.view' UNION SELECT 'reminder.edit') a
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'lease.reveal' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'customer.merge' FROM role r
  WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r CROSS JOIN (SELECT 'customer.tags' AS action UNION SELECT 'lease.settings') a
  WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r CROSS JOIN (SELECT 'lease.view' AS action UNION SELECT 'belonging.view') a
  WHERE r.code IN ('general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r CROSS JOIN (SELECT 'reminder.view' AS action UNION SELECT 'reminder.edit') a
  WHERE r.code IN ('quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'cashier') ON CONFLICT DO NOTHING;
