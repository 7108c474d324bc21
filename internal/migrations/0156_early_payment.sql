-- Less for who pays early (BIL-02, FAR-08): rules of a community's items, approved by somebody else. What is taken off is a payment of its own, of no money, that names the payment by which the line was settled.
CREATE TABLE early_rule (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), item_id BIGINT NOT NULL, way TEXT NOT NULL, days BIGINT NOT NULL, until TEXT NOT NULL, off_percent TEXT NOT NULL, first_period TEXT NOT NULL, last_period TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, ended_on TEXT, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, decided_at BIGINT, decided_by_name TEXT NOT NULL, decision TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (days >= 0), FOREIGN KEY (community_id, item_id) REFERENCES charge_item (community_id, id)
);
CREATE INDEX early_rule_place ON early_rule (community_id, state);
ALTER TABLE payment ADD COLUMN early_of BIGINT;
ALTER TABLE payment ADD COLUMN early_rule BIGINT;
CREATE INDEX payment_early ON payment (community_id, early_of) WHERE early_of IS NOT NULL
