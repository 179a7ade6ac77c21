ALTER TABLE logged_deliveries DROP COLUMN refusal;
ALTER TABLE deliveries DROP COLUMN unparked_at;
