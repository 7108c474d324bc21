-- A ticket that tells of the same matter as another is merged into it, and made two again (TIC-11).
ALTER TABLE ticket ADD COLUMN merged_into BIGINT;
ALTER TABLE ticket ADD COLUMN merged_from TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_place ON ticket (community_id, place, id) WHERE room_id IS NULL;
INSERT INTO role_action (role_id, action) SELECT role_id, 'ticket.merge' FROM role_action WHERE action = 'ticket.cancel' ON CONFLICT DO NOTHING;
