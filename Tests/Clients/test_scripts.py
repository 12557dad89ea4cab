# SPDX-License-Identifier: Apache-2.0
"""Scripts as users write them: rate limits, locks, leases, tags, libraries of functions."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import redis
from servers import Server

# MARK: rate limits

FIXED_WINDOW = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if count > tonumber(ARGV[1]) then return {0, redis.call('PTTL', KEYS[1])} end
return {1, tonumber(ARGV[1]) - count}
"""

SLIDING_LOG = """
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local count = redis.call('ZCARD', KEYS[1])
if count >= limit then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return {0, math.ceil(tonumber(oldest[2]) + window - now)}
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], window)
return {1, limit - count - 1}
"""

SLIDING_COUNTER = """
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local slot = math.floor(now / window)
local current = tonumber(redis.call('HGET', KEYS[1], slot) or '0')
local before = tonumber(redis.call('HGET', KEYS[1], slot - 1) or '0')
local weight = 1 - (now % window) / window
if before * weight + current >= limit then return 0 end
redis.call('HINCRBY', KEYS[1], slot, 1)
redis.call('HDEL', KEYS[1], slot - 2)
redis.call('PEXPIRE', KEYS[1], window * 2)
return 1
"""

TOKEN_BUCKET = """
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local now, wanted = tonumber(ARGV[3]), tonumber(ARGV[4] or '1')
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'time')
local tokens = tonumber(bucket[1]) or capacity
local time = tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - time) * rate / 1000)
local allowed = tokens >= wanted
if allowed then tokens = tokens - wanted end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'time', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000))
return {allowed and 1 or 0, tostring(tokens)}
"""

LEAKY_BUCKET = """
local time = redis.call('TIME')
local now = ARGV[3] and tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)
local capacity, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
local start = math.max(full, now)
if start - now >= capacity * interval then return -1 end
redis.call('SET', KEYS[1], start + interval, 'PX', start + interval - now)
return start - now
"""


def test_fixed_window(client: redis.Redis) -> None:
    limit = client.register_script(FIXED_WINDOW)
    assert [limit(keys=["rate:{u}"], args=[3, 60_000])[0] for _ in range(5)] == [1, 1, 1, 0, 0]
    assert 0 < limit(keys=["rate:{u}"], args=[3, 60_000])[1] <= 60_000


def test_sliding_log(client: redis.Redis) -> None:
    limit = client.register_script(SLIDING_LOG)

    def ask(now: int) -> list[int]:
        return limit(keys=["log:{u}"], args=[now, 1000, 2, uuid.uuid4().hex])

    assert ask(10_000) == [1, 1]
    assert ask(10_500) == [1, 0]
    assert ask(10_900) == [0, 100]
    assert ask(11_001) == [1, 0]


