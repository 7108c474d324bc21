-- Archives and relations to rooms (CUS-01); imports (CUS-07).
CREATE TABLE customer (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), archive_no TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  pinyin TEXT NOT NULL, initials TEXT NOT NULL, tags TEXT NOT NULL, notes TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX customer_archive_no ON customer (community_id, archive_no);
CREATE INDEX customer_name ON customer (community_id, name);
CREATE INDEX customer_pinyin ON customer (community_id, pinyin);
CREATE INDEX customer_initials ON customer (community_id, initials);
CREATE TABLE customer_mobile (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, mobile TEXT NOT NULL, last4 TEXT NOT NULL, is_primary BOOLEAN NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX customer_mobile_once ON customer_mobile (community_id, customer_id, mobile);
CREATE INDEX customer_mobile_full ON customer_mobile (community_id, mobile);
CREATE INDEX customer_mobile_last4 ON customer_mobile (community_id, last4);
CREATE TABLE relation (
  id ${ID}, community_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, room_id BIGINT NOT NULL, kind TEXT NOT NULL, share TEXT NOT NULL,
  from_on TEXT, to_on TEXT, version BIGINT NOT NULL,
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE INDEX relation_room ON relation (community_id, room_id);
CREATE INDEX relation_customer ON relation (community_id, customer_id);
CREATE TABLE import (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), file_name TEXT NOT NULL, blob TEXT NOT NULL, state TEXT NOT NULL,
  row_count BIGINT NOT NULL, new_rooms BIGINT NOT NULL, new_customers BIGINT NOT NULL, new_relations BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  errors TEXT NOT NULL, error_count BIGINT NOT NULL, created_at BIGINT NOT NULL, created_by BIGINT NOT NULL, created_by_name TEXT NOT NULL,
  applied_at BIGINT, version BIGINT NOT NULL
);
CREATE INDEX import_place ON import (community_id, id);
