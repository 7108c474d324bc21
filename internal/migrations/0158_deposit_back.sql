-- Above this much given back of a room's deposits within thirty days, somebody else decides before anything leaves the till (PAY-05, ACC-05).
ALTER TABLE receipt_office ADD COLUMN deposit_alone BIGINT NOT NULL DEFAULT 100000
