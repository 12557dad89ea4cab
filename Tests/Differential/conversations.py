# SPDX-License-Identifier: Apache-2.0
"""What several connections tell each other through the server.

Messages, invalidations, keyspace notifications, replies to those who wait, MONITOR: here a request
may have no reply, or one that comes later, or bring something to another connection. So whatever
arrives is kept per connection, in its order, and after each request both servers must have said the
same to each of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from coverage import Coverage
from grammar import Chance, Grammar
from links import Link
from resp import Closed, Command, Connection, ProtocolError, Reply, Stalled
from servers import Server
from session import INITIAL_STATE, Mismatch, Step, empty

FAMILY = "conversations"
CONNECTIONS = 4
EPISODE_STEPS = 120
PATIENCE_SECONDS = 2.0
# Redis may answer later than it was looked at: it is given that long before ours is too much.
GRACE_SECONDS = 0.3
MARK = b"of the test itself"
IDENTIFIED = {b"ID", b"GETREDIR", b"TRACKINGINFO", b"TRACKING"}
CLOSED = Reply(b"+", b"(closed)")

grammar = Grammar()


def _declare() -> None:
    slot = grammar.slot
    slot("channel")(lambda c: c.pick(b"news", b"news", b"talk", b"a.b", b""))
    slot("channels")(lambda c: c.pick(b"n*", b"*", b"news", b"[a-t]*", b"__key*__:*", b"*@0__:*"))
    slot("shard")(lambda c: c.pick(b"s1", b"s2", b"news"))
    slot("word")(lambda c: c.pick(b"one", b"two", b"\x00\r\n", b"", b"long " * 50))
    slot("string")(lambda c: c.pick(b"k0", b"k1", b"p:k"))
    slot("list")(lambda c: c.pick(b"l0", b"l0", b"l1", b"k0"))
    slot("zset")(lambda c: c.pick(b"z0", b"z0", b"z1", b"l0"))
    slot("stream")(lambda c: c.pick(b"x0", b"x0", b"x1"))
    slot("hash")(lambda c: c.pick(b"h0", b"p:h"))
    slot("key")(lambda c: c.pick(b"k0", b"k1", b"l0", b"l1", b"z0", b"x0", b"h0", b"p:k", b"p:h"))
    slot("number")(lambda c: b"%d" % c.randrange(5))
    # The identifier of a connection: each server has its own, put in when it is sent.
    slot("id")(lambda c: b"{id:%d}" % c.randrange(CONNECTIONS))
    slot("events")(lambda c: c.pick(b"KEA", b"KEA", b"Kg$lz", b"Exh", b"", b"KEAnmoc"))
    slot("prefix")(lambda c: c.pick(b"p:", b"k", b"l", b"", b"p:k"))
    # What would be read as the notation of rules.
    slot("secret")(lambda c: b">secret")
    slot("all")(lambda c: b"+@all")
    slot("get")(lambda c: b"+get")
    slot("new")(lambda c: b">")
    slot("forever")(lambda c: c.pick(b"0", b"0", b"0", b"100", b"0.02"))
    slot("block")(lambda c: c.pick(b"0", b"0", b"0", b"20", b"100000"))


_declare()
grammar.rules(FAMILY, """
    5 SUBSCRIBE {channel}+
    2 UNSUBSCRIBE [{channel}]
    4 PSUBSCRIBE {channels}+
    2 PUNSUBSCRIBE [{channels}]
    3 SSUBSCRIBE {shard}+
    1 SUNSUBSCRIBE [{shard}]
    10 PUBLISH {channel} {word}
    5 SPUBLISH {shard} {word}
    1 PUBSUB NUMSUB {channel}+
    1 PUBSUB NUMPAT
    1 PUBSUB SHARDNUMSUB {shard}+
    1 PUBSUB (CHANNELS|SHARDCHANNELS) [{channels}]
    4 CLIENT TRACKING ON <[BCAST] [OPTIN] [OPTOUT] [NOLOOP] [PREFIX {prefix}] [REDIRECT {id}]>
    2 CLIENT TRACKING ON BCAST PREFIX {prefix} <[PREFIX {prefix}] [NOLOOP]>
    2 CLIENT TRACKING OFF
    2 CLIENT TRACKING ON
    2 CLIENT CACHING (YES|NO|x)
    0.5 CLIENT GETREDIR
    0.5 CLIENT TRACKINGINFO
    0.3 CLIENT ID
    8 GET {string}
    2 MGET {string} {string}
    2 (TYPE|EXISTS|TTL|OBJECT ENCODING) {key}
    2 HGETALL {hash}
    2 LRANGE {list} 0 -1
    10 SET {string} {word}
    2 INCR {string}
    3 HSET {hash} f {word}
    1 HDEL {hash} f
    10 (LPUSH|RPUSH) {list} {word}+
    3 (LPOP|RPOP) {list}
    5 ZADD {zset} {number} {word}
    1 ZPOPMIN {zset}
    4 XADD {stream} * f {word}
    1 XGROUP CREATE {stream} g $ [MKSTREAM]
    3 DEL {key}+
    1 RENAME {key} {key}
    1 COPY {key} {key} REPLACE
    1 EXPIRE {key} 10000
    1 PERSIST {key}
    0.3 (FLUSHDB|FLUSHALL)
    0.3 SWAPDB 0 1
    1 MOVE {key} 1
    1 SORT {list} ALPHA STORE {list}
    8 (BLPOP|BRPOP) {list}+ {forever}
    4 BLMOVE {list} {list} (LEFT|RIGHT) (LEFT|RIGHT) {forever}
    1 BRPOPLPUSH {list} {list} {forever}
    3 BLMPOP {forever} 2 {list} {list} (LEFT|RIGHT) [COUNT 2]
    4 (BZPOPMIN|BZPOPMAX) {zset}+ {forever}
    2 BZMPOP {forever} 1 {zset} (MIN|MAX)
    4 XREAD BLOCK {block} STREAMS {stream} $
    3 XREADGROUP GROUP g c BLOCK {block} STREAMS {stream} {new}
    2 CLIENT UNBLOCK {id} [TIMEOUT|ERROR|x]
    0.5 CLIENT KILL ID {id} [SKIPME yes|SKIPME no]
    0.3 CLIENT KILL USER alice
    3 MULTI
    4 EXEC
    0.7 DISCARD
    2 WATCH {key}+
    0.5 UNWATCH
    1 CLIENT REPLY (ON|ON|SKIP|OFF)
    1.5 RESET
    3 HELLO (2|3)
    0.3 QUIT
    0.7 MONITOR
    1 PING [{word}]
    1 SELECT (0|0|1)
    1 CONFIG SET notify-keyspace-events {events}
    1 ACL SETUSER alice on {secret} {all} ~* (&*|resetchannels &news)
    0.5 ACL SETUSER alice -@all {get}
    0.3 ACL DELUSER alice
    1 AUTH alice (secret|wrong)
    0.5 AUTH (default|secret) x
    0.3 AUTH x
    0.5 CLIENT PAUSE 0 (ALL|WRITE)
    0.3 CLIENT UNPAUSE
