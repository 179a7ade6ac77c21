DROP TRIGGER keep_watch ON generations;
DROP TRIGGER keep_watch_again ON generations;
DROP FUNCTION keep_new_watches();
DROP FUNCTION keep_watches();
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
ALTER TABLE deliveries RESET (toast_tuple_target);
