-- Finding anybody among a million households (CUS-03): by what stands inside a name, and in the order of the index wherever one may look.
ALTER TABLE customer ADD COLUMN grams TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_unindexed ON customer (id) WHERE grams = '';
-- only sqlite
CREATE VIRTUAL TABLE customer_grams USING fts5 (grams, content = 'customer', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0);
-- only sqlite
INSERT INTO customer_grams (customer_grams, rank) VALUES ('secure-delete', 1);
-- only sqlite
CREATE TRIGGER customer_grams_new AFTER INSERT ON customer WHEN new.grams <> '' BEGIN INSERT INTO customer_grams (rowid, grams) VALUES (new.id, new.grams); END;
-- only sqlite
CREATE TRIGGER customer_grams_gone AFTER DELETE ON customer WHEN old.grams <> '' BEGIN INSERT INTO customer_grams (customer_grams, rowid, grams) VALUES ('delete', old.id, old.grams); END;
-- only sqlite
CREATE TRIGGER customer_grams_changed AFTER UPDATE OF grams ON customer WHEN old.grams <> new.grams AND old.grams <> '' BEGIN INSERT INTO customer_grams (customer_grams, rowid, grams) VALUES ('delete', old.id, old.grams); END;
-- only sqlite
CREATE TRIGGER customer_grams_again AFTER UPDATE OF grams ON customer WHEN old.grams <> new.grams AND new.grams <> '' BEGIN INSERT INTO customer_grams (rowid, grams) VALUES (new.id, new.grams); END;
-- only postgres
CREATE INDEX customer_grams ON customer USING gin (string_to_array(grams, ' ')) WITH (gin_pending_list_limit = 256);
CREATE INDEX customer_name_all ON customer (name, id, community_id);
CREATE INDEX customer_pinyin_all ON customer (pinyin, id, community_id);
CREATE INDEX customer_initials_all ON customer (initials, name, id, community_id);
DROP INDEX customer_initials;
CREATE INDEX customer_initials_name ON customer (community_id, initials, name);
CREATE INDEX customer_archive_all ON customer (archive_no, id);
CREATE INDEX customer_mobile_number_all ON customer_mobile (mobile_index);
CREATE INDEX customer_mobile_last4_all ON customer_mobile (last4_index);
CREATE INDEX room_label_all ON room (label_key, id);
CREATE INDEX room_number_all ON room (number, id);
CREATE INDEX ticket_number_all ON ticket (number, id);
