"""Real inputs, made wrong: by the same seed in the same way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

#: What parsers stumble over.
ODD: Final[tuple[bytes, ...]] = (
    b"9" * 5000,
    b"-1e999999999",
    b"NaN",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"(" * 3000,
    b"'",
    b'"',
    b"\\",
    b"\\ud800",
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b" " * 3000,
    b"\x1b[31m",
    b"\x1b]0;x\x07",
    b"\x9b31m",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "\u202e\u2028\N{RIGHT-TO-LEFT MARK}²٣".encode(),
    b"$$",
    b"$a$",
    b"/*",
    b"--",
    b"%s%d%n{}{0}",
    b"ERROR:  ",
    b"DETAIL:  Key (a, b)=(1, 2) already exists.\n",
    b",23505,",
    b'"state_code":"23505",',
    b"SQLSTATE[23505]",
    b"[SQL: ",
    b"INSERT INTO ",
    b"nextval('",
    b"= [",
    b"''' \"\"\"",
    b"true",
    b"null",
    b"2026-13-45 99:99:99+99",
)
#: The greatest length of what comes out, and changes made.
LONGEST: Final = 30_000
CHANGES: Final = 4


def mutated(samples: Sequence[bytes], seed: int) -> bytes:
    """One of the samples with a few changes: bytes flipped, left out, repeated, or odd ones put in."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(samples))
    for _ in range(chance.randint(1, CHANGES)):
        begin = chance.randint(0, len(data))
        end = min(len(data), begin + chance.choice((0, 1, 2, 8, 64, 512)))
        part = bytes(data[begin:end])
        other = chance.choice(samples)
        cut = chance.randint(0, len(other))
        data[begin:end] = chance.choice(
            (
                b"",
                bytes(byte ^ (1 << chance.randint(0, 7)) for byte in part),
                part * chance.choice((2, 3, 50)),
                part[::-1],
                chance.choice(ODD),
                chance.choice(ODD) + part,
                other[cut : cut + 200],
            )
        )
    return bytes(data[:LONGEST])
