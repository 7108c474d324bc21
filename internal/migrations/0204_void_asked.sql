-- A void that is decided while who asked for it has no shift falls on their next one (PAY-07); what was voided before this stays as it is.
ALTER TABLE payment ADD COLUMN void_asked_by BIGINT;
CREATE INDEX payment_void_waits ON payment (community_id, void_asked_by) WHERE void_asked_by IS NOT NULL AND void_shift_id IS NULL
