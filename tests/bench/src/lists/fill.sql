-- A ledger of some age: $1 proposals, most of them with a pull request behind them, in fifty clusters of very different sizes.

CREATE FUNCTION bench_id(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    -- A UUIDv7 of the row's time.
    SELECT (lpad(to_hex(1760000000000 + n * 300), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid
$$;

CREATE FUNCTION bench_time(n bigint) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
    -- Three in a second, so that there are ties.
    SELECT to_timestamp(1760000000 + n / 3)
$$;

CREATE FUNCTION bench_fill(rows bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO studies (id, name, cluster_id, template_id, objective_metric, objective_direction, status, best_metric, created_at)
    SELECT bench_id('study', n), 'boost of ' || n % 1000, md5('cluster' || floor(50 * power(random(), 2)))::uuid, md5('template' || n % 40)::uuid,
           'ndcg', 'maximize', (ARRAY['completed', 'completed', 'completed', 'failed'])[1 + n % 4], 0.487, bench_time(n)
    FROM generate_series(1, rows) AS n
    WHERE n % 5 < 3;

    INSERT INTO proposals (id, study_id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id, template_name,
                           template_version, template_engine_type, config_repo_id, config_diff_sha256, metric_delta, status, generation,
                           pr_state, pr_url, pr_number, pr_merged_at, created_at)
    SELECT bench_id('proposal', n), CASE WHEN n % 5 < 3 THEN bench_id('study', n) END, md5('cluster' || cluster)::uuid, 'cluster ' || cluster,
           'solr', 'prod', md5('template' || n % 40)::uuid, 'template ' || n % 40, 1, 'solr', md5('repository' || cluster % 20)::uuid,
           sha256(n::text::bytea), '{"ndcg@10": {"baseline": 0.412, "achieved": 0.487, "delta_pct": 18.2}}', status,
           CASE WHEN pr_state IS NOT NULL THEN 1 ELSE 0 END, pr_state,
           CASE WHEN pr_state IS NOT NULL THEN 'https://github.com/acme/search-config/pull/' || n END, CASE WHEN pr_state IS NOT NULL THEN n END,
           CASE WHEN pr_state = 'merged' THEN bench_time(n) END, bench_time(n)
    FROM (
        SELECT n, floor(50 * power(random(), 2))::int AS cluster, floor(random() * 100) AS lot
        FROM generate_series(1, rows) AS n
    ) AS drawn,
    LATERAL (
        SELECT CASE WHEN lot < 10 THEN 'pending' WHEN lot < 30 THEN 'pr_opened' WHEN lot < 65 THEN 'pr_merged'
                    WHEN lot < 80 THEN 'rejected' ELSE 'superseded' END AS status,
               CASE WHEN lot < 10 THEN NULL WHEN lot < 20 THEN 'open' WHEN lot < 30 THEN 'closed' WHEN lot < 65 THEN 'merged'
                    WHEN lot < 70 THEN 'closed' WHEN lot < 80 THEN NULL WHEN lot < 90 THEN 'closed' END AS pr_state
    ) AS state;

    INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path, declared_params_json,
                             config_diff_sha256, author_name, author_email, brand, branch, started_at, pr_number, pr_url, pr_state, pr_merged_at)
    SELECT id, 1, config_repo_id, 'github.com', 'acme', 'search-config', 'main', 'relevance', '{"boost": "float"}', config_diff_sha256, 'bot',
           'bot@example.com', 'pullwright', 'pullwright/proposal-' || id, date_trunc('second', created_at), pr_number, pr_url, pr_state, pr_merged_at
    FROM proposals
    WHERE generation = 1;

    INSERT INTO lanes (key) SELECT DISTINCT 'push:' || config_repo_id FROM proposals;
    INSERT INTO jobs (id, kind, subject, generation, lane, outcome, created_at, ended_at)
    SELECT gen_random_uuid(), 'open_pull_request', id, 1, 'push:' || config_repo_id, 'completed', created_at, created_at
    FROM proposals
    WHERE generation = 1;

    INSERT INTO live_proposals (config_repo_id, proposal_id, pr_merged_at)
    SELECT DISTINCT ON (config_repo_id) config_repo_id, id, pr_merged_at
    FROM proposals
    WHERE status = 'pr_merged'
    ORDER BY config_repo_id, pr_merged_at DESC, id DESC;

    INSERT INTO events (proposal_id, kind, actor, message, created_at)
    SELECT bench_id('proposal', rows / 2), (ARRAY['attempt_failed', 'open_requested'])[1 + n % 2], 'runner', 'tried', bench_time(n)
    FROM generate_series(1, 2000) AS n;
    INSERT INTO events (proposal_id, kind, actor, message, created_at)
    SELECT id, kind, 'runner', 'done', created_at
    FROM proposals, unnest(ARRAY['proposal_created', 'open_requested', 'pull_request_opened']) AS kind;
END
$$;
