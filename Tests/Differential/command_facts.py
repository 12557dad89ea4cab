# SPDX-License-Identifier: Apache-2.0
"""Compares what Engram and a Redis say of every command that both have: COMMAND INFO, COMMAND DOCS.

    command_facts.py --engram-port 6380 --redis-port 6379

Prints each difference that is not in `INTENDED`, and what only Redis has; the exit status tells
whether anything differs.
"""

from __future__ import annotations

import argparse
import sys

import redis

# Vector sets are a module in Redis, which tells clients next to nothing of its commands.
MODULES = {"module"}


def pairs(flat):
    return flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2]))


def facts(port: int):
    server = redis.Redis(port=port, decode_responses=True)
    server.response_callbacks.clear()
    infos, docs = {}, {}

    def take_info(one):
        for child in one[9]:
            take_info(child)
        infos[one[0].lower()] = one[:9] + [sorted(child[0] for child in one[9])]

    def take_docs(name, one):
        one = dict(pairs(one))
        children = pairs(one.get("subcommands", {}))
        for child, its in children.items():
            take_docs(child, its)
        if children:
            one["subcommands"] = sorted(children)
        docs[name.lower()] = one

    for one in server.execute_command("COMMAND"):
        take_info(one)
    for name, one in pairs(server.execute_command("COMMAND DOCS")).items():
        take_docs(name, one)
    return infos, docs


FIELDS = ["name", "arity", "flags", "first key", "last key", "step", "categories", "tips",
          "key specs", "subcommands"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engram-port", type=int, required=True)
    parser.add_argument("--redis-port", type=int, required=True)
    options = parser.parse_args()
    ours, our_docs = facts(options.engram_port)
    theirs, their_docs = facts(options.redis_port)
    common = sorted(
        name for name in set(ours) & set(theirs) if their_docs[name]["group"] not in MODULES)
    different = 0
    for name in common:
        for field, left, right in zip(FIELDS, ours[name], theirs[name]):
            if field == "subcommands":
                continue
            if left != right:
                different += 1
                print(f"{name}: {field}: {left} instead of {right}")
        left, right = our_docs[name], their_docs[name]
        for field in sorted(set(left) | set(right) - {"subcommands"}):
            if field != "subcommands" and left.get(field) != right.get(field):
                different += 1
                print(f"{name}: {field}: {left.get(field)} instead of {right.get(field)}")
    print(f"{len(common)} commands in common, {different} differences")
    print("only Redis: " + " ".join(sorted(set(theirs) - set(ours))))
    print("only Engram: " + " ".join(sorted(set(ours) - set(theirs))))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
