-- Money that comes in or goes out beside payments and deposits (PAY-02b, PAY-06, PAY-07): refunds, petty cash, the float of a shift, what waits in suspense. Below 0: it went out. A row is reversed, never changed.
CREATE TABLE till_move (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), at BIGINT NOT NULL, on_day TEXT NOT NULL, kind TEXT NOT NULL, means TEXT NOT NULL, amount BIGINT NOT NULL, source TEXT NOT NULL, number TEXT NOT NULL, party TEXT NOT NULL,
  reference TEXT NOT NULL, words TEXT NOT NULL, shift_id BIGINT, txn_id BIGINT NOT NULL, reversal_id BIGINT, reversed_at BIGINT, reversed_on TEXT, by_id BIGINT, by_name TEXT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (community_id, id), CHECK (amount <> 0), CHECK (source <> '')
);
CREATE UNIQUE INDEX till_move_source ON till_move (community_id, source);
CREATE INDEX till_move_day ON till_move (community_id, on_day);
CREATE INDEX till_move_reversed ON till_move (community_id, reversed_on) WHERE reversed_on IS NOT NULL;
CREATE INDEX till_move_shift ON till_move (community_id, shift_id) WHERE shift_id IS NOT NULL
