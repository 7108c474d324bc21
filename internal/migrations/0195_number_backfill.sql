-- Money from before numbers were kept in their one form (PAY-07): found quickly by the work that fills them in.
CREATE INDEX payment_unkeyed ON payment (id) WHERE reference_key = '' AND reference <> '';
CREATE INDEX suspense_unkeyed ON suspense (id) WHERE reference_key = '' AND reference <> ''
