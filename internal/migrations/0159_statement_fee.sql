-- What a POS or a gateway kept of a matched sum is booked as a fee (PAY-07): the line remembers by which transaction.
ALTER TABLE statement_line ADD COLUMN fee_txn_id BIGINT
