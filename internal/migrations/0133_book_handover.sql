-- Who had which numbers of a book from when until when (PAY-02a): a row for each time that a book was given to somebody; back_no is the first number that was not used when it came back.
CREATE TABLE book_handover (
  id ${ID}, community_id BIGINT NOT NULL, book_id BIGINT NOT NULL, holder_id BIGINT, holder_name TEXT NOT NULL, first_no BIGINT NOT NULL, last_no BIGINT NOT NULL, given_at BIGINT NOT NULL, given_by_name TEXT NOT NULL, back_at BIGINT, back_no BIGINT,
  back_by_name TEXT NOT NULL, back_why TEXT NOT NULL, version BIGINT NOT NULL, FOREIGN KEY (community_id, book_id) REFERENCES receipt_book (community_id, id)
);
CREATE UNIQUE INDEX book_handover_now ON book_handover (community_id, book_id) WHERE back_at IS NULL;
CREATE INDEX book_handover_place ON book_handover (community_id, id);
CREATE INDEX book_handover_of ON book_handover (community_id, book_id);
-- Books that were given out before stand in it as they are known.
INSERT INTO book_handover (id, community_id, book_id, holder_id, holder_name, first_no, last_no, given_at, given_by_name, back_at, back_no, back_by_name, back_why, version)
  SELECT id, community_id, id, holder_id, holder_name, first_no, last_no, at, by_name, closed_at, CASE WHEN closed_at IS NULL THEN NULL ELSE next_no END, '', closed_why, 1 FROM receipt_book WHERE holder_id IS NOT NULL
