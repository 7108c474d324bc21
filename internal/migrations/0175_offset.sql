-- What a household has to get from the company, set against what it owes (PAY-01 "offset", Civil Code art. 568, 569): no money moves. Above the asker's limit somebody else decides first; what is booked is a payment like any other.
CREATE TABLE claim_offset (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), room_id BIGINT NOT NULL, amount BIGINT NOT NULL, claim TEXT NOT NULL, document TEXT NOT NULL, reason TEXT NOT NULL, on_day TEXT NOT NULL, state TEXT NOT NULL, payment_id BIGINT,
  at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, decided_at BIGINT, decided_by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id)
);
CREATE INDEX claim_offset_room ON claim_offset (community_id, room_id, at);
CREATE INDEX claim_offset_place ON claim_offset (community_id, state, id);
ALTER TABLE receipt_office ADD COLUMN offset_alone BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipt_office ADD COLUMN offset_limits TEXT NOT NULL DEFAULT '[]'
