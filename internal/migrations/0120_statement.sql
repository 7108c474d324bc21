-- Statements of banks, WeChat and Alipay (PAY-07), held against the books line by line. A line is kept once for its account; above 0: it came in. What it was matched to is a payment, a move of the till, money in suspense, or a deposit given back.
CREATE TABLE statement (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), means TEXT NOT NULL, account TEXT NOT NULL, file_name TEXT NOT NULL, from_on TEXT NOT NULL, to_on TEXT NOT NULL, added BIGINT NOT NULL, known BIGINT NOT NULL,
  in_fen BIGINT NOT NULL, out_fen BIGINT NOT NULL, fee BIGINT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id)
);
CREATE INDEX statement_place ON statement (community_id, id);
CREATE TABLE statement_line (
  id ${ID}, community_id BIGINT NOT NULL, statement_id BIGINT NOT NULL, means TEXT NOT NULL, account TEXT NOT NULL, mark TEXT NOT NULL, on_day TEXT NOT NULL, amount BIGINT NOT NULL, fee BIGINT NOT NULL, balance BIGINT,
  party TEXT NOT NULL, words TEXT NOT NULL, serial_no TEXT NOT NULL, order_no TEXT NOT NULL, state TEXT NOT NULL, to_kind TEXT NOT NULL, to_id BIGINT, is_exact BOOLEAN NOT NULL, reason TEXT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount <> 0), FOREIGN KEY (community_id, statement_id) REFERENCES statement (community_id, id)
);
CREATE UNIQUE INDEX statement_line_mark ON statement_line (community_id, means, account, mark);
CREATE UNIQUE INDEX statement_line_to ON statement_line (community_id, to_kind, to_id) WHERE to_id IS NOT NULL;
CREATE INDEX statement_line_of ON statement_line (community_id, statement_id, id);
CREATE INDEX statement_line_day ON statement_line (community_id, on_day, state);
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'statement.view' FROM role WHERE code IN ('property_manager', 'administrator', 'finance', 'auditor') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'statement.match' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
