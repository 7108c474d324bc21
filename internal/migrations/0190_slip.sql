-- The forms that go with a ticket, as they were filled in (TIC-14, PRO-02, PRO-03): a correction is another row, and the one before it stays.
CREATE TABLE slip (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, form TEXT NOT NULL, edition BIGINT NOT NULL, number TEXT NOT NULL, revision BIGINT NOT NULL, earlier_id BIGINT, why TEXT NOT NULL,
  lines_sealed TEXT NOT NULL, photo_id BIGINT, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, replaced_at BIGINT, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX slip_of ON slip (community_id, ticket_id, id);
CREATE INDEX slip_at ON slip (at);
INSERT INTO role_action (role_id, action) SELECT role_id, 'slip.fill' FROM role_action WHERE action = 'lookin.record' ON CONFLICT DO NOTHING;
