-- Deliveries cost less to store and to apply.

-- Bodies that fit are kept in their rows: a place of their own means writing to another table and its index. What is larger still goes there.
ALTER TABLE deliveries SET (toast_tuple_target = 8160);

-- What is watched is kept for all rows of a statement at once: a group of deliveries changes many.
DROP TRIGGER keep_watch ON generations;
DROP TRIGGER keep_watch_again ON generations;
DROP FUNCTION keep_watch();

CREATE FUNCTION keep_new_watches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pull_request_watches (proposal_id, generation, repository_id, number, state)
    SELECT proposal_id, number, repository_id, pr_number, pr_state
    FROM new_rows
    WHERE pr_state IN ('open', 'closed');
    RETURN NULL;
END
$$;
CREATE FUNCTION keep_watches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pull_request_watches AS kept (proposal_id, generation, repository_id, number, state)
    SELECT new_rows.proposal_id, new_rows.number, new_rows.repository_id, new_rows.pr_number, new_rows.pr_state
    FROM new_rows
    JOIN old_rows ON old_rows.proposal_id = new_rows.proposal_id AND old_rows.number = new_rows.number
    WHERE new_rows.pr_state IN ('open', 'closed')
      -- Most updates change nothing that is watched.
      AND (old_rows.pr_number, old_rows.pr_state) IS DISTINCT FROM (new_rows.pr_number, new_rows.pr_state)
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
    IF EXISTS (SELECT FROM new_rows WHERE coalesce(pr_state, 'merged') = 'merged') THEN
        DELETE FROM pull_request_watches
        USING new_rows
        WHERE pull_request_watches.proposal_id = new_rows.proposal_id
          AND pull_request_watches.generation = new_rows.number
          AND coalesce(new_rows.pr_state, 'merged') = 'merged';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_watch AFTER INSERT ON generations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_new_watches();
CREATE TRIGGER keep_watch_again AFTER UPDATE ON generations
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_watches();
