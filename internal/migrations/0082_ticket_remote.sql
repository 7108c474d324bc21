-- Whether remote help would do, so that a visit needs the leader's yes (TIC-05a, PRO-02a): possible, granted, or empty.
ALTER TABLE ticket ADD COLUMN remote TEXT NOT NULL DEFAULT ''
