DROP INDEX proposals_shown, proposals_by_status, proposals_by_status_descending, proposals_by_pr_state, proposals_by_pr_state_descending,
           proposals_of_status_by_pr_state, proposals_of_status_by_pr_state_descending, proposals_newest_by_status,
           proposals_newest_by_cluster, proposals_newest_by_template, proposals_newest_by_config_repo, proposals_newest_of_studies,
           proposals_newest_manual, live_proposals_by_proposal, studies_newest, studies_by_name, studies_by_name_descending,
           studies_newest_by_status, studies_newest_by_cluster, studies_newest_by_template;
DROP STATISTICS proposals_states;
ALTER TABLE proposals RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor);
ALTER TABLE studies RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor);
