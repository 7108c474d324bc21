-- Executable procedures (PRO-01): the company's, in versions that are never changed once published.
CREATE TABLE procedure (
  id ${ID}, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, applies TEXT NOT NULL, current_id BIGINT, number BIGINT NOT NULL, is_shipped BOOLEAN NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX procedure_code ON procedure (code);
CREATE TABLE procedure_version (
  id ${ID}, procedure_id BIGINT NOT NULL REFERENCES procedure (id), number BIGINT NOT NULL, state TEXT NOT NULL, doc TEXT NOT NULL, words TEXT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, published_at BIGINT, approved_by TEXT NOT NULL DEFAULT '', version BIGINT NOT NULL
);
CREATE UNIQUE INDEX procedure_version_number ON procedure_version (procedure_id, number);
-- Who has read which version (PRO-01b).
CREATE TABLE procedure_reading (
  id ${ID}, version_id BIGINT NOT NULL REFERENCES procedure_version (id), account_id BIGINT NOT NULL REFERENCES account (id), at BIGINT NOT NULL
);
CREATE UNIQUE INDEX procedure_reading_once ON procedure_reading (account_id, version_id);
CREATE INDEX procedure_reading_version ON procedure_reading (version_id);
-- A procedure at work on a ticket, and later on incidents and renovations.
CREATE TABLE procedure_run (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), place TEXT NOT NULL, subject_id BIGINT NOT NULL, procedure_id BIGINT NOT NULL REFERENCES procedure (id),
  version_id BIGINT NOT NULL REFERENCES procedure_version (id), code TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX procedure_run_once ON procedure_run (subject_id, place, procedure_id);
CREATE INDEX procedure_run_version ON procedure_run (version_id);
CREATE TABLE procedure_tick (
  id ${ID}, community_id BIGINT NOT NULL, run_id BIGINT NOT NULL, step BIGINT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL,
  words TEXT NOT NULL, kit TEXT NOT NULL, photo_id BIGINT, due_at BIGINT, FOREIGN KEY (community_id, run_id) REFERENCES procedure_run (community_id, id)
);
CREATE UNIQUE INDEX procedure_tick_once ON procedure_tick (run_id, step);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT role_id, 'procedure.view' FROM role_action WHERE action = 'ticket.view' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'procedure.view' FROM role WHERE code = 'trainer' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'procedure.tick' FROM role_action WHERE action = 'ticket.note' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'procedure.tick' FROM role WHERE code = 'finance' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'procedure.lead' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'procedure.edit' FROM role WHERE code IN ('quality_officer', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'procedure.publish' FROM role WHERE code IN ('service_manager', 'service_supervisor', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
