# SPDX-License-Identifier: Apache-2.0
"""How replies compare when equal bytes are not what Redis promises, command by command.

This is the reviewed list of the catalogue's family: whatever is not named here is compared byte for
byte. Each entry says why. What is not sent at all stands here too, with its reason.
"""

from __future__ import annotations

from typing import NamedTuple


class Review(NamedTuple):
    """How a command's replies are compared, and why not byte for byte."""

    compare: str
    reason: str


HASH_ORDER = "the order of a hash table is nobody's promise"
CHANCE = "drawn at random"
CLOCK = "what the clock says"
IDENTITY = "numbers and addresses of one server"
MEMORY = "how much memory a structure takes differs on purpose"
SAVING = "whether the last one in the background has ended is a matter of time"
OWN_WORDS = "a text about the server itself"
OWN_COMMANDS = "there are commands of our own, and a few of Redis's are not here"

REVIEWED: dict[str, Review] = {
    "acl|cat": Review("superset", OWN_COMMANDS),
    "acl|genpass": Review("length", CHANCE),
    "acl|log": Review("acl-log", "entries have ages, and numbers that never repeat"),
    "bgsave": Review("saving", SAVING),
    "client|id": Review("number", IDENTITY),
    "client|info": Review("client-lines", "ports, ages, memory and file descriptors"),
    "client|list": Review("client-lines", "ports, ages, memory and file descriptors"),
    "client|trackinginfo": Review("exact", "order of flags is fixed"),
    "command|count": Review("number", OWN_COMMANDS),
    "command|docs": Review("command-docs", HASH_ORDER),
    "command|info": Review("command-info", "flags and categories are sets"),
    "command|list": Review("superset", OWN_COMMANDS),
    "config|get": Review("config", "paths, ports and what is not configured here"),
    "debug": Review("exact", "digests name values alone"),
    "dump": Review("presence", "what is compressed is each server's own"),
    "expiretime": Review("time", CLOCK),
    "function|dump": Review("presence", "the version in the header is each server's own"),
    "function|list": Review("unordered", HASH_ORDER),
    "function|stats": Review("exact", "no script runs while it is asked"),
    "hello": Review("hello", "the identifier of the connection, the name and version"),
    "hexpiretime": Review("time", CLOCK),
    "hgetall": Review("pairs", HASH_ORDER),
    "hkeys": Review("unordered", HASH_ORDER),
    "hpexpiretime": Review("time", CLOCK),
    "hpttl": Review("time", CLOCK),
    "hrandfield": Review("shape", CHANCE),
    "hscan": Review("scan", HASH_ORDER),
    "httl": Review("time", CLOCK),
    "hvals": Review("unordered", HASH_ORDER),
    "info": Review("presence", OWN_WORDS),
    "keys": Review("unordered", HASH_ORDER),
    "lastsave": Review("number", CLOCK),
    "latency|doctor": Review("presence", OWN_WORDS),
    "latency|graph": Review("any", "there is one where a request has been slow"),
    "latency|histogram": Review("presence", CLOCK),
    "latency|history": Review("presence", CLOCK),
    "latency|latest": Review("presence", CLOCK),
    "latency|reset": Review("number", CLOCK),
    "lolwut": Review("presence", CHANCE),
    "memory|doctor": Review("presence", MEMORY),
    "memory|malloc-stats": Review("presence", MEMORY),
    "memory|stats": Review("presence", MEMORY),
    "memory|usage": Review("shape", MEMORY),
    "module|help": Review("presence", "modules are not loaded here"),
    "module|list": Review("presence", "vector sets are no module here"),
    "object|freq": Review("shape", "a counter that grows by chance"),
    "object|idletime": Review("number", CLOCK),
    "pexpiretime": Review("time", CLOCK),
    "pttl": Review("time", CLOCK),
    "pubsub|channels": Review("unordered", HASH_ORDER),
    "pubsub|shardchannels": Review("unordered", HASH_ORDER),
    "randomkey": Review("shape", CHANCE),
    "role": Review("presence", "offsets of replication"),
    "save": Review("saving", SAVING),
    "scan": Review("scan", HASH_ORDER),
    "script|help": Review("exact", ""),
    "sdiff": Review("unordered", HASH_ORDER),
    "sinter": Review("unordered", HASH_ORDER),
    "slowlog|get": Review("presence", CLOCK),
    "slowlog|len": Review("number", CLOCK),
    "smembers": Review("unordered", HASH_ORDER),
    "sort": Review("sort", "BY a pattern without `*` takes a set as its table stands"),
    "sort_ro": Review("sort", "BY a pattern without `*` takes a set as its table stands"),
    "srandmember": Review("shape", CHANCE),
    "sscan": Review("scan", HASH_ORDER),
    "sunion": Review("unordered", HASH_ORDER),
    "time": Review("shape", CLOCK),
    "ttl": Review("time", CLOCK),
    "vemb": Review("near", "components are rounded to a byte each, by another rule"),
    "vinfo": Review("vinfo", "the levels of the graph are drawn at random"),
    "vlinks": Review("presence", CHANCE),
    "vrandmember": Review("shape", CHANCE),
    "xinfo|consumers": Review("stream-times", CLOCK),
    "xinfo|stream": Review("stream-times", CLOCK),
    "xpending": Review("stream-times", CLOCK),
    "zrandmember": Review("shape", CHANCE),
    "zscan": Review("scan", HASH_ORDER),
}
REVIEWED = {name: review for name, review in REVIEWED.items() if review.compare != "exact"}

