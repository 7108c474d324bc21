-- What the customer is advised stands apart from cause and remedy, and is shown before they sign (TIC-07d, PRO-02).
ALTER TABLE ticket ADD COLUMN advice TEXT NOT NULL DEFAULT '';
