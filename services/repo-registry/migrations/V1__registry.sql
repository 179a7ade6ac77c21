-- The keyring: what is registered, and which secret is for whom. Ids are UUIDv7 made by the service; no row holds a secret's value.

CREATE TABLE config_repos (
    id                         uuid PRIMARY KEY,
    name                       text NOT NULL CONSTRAINT config_repos_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    provider                   text NOT NULL CHECK (provider = 'github'),
    -- as registered
    repo_url                   text NOT NULL CHECK (length(repo_url) BETWEEN 1 AND 512),
    -- the host's web address
    host                       text NOT NULL,
    repo_owner                 text NOT NULL,
    repo_name                  text NOT NULL,
    -- learned at first contact
    github_id                  bigint,
    default_branch             text NOT NULL,
    pr_base_branch             text NOT NULL,
    -- names of files in the secrets folder
    auth_ref                   text NOT NULL,
    webhook_secret_ref         text,
    webhook_registration_error text,
    created_at                 timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX config_repos_repository_key ON config_repos (host, lower(repo_owner), lower(repo_name));
CREATE INDEX config_repos_by_full_name ON config_repos (lower(repo_owner), lower(repo_name)) WHERE webhook_secret_ref IS NOT NULL;
CREATE INDEX config_repos_newest ON config_repos (created_at DESC, id DESC);

CREATE TABLE clusters (
    id             uuid PRIMARY KEY,
    name           text NOT NULL CONSTRAINT clusters_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    engine_type    text NOT NULL CHECK (engine_type IN ('elasticsearch', 'opensearch', 'solr')),
    environment    text NOT NULL CHECK (environment IN ('prod', 'staging', 'dev')),
    config_repo_id uuid CONSTRAINT clusters_config_repo_id_fkey REFERENCES config_repos,
    config_path    text,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX clusters_by_config_repo ON clusters (config_repo_id);
CREATE INDEX clusters_newest ON clusters (created_at DESC, id DESC);

CREATE TABLE query_templates (
    id                   uuid PRIMARY KEY,
    name                 text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    version              integer NOT NULL CHECK (version >= 1),
    engine_type          text NOT NULL CHECK (engine_type IN ('elasticsearch', 'opensearch', 'solr')),
    body                 text NOT NULL,
    -- JSON object text, spelled as its caller did
    declared_params_json text NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT query_templates_name_version_key UNIQUE (name, version)
);
CREATE INDEX query_templates_newest ON query_templates (created_at DESC, id DESC);

-- The first registration that named a secret says what it is for and whose it is.
CREATE TABLE secret_bindings (
    secret     text PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('credential', 'webhook_secret')),
    host       text NOT NULL,
    -- lower case
    owner      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
