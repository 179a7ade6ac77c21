-- The ledger. Ids are UUIDv7 made by the service; leases and due times are PostgreSQL's now().
-- Lock order everywhere: proposal, then lane, then job.

CREATE TABLE studies (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    cluster_id          uuid NOT NULL,
    template_id         uuid NOT NULL,
    objective_metric    text NOT NULL,
    objective_k         integer,
    objective_direction text NOT NULL CHECK (objective_direction IN ('maximize', 'minimize')),
    status              text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'cancelled', 'failed')),
    baseline_metric     double precision,
    best_metric         double precision,
    best_trial_id       uuid,
    created_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE trials (
    id                     uuid PRIMARY KEY,
    study_id               uuid NOT NULL REFERENCES studies ON DELETE CASCADE,
    number                 integer NOT NULL CHECK (number >= 0),
    -- JSON texts, spelled as the caller did
    params_json            text NOT NULL,
    primary_metric         double precision,
    metrics                jsonb NOT NULL DEFAULT '{}',
    duration_ms            bigint,
    status                 text NOT NULL CHECK (status IN ('complete', 'failed', 'pruned')),
    error                  text,
    started_at             timestamptz,
    ended_at               timestamptz,
    per_query_metrics_json text,
    is_baseline            boolean NOT NULL DEFAULT false,
    UNIQUE (study_id, number)
);
CREATE UNIQUE INDEX trials_one_baseline ON trials (study_id) WHERE is_baseline AND status = 'complete';
CREATE INDEX trials_by_metric ON trials (study_id, primary_metric DESC NULLS LAST);

CREATE TABLE digests (
    id                      uuid PRIMARY KEY,
    study_id                uuid NOT NULL UNIQUE REFERENCES studies ON DELETE CASCADE,
    narrative               text NOT NULL,
    parameter_importance    jsonb NOT NULL,
    recommended_config_json text NOT NULL,
    suggested_followups     jsonb NOT NULL DEFAULT '[]',
    generated_by            text NOT NULL,
    generated_at            timestamptz NOT NULL
);

CREATE TABLE proposals (
    id                   uuid PRIMARY KEY,
    study_id             uuid UNIQUE REFERENCES studies,
    study_trial_id       uuid,
    cluster_id           uuid NOT NULL,
    cluster_name         text NOT NULL,
    cluster_engine_type  text NOT NULL,
    cluster_environment  text NOT NULL,
    template_id          uuid NOT NULL,
    template_name        text NOT NULL,
    template_version     integer NOT NULL,
    template_engine_type text NOT NULL,
    config_repo_id       uuid,
    config_diff_sha256   bytea NOT NULL,
    metric_delta         jsonb,
    status               text NOT NULL CHECK (status IN ('pending', 'pr_opened', 'pr_merged', 'rejected', 'superseded')),
    -- 0 before it was first sent on its way
    generation           integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
    -- what GitHub last said about the current generation's pull request
    pr_state             text CHECK (pr_state IN ('open', 'closed', 'merged')),
    pr_url               text,
    pr_number            bigint,
    pr_merged_at         timestamptz,
    pr_updated_at        timestamptz,
    pr_open_error        text,
    rejected_reason      text,
    created_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT opened_has_a_pull_request CHECK (status <> 'pr_opened' OR (pr_url IS NOT NULL AND pr_state IN ('open', 'closed'))),
    CONSTRAINT merged_has_a_time CHECK ((status = 'pr_merged') = (pr_merged_at IS NOT NULL)),
    CONSTRAINT merged_is_merged CHECK ((status = 'pr_merged') = (pr_state IS NOT DISTINCT FROM 'merged')),
    CONSTRAINT state_has_a_url CHECK ((pr_state IS NULL) = (pr_url IS NULL)),
    CONSTRAINT pending_has_no_pull_request CHECK (status <> 'pending' OR pr_state IS NULL)
);
CREATE INDEX proposals_newest ON proposals (created_at DESC, id DESC);

CREATE TABLE proposal_changes (
    proposal_id uuid NOT NULL REFERENCES proposals ON DELETE CASCADE,
    key         text NOT NULL,
    -- JSON texts, spelled as the caller did
    from_json   text NOT NULL,
    to_json     text NOT NULL,
    PRIMARY KEY (proposal_id, key)
);

-- One pull request each. The target is frozen when the generation is accepted; what is announced only grows.
CREATE TABLE generations (
    proposal_id          uuid NOT NULL REFERENCES proposals ON DELETE CASCADE,
    number               integer NOT NULL CHECK (number >= 1),
    repository_id        uuid NOT NULL,
    host                 text NOT NULL,
    owner                text NOT NULL,
    name                 text NOT NULL,
    base_branch          text NOT NULL,
    config_path          text NOT NULL,
    declared_params_json text NOT NULL,
    config_diff_sha256   bytea NOT NULL,
    author_name          text NOT NULL,
    author_email         text NOT NULL,
    brand                text NOT NULL,
    branch               text NOT NULL,
    -- the date of its commits: whole seconds
    started_at           timestamptz NOT NULL CHECK (started_at = date_trunc('second', started_at)),
    pr_number            bigint,
    pr_node_id           text,
    pr_url               text,
    -- what GitHub last said about it; the proposal's row mirrors the current generation
    pr_state             text CHECK (pr_state IN ('open', 'closed', 'merged')),
    pr_merged_at         timestamptz,
    pr_updated_at        timestamptz,
    head_oid             text,
    base_oid             text,
    PRIMARY KEY (proposal_id, number),
    UNIQUE (repository_id, branch),
    UNIQUE (repository_id, pr_number)
);

