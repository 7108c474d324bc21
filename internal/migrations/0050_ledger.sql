-- The ledger (PAY-04). An entry has a debit and a credit side of one amount, so nothing in it can be out of balance.
CREATE TABLE ledger_account (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), kind TEXT NOT NULL, room_id BIGINT, debtor TEXT NOT NULL, item_id BIGINT, key TEXT NOT NULL,
  UNIQUE (community_id, id)
);
CREATE UNIQUE INDEX ledger_account_key ON ledger_account (community_id, key);
CREATE INDEX ledger_account_room ON ledger_account (community_id, room_id) WHERE room_id IS NOT NULL;
CREATE TABLE ledger_txn (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), at BIGINT NOT NULL, on_day TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, reverses_id BIGINT,
  words TEXT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, entries BIGINT NOT NULL, total BIGINT NOT NULL, seq BIGINT, hash TEXT,
  CHECK (entries > 0), CHECK (source <> ''), UNIQUE (community_id, id), FOREIGN KEY (community_id, reverses_id) REFERENCES ledger_txn (community_id, id)
);
CREATE UNIQUE INDEX ledger_txn_source ON ledger_txn (community_id, source);
CREATE UNIQUE INDEX ledger_txn_reverses ON ledger_txn (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_txn_seq ON ledger_txn (seq) WHERE seq IS NOT NULL;
CREATE INDEX ledger_txn_unsealed ON ledger_txn (id) WHERE seq IS NULL;
CREATE TABLE ledger_entry (
  id ${ID}, community_id BIGINT NOT NULL, txn_id BIGINT NOT NULL, debit_id BIGINT NOT NULL, credit_id BIGINT NOT NULL, amount BIGINT NOT NULL,
  CHECK (amount <> 0), CHECK (debit_id <> credit_id), FOREIGN KEY (community_id, txn_id) REFERENCES ledger_txn (community_id, id),
  FOREIGN KEY (community_id, debit_id) REFERENCES ledger_account (community_id, id), FOREIGN KEY (community_id, credit_id) REFERENCES ledger_account (community_id, id)
);
CREATE INDEX ledger_entry_debit ON ledger_entry (community_id, debit_id, txn_id, amount);
CREATE INDEX ledger_entry_credit ON ledger_entry (community_id, credit_id, txn_id, amount);
INSERT INTO chain (name, seq, hash) VALUES ('ledger', 0, '');
INSERT INTO role_action (role_id, action) SELECT id, 'ledger.view' FROM role WHERE code IN ('cashier', 'property_manager', 'administrator', 'general_manager', 'auditor', 'finance') ON CONFLICT DO NOTHING
