-- The version before lets a secret be named by whoever comes first, whatever it was bound to for an App.
DELETE FROM secret_bindings WHERE kind IN ('app_private_key', 'app_webhook_secret');
ALTER TABLE secret_bindings
    DROP CONSTRAINT secret_bindings_kind_check,
    ADD CONSTRAINT secret_bindings_kind_check CHECK (kind IN ('credential', 'webhook_secret'));

DROP TABLE webhook_secret_rotations, apps;

DROP INDEX
    config_repos_repository_key, config_repos_deleted, config_repos_github_id_key, config_repos_by_full_name, config_repos_by_webhook_secret;
-- The version before knows one row a name: of several the living one stays, or the newest.
CREATE TEMPORARY TABLE superfluous ON COMMIT DROP AS
    SELECT id
    FROM (
        SELECT id, deleted_at, row_number() OVER (
            PARTITION BY host, lower(repo_owner), lower(repo_name)
            ORDER BY deleted_at DESC NULLS FIRST, id DESC
        ) AS place
        FROM config_repos
    ) AS named
    WHERE place > 1;
UPDATE clusters SET config_repo_id = NULL WHERE config_repo_id IN (SELECT id FROM superfluous);
DELETE FROM config_repos WHERE id IN (SELECT id FROM superfluous);
CREATE UNIQUE INDEX config_repos_repository_key ON config_repos (host, lower(repo_owner), lower(repo_name));
CREATE INDEX config_repos_by_full_name ON config_repos (lower(repo_owner), lower(repo_name))
    WHERE webhook_secret_ref IS NOT NULL AND deleted_at IS NULL;

ALTER TABLE config_repos DROP COLUMN webhook_id, DROP COLUMN webhook_secret_version, DROP COLUMN webhook_checked_at;
UPDATE config_repos SET github_id = NULL, webhook_registration_error = NULL;