""")  # fmt: skip
SCRIPTS = [
    b"redis.call('publish', 'news', ARGV[1]) return redis.call('lpush', 'l0', ARGV[1])",
    b"redis.call('set', 'k0', ARGV[1]) redis.call('set', 'k1', ARGV[1]) return redis.call('get', 'k0')",
    b"redis.call('zadd', 'z0', 1, ARGV[1]) redis.call('rpush', 'l1', 1, 2, 3) return 1",
    b"return redis.call('blpop', 'l0', 0)",
    b"return redis.call('spublish', 's1', ARGV[1])",
]
grammar.slot("script")(lambda c: c.choice(SCRIPTS))
grammar.rules(FAMILY, """
    4 EVAL {script} 0 {word}
""")


class Side:
    """One server's connections, and all that each of them has been told."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.links: list[Link] = []
        self.told: list[list[Reply]] = [[] for _ in range(CONNECTIONS)]
        self.identifiers = [b""] * CONNECTIONS
        self.control: Connection | None = None

    def begin(self) -> None:
        """Fresh connections to a server in its first state."""
        self.end()
        self.control = self.server.connect()
        self.control.pipeline(INITIAL_STATE)
        self.told = [[] for _ in range(CONNECTIONS)]
        self.links = [Link(self.server.port, keeps=True) for _ in range(CONNECTIONS)]
        for index in range(CONNECTIONS):
            self._identify(index)

    def end(self) -> None:
        for link in self.links:
            link.close()
        self.links = []
        if self.control:
            self.control.close()
            self.control = None

    def reconnect(self, index: int) -> None:
        self.links[index].close()
        self.links[index] = Link(self.server.port, keeps=True)
        self.told[index] = []
        self._identify(index)

    def _identify(self, index: int) -> None:
        self.links[index].send([b"CLIENT", b"ID"])
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            replies = self.links[index].take()
            if replies and isinstance(replies[0].value, bytes):
                self.identifiers[index] = replies[0].value
                return
            time.sleep(0.0002)
        raise Stalled(0)

    def send(self, index: int, command: Command) -> None:
        """Sends with the identifiers of this server."""

        def own(argument: bytes) -> bytes:
            if argument.startswith(b"{id:"):
                return self.identifiers[int(argument[4:-1])]
            return argument

        self.links[index].send([own(argument) for argument in command])

    def ping(self) -> None:
        assert self.control is not None
        self.control.call(b"PING", MARK)

    def blocked(self) -> int:
        """How many clients wait."""
        assert self.control is not None
        text = self.control.call(b"INFO", b"clients").value
        assert isinstance(text, bytes)
        found = re.search(rb"blocked_clients:(\d+)", text)
        return int(found[1]) if found else 0

    def take(self, step: Step) -> bool:
        """Takes note of all that has arrived; whether there was anything."""
        arrived = False
        for link, told in zip(self.links, self.told):
            was_closed = bool(told) and told[-1] == CLOSED
            for reply in link.take():
                shown = self._shown(reply, step)
                if shown is not None:
                    told.append(shown)
                    arrived = True
            if link.is_closed and not was_closed:
                told.append(CLOSED)
                arrived = True
        return arrived

    def _shown(self, reply: Reply, step: Step) -> Reply | None:
        """A reply without what is each server's own; None for what the test itself brought on."""
        if reply.kind == b"+" and isinstance(reply.value, bytes) and b"] " in reply.value:
            seen = re.fullmatch(rb"[0-9.]+ \[(\d+) (\S+)\] (.*)", reply.value, re.DOTALL)
            if seen:
                if MARK in seen[3] or seen[3].startswith((b'"INFO"', b'"CLIENT" "ID"')):
                    return None
                where = seen[2] if seen[2] == b"lua" else b"client"
                text = seen[3]
                for index, identifier in enumerate(self.identifiers):
                    text = text.replace(b'"%b"' % identifier, b'"{id:%d}"' % index)
                return Reply(b"+", b"[%b %b] %b" % (seen[1], where, text))
        words = {word.upper() for word in step.command[:2]}
        if words & IDENTIFIED or words == {b"EXEC"} or _first(reply) == b"tracking-redir-broken":
            reply = self._renamed(reply)
        reply = _without_identity(reply)
        if len(step.command) == 1 and step.command[0].endswith(b"UNSUBSCRIBE"):
            reply = _without_channel(reply)
        elif step.command == [b"EXEC"]:
            reply = _without_channel(reply)
            if isinstance(reply.value, list):
                reply = Reply(reply.kind, [*map(_without_order, reply.value)])
        if b"PUBSUB" in words and isinstance(reply.value, list) and b"NUMSUB" not in words:
            reply = Reply(reply.kind, sorted(reply.value, key=repr))
        return _without_stream_ids(reply)

    def _renamed(self, reply: Reply) -> Reply:
        if isinstance(reply.value, list):
            return Reply(reply.kind, [self._renamed(item) for item in reply.value])
        if reply.kind == b":" and reply.value in self.identifiers:
            return Reply(b":", b"{id:%d}" % self.identifiers.index(reply.value))
        return reply


