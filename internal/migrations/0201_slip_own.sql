-- slip.fill is for the slips of one's own tickets from now on, slip.any for those of every ticket: who filled in any keeps that, who works on site learns the first.
INSERT INTO role_action (role_id, action) SELECT role_id, 'slip.any' FROM role_action WHERE action = 'slip.fill' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'slip.fill' FROM role_action WHERE action = 'ticket.arrive' ON CONFLICT DO NOTHING
