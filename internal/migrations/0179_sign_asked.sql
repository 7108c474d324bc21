-- What a customer is asked to sign on their own phone waits with the ticket until they do (TIC-07, FAC-02).
ALTER TABLE ticket ADD COLUMN sign_asked TEXT;
