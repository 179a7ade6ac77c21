-- What makes every page of every list a range of an index, its count included. `proposals` is written a few times in a row's life and listed all the time.

-- Without superseded proposals, unless they are asked for: the newest, which also counts them all.
CREATE INDEX proposals_shown ON proposals (created_at DESC, id DESC) WHERE status <> 'superseded';

-- In the order of their states; ties by id, descending, whichever way.
CREATE INDEX proposals_by_status ON proposals (status, id DESC);
CREATE INDEX proposals_by_status_descending ON proposals (status DESC, id DESC);
CREATE INDEX proposals_by_pr_state ON proposals (pr_state NULLS FIRST, id DESC) INCLUDE (status);
CREATE INDEX proposals_by_pr_state_descending ON proposals (pr_state DESC NULLS LAST, id DESC) INCLUDE (status);
CREATE INDEX proposals_of_status_by_pr_state ON proposals (status, pr_state NULLS FIRST, id DESC);
CREATE INDEX proposals_of_status_by_pr_state_descending ON proposals (status, pr_state DESC NULLS LAST, id DESC);

-- Filtered, the newest first; what they are ordered by instead is beside it.
CREATE INDEX proposals_newest_by_status ON proposals (status, created_at DESC, id DESC) INCLUDE (pr_state);
CREATE INDEX proposals_newest_by_cluster ON proposals (cluster_id, created_at DESC, id DESC) INCLUDE (status, pr_state);
CREATE INDEX proposals_newest_by_template ON proposals (template_id, created_at DESC, id DESC) INCLUDE (status, pr_state);
CREATE INDEX proposals_newest_by_config_repo ON proposals (config_repo_id, created_at DESC, id DESC) INCLUDE (status, pr_state);
CREATE INDEX proposals_newest_of_studies ON proposals (created_at DESC, id DESC) INCLUDE (status, pr_state)
    WHERE study_id IS NOT NULL AND status <> 'superseded';
CREATE INDEX proposals_newest_manual ON proposals (created_at DESC, id DESC) INCLUDE (status, pr_state)
    WHERE study_id IS NULL AND status <> 'superseded';
CREATE INDEX live_proposals_by_proposal ON live_proposals (proposal_id);

-- The one says much about the other.
CREATE STATISTICS proposals_states (mcv) ON status, pr_state FROM proposals;

CREATE INDEX studies_newest ON studies (created_at DESC, id DESC);
CREATE INDEX studies_by_name ON studies (name, id DESC);
CREATE INDEX studies_by_name_descending ON studies (name DESC, id DESC);
CREATE INDEX studies_newest_by_status ON studies (status, created_at DESC, id DESC);
CREATE INDEX studies_newest_by_cluster ON studies (cluster_id, created_at DESC, id DESC);
CREATE INDEX studies_newest_by_template ON studies (template_id, created_at DESC, id DESC);

-- Rows are counted from indexes alone while the visibility map is fresh: a fiftieth of the table changed is enough to see to it.
ALTER TABLE proposals SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE studies SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
