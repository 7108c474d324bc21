-- A step of a procedure that asks for a form is ticked by the slip that is kept on the ticket, and names it (PRO-01, PRO-02, PRO-03).
-- A slip that should not be there is voided and stays to be read; one that was kept on a phone without a network says when it was filled in (FAC-03).
ALTER TABLE procedure_tick ADD COLUMN slip_id BIGINT;
ALTER TABLE procedure_tick ADD COLUMN slip_no TEXT NOT NULL DEFAULT '';
ALTER TABLE slip ADD COLUMN done_at BIGINT;
ALTER TABLE slip ADD COLUMN voided_at BIGINT;
ALTER TABLE slip ADD COLUMN void_why TEXT NOT NULL DEFAULT '';
ALTER TABLE slip ADD COLUMN void_by_name TEXT NOT NULL DEFAULT ''
