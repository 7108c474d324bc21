-- Settlements of a room that changes hands (PAY-05a): what the old owner owed and had paid ahead on a day, as it was shown when it was signed. The figures are a copy; the books say what became of them.
CREATE TABLE settlement (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, customer_id BIGINT, on_day TEXT NOT NULL, names TEXT NOT NULL, figures TEXT NOT NULL, owes BIGINT NOT NULL, ahead BIGINT NOT NULL, unserved BIGINT NOT NULL, at BIGINT NOT NULL,
  by_name TEXT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, signed_at BIGINT, signed_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE INDEX settlement_of_room ON settlement (community_id, room_id, id);
CREATE INDEX settlement_customer ON settlement (community_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX settlement_blob ON settlement (blob) WHERE blob <> ''
