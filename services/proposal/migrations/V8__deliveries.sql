-- Deliveries that come in groups, from the hooks of repositories and of Apps; that wait, are tried again, listed and forgotten.

ALTER TABLE deliveries RENAME COLUMN body_gzip TO body;
ALTER TABLE deliveries
    -- none while the repository is not registered, and for events about none
    ALTER COLUMN repository_id DROP NOT NULL,
    -- told apart by their bytes, whatever the database's language
    ALTER COLUMN guid TYPE text COLLATE "C",
    -- it is compressed already
    ALTER COLUMN body SET STORAGE EXTERNAL,
    ADD COLUMN body_encoding text NOT NULL DEFAULT 'gzip' CHECK (body_encoding IN ('gzip', 'zstd')),
    -- before it was compressed
    ADD COLUMN body_size bigint NOT NULL DEFAULT 0 CHECK (body_size >= 0),
    ADD COLUMN hook text NOT NULL DEFAULT 'repository' CHECK (hook IN ('repository', 'app')),
    -- whose secret matched: the repository or the App
    ADD COLUMN owner_id uuid,
    ADD COLUMN host text NOT NULL DEFAULT '',
    -- what the body calls the repository; empty and none when it says nothing
    ADD COLUMN repository_full_name text NOT NULL DEFAULT '',
    ADD COLUMN repository_github_id bigint,
    ADD COLUMN action text NOT NULL DEFAULT '',
    ADD COLUMN attempts integer NOT NULL DEFAULT 1 CHECK (attempts >= 0),
    ADD COLUMN next_attempt_at timestamptz,
    DROP CONSTRAINT deliveries_outcome_check,
    ADD CONSTRAINT deliveries_outcome_check CHECK (outcome IN ('applied', 'noop', 'unknown_pr', 'ping', 'stale', 'failed', 'parked')),
    DROP CONSTRAINT deliveries_duplicate_of_fkey,
    ADD CONSTRAINT deliveries_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES deliveries ON DELETE SET NULL;

-- The size stands in the last four bytes of a gzip member. What had failed is tried again.
UPDATE deliveries
SET owner_id = repository_id,
    action = coalesce(pull_request ->> 'action', ''),
    body_size = CASE
        WHEN octet_length(body) >= 18 THEN
            get_byte(body, octet_length(body) - 4)
            + get_byte(body, octet_length(body) - 3) * 256::bigint
            + get_byte(body, octet_length(body) - 2) * 65536::bigint
            + get_byte(body, octet_length(body) - 1) * 16777216::bigint
        ELSE 0
    END,
    next_attempt_at = CASE WHEN outcome = 'failed' THEN now() END;

ALTER TABLE deliveries
    ALTER COLUMN owner_id SET NOT NULL,
    ALTER COLUMN attempts DROP DEFAULT,
    ALTER COLUMN body_encoding DROP DEFAULT,
    ALTER COLUMN hook DROP DEFAULT,
    DROP CONSTRAINT deliveries_repository_id_guid_key,
    ADD CONSTRAINT deliveries_guid_owner_id_key UNIQUE (guid, owner_id),
    ADD CONSTRAINT repository_speaks_for_itself CHECK (hook <> 'repository' OR repository_id IS NOT DISTINCT FROM owner_id),
    ADD CONSTRAINT only_failed_is_tried_again CHECK (next_attempt_at IS NULL OR outcome IN ('failed', 'parked'));

DROP INDEX deliveries_by_content;
CREATE INDEX deliveries_by_content ON deliveries (body_sha256, owner_id) WHERE duplicate_of IS NULL;
CREATE INDEX deliveries_by_first ON deliveries (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_parked ON deliveries (host, lower(repository_full_name)) WHERE outcome = 'parked';
CREATE INDEX deliveries_parked_by_github_id ON deliveries (host, repository_github_id) WHERE outcome = 'parked';
-- What retention may take: nothing that still waits.
CREATE INDEX deliveries_oldest ON deliveries (received_at) WHERE outcome <> 'parked' AND next_attempt_at IS NULL;

CREATE INDEX deliveries_newest ON deliveries (received_at DESC, id DESC);
CREATE INDEX deliveries_newest_by_outcome ON deliveries (outcome, received_at DESC, id DESC);
CREATE INDEX deliveries_newest_by_event ON deliveries (event, received_at DESC, id DESC);
CREATE INDEX deliveries_newest_by_repository ON deliveries (repository_id, received_at DESC, id DESC);
CREATE INDEX deliveries_newest_by_proposal ON deliveries (proposal_id, received_at DESC, id DESC) WHERE proposal_id IS NOT NULL;

-- How many deliveries there are, as with proposals and studies: what was folded, and the changes since. A group adds a few rows.
CREATE TABLE delivery_totals (
    -- the nil UUID stands for none
    repository_id uuid   NOT NULL,
    event         text   NOT NULL,
    outcome       text   NOT NULL,
    rows          bigint NOT NULL,
    PRIMARY KEY (repository_id, event, outcome)
) WITH (fillfactor = 70);
CREATE TABLE delivery_total_changes (
    repository_id uuid   NOT NULL,
    event         text   NOT NULL,
    outcome       text   NOT NULL,
    rows          bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_insert_threshold = -1);

CREATE FUNCTION note_new_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_total_changes
    SELECT coalesce(repository_id, '00000000-0000-0000-0000-000000000000'), event, outcome, count(*)
    FROM new_rows
    GROUP BY 1, 2, 3;
    RETURN NULL;
END
$$;
CREATE FUNCTION note_changed_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_total_changes
    SELECT coalesce(repository_id, '00000000-0000-0000-0000-000000000000'), event, outcome, sum(rows)
    FROM (SELECT repository_id, event, outcome, 1 AS rows FROM new_rows
          UNION ALL
          SELECT repository_id, event, outcome, -1 FROM old_rows) AS changed
    GROUP BY 1, 2, 3
    HAVING sum(rows) <> 0;
    RETURN NULL;
END
$$;
CREATE FUNCTION note_gone_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_total_changes
    SELECT coalesce(repository_id, '00000000-0000-0000-0000-000000000000'), event, outcome, -count(*)
    FROM old_rows
    GROUP BY 1, 2, 3;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_new AFTER INSERT ON deliveries
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_new_deliveries();
CREATE TRIGGER note_changed AFTER UPDATE ON deliveries
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_changed_deliveries();
CREATE TRIGGER note_gone AFTER DELETE ON deliveries
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_gone_deliveries();

-- Folds all changes and tells how many; none while somebody else folds.
CREATE FUNCTION fold_delivery_totals() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    folded_changes bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('fold_delivery_totals', 0)) THEN
        RETURN 0;
    END IF;
    WITH folded AS (
        DELETE FROM delivery_total_changes
        RETURNING *
    ), kept AS (
        INSERT INTO delivery_totals AS kept (repository_id, event, outcome, rows)
        SELECT repository_id, event, outcome, sum(rows)
        FROM folded
        GROUP BY repository_id, event, outcome
        HAVING sum(rows) <> 0
        ON CONFLICT (repository_id, event, outcome) DO UPDATE SET rows = kept.rows + excluded.rows
    )
    SELECT count(*) INTO folded_changes FROM folded;
    RETURN folded_changes;
END
$$;

INSERT INTO delivery_totals
SELECT repository_id, event, outcome, count(*)
FROM deliveries
GROUP BY repository_id, event, outcome;

-- What GitHub says changes rows in place where there is room beside them.
ALTER TABLE generations SET (fillfactor = 80);
ALTER TABLE proposals SET (fillfactor = 80);
