-- Which side of a fee a ticket is about (TIC-01a), and where the public place is that was reported, if its reporter let the phone say it (TIC-01).
ALTER TABLE ticket ADD COLUMN facet TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN report_latitude BIGINT;
ALTER TABLE ticket ADD COLUMN report_longitude BIGINT;
CREATE INDEX ticket_position ON ticket (id) WHERE report_latitude IS NOT NULL
