//! What Redis does in one step. A lock is a hash of epoch, holder and acquired_at that expires.

use std::sync::LazyLock;

use redis::Script;

/// KEYS: lock. ARGV: epoch, holder, acquired_at, milliseconds. 1 when taken or already ours, 0 when a newer epoch holds it.
pub(super) static ACQUIRE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local held = redis.call('HGET', KEYS[1], 'epoch')
        if held and tonumber(held) > tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'holder', ARGV[2], 'acquired_at', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1",
    )
});

/// KEYS: lock. ARGV: epoch, milliseconds. 1 when prolonged, 0 when it is not ours any more.
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

/// KEYS: lock, place of the answer. ARGV: epoch, mark, answer, milliseconds. Deletes the lock if it is that epoch's and keeps the
/// answer if the place is that mark's, both or neither as seen from outside.
pub(super) static BREAK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then redis.call('DEL', KEYS[1]) end
        if redis.call('HGET', KEYS[2], 'mark') == ARGV[2] then
            redis.call('HSET', KEYS[2], 'answer', ARGV[3])
            redis.call('PEXPIRE', KEYS[2], ARGV[4])
        end
        return 1",
    )
});

/// KEYS: lock. ARGV: epoch. 1 when deleted, 0 when it is not that epoch's.
pub(super) static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])",
    )
});
