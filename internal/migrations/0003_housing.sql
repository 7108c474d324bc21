-- Buildings, units, rooms (HOU-01); people at work (ACC-02).
CREATE TABLE building (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), code TEXT NOT NULL, name TEXT NOT NULL, sort_key TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX building_code ON building (community_id, code);
CREATE TABLE unit (
  id ${ID}, community_id BIGINT NOT NULL, building_id BIGINT NOT NULL, code TEXT NOT NULL, sort_key TEXT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
CREATE UNIQUE INDEX unit_code ON unit (community_id, building_id, code);
CREATE TABLE room (
  id ${ID}, community_id BIGINT NOT NULL, building_id BIGINT NOT NULL, unit_id BIGINT, number TEXT NOT NULL,
  label TEXT NOT NULL, label_key TEXT NOT NULL, sort_key TEXT NOT NULL, type TEXT NOT NULL, floor BIGINT,
  building_area BIGINT, inner_area BIGINT, state TEXT NOT NULL, handed_over_on TEXT, notes TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id),
  FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id), FOREIGN KEY (community_id, unit_id) REFERENCES unit (community_id, id)
);
CREATE UNIQUE INDEX room_label ON room (community_id, label_key);
CREATE INDEX room_number ON room (community_id, number, sort_key, id);
CREATE INDEX room_sort ON room (community_id, sort_key, id);
CREATE INDEX room_building ON room (community_id, building_id, sort_key, id);
CREATE TABLE staff (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), agent_no TEXT NOT NULL, name TEXT NOT NULL, mobile TEXT NOT NULL,
  department_id BIGINT, position TEXT NOT NULL, skills TEXT NOT NULL, state TEXT NOT NULL, on_duty BOOLEAN NOT NULL,
  left_reason TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX staff_agent_no ON staff (agent_no);
CREATE INDEX staff_place ON staff (community_id, agent_no, id);
CREATE TABLE staff_area (
  community_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, building_id BIGINT NOT NULL, PRIMARY KEY (staff_id, building_id),
  FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id), FOREIGN KEY (community_id, building_id) REFERENCES building (community_id, id)
);
