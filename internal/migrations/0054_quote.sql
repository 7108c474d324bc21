-- What paid work costs before it begins (TIC-07): a community's price list, quotes of a ticket with their lines, and the customer's answer.
CREATE TABLE price_item (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL, price BIGINT NOT NULL, warranty_days BIGINT NOT NULL,
  is_offered BOOLEAN NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, code), UNIQUE (community_id, id)
);
CREATE TABLE quote (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, state TEXT NOT NULL, pays TEXT NOT NULL, words TEXT NOT NULL, total BIGINT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  decided_at BIGINT, decided_how TEXT NOT NULL, signed_name TEXT NOT NULL, photo_id BIGINT, why TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX quote_of ON quote (community_id, ticket_id, id);
-- One at a time waits for its answer.
CREATE UNIQUE INDEX quote_waits ON quote (community_id, ticket_id) WHERE state = 'offered';
CREATE TABLE quote_line (
  id ${ID}, community_id BIGINT NOT NULL, quote_id BIGINT NOT NULL, item_id BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL, price BIGINT NOT NULL, quantity TEXT NOT NULL, amount BIGINT NOT NULL,
  warranty_days BIGINT NOT NULL, free TEXT NOT NULL, free_of TEXT NOT NULL,
  FOREIGN KEY (community_id, quote_id) REFERENCES quote (community_id, id), FOREIGN KEY (community_id, item_id) REFERENCES price_item (community_id, id)
);
CREATE INDEX quote_line_of ON quote_line (community_id, quote_id, id);
INSERT INTO role_action (role_id, action) SELECT role_id, 'quote.offer' FROM role_action WHERE action = 'ticket.resolve' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'quote.prices' FROM role_action WHERE action = 'ticket.settings' ON CONFLICT DO NOTHING;
