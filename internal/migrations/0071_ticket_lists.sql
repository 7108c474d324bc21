-- Lists over all communities, and the boards of one, without looking at the rest (QUA-02).
CREATE INDEX ticket_all ON ticket (sort_due, id);
CREATE INDEX ticket_status ON ticket (community_id, status, sort_due, id);
