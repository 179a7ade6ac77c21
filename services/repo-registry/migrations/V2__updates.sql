-- Updates, soft deletes, repeated calls. A revision counts the updates of a row, for its etag; a row with deleted_at is there for
-- nobody, and its name is free.

ALTER TABLE config_repos
    ADD COLUMN revision   bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN updated_at timestamptz,
    ADD COLUMN deleted_at timestamptz,
    DROP CONSTRAINT config_repos_name_key;
UPDATE config_repos SET updated_at = created_at;
ALTER TABLE config_repos
    ALTER COLUMN updated_at SET DEFAULT now(),
    ALTER COLUMN updated_at SET NOT NULL;
CREATE UNIQUE INDEX config_repos_name_key ON config_repos (name) WHERE deleted_at IS NULL;
-- config_repos_repository_key stays over all rows: a repository that is registered again is its old row, and keeps its id, by which
-- its lanes, locks, branches and deliveries are known.
DROP INDEX config_repos_by_full_name;
CREATE INDEX config_repos_by_full_name ON config_repos (lower(repo_owner), lower(repo_name))
    WHERE webhook_secret_ref IS NOT NULL AND deleted_at IS NULL;
DROP INDEX config_repos_newest;
CREATE INDEX config_repos_newest ON config_repos (created_at DESC, id DESC) WHERE deleted_at IS NULL;

ALTER TABLE clusters
    ADD COLUMN revision   bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN updated_at timestamptz,
    ADD COLUMN deleted_at timestamptz,
    DROP CONSTRAINT clusters_name_key;
UPDATE clusters SET updated_at = created_at;
ALTER TABLE clusters
    ALTER COLUMN updated_at SET DEFAULT now(),
    ALTER COLUMN updated_at SET NOT NULL;
CREATE UNIQUE INDEX clusters_name_key ON clusters (name) WHERE deleted_at IS NULL;
DROP INDEX clusters_newest;
CREATE INDEX clusters_newest ON clusters (created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- query_templates_name_version_key stays over all rows: a version's number never comes to mean another text.
ALTER TABLE query_templates
    ADD COLUMN revision   bigint NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN updated_at timestamptz,
    ADD COLUMN deleted_at timestamptz;
UPDATE query_templates SET updated_at = created_at;
ALTER TABLE query_templates
    ALTER COLUMN updated_at SET DEFAULT now(),
    ALTER COLUMN updated_at SET NOT NULL;
CREATE INDEX query_templates_by_name ON query_templates (name, id DESC) WHERE deleted_at IS NULL;
DROP INDEX query_templates_newest;
CREATE INDEX query_templates_newest ON query_templates (created_at DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE idempotency_keys (
    caller         text        NOT NULL,
    key            text        NOT NULL,
    -- of the method and the request
    request_sha256 bytea       NOT NULL CHECK (octet_length(request_sha256) = 32),
    -- the encoded answer
    response       bytea       NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);
