-- Faults of each month by class, device and cause, and what the technical department answers (PRO-02d).
CREATE TABLE fault_month (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), period TEXT NOT NULL, at BIGINT NOT NULL, faults BIGINT NOT NULL, lines TEXT NOT NULL, answers TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX fault_month_once ON fault_month (community_id, period);
CREATE INDEX ticket_repaired ON ticket (community_id, resolved_at) WHERE kind = 'repair' AND resolved_at IS NOT NULL;
INSERT INTO role_action (role_id, action) SELECT id, 'improvement.view' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'quality_officer', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'improvement.answer' FROM role WHERE code IN ('property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
