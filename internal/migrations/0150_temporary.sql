-- Temporary charges at the desk and parking by entry or by time (BIL-01): the rule of a stay is a version's like any price (BIL-02).
ALTER TABLE tariff ADD COLUMN parking TEXT NOT NULL DEFAULT '';
-- Who pays without having a room here: one record of the register and one archive for each community; the id is the community's. No run bills it.
CREATE TABLE passer_by (
  id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), room_id BIGINT NOT NULL, customer_id BIGINT NOT NULL,
  FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX passer_by_room ON passer_by (community_id, room_id);
CREATE INDEX passer_by_customer ON passer_by (community_id, customer_id);
-- What a role may bill freely where an item has no tariff; the id is the community's.
CREATE TABLE temporary_rule (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), limits TEXT NOT NULL, version BIGINT NOT NULL);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'charge.once' FROM role WHERE code IN ('front_desk', 'phone_agent', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'charge.take_back' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
