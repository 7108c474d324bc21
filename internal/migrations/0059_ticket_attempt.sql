-- Attempts to reach the customer since somebody did, when the next is, and who keeps calling too (TIC-07c).
ALTER TABLE ticket ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN attempt_at BIGINT;
ALTER TABLE ticket ADD COLUMN second_id BIGINT;
