-- A follow-up of a ticket, of a room that was handed over or of a household in care (FUP-01), what was asked and said (FUP-03, FUP-04),
-- each attempt (FUP-02), and a community's rules. ticket_id may be empty from now on: SQLite can only do that to a table made anew.
-- only postgres
ALTER TABLE follow_up ALTER COLUMN ticket_id DROP NOT NULL;
-- only sqlite
CREATE TABLE follow_up_anew (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT, state TEXT NOT NULL, due_at BIGINT NOT NULL, attempts BIGINT NOT NULL,
  done_at BIGINT, done_by BIGINT, done_by_name TEXT NOT NULL, solved BOOLEAN, attitude BIGINT, speed BIGINT, effect BIGINT, rating BIGINT,
  words TEXT NOT NULL, version BIGINT NOT NULL, round BIGINT NOT NULL DEFAULT 0, FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
-- only sqlite
INSERT INTO follow_up_anew (id, community_id, ticket_id, state, due_at, attempts, done_at, done_by, done_by_name, solved, attitude, speed, effect, rating, words, version, round)
  SELECT id, community_id, ticket_id, state, due_at, attempts, done_at, done_by, done_by_name, solved, attitude, speed, effect, rating, words, version, round FROM follow_up;
-- only sqlite
DROP TABLE follow_up;
-- only sqlite
ALTER TABLE follow_up_anew RENAME TO follow_up;
-- only sqlite
CREATE INDEX follow_up_due ON follow_up (community_id, state, due_at, id);
-- only sqlite
CREATE UNIQUE INDEX follow_up_round ON follow_up (community_id, ticket_id, round);
ALTER TABLE follow_up ADD COLUMN rule TEXT NOT NULL DEFAULT 'repair';
ALTER TABLE follow_up ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_up ADD COLUMN room_id BIGINT;
ALTER TABLE follow_up ADD COLUMN customer_id BIGINT;
ALTER TABLE follow_up ADD COLUMN complete_by BIGINT;
ALTER TABLE follow_up ADD COLUMN first_at BIGINT;
ALTER TABLE follow_up ADD COLUMN next_at BIGINT;
ALTER TABLE follow_up ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_up ADD COLUMN topics TEXT;
ALTER TABLE follow_up ADD COLUMN praised_id BIGINT;
ALTER TABLE follow_up ADD COLUMN praised_name TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_up ADD COLUMN blamed_id BIGINT;
ALTER TABLE follow_up ADD COLUMN blamed_name TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_up ADD COLUMN punctual BOOLEAN;
ALTER TABLE follow_up ADD COLUMN tidy BOOLEAN;
ALTER TABLE follow_up ADD COLUMN conduct BOOLEAN;
ALTER TABLE follow_up ADD COLUMN next_ticket_id BIGINT;
ALTER TABLE follow_up ADD COLUMN promised_at BIGINT;
ALTER TABLE follow_up ADD COLUMN signed_name TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_up ADD COLUMN signed_at BIGINT;
UPDATE follow_up SET room_id = (SELECT t.room_id FROM ticket t WHERE t.id = follow_up.ticket_id), customer_id = (SELECT t.customer_id FROM ticket t WHERE t.id = follow_up.ticket_id), complete_by = due_at,
  channel = CASE WHEN state = 'done' THEN 'phone' ELSE '' END, first_at = CASE WHEN attempts > 0 OR state IN ('done', 'not_reached') THEN done_at END;
CREATE INDEX follow_up_room ON follow_up (community_id, room_id, state, due_at, id);
CREATE INDEX follow_up_customer ON follow_up (customer_id) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX follow_up_source ON follow_up (community_id, source) WHERE source <> '';
CREATE TABLE follow_up_attempt (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), follow_up_id BIGINT NOT NULL, at BIGINT NOT NULL, channel TEXT NOT NULL, words TEXT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL
);
CREATE INDEX follow_up_attempt_of ON follow_up_attempt (community_id, follow_up_id, id);
CREATE TABLE follow_up_setting (id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), doc TEXT NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX follow_up_setting_community ON follow_up_setting (community_id);
INSERT INTO role_action (role_id, action) SELECT id, 'followup.export' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'quality_officer', 'general_manager') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'followup.settings' FROM role WHERE code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'followup.view' FROM role WHERE code IN ('maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'followup.record' FROM role WHERE code IN ('maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
