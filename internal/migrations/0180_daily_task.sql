-- Who is given a follow-up task of the management log can see and finish it, whether or not the log is theirs to see (STA-02a).
INSERT INTO role_action (role_id, action) SELECT id, 'daily.task' FROM role WHERE code IN ('technician', 'storekeeper', 'cashier', 'quality_officer', 'finance', 'trainer', 'marketing') ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT role_id, 'daily.task' FROM role_action WHERE action = 'daily.write' ON CONFLICT DO NOTHING
