-- What several bookings a line of a statement stands for together (PAY-07): a transfer for several receipts, a day's sum of a POS or a gateway. The means is the line's: a gateway's payment is also in the gateway's own statement.
CREATE TABLE statement_match (
  id ${ID}, community_id BIGINT NOT NULL, line_id BIGINT NOT NULL, means TEXT NOT NULL, to_kind TEXT NOT NULL, to_id BIGINT NOT NULL,
  FOREIGN KEY (community_id, line_id) REFERENCES statement_line (community_id, id)
);
CREATE UNIQUE INDEX statement_match_to ON statement_match (community_id, means, to_kind, to_id);
CREATE INDEX statement_match_line ON statement_match (community_id, line_id);
ALTER TABLE statement_line ADD COLUMN parts BIGINT NOT NULL DEFAULT 0
