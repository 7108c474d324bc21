-- What people at work are told inside the program (TIC-03b); no words, only what it is about.
CREATE TABLE notice (
  id ${ID}, community_id BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id), ticket_id BIGINT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
  at BIGINT NOT NULL, read_at BIGINT, FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX notice_own ON notice (account_id, id);
CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL;
CREATE INDEX notice_ticket ON notice (ticket_id) WHERE read_at IS NULL;
CREATE INDEX notice_at ON notice (at);
