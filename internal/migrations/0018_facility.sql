-- Facilities and equipment (HOU-04), site plans with what each valve cuts off (HOU-04a).
CREATE TABLE facility (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, building_id BIGINT, place TEXT NOT NULL,
  serves TEXT NOT NULL, maker TEXT NOT NULL, model TEXT NOT NULL, installed_on TEXT, warranty_until TEXT, contractor TEXT NOT NULL, contractor_phone TEXT NOT NULL,
  state TEXT NOT NULL, notes TEXT NOT NULL, next_on TEXT, version BIGINT NOT NULL, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
CREATE UNIQUE INDEX facility_code ON facility (community_id, code);
CREATE INDEX facility_next ON facility (community_id, next_on) WHERE next_on IS NOT NULL;
CREATE TABLE facility_check (
  id ${ID}, community_id BIGINT NOT NULL, facility_id BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, months BIGINT NOT NULL, last_on TEXT, next_on TEXT,
  FOREIGN KEY (community_id, facility_id) REFERENCES facility (community_id, id)
);
CREATE INDEX facility_check_of ON facility_check (community_id, facility_id);
CREATE TABLE facility_part (
  id ${ID}, community_id BIGINT NOT NULL, facility_id BIGINT NOT NULL, name TEXT NOT NULL, spec TEXT NOT NULL, quantity BIGINT NOT NULL, replaced_on TEXT,
  FOREIGN KEY (community_id, facility_id) REFERENCES facility (community_id, id)
);
CREATE INDEX facility_part_of ON facility_part (community_id, facility_id);
CREATE TABLE facility_record (
  id ${ID}, community_id BIGINT NOT NULL, facility_id BIGINT NOT NULL, kind TEXT NOT NULL, on_day TEXT NOT NULL, check_name TEXT NOT NULL, result TEXT NOT NULL,
  words TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, facility_id) REFERENCES facility (community_id, id)
);
CREATE INDEX facility_record_of ON facility_record (community_id, facility_id, on_day, id);
CREATE TABLE site_plan (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), building_id BIGINT, name TEXT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL,
  width BIGINT NOT NULL, height BIGINT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
CREATE INDEX site_plan_place ON site_plan (community_id, building_id);
CREATE TABLE site_plan_item (
  id ${ID}, community_id BIGINT NOT NULL, plan_id BIGINT NOT NULL, kind TEXT NOT NULL, medium TEXT NOT NULL, name TEXT NOT NULL, points TEXT NOT NULL, place TEXT NOT NULL,
  cuts TEXT NOT NULL, facility_id BIGINT, blob TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '', size BIGINT NOT NULL DEFAULT 0,
  FOREIGN KEY (community_id, plan_id) REFERENCES site_plan (community_id, id), FOREIGN KEY (community_id, facility_id) REFERENCES facility (community_id, id)
);
CREATE INDEX site_plan_item_of ON site_plan_item (community_id, plan_id, id);
CREATE INDEX site_plan_item_blob ON site_plan_item (blob) WHERE blob <> '';
ALTER TABLE ticket ADD COLUMN facility_id BIGINT;
CREATE INDEX ticket_facility ON ticket (community_id, facility_id, id) WHERE facility_id IS NOT NULL;
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT role_id, 'facility.view' FROM role_action WHERE action = 'ticket.view' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'facility.edit' FROM role WHERE code IN ('property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'facility.record' FROM role WHERE code IN ('property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'technician') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'facility.export' FROM role WHERE code IN ('property_manager', 'administrator', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
