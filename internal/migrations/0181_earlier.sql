-- A ticket that takes up the matter of an ended one refers to it; the ended one is never changed (TIC-04).
ALTER TABLE ticket ADD COLUMN earlier_id BIGINT;
CREATE INDEX ticket_earlier ON ticket (community_id, earlier_id) WHERE earlier_id IS NOT NULL
