-- Lists by grade, category and department (QUA-02): the index says which tickets
-- are meant, so that the others are not read to be left out.
DROP INDEX ticket_due;
CREATE INDEX ticket_due ON ticket (community_id, sort_due, id, grade, category);
DROP INDEX ticket_all;
CREATE INDEX ticket_all ON ticket (sort_due, id, status, grade);
