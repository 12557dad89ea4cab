# SPDX-License-Identifier: Apache-2.0
"""A small grammar of requests, and a seeded generator over it.

A production is written much like a command's documentation:

    SET {string-key} {value} <[NX|XX] [GET] [EX {seconds}|KEEPTTL]>

`WORD` stands for itself, `{slot}` asks the slot function of that name, `[a|b]` is one of the
alternatives or nothing, `(a|b)` one of them, `<x y>` its items in any order, and a trailing `+`
repeats one to four times. A slot may yield several arguments.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Slot = Callable[["Chance"], list[bytes]]
Node = Callable[["Chance"], list[bytes]]

OPTION_CHANCE = 0.3

# The word stands for the four ways to give a time to live.
EXPIRY = "EX {seconds}|PX {milliseconds}|EXAT {later-seconds}|PXAT {later-milliseconds}"

# Numbers and texts that parsers get wrong. None is a small positive number: one of those might be
# taken for a time to live, and then two servers would expire a key a moment apart.
HOSTILE = [
    b"", b"0", b"-0", b"-1", b"+5", b"007", b" 7", b"7 ", b"0x10", b"1e3", b"1.5", b".", b"-",
    b"abc", b"nan", b"inf", b"-inf", b"9223372036854775807", b"9223372036854775808",
    b"-9223372036854775808", b"-9223372036854775809", b"18446744073709551615",
    b"99999999999999999999999", b"1e400", b"1e-400", b"4294967296", b"2147483648",
    b"-2147483649", b"\x00", b"\xff\xfe", b"\r\n", b"a\x00b", b"FIELDS", b"NX", b"COUNT",
]  # fmt: skip


class Chance(random.Random):
    """The seeded source of a run's randomness, with the words generators use."""

    def maybe(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, *options: bytes) -> bytes:
        return options[self.randrange(len(options))]


@dataclass
class Production:
    """A command form: how often it comes, how to write it and how to compare its replies."""

    family: str
    weight: float
    node: Node
    compare: str
    # A brief production sets a time to live that ends before anything else is sent.
    brief: bool = False
    # Mutated arguments could make a blocking command wait for ever.
    mutable: bool = True


class Grammar:
    """Slots and productions, and the parser of the notation above."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}
        self.productions: list[Production] = []

    def slot(self, name: str) -> Callable[[Callable[[Chance], bytes | list[bytes]]], None]:
        """Declares a slot by a function of chance."""

        def declare(function: Callable[[Chance], bytes | list[bytes]]) -> None:
            def call(chance: Chance) -> list[bytes]:
                made = function(chance)
                return made if isinstance(made, list) else [made]

            self.slots[name] = call

        return declare

    def rules(self, family: str, text: str, compare: str = "exact", **flags: bool) -> None:
        """Declares productions, one a line: `weight  NOTATION`."""
        for line in text.strip().splitlines():
            weight, _, notation = line.strip().partition(" ")
            node = self._parse(notation.replace("EXPIRY", EXPIRY))
            self.productions.append(Production(family, float(weight), node, compare, **flags))

    def _parse(self, notation: str) -> Node:
        node, rest = self._sequence(_tokens(notation), "")
        assert not rest, f"unbalanced: {notation}"
        return node

    def _sequence(self, tokens: list[str], closing: str) -> tuple[Node, list[str]]:
        """Alternatives up to `closing`; the tokens after it come back."""
        alternatives: list[list[Node]] = [[]]
        while tokens:
            token, tokens = tokens[0], tokens[1:]
            if token == closing:
                return _one_of([_join(items) for items in alternatives]), tokens
            if token == "|":
                alternatives.append([])
            elif token == "+":
                alternatives[-1].append(_repeat(alternatives[-1].pop()))
            elif token == "[":
                inner, tokens = self._sequence(tokens, "]")
                alternatives[-1].append(_optional(inner))
            elif token == "(":
                inner, tokens = self._sequence(tokens, ")")
                alternatives[-1].append(inner)
            elif token == "<":
                inner, tokens = self._shuffled(tokens)
                alternatives[-1].append(inner)
            elif token[0] == "{":
                alternatives[-1].append(self.slots[token[1:-1]])
            else:
                alternatives[-1].append(_word(token.encode()))
        assert not closing, f"missing {closing}"
        return _one_of([_join(items) for items in alternatives]), tokens

    def _shuffled(self, tokens: list[str]) -> tuple[Node, list[str]]:
        items: list[Node] = []
        while tokens[0] != ">":
            token, tokens = tokens[0], tokens[1:]
            assert token in "[(", "only groups can be in any order"
            inner, tokens = self._sequence(tokens, "]" if token == "[" else ")")
            items.append(_optional(inner) if token == "[" else inner)

        def node(chance: Chance) -> list[bytes]:
            order = items[:]
            chance.shuffle(order)
            return [argument for item in order for argument in item(chance)]

        return node, tokens[1:]


def _tokens(notation: str) -> list[str]:
    tokens, word = [], ""
    for character in notation + " ":
        if word.startswith("{"):
            word += character
            if character == "}":
                tokens.append(word)
                word = ""
        elif character in " |+[]()<>{":
            if word:
                tokens.append(word)
            word = "{" if character == "{" else ""
            if character not in " {":
                tokens.append(character)
        else:
            word += character
    return tokens


def _word(word: bytes) -> Node:
    return lambda chance: [word]


def _join(items: list[Node]) -> Node:
    if len(items) == 1:
        return items[0]
    return lambda chance: [argument for item in items for argument in item(chance)]


def _one_of(nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return lambda chance: nodes[chance.randrange(len(nodes))](chance)


def _optional(node: Node) -> Node:
    return lambda chance: node(chance) if chance.maybe(OPTION_CHANCE) else []


def _repeat(node: Node) -> Node:
    def repeated(chance: Chance) -> list[bytes]:
        count = chance.choice((1, 1, 1, 2, 2, 3, 4))
        return [argument for _ in range(count) for argument in node(chance)]

    return repeated


def mutate(command: list[bytes], chance: Chance) -> list[bytes]:
    """The command with one thing wrong: an argument lost, added, doubled or replaced."""
    kind = chance.randrange(5)
    if kind == 0 and len(command) > 1:
        return command[:-1]
    if kind == 1:
        return command + [chance.choice(HOSTILE)]
    at = chance.randrange(1, len(command)) if len(command) > 1 else 0
    if kind == 2 and at:
        return command[:at] + command[at : at + 1] + command[at:]
    if at:
        return command[:at] + [chance.choice(HOSTILE)] + command[at + 1 :]
    return command
