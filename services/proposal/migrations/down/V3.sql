DO $$
BEGIN
    IF EXISTS (SELECT FROM proposals WHERE status = 'superseded') THEN
        RAISE EXCEPTION '% superseded proposals are in the way; decide about them first, such as by: UPDATE proposals SET status = ''rejected'', rejected_reason = ''superseded'', superseded_by = NULL WHERE status = ''superseded''',
            (SELECT count(*) FROM proposals WHERE status = 'superseded');
    END IF;
    IF EXISTS (SELECT FROM jobs WHERE ended_at IS NULL GROUP BY kind, subject HAVING count(*) > 1) THEN
        RAISE EXCEPTION 'several generations of a proposal are being worked on; let the runners end these jobs first';
    END IF;
END
$$;

DROP INDEX jobs_one_live;
CREATE UNIQUE INDEX jobs_one_live ON jobs (kind, subject) WHERE ended_at IS NULL;
ALTER TABLE generations
    DROP CONSTRAINT pull_request_is_whole,
    DROP CONSTRAINT merged_generation_has_a_time;
ALTER TABLE proposals
    DROP COLUMN superseded_by;
DROP TRIGGER forget_parent_proposal ON proposals;
DROP FUNCTION forget_parent_proposal();
ALTER TABLE studies
    DROP COLUMN parent_study_id,
    DROP COLUMN parent_proposal_id,
    DROP COLUMN parent_proposal_followup_index,
    DROP COLUMN auto_followup_depth;
