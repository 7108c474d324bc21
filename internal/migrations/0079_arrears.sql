-- Arrears: the ladder of dunning as data with what may be waived by whom (ARR-01, ARR-02).
CREATE TABLE arrears_rules (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), steps TEXT NOT NULL, limits TEXT NOT NULL, loss_rate TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id)
);
-- How far the ladder has come: once a day in the community's own clock.
CREATE TABLE dun_day (id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), on_day TEXT NOT NULL, UNIQUE (community_id));
-- What a household was told, or is to be called or visited about, at a step; and which lines it was about, each once for a step.
CREATE TABLE dun (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, step TEXT NOT NULL, channel TEXT NOT NULL, days BIGINT NOT NULL, on_day TEXT NOT NULL, until_on TEXT NOT NULL, amount BIGINT NOT NULL, lines BIGINT NOT NULL, state TEXT NOT NULL,
  result TEXT NOT NULL, words TEXT NOT NULL, served_on TEXT, done_at BIGINT, done_by BIGINT, done_by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX dun_of ON dun (community_id, room_id, id);
CREATE INDEX dun_open ON dun (community_id, room_id) WHERE state = 'open';
CREATE INDEX dun_when ON dun (community_id, on_day);
CREATE TABLE dun_line (
  id ${ID}, community_id BIGINT NOT NULL, dun_id BIGINT NOT NULL, line_id BIGINT NOT NULL, step TEXT NOT NULL, amount BIGINT NOT NULL,
  FOREIGN KEY (community_id, dun_id) REFERENCES dun (community_id, id), FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX dun_line_once ON dun_line (community_id, line_id, step);
CREATE INDEX dun_line_of ON dun_line (community_id, dun_id);
-- Promises to pay, alone or as the instalments of a plan (ARR-03).
CREATE TABLE pay_promise (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, plan_id BIGINT, amount BIGINT NOT NULL, on_day TEXT NOT NULL, made_on TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, words TEXT NOT NULL,
  state TEXT NOT NULL, ended_on TEXT, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX pay_promise_of ON pay_promise (community_id, room_id, on_day);
CREATE INDEX pay_promise_open ON pay_promise (community_id, on_day) WHERE state = 'open';
-- What interrupts the time after which a debt can no longer be claimed: a served notice, a promise, a part payment stands with the payments.
CREATE TABLE limit_break (
  id ${ID}, community_id BIGINT NOT NULL, line_id BIGINT NOT NULL, on_day TEXT NOT NULL, why TEXT NOT NULL, source TEXT NOT NULL, FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX limit_break_once ON limit_break (community_id, line_id, source);
-- Households that are not dunned for a time.
CREATE TABLE hardship (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, until_on TEXT NOT NULL, words TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, room_id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
-- A line that somebody disputes (ARR-04), with what was done about it.
CREATE TABLE bill_dispute (
  id ${ID}, community_id BIGINT NOT NULL, line_id BIGINT NOT NULL, room_id BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, amount BIGINT NOT NULL, outcome TEXT NOT NULL,
  ended_at BIGINT, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX bill_dispute_live ON bill_dispute (community_id, line_id) WHERE ended_at IS NULL;
CREATE INDEX bill_dispute_of ON bill_dispute (community_id, room_id);
CREATE TABLE bill_dispute_step (
  id ${ID}, community_id BIGINT NOT NULL, dispute_id BIGINT NOT NULL, verb TEXT NOT NULL, words TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, FOREIGN KEY (community_id, dispute_id) REFERENCES bill_dispute (community_id, id)
);
CREATE INDEX bill_dispute_step_of ON bill_dispute_step (community_id, dispute_id, id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'arrears.view' AS action) a ON 1 = 1
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'arrears.work' AS action) a ON 1 = 1
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'arrears.waive' AS action UNION ALL SELECT 'collection.view' UNION ALL SELECT 'collection.export') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'collection.view' FROM role r WHERE r.code IN ('general_manager', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, a.action FROM role r JOIN (SELECT 'arrears.decide' AS action UNION ALL SELECT 'arrears.settings' UNION ALL SELECT 'approval.decide') a ON 1 = 1
  WHERE r.code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
