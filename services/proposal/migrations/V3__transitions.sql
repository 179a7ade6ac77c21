-- Chains of studies, proposals that give way to better ones, and proposals that are opened more than once.

ALTER TABLE studies
    ADD COLUMN parent_study_id                uuid REFERENCES studies ON DELETE SET NULL,
    -- the proposal whose follow-up suggested the study, and which of its follow-ups
    ADD COLUMN parent_proposal_id             uuid REFERENCES proposals,
    ADD COLUMN parent_proposal_followup_index integer CHECK (parent_proposal_followup_index >= 0),
    ADD COLUMN auto_followup_depth            integer CHECK (auto_followup_depth BETWEEN 0 AND 5),
    ADD CONSTRAINT study_is_not_its_own_parent CHECK (parent_study_id <> id),
    ADD CONSTRAINT parent_proposal_has_an_index CHECK ((parent_proposal_id IS NULL) = (parent_proposal_followup_index IS NULL));
CREATE INDEX studies_by_parent ON studies (parent_study_id) WHERE parent_study_id IS NOT NULL;
CREATE INDEX studies_by_parent_proposal ON studies (parent_proposal_id) WHERE parent_proposal_id IS NOT NULL;

-- Both columns go, which ON DELETE SET NULL cannot do.
CREATE FUNCTION forget_parent_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE studies
    SET parent_proposal_id = NULL, parent_proposal_followup_index = NULL
    WHERE parent_proposal_id = OLD.id;
    RETURN OLD;
END
$$;
CREATE TRIGGER forget_parent_proposal BEFORE DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION forget_parent_proposal();

ALTER TABLE proposals
    -- none also when it was superseded by hand and nobody said by what
    ADD COLUMN superseded_by uuid REFERENCES proposals ON DELETE SET NULL,
    ADD CONSTRAINT superseder_needs_superseded CHECK (superseded_by IS NULL OR status = 'superseded'),
    ADD CONSTRAINT superseder_is_another CHECK (superseded_by <> id);
CREATE INDEX proposals_by_superseder ON proposals (superseded_by) WHERE superseded_by IS NOT NULL;

ALTER TABLE generations
    ADD CONSTRAINT pull_request_is_whole CHECK ((pr_number IS NULL) = (pr_state IS NULL) AND (pr_number IS NULL) = (pr_url IS NULL)),
    ADD CONSTRAINT merged_generation_has_a_time CHECK ((pr_state IS NOT DISTINCT FROM 'merged') = (pr_merged_at IS NOT NULL));

-- The closing of one generation does not take the place of another's.
DROP INDEX jobs_one_live;
CREATE UNIQUE INDEX jobs_one_live ON jobs (kind, subject, generation) WHERE ended_at IS NULL;
