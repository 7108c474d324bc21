-- Several hands (TIC-06): parts of a ticket, each with its own department, assignee and deadline.
CREATE TABLE ticket_task (
  id ${ID}, community_id BIGINT NOT NULL, ticket_id BIGINT NOT NULL, title TEXT NOT NULL, department_id BIGINT, assignee_id BIGINT NOT NULL, assignee_name TEXT NOT NULL,
  due_at BIGINT NOT NULL, state TEXT NOT NULL, at BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, ended_at BIGINT, ended_by BIGINT, ended_by_name TEXT NOT NULL DEFAULT '',
  words TEXT NOT NULL DEFAULT '', version BIGINT NOT NULL, FOREIGN KEY (community_id, ticket_id) REFERENCES ticket (community_id, id)
);
CREATE INDEX ticket_task_of ON ticket_task (community_id, ticket_id, id);
CREATE INDEX ticket_task_mine ON ticket_task (assignee_id, due_at) WHERE state = 'open';
INSERT INTO role_action (role_id, action) SELECT role_id, 'ticket.task' FROM role_action WHERE action = 'ticket.dispatch' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'ticket.task_done' FROM role_action WHERE action = 'ticket.note' ON CONFLICT DO NOTHING;
