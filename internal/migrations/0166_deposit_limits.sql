-- What a role gives back of deposits without somebody else, where it is not what holds for everybody (PAY-05, ACC-05).
ALTER TABLE receipt_office ADD COLUMN deposit_limits TEXT NOT NULL DEFAULT '[]'
