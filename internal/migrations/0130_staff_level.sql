-- Levels and mentors of staff (APP-08): delicate matters go to seniors first, and a new colleague asks their mentor before refusing a customer (TIC-05a).
ALTER TABLE staff ADD COLUMN level TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN mentor_id BIGINT REFERENCES staff (id);
CREATE INDEX staff_mentor ON staff (mentor_id) WHERE mentor_id IS NOT NULL;
-- Who is asked by name; the levels above come only when they let it lie.
ALTER TABLE approval ADD COLUMN approver_id BIGINT;
