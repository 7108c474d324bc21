-- The archive over all communities (QUA-02): what is settled lies in one stretch
-- of the order of lists, and the index alone says which of it is archived.
DROP INDEX ticket_all;
CREATE INDEX ticket_all ON ticket (sort_due, id, status);