def test_sliding_counter(client: redis.Redis) -> None:
    limit = client.register_script(SLIDING_COUNTER)

    def ask(now: int) -> int:
        return limit(keys=["count:{u}"], args=[now, 1000, 4])

    assert [ask(5000) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert ask(6000) == 0
    # Half of the window before still counts: two of four are left.
    assert [ask(6500) for _ in range(3)] == [1, 1, 0]


def test_token_bucket(client: redis.Redis) -> None:
    take = client.register_script(TOKEN_BUCKET)

    def ask(now: int, wanted: int = 1) -> list[object]:
        return take(keys=["bucket:{u}"], args=[5, 2, now, wanted])

    assert ask(1000, 5) == [1, "0"]
    assert ask(1000) == [0, "0"]
    assert ask(1250) == [0, "0.5"]
    assert ask(1500) == [1, "0"]
    assert ask(60_000, 5) == [1, "0"]


def test_leaky_bucket(client: redis.Redis) -> None:
    pour = client.register_script(LEAKY_BUCKET)
    now = int(time.time() * 1000)
    assert [pour(keys=["leak:{u}"], args=[3, 100, now]) for _ in range(4)] == [0, 100, 200, -1]
    assert pour(keys=["leak:{u}"], args=[3, 100, now + 100]) == 200
    assert pour(keys=["other:{u}"], args=[3, 100]) == 0


# MARK: locks and leases

UNLOCK = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end
"""

EXTEND = """
if redis.call('get', KEYS[1]) == ARGV[1] then
    return redis.call('pexpire', KEYS[1], ARGV[2])
end
return 0
"""


def test_redlock(client: redis.Redis) -> None:
    """Three resources stand for three servers: most of them make a lock."""
    unlock, extend = client.register_script(UNLOCK), client.register_script(EXTEND)

    def lock(owner: str) -> bool:
        got = [key for key in keys if client.set(key, owner, nx=True, px=30_000)]
        if len(got) > len(keys) // 2:
            return True
        for key in got:
            unlock(keys=[key], args=[owner])
        return False

    keys = ["lock:1", "lock:2", "lock:3"]
    assert lock("a")
    assert not lock("b")
    assert [extend(keys=[key], args=["a", 60_000]) for key in keys] == [1, 1, 1]
    assert [extend(keys=[key], args=["b", 60_000]) for key in keys] == [0, 0, 0]
    assert [unlock(keys=[key], args=["b"]) for key in keys] == [0, 0, 0]
    assert [unlock(keys=[key], args=["a"]) for key in keys] == [1, 1, 1]
    assert lock("b")


def test_the_lock_of_redis_py(client: redis.Redis) -> None:
    lock = client.lock("resource", timeout=10, blocking_timeout=0.1)
    assert lock.acquire()
    assert not client.lock("resource", timeout=10, blocking_timeout=0.05).acquire()
    assert lock.extend(5, replace_ttl=True) and lock.reacquire()
    lock.release()
    with pytest.raises(redis.exceptions.LockError):
        lock.release()


LEASE = """
local value = redis.call('GET', KEYS[1])
if value then return {'hit', value} end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return {'lease', ARGV[1]} end
return {'wait', redis.call('PTTL', KEYS[2])}
"""

FILL = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return redis.error_reply('LEASE lost') end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return redis.status_reply('FILLED')
"""


def test_one_of_many_fills_the_cache(client: redis.Redis, server: Server) -> None:
    keys, computed, seen = ["{page}:1", "{page}:1:lease"], [], []

    def read() -> None:
        with redis.Redis(port=server.port, decode_responses=True) as mine:
            lease, fill = mine.register_script(LEASE), mine.register_script(FILL)
            token = uuid.uuid4().hex
            while True:
                kind, value = lease(keys=keys, args=[token, 5000])
                if kind == "hit":
                    seen.append(value)
                    return
                if kind == "lease":
                    computed.append(token)
                    time.sleep(0.05)
                    assert fill(keys=keys, args=[token, "content", 60_000]) in ("FILLED", b"FILLED")
                else:
                    time.sleep(0.005)

    threads = [threading.Thread(target=read) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(computed) == 1 and seen == ["content"] * 12
    with pytest.raises(redis.ResponseError, match="LEASE lost"):
        client.register_script(FILL)(keys=keys, args=["stranger", "x", 1000])


# MARK: tags

TAG = """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for index = 2, #KEYS do
    redis.call('SADD', KEYS[index], KEYS[1])
    redis.call('EXPIRE', KEYS[index], ARGV[2], 'GT')
end
return #KEYS - 1
"""

INVALIDATE = """
local removed = 0
for _, tag in ipairs(KEYS) do
    local members = redis.call('SMEMBERS', tag)
    for start = 1, #members, 1000 do
        removed = removed
            + redis.call('UNLINK', unpack(members, start, math.min(start + 999, #members)))
    end
    redis.call('UNLINK', tag)
end
return removed
"""


def test_tags_invalidate_what_they_stand_on(client: redis.Redis) -> None:
    put, invalidate = client.register_script(TAG), client.register_script(INVALIDATE)
    for number in range(2500):
        tags = ["tag:all"] + (["tag:even"] if number % 2 == 0 else [])
        assert put(keys=[f"page:{number}", *tags], args=["text", 600]) == len(tags)
    assert invalidate(keys=["tag:even"]) == 1250
    assert client.exists("page:0", "page:1") == 1
    assert invalidate(keys=["tag:all"]) == 1250
    assert client.dbsize() == 0


# MARK: caches, libraries, errors

LIBRARY = """#!lua name=limits
local function take(keys, args)
    local left = redis.call('DECRBY', keys[1], args[1])
    if left < 0 then
        redis.call('INCRBY', keys[1], args[1])
        return redis.error_reply('EMPTY only ' .. (left + args[1]) .. ' left')
    end
    return left
end
redis.register_function('take', take)
redis.register_function{
    function_name = 'peek', flags = {'no-writes'},
    callback = function(keys) return redis.call('GET', keys[1]) end,
}
"""


def test_library_of_functions(client: redis.Redis) -> None:
    client.function_flush()
    assert client.function_load(LIBRARY) == "limits"
    client.set("stock", 5)
    assert client.fcall("take", 1, "stock", 3) == 2
    with pytest.raises(redis.ResponseError, match="EMPTY only 2 left"):
        client.fcall("take", 1, "stock", 3)
    assert client.fcall_ro("peek", 1, "stock") == "2"
    with pytest.raises(redis.ResponseError, match="Can not execute a script with write flag"):
        client.fcall_ro("take", 1, "stock", 1)


def test_libraries_move_as_bytes(binary: redis.Redis) -> None:
    binary.function_flush()
    binary.function_load(LIBRARY)
    dump = binary.function_dump()
    binary.function_flush()
    assert binary.function_restore(dump)
    binary.set("stock", 1)
    assert binary.fcall("take", 1, "stock", 1) == 0
    with pytest.raises(redis.ResponseError, match="Library limits already exists"):
        binary.function_restore(dump)
    with pytest.raises(redis.ResponseError, match="version or checksum"):
        binary.function_restore(dump[:-1] + b"\x00")
    assert binary.function_restore(dump, "REPLACE")


def test_evalsha_of_an_unknown_script(client: redis.Redis) -> None:
    client.script_flush()
    with pytest.raises(redis.exceptions.NoScriptError):
        client.evalsha("f" * 40, 0)
    sha = client.script_load("return {KEYS[1], ARGV[1]}")
    assert client.evalsha(sha, 1, "k", "v") == ["k", "v"]
    assert client.script_exists(sha, "f" * 40) == [True, False]
    pipeline = client.pipeline()
    pipeline.evalsha(sha, 1, "k", "v").eval("return redis.call('incr', KEYS[1])", 1, "n")
    assert pipeline.execute() == [["k", "v"], 1]


# MARK: scripts that do not end


def test_others_hear_of_a_busy_script_and_may_kill_it(client: redis.Redis, server: Server) -> None:
    client.config_set("busy-reply-threshold", 20)
    runner = redis.Redis(port=server.port, socket_timeout=30)
    outcome: list[BaseException] = []

    def run() -> None:
        try:
            runner.eval("while true do redis.call('get', 'x') end", 0)
        except redis.RedisError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    with pytest.raises(redis.exceptions.ResponseError, match="BUSY"):
        client.get("x")
    # One that comes only now is let in, too.
    with redis.Redis(port=server.port) as late:
        with pytest.raises(redis.exceptions.ResponseError, match="BUSY"):
            late.execute_command("PING")
        assert late.script_kill()
    thread.join(5)
    assert "killed by user" in str(outcome[0])
    assert client.ping() and runner.ping()
    client.config_set("busy-reply-threshold", 5000)
    runner.close()
