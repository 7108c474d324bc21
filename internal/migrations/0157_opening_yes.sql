-- What was owed before is booked after somebody else's yes (CUS-07): who may bring it in, besides who approves bills.
INSERT INTO role_action (role_id, action) SELECT id, 'customer.import' FROM role WHERE code = 'finance' ON CONFLICT DO NOTHING;
INSERT INTO role_action (role_id, action) SELECT id, 'bill.opening' FROM role WHERE code IN ('property_manager', 'administrator', 'finance') ON CONFLICT DO NOTHING
