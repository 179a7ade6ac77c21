-- What GitHub tells about repositories and their hooks, GitHub Apps, and webhook secrets that are being rotated.

ALTER TABLE config_repos
    -- GitHub's id of the hook
    ADD COLUMN webhook_id             bigint CHECK (webhook_id > 0),
    -- which secret the hook has, as a runner reported it
    ADD COLUMN webhook_secret_version text,
    ADD COLUMN webhook_checked_at     timestamptz;

-- A deleted row holds its name no longer: a repository that was renamed may have taken it. Registered again, the repository is still
-- its old row, found by config_repos_deleted.
DROP INDEX config_repos_repository_key;
CREATE UNIQUE INDEX config_repos_repository_key ON config_repos (host, lower(repo_owner), lower(repo_name)) WHERE deleted_at IS NULL;
CREATE INDEX config_repos_deleted ON config_repos (host, lower(repo_owner), lower(repo_name)) WHERE deleted_at IS NOT NULL;
-- One repository is one row, whatever it is called.
CREATE UNIQUE INDEX config_repos_github_id_key ON config_repos (github_id, host) WHERE deleted_at IS NULL;
-- A delivery of an App's hook speaks for repositories without a webhook secret, too.
DROP INDEX config_repos_by_full_name;
CREATE INDEX config_repos_by_full_name ON config_repos (lower(repo_owner), lower(repo_name)) WHERE deleted_at IS NULL;
CREATE INDEX config_repos_by_webhook_secret ON config_repos (webhook_secret_ref) WHERE deleted_at IS NULL;

-- Which id an App has here; everything else about it is configured.
CREATE TABLE apps (
    id         uuid        PRIMARY KEY,
    -- the host's web address
    host       text        NOT NULL,
    github_id  bigint      NOT NULL CHECK (github_id > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT apps_github_id_key UNIQUE (host, github_id)
);

-- Webhook secrets that came in a while ago, when the ones before them are still taken.
CREATE TABLE webhook_secret_rotations (
    secret         text        PRIMARY KEY,
    -- of the secret that came in
    version        text        NOT NULL,
    -- the one before it is taken until then at least
    previous_until timestamptz NOT NULL
);

ALTER TABLE secret_bindings
    DROP CONSTRAINT secret_bindings_kind_check,
    ADD CONSTRAINT secret_bindings_kind_check
        CHECK (kind IN ('credential', 'webhook_secret', 'app_private_key', 'app_webhook_secret'));
