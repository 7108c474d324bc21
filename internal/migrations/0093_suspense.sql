-- Money that came and nobody knows whose it is (PAY-02b): it waits in suspense until a second person releases it to a household, or has it sent back.
CREATE TABLE suspense (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), means TEXT NOT NULL, amount BIGINT NOT NULL, came_on TEXT NOT NULL, payer TEXT NOT NULL, reference TEXT NOT NULL, words TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL,
  room_id BIGINT, payment_id BIGINT, reason TEXT NOT NULL, back_reference TEXT NOT NULL, asked_by_name TEXT NOT NULL, decided_by_name TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, ended_at BIGINT, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id)
);
CREATE UNIQUE INDEX suspense_source ON suspense (community_id, source);
CREATE INDEX suspense_place ON suspense (community_id, state, id)