def _without_channel(reply: Reply) -> Reply:
    """Which of its channels a client leaves first is nobody's promise."""
    items = reply.value if isinstance(reply.value, list) else []
    is_left = len(items) == 3 and str(items[0].value).endswith(("unsubscribe", "unsubscribe'"))
    if is_left and items[1].value is not None:
        return Reply(reply.kind, [items[0], items[2]])
    return reply


def _without_order(reply: Reply) -> Reply:
    """What a transaction's command says: it may be PUBSUB CHANNELS, in no order."""
    reply = _without_channel(reply)
    items = reply.value if isinstance(reply.value, list) else []
    if items and all(item.kind == b"$" for item in items):
        return Reply(reply.kind, sorted(items, key=repr))
    return reply


def _first(reply: Reply) -> object:
    return reply.value[0].value if isinstance(reply.value, list) and reply.value else None


def _without_identity(reply: Reply) -> Reply:
    """HELLO's reply, alone or in a transaction's, without what names the server."""
    if not isinstance(reply.value, list):
        return reply
    items = reply.value
    if _first(reply) != b"server":
        return Reply(reply.kind, [_without_identity(item) for item in items])
    free = {b"server", b"version", b"id", b"modules"}
    kept = [pair for pair in zip(items[::2], items[1::2]) if pair[0].value not in free]
    return Reply(reply.kind, [item for pair in kept for item in pair])


