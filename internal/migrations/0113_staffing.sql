-- Staffing plans (STA-01c): who is needed on which post, and the candidates for it with their interview sheets.
CREATE TABLE staffing_plan (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), title TEXT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, reason TEXT NOT NULL, lines TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  decided_at BIGINT, decided_by_name TEXT NOT NULL, decision TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE INDEX staffing_plan_place ON staffing_plan (community_id, id);
CREATE TABLE staffing_candidate (
  id ${ID}, community_id BIGINT NOT NULL, plan_id BIGINT NOT NULL, line BIGINT NOT NULL, name TEXT NOT NULL, ratings TEXT NOT NULL, words TEXT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, plan_id) REFERENCES staffing_plan (community_id, id)
);
CREATE INDEX staffing_candidate_of ON staffing_candidate (community_id, plan_id, id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'staffing.edit' FROM role WHERE code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'staffing.decide' FROM role WHERE code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING
