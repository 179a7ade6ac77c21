DROP TRIGGER keep_watch ON generations;
DROP TRIGGER keep_watch_again ON generations;
DROP FUNCTION keep_watch();
DROP TABLE pull_request_watches, looks, delivery_logs, logged_deliveries, turns, repositories, apps;
DROP INDEX jobs_one_of_each_read;
-- Nothing depends on them: what they looked at is looked at again.
DELETE FROM jobs WHERE generation = 0;
DELETE FROM lanes WHERE key LIKE 'read:%';
ALTER TABLE jobs
    DROP CONSTRAINT reads_have_no_generation,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('open_pull_request', 'close_pull_request', 'comment_pull_request', 'tidy_pull_request'));
