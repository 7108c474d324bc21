-- What is kept how long (ACC-13): where the company differs from the default, and when each kind was last looked at.
CREATE TABLE retention (kind TEXT PRIMARY KEY, days BIGINT NOT NULL, ran_at BIGINT, erased BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE INDEX ticket_photo_blob ON ticket_photo (blob);
CREATE INDEX ticket_photo_at ON ticket_photo (at);
CREATE INDEX import_blob ON import (blob);
