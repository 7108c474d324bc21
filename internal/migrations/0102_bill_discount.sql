-- Reductions of what a room is charged (BIL-02): asked for, for an empty home looked at, approved by somebody else, for a term.
CREATE TABLE bill_discount (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, item_id BIGINT NOT NULL, kind TEXT NOT NULL, off_percent TEXT NOT NULL, off_amount BIGINT NOT NULL, first_period TEXT NOT NULL, last_period TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, inspected_at BIGINT, inspected_by_name TEXT NOT NULL, inspection TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, decided_at BIGINT, decided_by_name TEXT NOT NULL, decision TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (off_amount >= 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id)
);
CREATE INDEX bill_discount_room ON bill_discount (community_id, room_id, item_id);
CREATE INDEX bill_discount_place ON bill_discount (community_id, id);
-- What a city grants for empty homes, and for how long at most: the id is the community's.
CREATE TABLE bill_discount_rules (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), vacancy_off TEXT NOT NULL, most_months BIGINT NOT NULL, version BIGINT NOT NULL);
INSERT INTO role_action (role_id, action) SELECT r.id, 'charge.discount' FROM role r
  WHERE r.code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING
