-- A promise stops what is done about the debts of who promised, and of nobody else (ARR-03): the debtor as bills name them; empty: everything that was owed of the room.
ALTER TABLE pay_promise ADD COLUMN debtor TEXT NOT NULL DEFAULT ''
