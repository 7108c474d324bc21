-- The rule of late payment of an item as it was from an instant on (ARR-01): a bill keeps the one under which it was made.
CREATE TABLE late_rule (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, at BIGINT NOT NULL, per_day TEXT NOT NULL, grace BIGINT NOT NULL, count_from TEXT NOT NULL, cap TEXT NOT NULL,
  FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id)
);
CREATE INDEX late_rule_of ON late_rule (community_id, item_id, at);
INSERT INTO late_rule (id, community_id, item_id, at, per_day, grace, count_from, cap) SELECT id, community_id, id, 0, late_per_day, late_grace, late_from, late_cap FROM charge_item
