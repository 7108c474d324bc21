-- What was taken away from a customer's home, with consent and receipt (TIC-07).
CREATE TABLE custody (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, number TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, back_at BIGINT NOT NULL, signed_name TEXT NOT NULL, photo_id BIGINT,
  taken_at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, returned_at BIGINT, returned_by TEXT NOT NULL, returned_to TEXT NOT NULL, return_note TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, number), UNIQUE (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX custody_of ON custody (community_id, ticket_id, id);
