-- What a customer signed is kept as they read it, beside their signature (TIC-07d).
ALTER TABLE ticket_photo ADD COLUMN signed_text TEXT;
