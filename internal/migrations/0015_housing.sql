-- What a community says of itself, and who serves which rooms (HOU-01).
ALTER TABLE community ADD COLUMN households BIGINT;
ALTER TABLE community ADD COLUMN budget BIGINT;
ALTER TABLE unit ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX room_places ON room (community_id, building_id, unit_id, state, type);
CREATE TABLE parcel (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, name TEXT NOT NULL, staff_id BIGINT, notes TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, staff_id) REFERENCES staff (community_id, id)
);
CREATE UNIQUE INDEX parcel_name ON parcel (community_id, kind, name);
CREATE TABLE parcel_room (
  community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, kind TEXT NOT NULL, parcel_id BIGINT NOT NULL, PRIMARY KEY (room_id, kind),
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, parcel_id) REFERENCES parcel (community_id, id)
);
CREATE INDEX parcel_room_parcel ON parcel_room (community_id, parcel_id, room_id);
-- Parking and vehicles (HOU-03).
CREATE TABLE parking_setting (community_id BIGINT NOT NULL PRIMARY KEY REFERENCES community (id), most_per_space BIGINT NOT NULL, remind_days BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE parking_space (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), number TEXT NOT NULL, sort_key TEXT NOT NULL, area TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL,
  state TEXT NOT NULL, room_id BIGINT, customer_id BIGINT, from_on TEXT, to_on TEXT, notes TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX parking_space_number ON parking_space (community_id, number);
CREATE INDEX parking_space_sort ON parking_space (community_id, sort_key, id);
CREATE INDEX parking_space_room ON parking_space (community_id, room_id);
CREATE INDEX parking_space_customer ON parking_space (community_id, customer_id);
CREATE INDEX parking_space_till ON parking_space (community_id, to_on);
-- Who had a space before: the holder of now stands in the space itself.
CREATE TABLE parking_holding (
  id ${ID}, community_id BIGINT NOT NULL, space_id BIGINT NOT NULL, customer_id BIGINT, state TEXT NOT NULL, from_on TEXT, to_on TEXT, ended_on TEXT NOT NULL,
  FOREIGN KEY (community_id, space_id) REFERENCES parking_space (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX parking_holding_space ON parking_holding (community_id, space_id, id);
CREATE INDEX parking_holding_customer ON parking_holding (community_id, customer_id);
CREATE TABLE vehicle (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), plate TEXT NOT NULL, plate_tail TEXT NOT NULL, kind TEXT NOT NULL, brand TEXT NOT NULL, colour TEXT NOT NULL,
  room_id BIGINT, customer_id BIGINT, space_id BIGINT, from_on TEXT, permit_from TEXT, permit_to TEXT, ended_on TEXT, ended_why TEXT NOT NULL, notes TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id),
  FOREIGN KEY (community_id, space_id) REFERENCES parking_space (community_id, id)
);
CREATE INDEX vehicle_plate ON vehicle (plate);
CREATE INDEX vehicle_place_plate ON vehicle (community_id, plate);
CREATE INDEX vehicle_tail ON vehicle (plate_tail);
CREATE INDEX vehicle_place_tail ON vehicle (community_id, plate_tail);
CREATE UNIQUE INDEX vehicle_plate_once ON vehicle (community_id, plate) WHERE ended_on IS NULL AND plate <> '';
CREATE INDEX vehicle_sort ON vehicle (community_id, plate, id);
CREATE INDEX vehicle_room ON vehicle (community_id, room_id);
CREATE INDEX vehicle_customer ON vehicle (community_id, customer_id);
CREATE INDEX vehicle_space ON vehicle (community_id, space_id);
CREATE INDEX vehicle_permit_till ON vehicle (community_id, permit_to) WHERE ended_on IS NULL;
CREATE INDEX vehicle_ended ON vehicle (ended_on) WHERE ended_on IS NOT NULL;
CREATE TABLE vehicle_permit (
  id ${ID}, community_id BIGINT NOT NULL, vehicle_id BIGINT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, vehicle_id) REFERENCES vehicle (community_id, id)
);
CREATE INDEX vehicle_permit_vehicle ON vehicle_permit (community_id, vehicle_id, id);
-- Handing rooms over (HOU-02), and the papers signed for each room (HOU-02a).
CREATE TABLE handover_checklist (community_id BIGINT NOT NULL PRIMARY KEY REFERENCES community (id), body TEXT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE handover (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, state TEXT NOT NULL, invited_on TEXT, appointed_on TEXT, slot TEXT NOT NULL, customer_id BIGINT,
  inspected_on TEXT, refused_why TEXT NOT NULL, documents TEXT NOT NULL, fee_from TEXT, finished_on TEXT, notes TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX handover_room ON handover (community_id, room_id);
CREATE INDEX handover_day ON handover (community_id, appointed_on, slot, id);
CREATE INDEX handover_customer ON handover (community_id, customer_id);
CREATE TABLE handover_item (
  id ${ID}, community_id BIGINT NOT NULL, handover_id BIGINT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, result TEXT NOT NULL, note TEXT NOT NULL,
  party TEXT NOT NULL, warranty_months BIGINT NOT NULL, fixed_on TEXT, UNIQUE (community_id, id),
  FOREIGN KEY (community_id, handover_id) REFERENCES handover (community_id, id)
);
CREATE UNIQUE INDEX handover_item_once ON handover_item (community_id, handover_id, code);
CREATE INDEX handover_item_defect ON handover_item (community_id, id) WHERE result = 'defect';
CREATE TABLE handover_photo (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, item_id) REFERENCES handover_item (community_id, id)
);
CREATE INDEX handover_photo_item ON handover_photo (community_id, item_id, id);
CREATE INDEX handover_photo_blob ON handover_photo (blob);
CREATE INDEX handover_photo_at ON handover_photo (at);
CREATE TABLE handover_key (
  id ${ID}, community_id BIGINT NOT NULL, handover_id BIGINT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, FOREIGN KEY (community_id, handover_id) REFERENCES handover (community_id, id)
);
CREATE INDEX handover_key_of ON handover_key (community_id, handover_id, id);
CREATE TABLE handover_reading (
  id ${ID}, community_id BIGINT NOT NULL, handover_id BIGINT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, thousandths BIGINT NOT NULL,
  FOREIGN KEY (community_id, handover_id) REFERENCES handover (community_id, id)
);
CREATE INDEX handover_reading_of ON handover_reading (community_id, handover_id, id);
CREATE TABLE room_paper (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, kind TEXT NOT NULL, edition TEXT NOT NULL, customer_id BIGINT, signed_on TEXT NOT NULL,
  blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, is_current BOOLEAN NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX room_paper_current ON room_paper (community_id, room_id, kind) WHERE is_current;
CREATE INDEX room_paper_room ON room_paper (community_id, room_id, id);
CREATE INDEX room_paper_customer ON room_paper (community_id, customer_id);
CREATE INDEX room_paper_blob ON room_paper (blob);
-- What the shipped roles of an installation from before may now do; its own roles are its own to change.
INSERT INTO role_action (role_id, action) SELECT r.id, 'housing.export' FROM role r WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'parking.view' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager',
  'administrator', 'general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader', 'cashier') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'parking.edit' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'parking.settings' FROM role r WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'parking.export' FROM role r WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'handover.view' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager',
  'administrator', 'general_manager', 'quality_officer', 'onsite_specialist', 'maintenance_leader', 'cleaning_leader', 'security_leader') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'handover.edit' FROM role r WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'onsite_specialist') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'handover.checklist' FROM role r WHERE r.code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT r.id, 'handover.export' FROM role r WHERE r.code IN ('service_supervisor', 'service_manager', 'property_manager', 'administrator') ON CONFLICT DO NOTHING;
