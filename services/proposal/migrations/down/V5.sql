ALTER TABLE generations
    DROP COLUMN expected_base_oid,
    DROP COLUMN expected_patch_sha256,
    DROP COLUMN patch_sha256;
