-- Planned visits to check on running work (TIC-10): by whom and when, what was found, and a picture of it among the ticket's.
CREATE TABLE look_in (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, due_at BIGINT NOT NULL, staff_id BIGINT NOT NULL, staff_name TEXT NOT NULL, state TEXT NOT NULL, finding TEXT NOT NULL, photo_id BIGINT,
  at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, done_at BIGINT, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE INDEX look_in_due ON look_in (community_id, state, due_at, id);
CREATE INDEX look_in_ticket ON look_in (community_id, ticket_id, id);
INSERT INTO role_action (role_id, action) SELECT id, 'lookin.record' FROM role WHERE code IN ('onsite_specialist', 'front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
