//! What Redis does in one step. A place is a hash of content's sha256, mark and, once there is one, answer; it expires.

use std::sync::LazyLock;

use redis::Script;

/// KEYS: place. ARGV: sha256, mark, milliseconds. What was found, and the answer.
pub(super) static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local sha256 = redis.call('HGET', KEYS[1], 'sha256')
        if not sha256 then
            redis.call('HSET', KEYS[1], 'sha256', ARGV[1], 'mark', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return {'new', false}
        end
        local answer = redis.call('HGET', KEYS[1], 'answer')
        if not answer then return {'in use', false} end
        if sha256 ~= ARGV[1] then return {'reused', false} end
        return {'answered', answer}",
    )
});

/// KEYS: place. ARGV: mark. 1 when given back, 0 when it is another call's.
pub(super) static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], 'mark') ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])",
    )
});
