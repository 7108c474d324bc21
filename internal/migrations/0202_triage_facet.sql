-- Which side of a fee the words are about (TIC-01a, TIC-12): learned from closed tickets that say it, once there are enough.
ALTER TABLE triage_model ADD COLUMN facet TEXT NOT NULL DEFAULT '';
ALTER TABLE triage_model ADD COLUMN facet_learned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE triage_model ADD COLUMN facet_figures TEXT NOT NULL DEFAULT ''
