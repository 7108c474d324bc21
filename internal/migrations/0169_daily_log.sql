-- The management log of each day (STA-02), and what of each day is signed as read, with its follow-up tasks (STA-02a).
CREATE TABLE daily_log (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), day TEXT NOT NULL, weather TEXT NOT NULL, sign_count BIGINT NOT NULL, reminded_at BIGINT, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX daily_log_once ON daily_log (community_id, day);
CREATE INDEX daily_log_open ON daily_log (community_id, day) WHERE sign_count < 3;
CREATE TABLE daily_entry (
  id ${ID}, community_id BIGINT NOT NULL, log_id BIGINT NOT NULL, minute BIGINT NOT NULL, words TEXT NOT NULL, is_important BOOLEAN NOT NULL, form TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  edited_at BIGINT, read_at BIGINT, read_by_name TEXT NOT NULL, version BIGINT NOT NULL, FOREIGN KEY (community_id, log_id) REFERENCES daily_log (community_id, id)
);
CREATE INDEX daily_entry_log ON daily_entry (community_id, log_id, minute, id);
CREATE INDEX daily_entry_unread ON daily_entry (community_id, id) WHERE is_important AND read_at IS NULL;
CREATE TABLE daily_sign (
  id ${ID}, community_id BIGINT NOT NULL, log_id BIGINT NOT NULL, part TEXT NOT NULL, remark TEXT NOT NULL, content TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, log_id) REFERENCES daily_log (community_id, id)
);
CREATE UNIQUE INDEX daily_sign_once ON daily_sign (community_id, log_id, part);
CREATE TABLE daily_task (
  id ${ID}, community_id BIGINT NOT NULL, log_id BIGINT NOT NULL, part TEXT NOT NULL, words TEXT NOT NULL, staff_id BIGINT NOT NULL, staff_name TEXT NOT NULL, due_on TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  done_at BIGINT, done_by_name TEXT NOT NULL, result TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, log_id) REFERENCES daily_log (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE INDEX daily_task_log ON daily_task (community_id, log_id, id);
CREATE INDEX daily_task_open ON daily_task (community_id, staff_id, due_on) WHERE done_at IS NULL;
CREATE INDEX ticket_solved ON ticket (community_id, resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX facility_record_day ON facility_record (community_id, on_day, id);
INSERT INTO role_action (role_id, action) SELECT id, 'daily.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'daily.write' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'daily.sign' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'daily.read' FROM role WHERE code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'daily.export' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
