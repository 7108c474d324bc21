-- Recurring and preventive work (TIC-13): a plan opens a ticket on each of its days; what was opened, or left out, is remembered by its day.
CREATE TABLE upkeep_plan (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), title TEXT NOT NULL, words TEXT NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL, grade TEXT NOT NULL, place TEXT NOT NULL, facility_id BIGINT,
  every_n BIGINT NOT NULL, every_unit TEXT NOT NULL, start_on TEXT NOT NULL, next_on TEXT NOT NULL, is_active BOOLEAN NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, facility_id) REFERENCES facility (community_id, id)
);
CREATE INDEX upkeep_plan_due ON upkeep_plan (community_id, is_active, next_on, id);
CREATE TABLE upkeep_run (
  id ${ID}, community_id BIGINT NOT NULL, plan_id BIGINT NOT NULL, due_on TEXT NOT NULL, ticket_id BIGINT, why TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, plan_id) REFERENCES upkeep_plan (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE UNIQUE INDEX upkeep_run_once ON upkeep_run (community_id, plan_id, due_on);
CREATE INDEX upkeep_run_due ON upkeep_run (community_id, due_on, id);
CREATE INDEX upkeep_run_ticket ON upkeep_run (community_id, ticket_id);
INSERT INTO role_action (role_id, action) SELECT id, 'upkeep.edit' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
