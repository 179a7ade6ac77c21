-- $1 proposals of one config repository, each with an open pull request; $2 is the address of the repository's page, $3 the first number.

CREATE FUNCTION bench_pulls(rows bigint, page text, first_number bigint, repository uuid, cluster uuid, template uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO proposals (id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name, template_version,
                           template_engine_type, config_repo_id, config_diff_sha256, status, generation, pr_state, pr_url, pr_number,
                           pr_updated_at)
    SELECT gen_random_uuid(), cluster, 'bench-prod', 'elasticsearch', 'prod', template, 'product_search', 1, 'elasticsearch', repository,
           sha256(n::text::bytea), 'pr_opened', 1, 'open', page || '/pull/' || first_number + n, first_number + n, to_timestamp(1760000000)
    FROM generate_series(0, rows - 1) AS n;

    INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                             config_diff_sha256, author_name, author_email, brand, branch, started_at, pr_number, pr_node_id, pr_url, pr_state,
                             pr_updated_at)
    SELECT id, 1, config_repo_id, regexp_replace(page, '/[^/]+/[^/]+$', ''), 'acme', 'bench', 'main', 'configs', '{"boost": "float"}',
           config_diff_sha256, 'bot', 'bot@example.com', 'pullwright', 'pullwright/proposal-' || id, date_trunc('second', created_at), pr_number,
           'PR_' || pr_number, pr_url, pr_state, pr_updated_at
    FROM proposals
    WHERE pr_number >= first_number;
END
$$;
