-- Imports of any template, in chunks, with a journal to undo them by (CUS-07).
ALTER TABLE import ADD COLUMN template TEXT NOT NULL DEFAULT 'homes';
ALTER TABLE import ADD COLUMN mapping TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import ADD COLUMN heads TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import ADD COLUMN outcomes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import ADD COLUMN mode TEXT NOT NULL DEFAULT '';
ALTER TABLE import ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE import ADD COLUMN done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN undone_at BIGINT;
CREATE UNIQUE INDEX import_at_work ON import (community_id) WHERE state IN ('applying', 'undoing');
-- What each chunk of an import made, by kind and row: ids, nothing personal.
CREATE TABLE import_chunk (
  id ${ID}, community_id BIGINT NOT NULL, import_id BIGINT NOT NULL REFERENCES import (id), made TEXT NOT NULL
);
CREATE INDEX import_chunk_of ON import_chunk (import_id, id);
-- What an import changed, with what stood there before.
CREATE TABLE import_change (
  id ${ID}, community_id BIGINT NOT NULL, import_id BIGINT NOT NULL REFERENCES import (id), row_no BIGINT NOT NULL, kind TEXT NOT NULL,
  record_id BIGINT NOT NULL, record_version BIGINT NOT NULL, before_sealed TEXT NOT NULL
);
CREATE INDEX import_change_of ON import_change (import_id, id);
CREATE INDEX import_change_record ON import_change (community_id, kind, record_id);
-- Which column of somebody else's table is which of ours: kept for the company by the set of headings.
CREATE TABLE import_mapping (
  id ${ID}, heads_key TEXT NOT NULL, template TEXT NOT NULL, mapping TEXT NOT NULL, used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX import_mapping_heads ON import_mapping (heads_key);
-- What hangs on a record is looked for at each one that an undo deletes.
CREATE INDEX room_unit ON room (community_id, unit_id);
