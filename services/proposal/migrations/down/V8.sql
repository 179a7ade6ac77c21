DO $$
BEGIN
    IF EXISTS (SELECT FROM deliveries WHERE hook = 'app' OR body_encoding <> 'gzip' OR outcome = 'parked') THEN
        RAISE EXCEPTION '% deliveries of Apps, parked ones, or ones compressed with zstd are in the way; they can be forgotten by: DELETE FROM deliveries WHERE hook = ''app'' OR body_encoding <> ''gzip'' OR outcome = ''parked''',
            (SELECT count(*) FROM deliveries WHERE hook = 'app' OR body_encoding <> 'gzip' OR outcome = 'parked');
    END IF;
END
$$;

ALTER TABLE proposals RESET (fillfactor);
ALTER TABLE generations RESET (fillfactor);
DROP TRIGGER note_new ON deliveries;
DROP TRIGGER note_changed ON deliveries;
DROP TRIGGER note_gone ON deliveries;
DROP FUNCTION note_new_deliveries();
DROP FUNCTION note_changed_deliveries();
DROP FUNCTION note_gone_deliveries();
DROP FUNCTION fold_delivery_totals();
DROP TABLE delivery_totals, delivery_total_changes;
DROP INDEX deliveries_by_content, deliveries_by_first, deliveries_due, deliveries_parked, deliveries_parked_by_github_id, deliveries_oldest,
           deliveries_newest, deliveries_newest_by_outcome, deliveries_newest_by_event, deliveries_newest_by_repository, deliveries_newest_by_proposal;
CREATE INDEX deliveries_by_content ON deliveries (repository_id, body_sha256, event) WHERE duplicate_of IS NULL;
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_guid_owner_id_key,
    DROP CONSTRAINT repository_speaks_for_itself,
    DROP CONSTRAINT only_failed_is_tried_again,
    DROP CONSTRAINT deliveries_outcome_check,
    ADD CONSTRAINT deliveries_outcome_check CHECK (outcome IN ('applied', 'noop', 'unknown_pr', 'ping', 'stale', 'failed')),
    DROP CONSTRAINT deliveries_duplicate_of_fkey,
    ADD CONSTRAINT deliveries_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES deliveries,
    ADD CONSTRAINT deliveries_repository_id_guid_key UNIQUE (repository_id, guid),
    ALTER COLUMN repository_id SET NOT NULL,
    ALTER COLUMN guid TYPE text COLLATE "default",
    ALTER COLUMN body SET STORAGE EXTENDED,
    DROP COLUMN body_encoding,
    DROP COLUMN body_size,
    DROP COLUMN hook,
    DROP COLUMN owner_id,
    DROP COLUMN host,
    DROP COLUMN repository_full_name,
    DROP COLUMN repository_github_id,
    DROP COLUMN action,
    DROP COLUMN attempts,
    DROP COLUMN next_attempt_at;
ALTER TABLE deliveries RENAME COLUMN body TO body_gzip;
