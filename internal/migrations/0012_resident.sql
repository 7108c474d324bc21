-- People who live here: codes to sign in with, what binds an account to a room, invitations (ACC-09).
CREATE TABLE resident_code (
  id ${ID}, mobile_index TEXT NOT NULL, code_index TEXT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL
);
CREATE UNIQUE INDEX resident_code_mobile ON resident_code (mobile_index);
CREATE TABLE resident_binding (
  id ${ID}, community_id BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id), room_id BIGINT NOT NULL, customer_id BIGINT, kind TEXT NOT NULL, origin TEXT NOT NULL,
  from_on TEXT, to_on TEXT, invited_by BIGINT REFERENCES account (id), at BIGINT NOT NULL, by_name TEXT NOT NULL, ended_at BIGINT, ended_why TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX resident_binding_once ON resident_binding (account_id, room_id) WHERE ended_at IS NULL;
CREATE INDEX resident_binding_room ON resident_binding (community_id, room_id, id);
-- What somebody says who they are, until the front desk has looked (approval resident.binding).
CREATE TABLE resident_claim (
  id ${ID}, community_id BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id), room_id BIGINT NOT NULL, kind TEXT NOT NULL, name_sealed TEXT NOT NULL,
  at BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX resident_claim_room ON resident_claim (community_id, room_id, id);
CREATE INDEX resident_claim_account ON resident_claim (account_id, id);
CREATE TABLE resident_invitation (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, invited_by BIGINT NOT NULL REFERENCES account (id), mobile_sealed TEXT NOT NULL, mobile_index TEXT NOT NULL,
  kind TEXT NOT NULL, from_on TEXT, to_on TEXT, at BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX resident_invitation_once ON resident_invitation (room_id, mobile_index) WHERE state = 'open';
CREATE INDEX resident_invitation_room ON resident_invitation (community_id, room_id, id);
CREATE INDEX resident_invitation_mobile ON resident_invitation (mobile_index);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'resident.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator');
INSERT INTO role_action (role_id, action) SELECT id, 'resident.code' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator');
INSERT INTO role_action (role_id, action) SELECT id, 'resident.bind' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator');
