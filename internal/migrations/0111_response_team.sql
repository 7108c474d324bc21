-- The contact tree of the response team (STA-01a): who calls whom, one text for a community. The id is the community's.
CREATE TABLE response_team (id BIGINT PRIMARY KEY, community_id BIGINT NOT NULL REFERENCES community (id), tree TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL, version BIGINT NOT NULL)
