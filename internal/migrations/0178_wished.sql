-- When a customer would like somebody to come, in their words (TIC-01).
ALTER TABLE ticket ADD COLUMN wished TEXT NOT NULL DEFAULT '';
