-- Regions of any depth (ACC-01). Roles held at a region stand in a table of their own: a program that does not know
-- regions would take a holder without community for one of the whole company.
CREATE TABLE region (id ${ID}, company_id BIGINT NOT NULL REFERENCES company (id), parent_id BIGINT REFERENCES region (id), name TEXT NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX region_name ON region (company_id, COALESCE(parent_id, 0), name);
CREATE INDEX region_parent ON region (parent_id);
ALTER TABLE community ADD COLUMN region_id BIGINT REFERENCES region (id);
CREATE INDEX community_region ON community (region_id);
CREATE TABLE role_region (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), role_id BIGINT NOT NULL REFERENCES role (id), region_id BIGINT NOT NULL REFERENCES region (id)
);
CREATE UNIQUE INDEX role_region_once ON role_region (account_id, role_id, region_id);
CREATE INDEX role_region_region ON role_region (region_id);
CREATE VIEW role_held AS
  SELECT account_id, role_id, community_id, CAST(NULL AS BIGINT) AS region_id FROM role_holder
  UNION ALL SELECT account_id, role_id, CAST(NULL AS BIGINT) AS community_id, region_id FROM role_region;
-- Raised whenever the communities below somebody's regions change: what is kept of their scope is then out of date.
ALTER TABLE account ADD COLUMN reach BIGINT NOT NULL DEFAULT 0;
ALTER TABLE role ADD COLUMN needs_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
-- Change of position (ACC-08): asked, decided, taking effect at a day; and what became of everybody's permissions.
CREATE TABLE position_list (id ${ID}, positions TEXT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE position_change (
  id ${ID}, community_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, position TEXT NOT NULL, department_id BIGINT, roles TEXT NOT NULL,
  effective_on TEXT NOT NULL, hand_over_to BIGINT, reason TEXT NOT NULL, state TEXT NOT NULL, approval_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL, asked_by BIGINT NOT NULL, asked_by_name TEXT NOT NULL, decided_at BIGINT, decided_by BIGINT, decided_by_name TEXT NOT NULL,
  version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX position_change_open ON position_change (staff_id) WHERE state IN ('asked', 'planned');
CREATE INDEX position_change_staff ON position_change (community_id, staff_id, id);
CREATE TABLE permission_history (
  id ${ID}, community_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, at BIGINT NOT NULL, what TEXT NOT NULL, before TEXT, after TEXT, reason TEXT NOT NULL,
  asked_by BIGINT, asked_by_name TEXT NOT NULL, decided_by BIGINT, decided_by_name TEXT NOT NULL, handed_to BIGINT, handed_to_name TEXT NOT NULL, tickets BIGINT NOT NULL,
  FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE INDEX permission_history_staff ON permission_history (community_id, staff_id, id);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'auth.roles_edit' FROM role WHERE code = 'administrator';
INSERT INTO role_action (role_id, action) SELECT id, 'staff.positions' FROM role WHERE code = 'administrator';