CREATE TABLE announcements (
    proposal_id  uuid NOT NULL,
    generation   integer NOT NULL,
    base_oid     text NOT NULL CHECK (base_oid ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
    head_oid     text NOT NULL CHECK (head_oid ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
    announced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (proposal_id, generation, head_oid),
    FOREIGN KEY (proposal_id, generation) REFERENCES generations ON DELETE CASCADE
);

-- What is leased. A lease is the lane's newest epoch while it has not expired.
CREATE TABLE lanes (
    key        text PRIMARY KEY,
    epoch      bigint NOT NULL DEFAULT 0,
    token      uuid,
    holder     text,
    expires_at timestamptz
);

-- What is wanted. A job is leased while `leased_epoch` is its lane's running epoch.
CREATE TABLE jobs (
    id              uuid PRIMARY KEY,
    kind            text NOT NULL CHECK (kind IN ('open_pull_request', 'close_pull_request', 'comment_pull_request', 'tidy_pull_request')),
    subject         uuid NOT NULL,
    generation      integer NOT NULL,
    lane            text NOT NULL REFERENCES lanes,
    priority        smallint NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL DEFAULT now(),
    -- attempts that count towards giving up
    attempt         integer NOT NULL DEFAULT 0,
    first_leased_at timestamptz,
    leased_epoch    bigint,
    leased_wanted   bigint,
    wanted          bigint NOT NULL DEFAULT 1,
    last_reason     text,
    last_message    text,
    reason          text,
    traceparent     text,
    request_id      text NOT NULL DEFAULT '',
    -- the last CompleteJob or FailJob, so that its repetition gets the same answer
    answered_token  uuid,
    answered_sha256 bytea,
    answered_retry  boolean,
    outcome         text CHECK (outcome IN ('completed', 'failed', 'cancelled')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    CONSTRAINT ended_has_an_outcome CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX jobs_one_live ON jobs (kind, subject) WHERE ended_at IS NULL;
CREATE INDEX jobs_by_urgency ON jobs (priority DESC, due_at) WHERE ended_at IS NULL;
CREATE INDEX jobs_by_lane ON jobs (lane, due_at) WHERE ended_at IS NULL;
CREATE INDEX jobs_by_subject ON jobs (subject, created_at);

-- Leases that announced an effect on GitHub and did not end the job yet. A row that outlives its lease is a runner that may still wake.
CREATE TABLE unsettled_effects (
    job_id       uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    epoch        bigint NOT NULL,
    token        uuid NOT NULL,
    announced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, epoch)
);
CREATE INDEX unsettled_effects_by_token ON unsettled_effects (token);

-- What GitHub told us, and what came of it.
CREATE TABLE deliveries (
    id            uuid PRIMARY KEY,
    -- the repository whose secret matched
    repository_id uuid NOT NULL,
    guid          text NOT NULL,
    event         text NOT NULL,
    headers       jsonb NOT NULL,
    body_gzip     bytea NOT NULL,
    body_sha256   bytea NOT NULL,
    pull_request  jsonb,
    outcome       text NOT NULL CHECK (outcome IN ('applied', 'noop', 'unknown_pr', 'ping', 'stale', 'failed')),
    error         text,
    proposal_id   uuid,
    -- the delivery of the same event and body that came first, under another guid
    duplicate_of  uuid REFERENCES deliveries,
    received_at   timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (repository_id, guid)
);
CREATE INDEX deliveries_by_content ON deliveries (repository_id, body_sha256, event) WHERE duplicate_of IS NULL;
-- Those that came before their pull request was known; applied once it is.
CREATE INDEX deliveries_early ON deliveries (repository_id, ((pull_request ->> 'number')::bigint)) WHERE outcome = 'unknown_pr';

-- Append-only. What happened to a proposal.
CREATE TABLE events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    proposal_id uuid NOT NULL REFERENCES proposals ON DELETE CASCADE,
    kind        text NOT NULL,
    actor       text NOT NULL,
    message     text NOT NULL,
    facts       jsonb NOT NULL DEFAULT '{}',
    trace_id    text NOT NULL DEFAULT '',
    request_id  text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_by_proposal ON events (proposal_id, id);

-- The newest merge of each config repository.
CREATE TABLE live_proposals (
    config_repo_id uuid PRIMARY KEY,
    proposal_id    uuid NOT NULL REFERENCES proposals ON DELETE CASCADE,
    pr_merged_at   timestamptz NOT NULL
);
