-- One ticket for every kind (TIC-01), its timeline (TIC-08), photos and follow-up (FUP-03).
CREATE TABLE ticket (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), number TEXT NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL,
  grade TEXT NOT NULL, status TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL, channel TEXT NOT NULL,
  room_id BIGINT, building_id BIGINT, place TEXT NOT NULL, customer_id BIGINT, contact_name TEXT NOT NULL, contact_mobile TEXT NOT NULL,
  owner_id BIGINT NOT NULL, owner_name TEXT NOT NULL, assignee_id BIGINT, assignee_name TEXT NOT NULL, policy TEXT NOT NULL,
  opened_at BIGINT NOT NULL, dispatched_at BIGINT, accepted_at BIGINT, response_at BIGINT, arrived_at BIGINT, started_at BIGINT,
  resolved_at BIGINT, followed_up_at BIGINT, ended_at BIGINT, response_due BIGINT NOT NULL, resolve_due BIGINT NOT NULL, sort_due BIGINT NOT NULL,
  promised_at BIGINT, cause TEXT NOT NULL, remedy TEXT NOT NULL, rating BIGINT, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id),
  FOREIGN KEY (community_id, customer_id) REFERENCES customer (community_id, id)
);
CREATE UNIQUE INDEX ticket_number ON ticket (community_id, number);
CREATE INDEX ticket_due ON ticket (community_id, sort_due, id);
CREATE INDEX ticket_assignee ON ticket (assignee_id, sort_due, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX ticket_room ON ticket (community_id, room_id, id) WHERE room_id IS NOT NULL;
CREATE TABLE ticket_entry (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, at BIGINT NOT NULL, by_id BIGINT, by_name TEXT NOT NULL, verb TEXT NOT NULL,
  channel TEXT NOT NULL, is_public BOOLEAN NOT NULL, words TEXT NOT NULL, data TEXT,
  FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX ticket_entry_ticket ON ticket_entry (community_id, ticket_id, id);
CREATE TABLE ticket_photo (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, kind TEXT NOT NULL, blob TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL,
  at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX ticket_photo_ticket ON ticket_photo (community_id, ticket_id, id);
CREATE TABLE follow_up (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, state TEXT NOT NULL, due_at BIGINT NOT NULL, attempts BIGINT NOT NULL,
  done_at BIGINT, done_by BIGINT, done_by_name TEXT NOT NULL, solved BOOLEAN, attitude BIGINT, speed BIGINT, effect BIGINT, rating BIGINT,
  words TEXT NOT NULL, version BIGINT NOT NULL, FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE UNIQUE INDEX follow_up_ticket ON follow_up (community_id, ticket_id);
CREATE INDEX follow_up_due ON follow_up (community_id, state, due_at, id);
