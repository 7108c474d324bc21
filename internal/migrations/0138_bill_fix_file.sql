-- Pictures and PDFs that prove why bills are corrected (BIL-10).
CREATE TABLE bill_fix_file (
  id ${ID}, community_id BIGINT NOT NULL, fix_id BIGINT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, fix_id) REFERENCES bill_fix (community_id, id)
);
CREATE INDEX bill_fix_file_of ON bill_fix_file (community_id, fix_id);
CREATE INDEX bill_fix_file_blob ON bill_fix_file (blob)
