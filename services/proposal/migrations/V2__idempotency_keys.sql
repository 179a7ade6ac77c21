-- Answers of calls that may be repeated (AIP-155).

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
