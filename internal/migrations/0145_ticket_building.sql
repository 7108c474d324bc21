-- The list of one building (QUA-02): without it the whole community was walked.
CREATE INDEX ticket_building ON ticket (building_id, sort_due, id) WHERE building_id IS NOT NULL
