-- Something owed once (BIL-01), as paid work on a ticket is (TIC-07): a line that no run bills, unique by what it is for, under the month's run of such lines.
ALTER TABLE bill_run ADD COLUMN kind TEXT NOT NULL DEFAULT 'period';
CREATE INDEX bill_run_single ON bill_run (community_id, period) WHERE kind = 'single';
ALTER TABLE bill_line ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX bill_line_source ON bill_line (community_id, source) WHERE source <> '' AND reversed_at IS NULL;
-- Two of a room and day are two.
DROP INDEX bill_line_live;
CREATE UNIQUE INDEX bill_line_live ON bill_line (community_id, room_id, item_id, COALESCE(meter_id, 0), COALESCE(space_id, 0), debtor, from_on, source) WHERE reversed_at IS NULL;
-- What of a quote is owed, and when it was paid: a note of what the books say.
ALTER TABLE quote ADD COLUMN line_id BIGINT;
ALTER TABLE quote ADD COLUMN paid_at BIGINT
