-- Which payments were entered with the same number of a transfer, a cheque or a payment code (ARR-06).
CREATE INDEX payment_reference ON payment (community_id, reference) WHERE reference <> ''
