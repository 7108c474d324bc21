-- Quizzes before a new version of a procedure is worked with, and reminders of who has not confirmed it (PRO-01b). Every attempt stays.
CREATE TABLE procedure_attempt (
  id ${ID}, version_id BIGINT NOT NULL REFERENCES procedure_version (id), account_id BIGINT NOT NULL REFERENCES account (id), at BIGINT NOT NULL, right_n BIGINT NOT NULL, questions BIGINT NOT NULL, is_passed BOOLEAN NOT NULL, answers TEXT NOT NULL
);
CREATE INDEX procedure_attempt_of ON procedure_attempt (version_id, account_id);
CREATE INDEX procedure_attempt_by ON procedure_attempt (account_id);
CREATE TABLE procedure_reminder (
  id ${ID}, version_id BIGINT NOT NULL REFERENCES procedure_version (id), account_id BIGINT NOT NULL REFERENCES account (id), at BIGINT NOT NULL, by_name TEXT NOT NULL
);
CREATE INDEX procedure_reminder_of ON procedure_reminder (version_id, account_id);
CREATE INDEX procedure_reminder_by ON procedure_reminder (account_id);
