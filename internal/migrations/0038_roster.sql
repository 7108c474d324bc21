-- The roster: shifts, patterns, duties, leave, swaps, the calendar feed (STA-01), and what a shift hands to the next (STA-02).
CREATE TABLE roster_shift (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), name TEXT NOT NULL, post TEXT NOT NULL, start_minute BIGINT NOT NULL, minutes BIGINT NOT NULL,
  skills TEXT NOT NULL, least BIGINT NOT NULL, active BOOLEAN NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX roster_shift_name ON roster_shift (community_id, name);
CREATE TABLE roster_pattern (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), name TEXT NOT NULL, days BIGINT NOT NULL, starts_on TEXT NOT NULL, turns TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX roster_pattern_name ON roster_pattern (community_id, name);
CREATE TABLE roster_duty (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), shift_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, day TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, shift_id) REFERENCES roster_shift (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX roster_duty_once ON roster_duty (community_id, staff_id, shift_id, day) WHERE state = 'planned';
CREATE INDEX roster_duty_from ON roster_duty (community_id, from_at) WHERE state = 'planned';
CREATE TABLE roster_leave (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), staff_id BIGINT NOT NULL, kind TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL,
  version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE INDEX roster_leave_to ON roster_leave (community_id, to_at);
CREATE TABLE roster_swap (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), duty_id BIGINT NOT NULL, back_id BIGINT, by_id BIGINT NOT NULL, to_id BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  answer TEXT NOT NULL, asked_at BIGINT NOT NULL, answered_at BIGINT, decided_by BIGINT, version BIGINT NOT NULL, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, duty_id) REFERENCES roster_duty (community_id, id), FOREIGN KEY (community_id, back_id) REFERENCES roster_duty (community_id, id),
  FOREIGN KEY (community_id, by_id) REFERENCES staff (community_id, id), FOREIGN KEY (community_id, to_id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX roster_swap_open ON roster_swap (community_id, duty_id) WHERE state IN ('asked', 'accepted');
CREATE INDEX roster_swap_list ON roster_swap (community_id, id);
CREATE TABLE roster_feed (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), token TEXT NOT NULL, made_at BIGINT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX roster_feed_token ON roster_feed (token);
CREATE TABLE shift_handover (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), post TEXT NOT NULL, day TEXT NOT NULL, shift_name TEXT NOT NULL, out_id BIGINT NOT NULL, out_name TEXT NOT NULL, in_id BIGINT NOT NULL, in_name TEXT NOT NULL,
  content TEXT NOT NULL, open_count BIGINT NOT NULL, state TEXT NOT NULL, remark TEXT NOT NULL, out_at BIGINT NOT NULL, in_at BIGINT, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, out_id) REFERENCES staff (community_id, id), FOREIGN KEY (community_id, in_id) REFERENCES staff (community_id, id)
);
CREATE INDEX shift_handover_day ON shift_handover (community_id, day, id);
-- Where somebody was last (TIC-05).
CREATE INDEX ticket_arrived ON ticket (assignee_id, arrived_at) WHERE arrived_at IS NOT NULL;
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'roster.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'roster.plan' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'roster.self' FROM role_action WHERE action = 'staff.duty_self' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'roster.handover' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.claim' FROM role WHERE code IN ('administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
