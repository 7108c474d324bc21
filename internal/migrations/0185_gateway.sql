-- Gateways of smart meters (BIL-04): each brings readings of one community with a token of which only the hash is kept.
CREATE TABLE meter_gateway (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), name TEXT NOT NULL, token TEXT NOT NULL, made_at BIGINT NOT NULL, by_name TEXT NOT NULL, used_at BIGINT, ended_at BIGINT, ended_by_name TEXT NOT NULL,
  entered BIGINT NOT NULL, refused BIGINT NOT NULL, refusals TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX meter_gateway_token ON meter_gateway (token);
CREATE INDEX meter_gateway_place ON meter_gateway (community_id, id);
ALTER TABLE meter_reading ADD COLUMN gateway_id BIGINT;
ALTER TABLE meter_reading ADD COLUMN read_at BIGINT;
-- Pictures of what a register showed on a day.
CREATE TABLE meter_photo (
  id ${ID}, community_id BIGINT NOT NULL, meter_id BIGINT NOT NULL, on_day TEXT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, meter_id) REFERENCES meter (community_id, id)
);
CREATE INDEX meter_photo_of ON meter_photo (community_id, meter_id, on_day);
CREATE INDEX meter_photo_at ON meter_photo (at);
CREATE INDEX meter_photo_blob ON meter_photo (blob);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT r.id, 'meter.gateways' FROM role r WHERE r.code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
