-- The keys that personal data were ever sealed with: what identifies each, not the key (CUS-04).
CREATE TABLE vault_key (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at BIGINT NOT NULL, retired_at BIGINT);
