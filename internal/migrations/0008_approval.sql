-- One inbox for every request and its decision (ACC-12).
CREATE TABLE approval (
  id ${ID}, community_id BIGINT REFERENCES community (id), kind TEXT NOT NULL, subject TEXT NOT NULL, about TEXT NOT NULL, data TEXT NOT NULL,
  reason TEXT NOT NULL, evidence TEXT NOT NULL, amount BIGINT, concerned_id BIGINT, requested_at BIGINT NOT NULL, requested_by BIGINT, requested_by_name TEXT NOT NULL,
  kept_by BIGINT, alone BOOLEAN NOT NULL, level BIGINT NOT NULL, due_at BIGINT NOT NULL, reminded BOOLEAN NOT NULL, lapses_at BIGINT,
  state TEXT NOT NULL, decided_at BIGINT, decided_by BIGINT, decided_by_name TEXT NOT NULL, stood_for_id BIGINT, stood_for_name TEXT NOT NULL,
  decision TEXT NOT NULL, conditions TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX approval_open ON approval (kind, subject) WHERE state = 'pending';
CREATE INDEX approval_due ON approval (due_at, id) WHERE state = 'pending';
CREATE INDEX approval_place ON approval (community_id, id);
CREATE INDEX approval_keeper ON approval (kept_by, id);
CREATE TABLE approval_rule (id ${ID}, kind TEXT NOT NULL UNIQUE, levels TEXT NOT NULL, hours BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE deputy (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), deputy_id BIGINT NOT NULL REFERENCES account (id), from_on TEXT NOT NULL, to_on TEXT NOT NULL,
  from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX deputy_account ON deputy (account_id, to_at);
CREATE INDEX deputy_deputy ON deputy (deputy_id, to_at);
INSERT INTO role_action (role_id, action) SELECT id, 'approval.inbox' FROM role;
INSERT INTO role_action (role_id, action) SELECT id, 'approval.decide' FROM role WHERE code IN ('administrator', 'property_manager', 'service_manager', 'service_supervisor', 'front_desk', 'phone_agent');
INSERT INTO role_action (role_id, action) SELECT id, 'approval.view' FROM role WHERE code IN ('administrator', 'property_manager', 'general_manager', 'auditor');
INSERT INTO role_action (role_id, action) SELECT id, 'approval.rules' FROM role WHERE code = 'administrator';
