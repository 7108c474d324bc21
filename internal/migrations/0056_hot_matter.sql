-- When it was told that more households than usual report something of a building (TIC-11); building 0: outside of buildings.
CREATE TABLE hot_told (
  community_id BIGINT NOT NULL REFERENCES community (id), category TEXT NOT NULL, building_id BIGINT NOT NULL, told_at BIGINT NOT NULL, PRIMARY KEY (community_id, category, building_id)
);
