# SPDX-License-Identifier: Apache-2.0
"""Requests made from the catalogue: what COMMAND DOCS says of a command's arguments is its grammar.

Who makes requests says what stands for an argument: a slot named `command argument`, `argument` or
`:type`, the first there is. Everything else follows from the documentation: the order, the options
in any order and now and then doubled, the alternatives, the repetitions and their counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grammar import HOSTILE, OPTION_CHANCE, Chance, Slot
from resp import Connection, Reply

# What says how many of the following argument there are.
COUNTS = {"numkeys", "numfields", "numelements", "numids", "num"}
DOUBLED_CHANCE = 0.03
WRONG_COUNT_CHANCE = 0.04


@dataclass(frozen=True)
class Argument:
    """One argument of the documentation, with the ones inside it."""

    name: str
    type: str
    token: bytes | None
    is_optional: bool
    is_multiple: bool
    repeats_token: bool
    parts: tuple[Argument, ...]


@dataclass(frozen=True)
class Documented:
    """A command that can be sent: `client|list` has two words, and no subcommands."""

    name: str
    group: str
    arguments: tuple[Argument, ...]

    @property
    def words(self) -> list[bytes]:
        return [word.upper().encode() for word in self.name.split("|")]


def documented(connection: Connection) -> list[Documented]:
    """Every command and subcommand of a server, by name."""
    found: list[Documented] = []

    def take(name: str, group: str, reply: Reply) -> None:
        facts = _fields(reply)
        group = _text(facts["group"]) if "group" in facts else group
        inner = _named(facts.get("subcommands"))
        for child, its in inner.items():
            take(child, group, its)
        if not inner:
            found.append(Documented(name, group, _arguments(facts.get("arguments"))))

    for name, reply in _named(connection.call(b"COMMAND", b"DOCS")).items():
        take(name.lower(), "", reply)
    return sorted(found, key=lambda command: command.name)


def command_names(connection: Connection) -> set[str]:
    """Every command and subcommand of a server, by COMMAND; containers are left out."""
    names: set[str] = set()

    def take(reply: Reply) -> None:
        facts = _items(reply)
        inner = _items(facts[9])
        for child in inner:
            take(child)
        if not inner:
            names.add(_text(facts[0]).lower())

    for reply in _items(connection.call(b"COMMAND")):
        take(reply)
    return names


def _items(reply: Reply | None) -> list[Reply]:
    return reply.value if reply and isinstance(reply.value, list) else []


def _text(reply: Reply) -> str:
    return reply.value.decode() if isinstance(reply.value, bytes) else ""


def _named(reply: Reply | None) -> dict[str, Reply]:
    items = _items(reply)
    return {_text(name): value for name, value in zip(items[::2], items[1::2])}


_fields = _named


def _arguments(reply: Reply | None) -> tuple[Argument, ...]:
    return tuple(_argument(_fields(item)) for item in _items(reply))


def _argument(facts: dict[str, Reply]) -> Argument:
    flags = {_text(flag) for flag in _items(facts.get("flags"))}
    return Argument(
        _text(facts["name"]),
        _text(facts["type"]),
        _text(facts["token"]).encode() if "token" in facts else None,
        "optional" in flags,
        "multiple" in flags,
        "multiple_token" in flags,
        _arguments(facts.get("arguments")),
    )


@dataclass
class CatalogGrammar:
    """Writes requests for documented commands, with the arguments that `slots` make."""

    slots: Mapping[str, Slot]
    # What a key of a group is; a slot named `key` or after the key's own name goes before it.
    group_keys: Mapping[str, Slot]
    option_chance: float = OPTION_CHANCE
    # Arguments that no slot was found for, by command: a hole in the slots.
    unknown: dict[str, set[str]] = field(default_factory=dict)

    def request(self, command: Documented, chance: Chance) -> list[bytes]:
        """One request, complete and in order unless the slots make it wrong."""
        return command.words + _Writer(self, command, chance).sequence(command.arguments)


class _Writer:
    """One request on its way."""

    def __init__(self, grammar: CatalogGrammar, command: Documented, chance: Chance) -> None:
        self.grammar = grammar
        self.command = command
        self.chance = chance
        # How many there were of the last argument that repeats: a later one may have to match.
        self.last_count = 1

    def sequence(self, arguments: tuple[Argument, ...]) -> list[bytes]:
        made: list[bytes] = []
        at = 0
        while at < len(arguments):
            argument = arguments[at]
            after = at + 1
            while argument.is_optional and after < len(arguments) and arguments[after].is_optional:
                after += 1
            if after - at > 1:
                made += self.options(arguments[at:after])
            elif self.is_count(argument) and after < len(arguments):
                made += self.counted(argument, arguments[after])
                after += 1
            else:
                same = at > 0 and argument.is_multiple and arguments[at - 1].is_multiple
                made += self.one(argument, same)
            at = after
        return made

    def options(self, arguments: tuple[Argument, ...]) -> list[bytes]:
        chosen = [a for a in arguments if self.chance.maybe(self.grammar.option_chance)]
        if chosen and self.chance.maybe(DOUBLED_CHANCE):
            chosen.append(self.chance.choice(chosen))
        self.chance.shuffle(chosen)
        return [word for argument in chosen for word in self.present(argument)]

    def is_count(self, argument: Argument) -> bool:
        # A slot of the command's own goes first.
        named = f"{self.command.name} {argument.name}" in self.grammar.slots
        return argument.name in COUNTS and not named

    def counted(self, count: Argument, counted: Argument) -> list[bytes]:
        items = self.one(counted)
        number = b"%d" % self.last_count
        if self.chance.maybe(WRONG_COUNT_CHANCE):
            number = self.chance.pick(b"0", b"1", b"2", b"100", self.chance.choice(HOSTILE))
        return [*([count.token] if count.token else []), number, *items]

    def one(self, argument: Argument, as_often_as_last: bool = False) -> list[bytes]:
        if argument.is_optional and not self.chance.maybe(self.grammar.option_chance):
            return []
        return self.present(argument, as_often_as_last)

    def present(self, argument: Argument, as_often_as_last: bool = False) -> list[bytes]:
        """The argument with its token, as often as it repeats."""
        token = [argument.token] if argument.token is not None else []
        if argument.type == "pure-token" and not self.is_named(argument):
            return token
        if not argument.is_multiple:
            return token + self.value(argument)
        if argument.name == "weight" or (as_often_as_last and self.chance.maybe(0.95)):
            count = self.last_count
        else:
            count = self.chance.choice((1, 1, 1, 2, 2, 3, 4))
        values = []
        for index in range(count):
            values += (token if argument.repeats_token or index == 0 else []) + self.value(argument)
        self.last_count = count
        return values

    def is_named(self, argument: Argument) -> bool:
        return f"{self.command.name} {argument.name}" in self.grammar.slots

    def value(self, argument: Argument) -> list[bytes]:
        slots = self.grammar.slots
        own = slots.get(f"{self.command.name} {argument.name}")
        if own:
            return own(self.chance)
        if argument.type == "oneof":
            return self.present(self.chance.choice(argument.parts))
        if argument.type == "block":
            return self.sequence(argument.parts)
        slot = slots.get(argument.name)
        if argument.type == "key" and not slot:
            slot = self.grammar.group_keys.get(self.command.group)
        if not slot:
            if argument.type == "string":
                holes = self.grammar.unknown.setdefault(self.command.name, set())
                holes.add(argument.name)
            slot = slots[f":{argument.type}"]
        return slot(self.chance)
