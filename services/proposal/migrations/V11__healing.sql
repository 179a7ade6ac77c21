-- What was parked, and what GitHub refuses to send again.

ALTER TABLE deliveries
    -- since when its repository is known, of one that was parked before: from then on it is tried
    ADD COLUMN unparked_at timestamptz;

ALTER TABLE logged_deliveries
    -- why GitHub refused the last request to send it again; none when it agreed
    ADD COLUMN refusal text;
