-- Holding, complex, extended, reopened, archived (TIC-03, TIC-04), the ladder (TIC-03b) and a community's clocks (TIC-03).
ALTER TABLE ticket ADD COLUMN departed_at BIGINT;
ALTER TABLE ticket ADD COLUMN held_at BIGINT;
ALTER TABLE ticket ADD COLUMN held_until BIGINT;
ALTER TABLE ticket ADD COLUMN held_why TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN held_from TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN pauses TEXT;
ALTER TABLE ticket ADD COLUMN is_complex BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE ticket ADD COLUMN first_due BIGINT;
ALTER TABLE ticket ADD COLUMN extended_to BIGINT;
ALTER TABLE ticket ADD COLUMN excused_response TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN excused_resolve TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN response_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN resolve_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN verified_at BIGINT;
ALTER TABLE ticket ADD COLUMN reopened_at BIGINT;
ALTER TABLE ticket ADD COLUMN first_resolved_at BIGINT;
ALTER TABLE ticket ADD COLUMN reopened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN reopened_early BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN transfers BIGINT NOT NULL DEFAULT 0;
CREATE TABLE ticket_setting (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), doc TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX ticket_setting_community ON ticket_setting (community_id);
-- A ticket that was opened again is followed up again.
ALTER TABLE follow_up ADD COLUMN round BIGINT NOT NULL DEFAULT 0;
DROP INDEX follow_up_ticket;
CREATE UNIQUE INDEX follow_up_round ON follow_up (community_id, ticket_id, round);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.resolve' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.hold' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.interim' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.verify' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.reopen' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.ask' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.archive' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.decide' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.excuse' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.settings' FROM role WHERE code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.depart' FROM role WHERE code IN ('administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
