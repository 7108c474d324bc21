-- The rates of each month as they stood on the first of the next (ARR-06, REP-05): what came later does not change what was reported.
CREATE TABLE collection_month (
  id ${ID}, community_id BIGINT NOT NULL REFERENCES community (id), period TEXT NOT NULL, at BIGINT NOT NULL, figures TEXT NOT NULL
);
CREATE UNIQUE INDEX collection_month_once ON collection_month (community_id, period)
