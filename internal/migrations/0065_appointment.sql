-- Appointments (TIC-01): the window in which somebody comes, or the time that was told, and what became of it (TIC-07c); kind: window or time.
CREATE TABLE appointment (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, kind TEXT NOT NULL, slot TEXT NOT NULL, skill TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, state TEXT NOT NULL, over TEXT NOT NULL,
  at BIGINT NOT NULL, by_kind TEXT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, staff_id BIGINT, staff_name TEXT NOT NULL, category TEXT NOT NULL, arrived_at BIGINT, late_minutes BIGINT NOT NULL,
  ended_at BIGINT, ended_kind TEXT NOT NULL, ended_id BIGINT, ended_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE UNIQUE INDEX appointment_one ON appointment (community_id, ticket_id, kind) WHERE state = 'booked';
CREATE INDEX appointment_from ON appointment (community_id, from_at, id);
CREATE INDEX appointment_ticket ON appointment (community_id, ticket_id, id);
-- The one in force, where lists and dispatch need it.
ALTER TABLE ticket ADD COLUMN visit_slot TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN visit_from BIGINT;
ALTER TABLE ticket ADD COLUMN visit_to BIGINT;
ALTER TABLE ticket ADD COLUMN visit_state TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN visit_late BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN visit_moved BIGINT NOT NULL DEFAULT 0;
CREATE INDEX ticket_visit ON ticket (community_id, visit_from, id) WHERE visit_from IS NOT NULL;
-- Who did the work before it was opened again.
ALTER TABLE ticket ADD COLUMN doer_id BIGINT;
ALTER TABLE ticket ADD COLUMN doer_name TEXT NOT NULL DEFAULT '';
INSERT INTO role_action (role_id, action) SELECT role_id, 'ticket.appoint' FROM role_action WHERE action = 'ticket.tell' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.overbook' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