# Sent by the conversations of several connections, where replies and pushes are told apart.
CONVERSATIONS = {
    # Redis 8.2.3 says nothing at all to a refused AUTH behind replies that have not been sent yet.
    "auth", "client|caching", "client|getredir", "client|kill", "client|reply", "client|tracking",
    "client|trackinginfo", "client|unblock", "monitor", "psubscribe", "punsubscribe", "quit",
    "reset", "ssubscribe", "subscribe", "sunsubscribe", "unsubscribe",
}  # fmt: skip

REPLICATION = "the protocol of replicas, which has tests of its own when it is there"
HAND_WRITTEN = "the family of vectors writes it: dimensions and quantisation have to fit the key"

# Not sent by the catalogue's family.
LEFT_OUT: dict[str, str] = {
    "bgrewriteaof": "writes a log, which this configuration has not",
    "psync": REPLICATION,
    "replconf": REPLICATION,
    "sync": REPLICATION,
    "shutdown": "ends the server: the tests of clients do that",
    "pfselftest": "says OK after seconds of work; a test of its own has it",
    "spop": "the family of sets writes it: which members go is chance, so all of them must",
    "migrate": "needs a third server",
    "script|debug": "starts a debugger in a process of its own",
    "vadd": HAND_WRITTEN,
    "vsim": HAND_WRITTEN,
    "vrem": "the family of vectors writes it: where it is refused it marks watched keys in Redis",
    "vsetattr": "the family of vectors writes it: where it is refused it marks watched keys in Redis",
}

# Commands that would leave little behind for the others, or take long: how often, of 1.
WEIGHTS = {
    "flushall": 0.01, "flushdb": 0.03, "swapdb": 0.2, "select": 0.3, "save": 0.02, "bgsave": 0.02,
    "script|flush": 0.1, "function|flush": 0.1, "debug": 1.0, "memory|malloc-stats": 0.05,
    "memory|stats": 0.1, "info": 0.1, "wait": 0.1, "waitaof": 0.1,
    "client|pause": 0.1, "latency|histogram": 0.1, "hello": 0.2, "config|get": 0.3,
    "command|docs": 0.3, "command|info": 0.3, "command|list": 0.2, "acl|setuser": 2.0,
    "multi": 0.3, "watch": 0.5, "exec": 0.5, "discard": 0.2, "move": 0.5, "acl|log": 0.3,
}  # fmt: skip
