-- What the company made of the shipped tree of classes (TIC-01a): one row for each version, the newest is in force, none: as shipped.
CREATE TABLE category_version (
  id ${ID}, number BIGINT NOT NULL, doc TEXT NOT NULL, reason TEXT NOT NULL, restored BIGINT, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL
);
CREATE UNIQUE INDEX category_version_number ON category_version (number);
INSERT INTO role_action (role_id, action) SELECT id, 'ticket.categories' FROM role WHERE code IN ('property_manager', 'administrator') ON CONFLICT DO NOTHING
