-- From when on 24 hours without a word to the customer are counted (TIC-09); 0: from its opening.
ALTER TABLE ticket ADD COLUMN report_from BIGINT NOT NULL DEFAULT 0;
