-- Sign-in: settings, what failed from where, known devices (ACC-07); second factor, single sign-on (ACC-06); mobiles at rest (CUS-04).
CREATE TABLE sign_in_setting (
  id ${ID}, failures BIGINT NOT NULL, window_minutes BIGINT NOT NULL, lock_minutes BIGINT NOT NULL, address_failures BIGINT NOT NULL,
  idle_minutes BIGINT NOT NULL, absolute_minutes BIGINT NOT NULL, version BIGINT NOT NULL
);
INSERT INTO sign_in_setting (id, failures, window_minutes, lock_minutes, address_failures, idle_minutes, absolute_minutes, version) VALUES (1, 5, 15, 15, 100, 720, 10080, 1);
ALTER TABLE sign_in_failure ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_failure ADD COLUMN account_id BIGINT;
CREATE INDEX sign_in_failure_origin ON sign_in_failure (origin, at);
-- One row for each name and origin that tried; its lock makes concurrent tries wait for each other. An empty name stands for the address as a whole.
CREATE TABLE sign_in_guard (
  id ${ID}, name_hash TEXT NOT NULL, origin TEXT NOT NULL, account_id BIGINT, ip TEXT NOT NULL, rounds BIGINT NOT NULL,
  until BIGINT NOT NULL, attempt_id BIGINT, used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sign_in_guard_key ON sign_in_guard (name_hash, origin);
CREATE INDEX sign_in_guard_until ON sign_in_guard (until);
CREATE TABLE known_device (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), token_hash TEXT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX known_device_once ON known_device (account_id, token_hash);
-- A second factor has the same id as its account.
CREATE TABLE second_factor (id ${ID} REFERENCES account (id), secret TEXT NOT NULL, confirmed_at BIGINT, last_step BIGINT NOT NULL);
CREATE TABLE recovery_code (
  account_id BIGINT NOT NULL REFERENCES account (id), code_hash TEXT NOT NULL, used_at BIGINT, PRIMARY KEY (account_id, code_hash)
);
CREATE TABLE identity (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), issuer TEXT NOT NULL, subject TEXT NOT NULL, linked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_subject ON identity (issuer, subject);
CREATE UNIQUE INDEX identity_account ON identity (account_id, issuer);
-- TRUE: the provider of single sign-on vouched for a second factor.
ALTER TABLE session ADD COLUMN vouched BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE account ADD COLUMN kind TEXT NOT NULL DEFAULT 'staff';
ALTER TABLE account ADD COLUMN mobile_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN mobile_index TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX account_mobile_index ON account (kind, mobile_index) WHERE mobile_index <> '';
ALTER TABLE staff ADD COLUMN mobile_sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN mobile_index TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN mobile_last4 TEXT NOT NULL DEFAULT '';
CREATE INDEX staff_mobile ON staff (community_id, mobile_index) WHERE mobile_index <> '';
CREATE INDEX staff_mobile_last4 ON staff (community_id, mobile_last4) WHERE mobile_last4 <> '';
-- The roles of a running installation learn what the program can do now.
INSERT INTO role_action (role_id, action) SELECT id, 'auth.unlock' FROM role WHERE code = 'administrator';
INSERT INTO role_action (role_id, action) SELECT id, 'auth.settings' FROM role WHERE code = 'administrator';
INSERT INTO role_action (role_id, action) SELECT role_id, 'staff.reveal' FROM role_action WHERE action = 'customer.reveal';
