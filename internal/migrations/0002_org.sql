-- Company, communities, departments (ACC-01, HOU-01); accounts, roles, sessions (ACC-03, ACC-06).
CREATE TABLE company (id ${ID}, name TEXT NOT NULL, at BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE community (
  id ${ID}, company_id BIGINT NOT NULL REFERENCES company (id), name TEXT NOT NULL, address TEXT NOT NULL, service_phone TEXT NOT NULL,
  zone TEXT NOT NULL, fee_mode TEXT NOT NULL, managed_area BIGINT, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX community_name ON community (company_id, name);
CREATE TABLE department (
  id ${ID}, community_id BIGINT REFERENCES community (id), kind TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id)
);
CREATE TABLE account (
  id ${ID}, username TEXT NOT NULL, mobile TEXT NOT NULL, name TEXT NOT NULL, agent_no TEXT NOT NULL, password TEXT NOT NULL,
  must_change BOOLEAN NOT NULL, disabled BOOLEAN NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_username ON account (username);
CREATE UNIQUE INDEX account_mobile ON account (mobile) WHERE mobile <> '';
CREATE TABLE role (id ${ID}, code TEXT NOT NULL UNIQUE, zh TEXT NOT NULL, en TEXT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE role_action (role_id BIGINT NOT NULL REFERENCES role (id), action TEXT NOT NULL, PRIMARY KEY (role_id, action));
-- A role held at the company (community_id NULL) reaches every community, also later ones.
CREATE TABLE role_holder (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), role_id BIGINT NOT NULL REFERENCES role (id), community_id BIGINT REFERENCES community (id)
);
CREATE UNIQUE INDEX role_holder_once ON role_holder (account_id, role_id, COALESCE(community_id, 0));
-- Where an account reaches with a role; long scopes are a subquery on it.
CREATE TABLE scope_reach (
  account_id BIGINT NOT NULL, role_id BIGINT NOT NULL, community_id BIGINT NOT NULL, PRIMARY KEY (account_id, role_id, community_id)
);
CREATE TABLE session (
  id ${ID}, token_hash TEXT NOT NULL UNIQUE, account_id BIGINT NOT NULL REFERENCES account (id), csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE TABLE sign_in_failure (id ${ID}, name_hash TEXT NOT NULL, ip TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX sign_in_failure_name ON sign_in_failure (name_hash, at);
