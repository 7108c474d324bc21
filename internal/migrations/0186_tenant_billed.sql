-- Who is billed for an item: the owner, the tenant wherever there is one, or the tenant where their tenancy says so (BIL-01).
ALTER TABLE charge_item ADD COLUMN billed_to TEXT NOT NULL DEFAULT 'owner';
ALTER TABLE lease ADD COLUMN tenant_billed BOOLEAN NOT NULL DEFAULT FALSE
