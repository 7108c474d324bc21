-- What the platform itself keeps: trail, events, jobs, numbers, repeated requests.
CREATE TABLE node_counter (n BIGINT NOT NULL);
INSERT INTO node_counter (n) VALUES (0);
CREATE TABLE audit (
  id ${ID}, community_id BIGINT, at BIGINT NOT NULL, actor_id BIGINT, actor_name TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, before TEXT, after TEXT, request TEXT NOT NULL, ip TEXT NOT NULL,
  seq BIGINT, hash TEXT
);
CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_unsealed ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_place ON audit (community_id, id);
CREATE TABLE outbox (
  id ${ID}, community_id BIGINT, at BIGINT NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL, body TEXT NOT NULL,
  actor_id BIGINT, request TEXT NOT NULL, seq BIGINT
);
CREATE UNIQUE INDEX outbox_seq ON outbox (seq) WHERE seq IS NOT NULL;
CREATE INDEX outbox_new ON outbox (id) WHERE seq IS NULL;
CREATE TABLE chain (name TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO chain (name, seq, hash) VALUES ('audit', 0, ''), ('outbox', 0, '');
CREATE TABLE job (
  id ${ID}, kind TEXT NOT NULL, key TEXT, community_id BIGINT, due_at BIGINT NOT NULL, every_ms BIGINT NOT NULL DEFAULT 0,
  payload TEXT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, claim BIGINT NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '', dead_at BIGINT
);
CREATE UNIQUE INDEX job_key ON job (kind, key) WHERE key IS NOT NULL;
CREATE INDEX job_due ON job (due_at, id) WHERE dead_at IS NULL;
CREATE INDEX job_dead ON job (dead_at, id) WHERE dead_at IS NOT NULL;
CREATE TABLE idempotency (
  account_id BIGINT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, body_hash TEXT NOT NULL, answer TEXT NOT NULL,
  CONSTRAINT idempotency_key PRIMARY KEY (account_id, key)
);
CREATE TABLE number_counter (community_id BIGINT NOT NULL, series TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (community_id, series));
CREATE TABLE blob (hash TEXT PRIMARY KEY, size BIGINT NOT NULL, type TEXT NOT NULL, at BIGINT NOT NULL);
