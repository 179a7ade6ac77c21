WITH pulls AS (
    SELECT *
    FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
        AS pull (id, number, node_id, url, branch, head_oid, base_oid, updated_at)
), written AS (
    INSERT INTO proposals (id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                           template_version, template_engine_type, config_repo_id, config_diff_sha256, status, generation, pr_state, pr_url,
                           pr_number, pr_updated_at)
    SELECT id, $10::uuid, 'prod', 'elasticsearch', 'prod', $11::uuid, 'product_search', 1, 'elasticsearch', $9::uuid,
           sha256(id::text::bytea), 'pr_opened', 1, 'open', url, number, updated_at
    FROM pulls
    RETURNING id, config_diff_sha256, created_at
)
INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                         config_diff_sha256, author_name, author_email, brand, branch, started_at, pr_number, pr_node_id, pr_url, pr_state,
                         pr_updated_at, head_oid, base_oid)
SELECT written.id, 1, $9::uuid, $12::text, $13::text, $14::text, 'main', 'configs', '{"boost": "float"}', config_diff_sha256, 'bot',
       'bot@example.com', 'pullwright', branch, date_trunc('second', created_at), number, node_id, url, 'open', updated_at, head_oid, base_oid
FROM written
JOIN pulls USING (id)
