-- What is looked at from time to time: repositories and Apps, their hooks and logs of deliveries, and pull requests.

-- What the registry knows, copied every few seconds.
CREATE TABLE repositories (
    id             uuid PRIMARY KEY,
    host           text NOT NULL,
    owner          text NOT NULL,
    name           text NOT NULL,
    full_name      text NOT NULL GENERATED ALWAYS AS (owner || '/' || name) STORED,
    -- 0 before the first contact
    github_id      bigint NOT NULL DEFAULT 0,
    etag           text NOT NULL,
    has_webhook    boolean NOT NULL,
    -- the hook as a runner left it; 0 and empty before
    webhook_id     bigint NOT NULL DEFAULT 0,
    secret_version text NOT NULL DEFAULT '',
    deleted_at     timestamptz,
    -- when the registry last told something new of it
    changed_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX repositories_by_name ON repositories (full_name, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX repositories_by_name_descending ON repositories (full_name DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE apps (
    id          uuid PRIMARY KEY,
    host        text NOT NULL,
    github_id   bigint NOT NULL,
    slug        text NOT NULL,
    has_webhook boolean NOT NULL,
    deleted_at  timestamptz,
    changed_at  timestamptz NOT NULL DEFAULT now()
);

-- What is to be looked at, when next, and how it went. The subject is a repository or an App.
CREATE TABLE looks (
    kind      text NOT NULL CHECK (kind IN ('reconcile_pull_requests', 'fill_delivery_gaps', 'register_webhook', 'sweep_orphans')),
    subject   uuid NOT NULL,
    -- not before; pull requests have times of their own beside it
    next_at   timestamptz NOT NULL DEFAULT now(),
    -- how long was waited after the last failure; none after a success
    distance  interval,
    -- the last time that it was looked, well or not
    looked_at timestamptz,
    -- what was wrong the last time; none when nothing was
    reason    text,
    message   text,
    PRIMARY KEY (kind, subject),
    CONSTRAINT problem_is_whole CHECK ((reason IS NULL) = (message IS NULL))
);
CREATE INDEX looks_by_time ON looks (next_at) WHERE kind <> 'reconcile_pull_requests';

-- One per generation whose pull request is open or closed, kept by a trigger: whoever writes what GitHub said writes it into `generations`.
CREATE TABLE pull_request_watches (
    proposal_id   uuid NOT NULL,
    generation    integer NOT NULL,
    repository_id uuid NOT NULL,
    number        bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('open', 'closed')),
    -- when to look next; none until the schedule has said it
    due_at        timestamptz,
    -- how long the last wait was, where waits grow
    distance      interval,
    -- GitHub's entity tag of the last answer that was applied
    etag          text NOT NULL DEFAULT '',
    last_seen_at  timestamptz,
    -- when a runner was last asked to look, until it tells what it saw
    handed_at     timestamptz,
    -- since when two reports contradict each other and nothing says which is newer
    disputed_at   timestamptz,
    -- since when GitHub does not know it
    gone_at       timestamptz,
    -- what was wrong the last time; none when nothing was
    reason        text,
    message       text,
    PRIMARY KEY (proposal_id, generation),
    FOREIGN KEY (proposal_id, generation) REFERENCES generations ON DELETE CASCADE,
    CONSTRAINT problem_is_whole CHECK ((reason IS NULL) = (message IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX pull_request_watches_by_time ON pull_request_watches (due_at NULLS FIRST, repository_id);
CREATE INDEX pull_request_watches_by_repository ON pull_request_watches (repository_id);

CREATE FUNCTION keep_watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.pr_state IN ('open', 'closed') THEN
        INSERT INTO pull_request_watches AS kept (proposal_id, generation, repository_id, number, state)
        VALUES (NEW.proposal_id, NEW.number, NEW.repository_id, NEW.pr_number, NEW.pr_state)
        ON CONFLICT (proposal_id, generation) DO UPDATE
        SET repository_id = excluded.repository_id,
            number = excluded.number,
            state = excluded.state,
            due_at = NULL,
            distance = NULL,
            -- Whoever said something new had a newer stamp, or had looked.
            disputed_at = NULL,
            gone_at = NULL,
            reason = NULL,
            message = NULL;
    ELSE
        DELETE FROM pull_request_watches
        WHERE proposal_id = NEW.proposal_id AND generation = NEW.number;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_watch AFTER INSERT ON generations FOR EACH ROW
    WHEN (NEW.pr_state IS NOT NULL)
    EXECUTE FUNCTION keep_watch();
-- Most updates change nothing that is watched, and cost nothing.
CREATE TRIGGER keep_watch_again AFTER UPDATE OF pr_number, pr_state ON generations FOR EACH ROW
    WHEN ((OLD.pr_number, OLD.pr_state) IS DISTINCT FROM (NEW.pr_number, NEW.pr_state))
    EXECUTE FUNCTION keep_watch();

-- What is there already was never looked at. The triggers hold off whoever writes until this is committed.
INSERT INTO pull_request_watches (proposal_id, generation, repository_id, number, state, due_at)
SELECT proposal_id, number, repository_id, pr_number, pr_state, now()
FROM generations
WHERE pr_state IN ('open', 'closed');

-- How far GitHub's log of a hook's deliveries was read. The owner is a repository or an App.
CREATE TABLE delivery_logs (
    owner_id      uuid PRIMARY KEY,
    -- without a gap
    checked_until timestamptz,
    -- where the next run goes on, and the newest delivery's time when the run began that goes on
    resume_cursor text NOT NULL DEFAULT '',
    resume_newest timestamptz,
    CONSTRAINT resumed_has_a_newest CHECK (resume_cursor = '' OR resume_newest IS NOT NULL)
);

-- Deliveries that GitHub says it sent and that never came.
CREATE TABLE logged_deliveries (
    owner_id     uuid NOT NULL,
    guid         text NOT NULL,
    event        text NOT NULL,
    action       text NOT NULL,
    -- GitHub's id of the newest attempt
    attempt_id   bigint NOT NULL,
    delivered_at timestamptz NOT NULL,
    status_code  integer NOT NULL,
    -- how often GitHub agreed to send it again
    asked        integer NOT NULL DEFAULT 0,
    next_ask_at  timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'missing' CHECK (state IN ('missing', 'lost')),
    PRIMARY KEY (owner_id, guid)
);
CREATE INDEX logged_deliveries_by_age ON logged_deliveries (state, delivered_at);

-- Work that one replica at a time begins, and none before its time.
CREATE TABLE turns (
    name    text PRIMARY KEY,
    next_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO turns (name) VALUES ('sync_repositories'), ('keep_deliveries');

-- Jobs that only look: the subject is a repository or an App. There is one row of each, which lives again when it is wanted again.
ALTER TABLE jobs
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN (
        'open_pull_request', 'close_pull_request', 'comment_pull_request', 'tidy_pull_request',
        'reconcile_pull_requests', 'fill_delivery_gaps', 'register_webhook', 'sweep_orphans'
    )),
    ADD CONSTRAINT reads_have_no_generation CHECK (
        (generation = 0) = (kind IN ('reconcile_pull_requests', 'fill_delivery_gaps', 'register_webhook', 'sweep_orphans'))
    );
CREATE UNIQUE INDEX jobs_one_of_each_read ON jobs (kind, subject) WHERE generation = 0;
