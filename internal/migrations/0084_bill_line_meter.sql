-- Until when a meter was billed is asked for page by page of a run, wherever the meter hung then.
CREATE INDEX bill_line_meter ON bill_line (community_id, meter_id, to_on) WHERE meter_id IS NOT NULL AND reversed_at IS NULL;
