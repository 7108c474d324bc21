-- Filters of the list of tickets that somebody keeps for themselves, or for everybody of the community (TIC-10).
CREATE TABLE ticket_view (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), owner_id BIGINT NOT NULL, owner_name TEXT NOT NULL, name TEXT NOT NULL, filter TEXT NOT NULL, is_shared BOOLEAN NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX ticket_view_name ON ticket_view (community_id, owner_id, name);
