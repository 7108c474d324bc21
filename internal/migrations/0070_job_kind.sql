-- The jobs of one lane are found without looking at what waits in the other (QUA-05).
CREATE INDEX job_kind ON job (kind, due_at, id) WHERE dead_at IS NULL;
