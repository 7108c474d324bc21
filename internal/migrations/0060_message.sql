-- What goes out of the program: to browsers (Web Push) and by mail (TIC-09, TIC-03b, QUA-13). One mail server and one key for the installation.
CREATE TABLE mail_server (
  id ${ID}, is_on BOOLEAN NOT NULL, host TEXT NOT NULL, port BIGINT NOT NULL, security TEXT NOT NULL, username TEXT NOT NULL, password_sealed TEXT NOT NULL, sender TEXT NOT NULL, sender_name TEXT NOT NULL,
  site TEXT NOT NULL, down_since BIGINT, down_until BIGINT NOT NULL, down_times BIGINT NOT NULL, down_why TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE push_key (id ${ID}, public_key TEXT NOT NULL, private_sealed TEXT NOT NULL, at BIGINT NOT NULL);
-- How somebody wants to be reached; the same id as their account.
CREATE TABLE message_reach (
  id ${ID} REFERENCES account (id), is_push BOOLEAN NOT NULL, is_mail BOOLEAN NOT NULL, address_sealed TEXT NOT NULL, confirmed_at BIGINT, code_index TEXT NOT NULL, code_until BIGINT NOT NULL, code_tries BIGINT NOT NULL,
  asked_at BIGINT NOT NULL, asked BIGINT NOT NULL, lang TEXT NOT NULL, face TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE TABLE push_subscription (
  id ${ID}, account_id BIGINT NOT NULL REFERENCES account (id), session_id BIGINT NOT NULL, endpoint_index TEXT NOT NULL, endpoint_sealed TEXT NOT NULL, face TEXT NOT NULL, lang TEXT NOT NULL, device TEXT NOT NULL,
  at BIGINT NOT NULL, seen_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX push_subscription_endpoint ON push_subscription (endpoint_index);
CREATE INDEX push_subscription_account ON push_subscription (account_id, id);
CREATE INDEX push_subscription_seen ON push_subscription (seen_at);
-- No words and no addresses: what a message says is made of its ticket when it is sent, with its reader's rights.
CREATE TABLE message (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), account_id BIGINT NOT NULL REFERENCES account (id), ticket_id BIGINT, entry_id BIGINT, channel TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
  is_urgent BOOLEAN NOT NULL, is_quiet BOOLEAN NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, due_at BIGINT NOT NULL, sent_at BIGINT, tries BIGINT NOT NULL, reason TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX message_due ON message (channel, due_at, id) WHERE state = 'waiting';
CREATE INDEX message_list ON message (community_id, id);
CREATE INDEX message_ticket ON message (community_id, ticket_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX message_account ON message (account_id, id);
CREATE INDEX message_at ON message (at);
-- When residents are left in peace; minutes of the day.
CREATE TABLE message_setting (id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), quiet_from BIGINT NOT NULL, quiet_to BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX message_setting_once ON message_setting (community_id);
-- When a notice was told outside the program.
ALTER TABLE notice ADD COLUMN told_at BIGINT;
INSERT INTO role_action (role_id, action) SELECT role_id, 'message.view' FROM role_action WHERE action = 'jobs.view' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'message.retry' FROM role_action WHERE action = 'jobs.retry' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'message.server' FROM role_action WHERE action = 'auth.settings' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'message.settings' FROM role_action WHERE action = 'ticket.settings' ON CONFLICT DO NOTHING;