def _in_order(told: list[Reply]) -> list[Reply]:
    """Replies with messages by patterns sorted: which pattern goes first is nobody's promise."""
    ordered: list[Reply] = []
    run: list[Reply] = []
    for reply in told:
        if _first(reply) == b"pmessage":
            run.append(reply)
            continue
        ordered += [*sorted(run, key=repr), reply]
        run = []
    return ordered + sorted(run, key=repr)


# Identifiers that XADD makes of the time.
STREAM_ID = re.compile(rb"\d{13}-\d+")


def _without_stream_ids(reply: Reply) -> Reply:
    if isinstance(reply.value, list):
        return Reply(reply.kind, [_without_stream_ids(item) for item in reply.value])
    if isinstance(reply.value, bytes) and STREAM_ID.fullmatch(reply.value):
        return Reply(reply.kind, b"(an identifier)")
    return reply


class Conversation:
    """Both servers, and who of the connections waits for a reply."""

    def __init__(self, redis: Server, engram: Server, coverage: Coverage) -> None:
        self.redis = Side(redis)
        self.engram = Side(engram)
        self.coverage = coverage
        self.waits = [False] * CONNECTIONS
        # Who has asked for no replies does not wait for one.
        self.is_silent = [False] * CONNECTIONS
        self.is_queuing = [False] * CONNECTIONS

    def begin(self) -> None:
        for side in (self.redis, self.engram):
            side.end()
            empty(side.server)
            side.begin()
        self.waits = [False] * CONNECTIONS
        self.is_silent = [False] * CONNECTIONS
        self.is_queuing = [False] * CONNECTIONS

    def end(self) -> None:
        self.redis.end()
        self.engram.end()

    def run(self, steps: list[Step]) -> Mismatch | None:
        """The first thing that one server said and the other did not."""
        for index, step in enumerate(steps):
            try:
                mismatch = self.step(index, step)
            except (Closed, Stalled, ProtocolError, OSError) as error:
                return Mismatch(index, step, None, None, f"a server is gone: {error}")
            if mismatch:
                return mismatch
        return None

    def step(self, index: int, step: Step) -> Mismatch | None:
        speaker = step.connection
        if self.redis.links[speaker].is_closed:
            for side in (self.redis, self.engram):
                side.reconnect(speaker)
            self.waits[speaker] = self.is_silent[speaker] = self.is_queuing[speaker] = False
        if self.waits[speaker]:
            return None
        is_in_transaction = self.is_queuing[speaker]
        if step.command[0] == b"AUTH" and (is_in_transaction or self.is_silent[speaker]):
            # Redis 8.2.3 leaves the reply of a refused AUTH out of the transaction's, and out of
            # those of requests that came while their client waited.
            return None
        if step.command[:2] == [b"CLIENT", b"KILL"] and is_in_transaction:
            # Redis 8.2.3 leaves out the rest of the reply when the client is to be closed.
            return None
        if step.command == [b"QUIT"] and self.is_silent[speaker]:
            # Redis 8.2.3 closes after a reply, which never comes.
            return None
        if step.command[:2] == [b"CLIENT", b"REPLY"] and is_in_transaction:
            # Redis 8.2.3 then sends the head of the transaction's reply without the rest.
            return None
        if step.command[:2] == [b"CLIENT", b"REPLY"]:
            self.is_silent[speaker] = step.command[2] != b"ON"
        before = [len(told) for told in self.redis.told]
        self.redis.send(speaker, step.command)
        # What has been read before a second round trip has been answered has been worked off.
        self.redis.ping()
        self.redis.ping()
        self.redis.take(step)
        if _is_brief(step.command) and not self.is_silent[speaker]:
            self._wait_for(lambda: len(self.redis.told[speaker]) > before[speaker], step)
        told = [len(told) > count for told, count in zip(self.redis.told, before)]
        self.waits = [waits and not heard for waits, heard in zip(self.waits, told)]
        self.engram.send(speaker, step.command)
        if not told[speaker]:
            self.waits[speaker] = not self.is_silent[speaker]
            self._wait_until_blocked()
        else:
            self.coverage.count(step.command, self.redis.told[speaker][before[speaker]])
            if step.command == [b"RESET"]:
                self.is_silent[speaker] = False
        if step.command in ([b"MULTI"], [b"EXEC"], [b"DISCARD"], [b"RESET"]):
            self.is_queuing[speaker] = step.command == [b"MULTI"]
        self._wait_for(self._heard_as_much, step)
        self.engram.ping()
        self.engram.take(step)
        if not self._agrees():
            self._grace(step)
        if step.command[0] in (b"FLUSHDB", b"FLUSHALL"):
            # Redis answers once its threads have emptied all, ours at once.
            for side in (self.redis, self.engram):
                side.told = [sorted(told, key=repr) for told in side.told]
        return self._difference(index, step)

    def _wait_for(self, is_there: Callable[[], bool], step: Step) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_there() and time.monotonic() < deadline:
            if not (self.engram.take(step) | self.redis.take(step)):
                time.sleep(0.0001)

    def _wait_until_blocked(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.engram.blocked() != self.redis.blocked() and time.monotonic() < deadline:
            time.sleep(0.001)

    def _heard_as_much(self) -> bool:
        return all(
            len(ours) >= len(theirs) for ours, theirs in zip(self.engram.told, self.redis.told)
        )

    def _agrees(self) -> bool:
        if self.engram.told == self.redis.told:
            return True
        return [*map(_in_order, self.engram.told)] == [*map(_in_order, self.redis.told)]

    def _grace(self, step: Step) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        while not self._agrees() and time.monotonic() < deadline:
            self.redis.take(step)
            self.engram.take(step)
            time.sleep(0.001)

    def _difference(self, index: int, step: Step) -> Mismatch | None:
        if self._agrees():
            for theirs, ours in zip(self.redis.told, self.engram.told):
                del theirs[:-1]
                ours[:] = theirs
            return None
        for connection, (theirs, ours) in enumerate(zip(self.redis.told, self.engram.told)):
            theirs, ours = _in_order(theirs), _in_order(ours)
            if theirs == ours:
                continue
            pairs = list(zip(theirs, ours))
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
            their = theirs[at] if at < len(theirs) else None
            our = ours[at] if at < len(ours) else None
            return Mismatch(index, step, their, our, f"said to connection {connection}")
        return None


def _is_brief(command: Command) -> bool:
    return b"0.02" in command or (b"BLOCK" in command and b"20" in command)


class Talker:
    """Makes episodes; each production is in one of them before chance decides."""

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed)
        self._productions = grammar.productions
        self._weights = [production.weight for production in grammar.productions]
        self._first = list(grammar.productions)

    def episode(self) -> list[Step]:
        """Requests of several connections, one after the other."""
        chance = self.chance
        steps: list[Step] = []
        speaker = 0
        for index in range(EPISODE_STEPS):
            if chance.maybe(0.6):
                speaker = chance.randrange(CONNECTIONS)
            if self._first and index % 4 == 0:
                production = self._first.pop()
            else:
                production = chance.choices(self._productions, self._weights)[0]
            steps.append(Step(speaker, production.node(chance), "exact"))
        return steps


def shorter(talk: Conversation, steps: list[Step], found: Mismatch, seconds: float) -> list[Step]:
    """The episode without what is not needed for the mismatch."""
    deadline = time.monotonic() + seconds
    steps = steps[: found.index + 1]

    def fails(candidate: list[Step]) -> bool:
        talk.begin()
        mismatch = talk.run(candidate)
        return mismatch is not None and mismatch.signature == found.signature

    size = max(1, len(steps) // 2)
    while size and time.monotonic() < deadline:
        at = 0
        while at < len(steps) - 1 and time.monotonic() < deadline:
            candidate = steps[:at] + steps[min(at + size, len(steps) - 1) :]
            if fails(candidate):
                steps = candidate
            else:
                at += size
        size //= 2
    return steps
