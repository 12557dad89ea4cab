# SPDX-License-Identifier: Apache-2.0
"""Writes Sources/Commands/Catalog/Reference/: what a Redis server says about its own commands.

Run by hand when the Redis that Engram follows changes:

    command_reference.py --port 6379

What a command's own declaration says in words (group, summary, since, complexity) is left out. The
notation is described in CommandReference.swift.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
import textwrap

import redis

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "Sources/Commands/Catalog/Reference"
# Groups to files; what is not listed has no place on one node.
FILES = {
    "string": "Strings", "generic": "Keys", "list": "Lists", "hash": "Hashes", "set": "Sets",
    "sorted-set": "SortedSets", "stream": "Streams", "geo": "Geo", "bitmap": "Bits",
    "hyperloglog": "Bits", "pubsub": "Messages", "scripting": "Scripting", "server": "Server",
    "connection": "Connection", "transactions": "Connection", "cluster": "Cluster",
}
SKIPPED = re.compile(r"^sentinel\b")


def pairs(flat):
    if isinstance(flat, dict):
        return flat
    return dict(zip(flat[::2], flat[1::2]))


def quoted(word: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_.-]+", word):
        return word
    assert "`" not in word, word
    return f"`{word}`"


def argument(facts) -> str:
    facts = pairs(facts)
    kind = facts["type"]
    text = quoted(facts["name"])
    if kind == "pure-token":
        text += "!" + quoted(facts["token"])
    else:
        if kind != "string":
            text += ":" + kind
        if "token" in facts:
            text += "=" + quoted(facts["token"])
    if "display_text" in facts and facts["display_text"] != facts["name"]:
        text += "~" + quoted(facts["display_text"])
    if "key_spec_index" in facts:
        text += f"#{facts['key_spec_index']}"
    if "since" in facts:
        text += "^" + quoted(facts["since"])
    if "deprecated_since" in facts:
        text += "/" + quoted(facts["deprecated_since"])
    flags = facts.get("flags", [])
    text += "".join(
        mark for name, mark in (("optional", "?"), ("multiple", "*"), ("multiple_token", "+"))
        if name in flags)
    assert "summary" not in facts
    if "arguments" in facts:
        text += "(" + " ".join(argument(one) for one in facts["arguments"]) + ")"
    return text


def key_spec(facts) -> list[str]:
    facts = pairs(facts)
    lines = []
    words = [",".join(facts["flags"])]
    begin, find = pairs(facts["begin_search"]), pairs(facts["find_keys"])
    words.append(begin["type"])
    spec = pairs(begin["spec"])
    if begin["type"] == "index":
        words.append(str(spec["index"]))
    elif begin["type"] == "keyword":
        words += [spec["keyword"], str(spec["startfrom"])]
    words.append(find["type"])
    spec = pairs(find["spec"])
    order = {"range": ("lastkey", "keystep", "limit"), "keynum": ("keynumidx", "firstkey", "keystep")}
    words += [str(spec[name]) for name in order.get(find["type"], ())]
    lines.append("k " + " ".join(words))
    if "notes" in facts:
        lines.append("n " + facts["notes"])
    return lines


def record(name: str, info, docs) -> list[str]:
    docs = pairs(docs)
    lines = []
    if "arguments" in docs:
        lines.append("> " + " ".join(argument(one) for one in docs["arguments"]))
    if name.endswith("|help"):
        lines += ["s " + docs["summary"], "v " + docs["since"]]
    # Whether keys move is told by where they stand.
    flags = [flag for flag in info[2] if flag != "movablekeys"]
    lines.append("! " + " ".join([str(info[1]), *flags]))
    lines.append("@ " + " ".join(one.removeprefix("@") for one in info[6]))
    for spec in info[8]:
        lines += key_spec(spec)
    lines += [f"t {tip}" for tip in info[7]]
    lines += [f"h {version} {text}" for version, text in docs.get("history", [])]
    if "doc_flags" in docs:
        lines.append("f " + " ".join(sorted(docs["doc_flags"])))
    if "deprecated_since" in docs:
        lines.append("d " + docs["deprecated_since"])
    if "replaced_by" in docs:
        lines.append("r " + docs["replaced_by"])
    wrapped = [name]
    for line in lines:
        wrapped += textwrap.wrap(
            line, 92, initial_indent="  ", subsequent_indent="      ", break_long_words=False,
            break_on_hyphens=False)
    return wrapped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    server = redis.Redis(port=options.port, decode_responses=True)
    server.response_callbacks.clear()
    infos = {}
    for one in server.execute_command("COMMAND"):
        infos[one[0]] = one
        for child in one[9]:
            infos[child[0]] = child
    docs = pairs(server.execute_command("COMMAND DOCS"))
    files: dict[str, list[str]] = {}
    for name in sorted(docs):
        facts = pairs(docs[name])
        if SKIPPED.match(name) or facts["group"] not in FILES:
            continue
        text = files.setdefault(FILES[facts["group"]], [])
        text += record(name, infos[name], facts)
        children = pairs(facts.get("subcommands", []))
        for child in sorted(children):
            text += record(child, infos[child], children[child])
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        variable = name[0].lower() + name[1:]
        (TARGET / f"CommandReference+{name}.swift").write_text(
            "// SPDX-License-Identifier: Apache-2.0\n\n"
            "// Written by Tests/Differential/command_reference.py.\n\n"
            f"extension CommandReference {{\n"
            f"    static let {variable} = #\"\"\"\n"
            + "\n".join("        " + line for line in lines)
            + "\n        \"\"\"#\n}\n")
        print(f"{name}: {len(lines)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
