-- What was used and how long it took, told when the work ends (TIC-07a).
ALTER TABLE ticket ADD COLUMN parts TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN minutes BIGINT NOT NULL DEFAULT 0;
