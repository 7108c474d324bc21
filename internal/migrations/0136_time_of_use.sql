-- A meter counts day and night apart: each register is read and billed by itself, under the meter's number (BIL-01).
ALTER TABLE meter ADD COLUMN register TEXT NOT NULL DEFAULT '';
DROP INDEX meter_number;
CREATE UNIQUE INDEX meter_number ON meter (community_id, kind, number, register);
ALTER TABLE tariff ADD COLUMN registers TEXT NOT NULL DEFAULT '[]';
-- Bounds of tiers hold for a month or a calendar year, for so many people; each further one raises them (FAR-06).
ALTER TABLE tariff ADD COLUMN tier_period TEXT NOT NULL DEFAULT 'month';
ALTER TABLE tariff ADD COLUMN tier_people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tariff ADD COLUMN tier_extra TEXT NOT NULL DEFAULT '';
-- For how many months may be paid ahead (BIL-02); 0: as many as anybody likes.
ALTER TABLE bill_discount_rules ADD COLUMN most_ahead BIGINT NOT NULL DEFAULT 12
