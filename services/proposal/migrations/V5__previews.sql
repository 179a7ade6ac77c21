-- What the click that asked for a pull request saw in a preview: nothing else is opened. And which patch was opened.
ALTER TABLE generations
    ADD COLUMN expected_base_oid     text CHECK (expected_base_oid ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
    ADD COLUMN expected_patch_sha256 text CHECK (expected_patch_sha256 ~ '^[0-9a-f]{64}$'),
    ADD COLUMN patch_sha256          text CHECK (patch_sha256 ~ '^[0-9a-f]{64}$');
