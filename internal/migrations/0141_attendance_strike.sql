-- A mark that is not true is struck out by somebody else, with a reason; it stays and counts no more (STA-01b).
ALTER TABLE attendance_mark ADD COLUMN struck_at BIGINT;
ALTER TABLE attendance_mark ADD COLUMN struck_by TEXT NOT NULL DEFAULT '';
ALTER TABLE attendance_mark ADD COLUMN struck_why TEXT NOT NULL DEFAULT '';
