-- Corrections of many bills at once (BIL-10): what a wrong tariff, reading or area changes, line by line, before anything is booked.
CREATE TABLE bill_fix (
  id ${ID}, community_id BIGINT NOT NULL, item_id BIGINT NOT NULL, first_period TEXT NOT NULL, last_period TEXT NOT NULL, cause TEXT NOT NULL, wrong_price TEXT NOT NULL, right_price TEXT NOT NULL, reason TEXT NOT NULL, evidence TEXT NOT NULL,
  state TEXT NOT NULL, done BIGINT NOT NULL, total BIGINT NOT NULL, old_sum BIGINT NOT NULL, new_sum BIGINT NOT NULL, paid BIGINT NOT NULL, same BIGINT NOT NULL, unclear BIGINT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, decided_at BIGINT,
  decided_by_name TEXT NOT NULL, decision TEXT NOT NULL, done_at BIGINT, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id)
);
CREATE INDEX bill_fix_place ON bill_fix (community_id, id);
CREATE TABLE bill_fix_line (
  id ${ID}, community_id BIGINT NOT NULL, fix_id BIGINT NOT NULL, n BIGINT NOT NULL, line_id BIGINT NOT NULL, room_id BIGINT NOT NULL, old_amount BIGINT NOT NULL, new_amount BIGINT NOT NULL, paid BIGINT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL,
  tax BIGINT NOT NULL, tariff_id BIGINT, explain TEXT NOT NULL, state TEXT NOT NULL, new_id BIGINT, FOREIGN KEY (community_id, fix_id) REFERENCES bill_fix (community_id, id), FOREIGN KEY (community_id, line_id) REFERENCES bill_line (community_id, id)
);
CREATE UNIQUE INDEX bill_fix_line_n ON bill_fix_line (fix_id, n);
CREATE INDEX bill_fix_line_of ON bill_fix_line (community_id, fix_id, line_id);
CREATE INDEX bill_fix_line_room ON bill_fix_line (community_id, room_id);
CREATE INDEX bill_fix_line_new ON bill_fix_line (community_id, new_id) WHERE new_id IS NOT NULL
