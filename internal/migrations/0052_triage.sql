-- The model that proposes a category from words, learned from the company's closed tickets (TIC-12): one row, id 1.
CREATE TABLE triage_model (
  id ${ID}, trained_at BIGINT NOT NULL, learned BIGINT NOT NULL, figures TEXT NOT NULL, category TEXT NOT NULL, kind TEXT NOT NULL
);
