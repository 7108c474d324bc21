-- Deposits (PAY-05): taken with a payment; what goes back or is kept are moves, the balance is the amount less its moves.
CREATE TABLE deposit (
  id ${ID}, community_id BIGINT NOT NULL, room_id BIGINT NOT NULL, payment_id BIGINT NOT NULL, kind TEXT NOT NULL, amount BIGINT NOT NULL, payer TEXT NOT NULL, words TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, voided_at BIGINT,
  version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount > 0), FOREIGN KEY (community_id, payment_id) REFERENCES payment (community_id, id), FOREIGN KEY (community_id, room_id) REFERENCES room (community_id, id)
);
CREATE UNIQUE INDEX deposit_payment ON deposit (community_id, payment_id);
CREATE INDEX deposit_of_room ON deposit (community_id, room_id);
CREATE TABLE deposit_move (
  id ${ID}, community_id BIGINT NOT NULL, deposit_id BIGINT NOT NULL, kind TEXT NOT NULL, amount BIGINT NOT NULL, means TEXT NOT NULL, reference TEXT NOT NULL, receiver TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
  shift_id BIGINT, txn_id BIGINT, on_day TEXT, at BIGINT NOT NULL, by_name TEXT NOT NULL, decided_by_name TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (amount > 0),
  FOREIGN KEY (community_id, deposit_id) REFERENCES deposit (community_id, id)
);
CREATE INDEX deposit_move_of ON deposit_move (community_id, deposit_id);
CREATE INDEX deposit_move_shift ON deposit_move (community_id, shift_id) WHERE shift_id IS NOT NULL;
-- The cashier's shift and the day of a community (PAY-07). A day that is closed takes nothing more: what comes later is booked on the next.
CREATE TABLE cashier_shift (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), account_id BIGINT NOT NULL, account_name TEXT NOT NULL, on_day TEXT NOT NULL, opened_at BIGINT NOT NULL, opening BIGINT NOT NULL, state TEXT NOT NULL, closed_at BIGINT,
  counts TEXT NOT NULL, notes TEXT NOT NULL, reason TEXT NOT NULL, handed_to TEXT NOT NULL, banked BIGINT NOT NULL, slip TEXT NOT NULL, version BIGINT NOT NULL, UNIQUE (community_id, id), CHECK (opening >= 0), CHECK (banked >= 0)
);
CREATE UNIQUE INDEX cashier_shift_open ON cashier_shift (community_id, account_id) WHERE state = 'open';
CREATE INDEX cashier_shift_day ON cashier_shift (community_id, on_day);
CREATE TABLE cashier_day (id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), on_day TEXT NOT NULL, closed_at BIGINT NOT NULL, by_name TEXT NOT NULL);
CREATE UNIQUE INDEX cashier_day_once ON cashier_day (community_id, on_day);
-- Pre-numbered paper that was spoiled (PAY-08): its number counts as returned.
CREATE TABLE receipt_spoiled (
  id ${ID}, community_id BIGINT NOT NULL, book_id BIGINT NOT NULL, n BIGINT NOT NULL, number TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL,
  FOREIGN KEY (community_id, book_id) REFERENCES receipt_book (community_id, id)
);
CREATE UNIQUE INDEX receipt_spoiled_number ON receipt_spoiled (community_id, book_id, n);
-- What every receipt says of the office besides its address and telephone (PAY-01); the id is the community's.
CREATE TABLE receipt_office (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), hours TEXT NOT NULL, complaint TEXT NOT NULL, version BIGINT NOT NULL)
