-- The order in which a payment is shared over what is owed, where the contract has one of its own (PAY-01, Civil Code art. 560 and 561).
CREATE TABLE pay_order (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), late TEXT NOT NULL, items TEXT NOT NULL, document TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX pay_order_place ON pay_order (community_id)
