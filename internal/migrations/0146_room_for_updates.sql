-- A ticket is changed a dozen times. With room beside it the new version stays in its page: no index gets an entry, and no reader of an index page conflicts (QUA-05).
-- only postgres
ALTER TABLE ticket SET (fillfactor = 80)
