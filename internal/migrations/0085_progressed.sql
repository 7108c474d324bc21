-- Procedures hear of a ticket's steps only, and no more of every change: what waits is heard once more under the new name.
UPDATE job SET kind = 'procedure.ticket_progressed' WHERE kind IN ('procedure.ticket_given', 'procedure.ticket_changed', 'procedure.ticket_resolved')
