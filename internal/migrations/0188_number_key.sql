-- The number of a transfer in its one form, however it was written: found again in other case, width or spacing (ARR-06, PAY-07).
ALTER TABLE payment ADD COLUMN reference_key TEXT NOT NULL DEFAULT '';
ALTER TABLE suspense ADD COLUMN reference_key TEXT NOT NULL DEFAULT '';
CREATE INDEX payment_reference_key ON payment (community_id, reference_key) WHERE reference_key <> ''
