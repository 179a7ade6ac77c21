-- How many proposals and studies there are, kept for their lists: what was folded, and the changes since. A total is the sum of both, in one
-- snapshot. Writers only ever add changes, so that none of them waits for another; one background step folds them.

-- Of one cluster, template and config repository, and of all of them, in every combination. `all_of` says which columns stand for all, and are
-- the nil UUID: 4 all clusters, 2 all templates, 1 all config repositories, 7 simply all.
CREATE TABLE list_totals (
    list           text    NOT NULL CHECK (list IN ('proposals', 'studies')),
    all_of         integer NOT NULL CHECK (all_of BETWEEN 0 AND 7),
    cluster_id     uuid    NOT NULL,
    template_id    uuid    NOT NULL,
    -- of studies always all
    config_repo_id uuid    NOT NULL,
    status         text    NOT NULL,
    -- of proposals: whether a study made it
    is_of_study    boolean NOT NULL,
    rows           bigint  NOT NULL,
    PRIMARY KEY (list, all_of, cluster_id, template_id, config_repo_id, status, is_of_study)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- By time, in spans of three widths, each 32 of the one before: all from some time on are a few spans of each.
CREATE TABLE list_totals_by_time (
    list        text        NOT NULL CHECK (list IN ('proposals', 'studies')),
    seconds     integer     NOT NULL,
    starts_at   timestamptz NOT NULL,
    status      text        NOT NULL,
    is_of_study boolean     NOT NULL,
    rows        bigint      NOT NULL,
    PRIMARY KEY (list, seconds, starts_at, status, is_of_study)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Append-only until folded; without an index, since it is read as a whole.
CREATE TABLE list_total_changes (
    list           text        NOT NULL CHECK (list IN ('proposals', 'studies')),
    cluster_id     uuid        NOT NULL,
    template_id    uuid        NOT NULL,
    config_repo_id uuid,
    status         text        NOT NULL,
    is_of_study    boolean     NOT NULL,
    created_at     timestamptz NOT NULL,
    rows           smallint    NOT NULL CHECK (rows IN (-1, 1))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_insert_threshold = -1);

CREATE FUNCTION note_total_of_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO list_total_changes
        VALUES ('proposals', OLD.cluster_id, OLD.template_id, OLD.config_repo_id, OLD.status, OLD.study_id IS NOT NULL, OLD.created_at, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO list_total_changes
        VALUES ('proposals', NEW.cluster_id, NEW.template_id, NEW.config_repo_id, NEW.status, NEW.study_id IS NOT NULL, NEW.created_at, 1);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_total_of_studies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO list_total_changes
        VALUES ('studies', OLD.cluster_id, OLD.template_id, NULL, OLD.status, false, OLD.created_at, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO list_total_changes
        VALUES ('studies', NEW.cluster_id, NEW.template_id, NULL, NEW.status, false, NEW.created_at, 1);
    END IF;
    RETURN NULL;
END
$$;

-- Folds at most so many changes and tells how many; none while somebody else folds.
CREATE FUNCTION fold_list_totals(most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    folded_changes bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('fold_list_totals', 0)) THEN
        RETURN 0;
    END IF;
    WITH folded AS (
        DELETE FROM list_total_changes
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM list_total_changes LIMIT most))
        RETURNING *
    ), by_place AS (
        INSERT INTO list_totals AS kept (list, all_of, cluster_id, template_id, config_repo_id, status, is_of_study, rows)
        SELECT list, GROUPING(cluster_id, template_id, config_repo_id), coalesce(cluster_id, nil), coalesce(template_id, nil),
               coalesce(config_repo_id, nil), status, is_of_study, sum(rows)
        FROM folded
        GROUP BY list, CUBE (cluster_id, template_id, config_repo_id), status, is_of_study
        -- Nobody asks for those without a config repository.
        HAVING sum(rows) <> 0 AND (GROUPING(config_repo_id) = 1 OR config_repo_id IS NOT NULL)
        ON CONFLICT (list, all_of, cluster_id, template_id, config_repo_id, status, is_of_study) DO UPDATE SET rows = kept.rows + excluded.rows
    ), by_time AS (
        INSERT INTO list_totals_by_time AS kept (list, seconds, starts_at, status, is_of_study, rows)
        SELECT list, seconds, to_timestamp(floor(extract(epoch FROM created_at) / seconds) * seconds) AS starts_at, status, is_of_study, sum(rows)
        FROM folded, unnest(ARRAY[4096, 131072, 4194304]) AS seconds
        GROUP BY list, seconds, starts_at, status, is_of_study
        HAVING sum(rows) <> 0
        ON CONFLICT (list, seconds, starts_at, status, is_of_study) DO UPDATE SET rows = kept.rows + excluded.rows
    )
    SELECT count(*) INTO folded_changes FROM folded;
    RETURN folded_changes;
END
$$;

-- Most updates change nothing that is counted, and cost nothing.
CREATE TRIGGER note_total AFTER INSERT OR DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION note_total_of_proposals();
CREATE TRIGGER note_total_again
    AFTER UPDATE OF cluster_id, template_id, config_repo_id, status, study_id, created_at ON proposals FOR EACH ROW
    WHEN ((OLD.cluster_id, OLD.template_id, OLD.config_repo_id, OLD.status, OLD.study_id IS NOT NULL, OLD.created_at)
          IS DISTINCT FROM (NEW.cluster_id, NEW.template_id, NEW.config_repo_id, NEW.status, NEW.study_id IS NOT NULL, NEW.created_at))
    EXECUTE FUNCTION note_total_of_proposals();
CREATE TRIGGER note_total AFTER INSERT OR DELETE ON studies FOR EACH ROW EXECUTE FUNCTION note_total_of_studies();
CREATE TRIGGER note_total_again
    AFTER UPDATE OF cluster_id, template_id, status, created_at ON studies FOR EACH ROW
    WHEN ((OLD.cluster_id, OLD.template_id, OLD.status, OLD.created_at) IS DISTINCT FROM (NEW.cluster_id, NEW.template_id, NEW.status, NEW.created_at))
    EXECUTE FUNCTION note_total_of_studies();

-- What there is already. The triggers hold off whoever writes until this is committed.
INSERT INTO list_total_changes
SELECT 'proposals', cluster_id, template_id, config_repo_id, status, study_id IS NOT NULL, created_at, 1
FROM proposals;
INSERT INTO list_total_changes
SELECT 'studies', cluster_id, template_id, NULL, status, false, created_at, 1
FROM studies;
SELECT fold_list_totals(count(*)) FROM list_total_changes;
TRUNCATE list_total_changes;
ANALYZE list_totals, list_totals_by_time;

-- With what the other filters look at beside it: of one template in one cluster, the index alone tells which rows pass.
DROP INDEX proposals_newest_by_template;
CREATE INDEX proposals_newest_by_template ON proposals (template_id, created_at DESC, id DESC) INCLUDE (status, pr_state, cluster_id, study_id);
