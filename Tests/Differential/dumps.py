# SPDX-License-Identifier: Apache-2.0
"""Payloads for RESTORE, made by hand, and the exchange of DUMPs between two servers."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from grammar import Chance
from resp import Connection
from servers import Server
from state import DATABASES

VERSION = 12
POLYNOMIAL = 0x95AC9329AC4BC9B5


def _row(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (POLYNOMIAL if byte & 1 else 0)
    return byte


TABLE = [_row(byte) for byte in range(256)]


def checksum(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc


def framed(body: bytes, version: int = VERSION) -> bytes:
    """A body with the version and the checksum behind it."""
    data = body + struct.pack("<H", version)
    return data + struct.pack("<Q", checksum(data))


def length(count: int) -> bytes:
    if count < 0x40:
        return bytes([count])
    if count < 0x4000:
        return struct.pack(">H", 0x4000 | count)
    return b"\x80" + struct.pack(">I", count)


def string(text: bytes) -> bytes:
    return length(len(text)) + text


def listpack(elements: list[bytes]) -> bytes:
    """Elements as strings below 64 bytes, all of them."""
    body = b"".join(bytes([0x80 | len(e)]) + e + bytes([len(e) + 1]) for e in elements)
    return struct.pack("<IH", 7 + len(body), len(elements)) + body + b"\xff"


def distinct(chance: Chance, most: int) -> list[bytes]:
    return [b"m%d" % n for n in chance.sample(range(1000), chance.randrange(1, most))]


def body(chance: Chance) -> bytes:
    """A value of some type in one of the forms that Redis writes or has written."""
    kind = chance.randrange(11)
    words = distinct(chance, 9)
    if kind == 0:
        return b"\x00" + string(chance.choice(words) * chance.randrange(1, 20))
    if kind == 1:
        return b"\x00\xc0" + struct.pack("<b", chance.randrange(-128, 128))
    if kind == 2:
        return b"\x00\xc2" + struct.pack("<i", chance.randrange(-(2**31), 2**31))
    if kind == 3:
        return b"\x01" + length(len(words)) + b"".join(map(string, words))
    if kind == 4:
        return b"\x02" + length(len(words)) + b"".join(map(string, words))
    if kind == 5:
        pairs = [x for word in words for x in (word, b"%d" % len(word))]
        return b"\x04" + length(len(words)) + b"".join(map(string, pairs))
    if kind == 6:
        scored = b"".join(string(w) + struct.pack("<d", chance.randrange(99) / 4) for w in words)
        return b"\x05" + length(len(words)) + scored
    if kind == 7:
        return b"\x10" + string(listpack([x for w in words for x in (w, w)]))
    if kind == 8:
        numbers = sorted({chance.randrange(-30000, 30000) for _ in words})
        packed = struct.pack(f"<II{len(numbers)}h", 2, len(numbers), *numbers)
        return b"\x0b" + string(packed)
    if kind == 9:
        return b"\x12" + length(1) + length(2) + string(listpack(words))
    return b"\x14" + string(listpack(words))


def payload(chance: Chance) -> bytes:
    """Mostly a good payload; else one whose frame is broken. Redis does not look into a frame that
    is good, so what is inside is never broken here: the unit tests do that."""
    made = framed(body(chance))
    dice = chance.random()
    if dice < 0.05:
        at = chance.randrange(len(made))
        return made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
    if dice < 0.08:
        return framed(body(chance), chance.choice((13, 99, 65535)))
    if dice < 0.1:
        return framed(body(chance), chance.choice((6, 9, 10, 11)))
    if dice < 0.12:
        return made[: chance.randrange(12)]
    if dice < 0.14:
        return framed(bytes([chance.choice((8, 26, 99, 254))]) + b"\x01a")
    return made


def exchange(giver: Connection, taker: Connection, keys: list[tuple[int, bytes]]) -> list[str]:
    """Restores in `taker` what `giver` dumps, and compares the digests of the values."""
    found = []
    for database, key in keys:
        for connection in (giver, taker):
            connection.call(b"SELECT", b"%d" % database)
        dumped = giver.call(b"DUMP", key)
        if dumped.value is None:
            continue
        copy = b"copy of " + key
        answer = taker.call(b"RESTORE", copy, b"0", dumped.value, b"REPLACE")
        if answer.is_error:
            found.append(f"{(database, key)}: RESTORE {answer}")
            continue
        giver.call(b"PERSIST", key)
        theirs = giver.call(b"DEBUG", b"DIGEST-VALUE", key)
        ours = taker.call(b"DEBUG", b"DIGEST-VALUE", copy)
        if theirs != ours:
            found.append(f"{(database, key)}: digest {theirs} became {ours}")
        taker.call(b"DEL", copy)
    for connection in (giver, taker):
        connection.call(b"SELECT", b"0")
    return found


def differing(redis: Server, engram: Server) -> Iterator[str]:
    """The keys whose values have different digests, with what each server dumps of them."""
    theirs, ours = redis.connect(), engram.connect()
    for database in range(DATABASES):
        select = [b"SELECT", b"%d" % database]
        keys = theirs.pipeline([select, [b"KEYS", b"*"]])[1].value
        ours.call(*select)
        for key in keys if isinstance(keys, list) else []:
            digest = [b"DEBUG", b"DIGEST-VALUE", key.value]
            if theirs.call(*digest) != ours.call(*digest):
                dumped = [side.call(b"DUMP", key.value).value for side in (theirs, ours)]
                yield f"{database} {key}: {dumped[0]!r} in Redis, {dumped[1]!r} here"
    theirs.close()
    ours.close()
