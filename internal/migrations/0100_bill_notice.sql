-- When bills go out and by which ways (BIL-08): the id is the community's.
CREATE TABLE bill_notice_rules (
  id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), automatic BOOLEAN NOT NULL, on_day BIGINT NOT NULL, by_push BOOLEAN NOT NULL, by_mail BOOLEAN NOT NULL, needs_photo BOOLEAN NOT NULL, since_at BIGINT NOT NULL, version BIGINT NOT NULL
);
-- How far the notices of a run, or of a correction, have come: the id is the run's or the correction's.
CREATE TABLE bill_notice_batch (
  id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, done BIGINT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL
);
-- A round from door to door with printed notices of a building (BIL-08a).
CREATE TABLE bill_round (
  id ${ID}, community_id BIGINT NOT NULL, building_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, staff_name TEXT NOT NULL, on_day TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
CREATE INDEX bill_round_of ON bill_round (community_id, state, id);
-- Each payer of a room is told once of a run; what they owe of it stands in the lines.
CREATE TABLE bill_notice (
  id ${ID}, community_id BIGINT NOT NULL, batch_id BIGINT NOT NULL REFERENCES bill_notice_batch (id), room_id BIGINT NOT NULL, debtor TEXT NOT NULL, customer_id BIGINT, state TEXT NOT NULL, channels TEXT NOT NULL, at BIGINT NOT NULL, told_at BIGINT,
  printed_at BIGINT, round_id BIGINT, tries BIGINT NOT NULL, next_on TEXT, done_at BIGINT, done_by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, round_id) REFERENCES bill_round (community_id, id)
);
CREATE UNIQUE INDEX bill_notice_once ON bill_notice (community_id, batch_id, room_id, debtor);
CREATE INDEX bill_notice_state ON bill_notice (community_id, batch_id, state, room_id);
CREATE INDEX bill_notice_room ON bill_notice (community_id, room_id);
CREATE INDEX bill_notice_customer ON bill_notice (community_id, customer_id);
CREATE INDEX bill_notice_round ON bill_notice (community_id, round_id) WHERE round_id IS NOT NULL;
-- What happened at the door, with its pictures.
CREATE TABLE bill_visit (
  id ${ID}, community_id BIGINT NOT NULL, notice_id BIGINT NOT NULL, result TEXT NOT NULL, words TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, FOREIGN KEY (community_id, notice_id) REFERENCES bill_notice (community_id, id)
);
CREATE INDEX bill_visit_of ON bill_visit (community_id, notice_id, id);
CREATE TABLE bill_visit_photo (
  id ${ID}, community_id BIGINT NOT NULL, notice_id BIGINT NOT NULL, visit_id BIGINT, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, notice_id) REFERENCES bill_notice (community_id, id)
);
CREATE INDEX bill_visit_photo_of ON bill_visit_photo (community_id, notice_id);
CREATE INDEX bill_visit_photo_blob ON bill_visit_photo (blob);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'bill.notice' AS action UNION ALL SELECT 'bill.deliver') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'bill.deliver' FROM role r
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'onsite_specialist', 'maintenance_leader', 'technician', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING
