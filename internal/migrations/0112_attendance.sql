-- Attendance (STA-01b): who came and went when, how that is known, and where a community lets people check in. The id of a place is the community's.
CREATE TABLE attendance_mark (
  id ${ID}, community_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, meters BIGINT, reason TEXT NOT NULL, by_name TEXT NOT NULL, made_at BIGINT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX attendance_mark_once ON attendance_mark (community_id, staff_id, at, kind);
CREATE INDEX attendance_mark_at ON attendance_mark (community_id, at);
CREATE TABLE attendance_place (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), latitude BIGINT, longitude BIGINT, radius BIGINT NOT NULL, grace BIGINT NOT NULL, version BIGINT NOT NULL);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT role_id, 'attendance.self' FROM role_action WHERE action = 'staff.duty_self' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'attendance.view' AS action UNION ALL SELECT 'attendance.decide') a ON 1 = 1
  WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'approval.decide' FROM role r WHERE r.code IN ('maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'attendance.export' AS action UNION ALL SELECT 'attendance.settings') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING
