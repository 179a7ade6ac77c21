-- What only the seeding makes, and what keeps deletions and creations apart.

CREATE TABLE query_sets (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    query_count integer NOT NULL CHECK (query_count >= 0),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE judgment_lists (
    id           uuid PRIMARY KEY,
    query_set_id uuid NOT NULL REFERENCES query_sets,
    -- the template it was made with
    template_id  uuid,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    status       text NOT NULL CHECK (status IN ('generating', 'complete', 'failed')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, query_set_id)
);
CREATE INDEX judgment_lists_by_query_set ON judgment_lists (query_set_id);
CREATE INDEX judgment_lists_by_template ON judgment_lists (template_id) WHERE template_id IS NOT NULL;

ALTER TABLE studies
    ADD COLUMN query_set_id      uuid REFERENCES query_sets,
    ADD COLUMN judgment_list_id  uuid,
    -- the index that was searched
    ADD COLUMN target            text,
    -- JSON texts
    ADD COLUMN search_space_json text,
    ADD COLUMN config_json       text,
    ADD COLUMN stop_reason       text,
    ADD COLUMN started_at        timestamptz,
    ADD COLUMN completed_at      timestamptz,
    ADD CONSTRAINT judgments_are_of_the_queries CHECK ((query_set_id IS NULL) = (judgment_list_id IS NULL)),
    ADD CONSTRAINT studies_judgment_list_fkey FOREIGN KEY (judgment_list_id, query_set_id) REFERENCES judgment_lists (id, query_set_id);
CREATE INDEX studies_by_query_set ON studies (query_set_id) WHERE query_set_id IS NOT NULL;
CREATE INDEX studies_by_judgment_list ON studies (judgment_list_id) WHERE judgment_list_id IS NOT NULL;

-- Deletions that the registry was asked for. What is created while one runs must not rely on what it was told before.
CREATE TABLE deletions (
    id          uuid PRIMARY KEY,
    resource_id uuid NOT NULL,
    -- when it is over: its answer's time, until then the latest time at which one may still come
    ends_at     timestamptz NOT NULL
);
CREATE INDEX deletions_by_resource ON deletions (resource_id, ends_at);
CREATE INDEX deletions_by_end ON deletions (ends_at);
