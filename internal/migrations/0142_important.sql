-- Which tags mark customers whose matters are for seniors first, and what a mentor has said yes to (TIC-05a).
ALTER TABLE tag ADD COLUMN is_important BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tag SET is_important = TRUE WHERE name = 'VIP';
CREATE TABLE ticket_leave (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, staff_id BIGINT NOT NULL, step TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX ticket_leave_of ON ticket_leave (community_id, ticket_id)
