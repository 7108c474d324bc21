-- Income and expenditure of shared facilities (公共收益, BIL-09): a year of a community, and what came in and went out in it. Amounts of counter entries are below zero; an entry of a closed year is never changed.
CREATE TABLE shared_year (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), year_no BIGINT NOT NULL, state TEXT NOT NULL, opening BIGINT NOT NULL, opening_words TEXT NOT NULL, closed_at BIGINT, closed_by_name TEXT NOT NULL, published_at BIGINT, published_by_name TEXT NOT NULL,
  version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX shared_year_once ON shared_year (community_id, year_no);
CREATE TABLE shared_entry (
  id ${ID}, community_id BIGINT NOT NULL, year_id BIGINT NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, amount BIGINT NOT NULL, words TEXT NOT NULL, document TEXT NOT NULL, corrects_id BIGINT, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL,
  version BIGINT NOT NULL, UNIQUE (community_id, id), FOREIGN KEY (community_id, year_id) REFERENCES shared_year (community_id, id), FOREIGN KEY (community_id, corrects_id) REFERENCES shared_entry (community_id, id)
);
CREATE INDEX shared_entry_place ON shared_entry (community_id, year_id, day, id);
CREATE UNIQUE INDEX shared_entry_once ON shared_entry (community_id, corrects_id) WHERE corrects_id IS NOT NULL;
-- Inspections, orders, findings and fines by authorities about charges (BIL-09a); items are identifiers of charge items and steps what was done, both JSON.
CREATE TABLE charge_inspection (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, authority TEXT NOT NULL, number TEXT NOT NULL, day TEXT NOT NULL, items TEXT NOT NULL, finding TEXT NOT NULL, refund BIGINT NOT NULL, fix_id BIGINT, fine BIGINT NOT NULL, due_on TEXT NOT NULL,
  assignee_id BIGINT, assignee_name TEXT NOT NULL, steps TEXT NOT NULL, state TEXT NOT NULL, done_on TEXT, done_words TEXT NOT NULL, returned_words TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id),
  CHECK (refund >= 0 AND fine >= 0), FOREIGN KEY (community_id, fix_id) REFERENCES bill_fix (community_id, id)
);
CREATE INDEX charge_inspection_place ON charge_inspection (community_id, state, due_on, id);
CREATE INDEX charge_inspection_fix ON charge_inspection (community_id, fix_id) WHERE fix_id IS NOT NULL;
-- Pictures and PDFs of either; purpose is document or evidence.
CREATE TABLE publicity_file (
  id ${ID}, community_id BIGINT NOT NULL, entry_id BIGINT, inspection_id BIGINT, purpose TEXT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, CHECK ((entry_id IS NULL) <> (inspection_id IS NULL)),
  FOREIGN KEY (community_id, entry_id) REFERENCES shared_entry (community_id, id), FOREIGN KEY (community_id, inspection_id) REFERENCES charge_inspection (community_id, id)
);
CREATE INDEX publicity_file_entry ON publicity_file (community_id, entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX publicity_file_inspection ON publicity_file (community_id, inspection_id) WHERE inspection_id IS NOT NULL;
CREATE INDEX publicity_file_blob ON publicity_file (blob);
INSERT INTO role_action (role_id, action) SELECT id, 'publicity.view' FROM role WHERE code IN ('front_desk', 'phone_agent', 'service_supervisor', 'service_manager', 'property_manager', 'administrator', 'general_manager', 'cashier', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'publicity.edit' FROM role WHERE code IN ('property_manager', 'administrator', 'cashier', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'publicity.publish' FROM role WHERE code IN ('property_manager', 'administrator', 'general_manager', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'inspection.view' FROM role WHERE code IN ('property_manager', 'administrator', 'general_manager', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'inspection.edit' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'reminder.view' FROM role WHERE code = 'finance' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'reminder.edit' FROM role WHERE code = 'finance' ON CONFLICT DO NOTHING
