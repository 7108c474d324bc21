-- The trail's segments close with a signed checkpoint, so that trimming breaks nothing (ACC-10).
CREATE TABLE audit_checkpoint (seq BIGINT PRIMARY KEY, hash TEXT NOT NULL, at BIGINT NOT NULL, signature TEXT NOT NULL, trimmed_at BIGINT, trim_signature TEXT NOT NULL DEFAULT '');
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_action ON audit (action, id);
