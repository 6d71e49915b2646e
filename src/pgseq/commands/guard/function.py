"""The function of a guard trigger: its body, its name, and what it says of itself. Pure.

The function is made for one column: its plans are kept, and the usual case, in which all ids came from the sequence, is
one max() over the new rows and one look at the position. What lies ahead is moved past by the statement of a fix
(`sql.move`), over the new rows instead of the table. Several of these functions at once could lower a sequence (one
looks, the other sets, the first sets), so a setval() is done under an advisory lock, held for that moment alone.
Anybody may hold that lock, so the wait for it is short, and a short way is gone by nextval() without it.

The function belongs to the owner of the table: who owns a table decides what types its columns have, and so what runs
when new rows are looked at. It lends to those who may INSERT what that owner was granted on the sequence, and no more.
"""

from __future__ import annotations

import hashlib
import re
from itertools import count

from msgspec.structs import replace

from pgseq.commands.guard.model import SCHEMA
from pgseq.model.hints import bare, command
from pgseq.model.sequences import Feed, Sequence
from pgseq.sql import load
from pgseq.sql.compare import furthest, value_of
from pgseq.sql.literals import bigint
from pgseq.sql.move import key, move, nearby, within_share
from pgseq.version import __version__

#: Bytes of a name (NAMEDATALEN - 1).
LONGEST = 63
#: Milliseconds that an INSERT waits for the advisory lock, at most.
LOCK_WAIT_MS = 250


def body(sequence: Sequence, feed: Feed, max_jump: float, major: int) -> str:
    """The function's body. Depends on the sequence's definition: it is out of date when that changes."""
    rows = replace(feed, sources=("inserted",), unreadable=None)
    # What stays in the database must not rest on a function that few majors have.
    watched = replace(sequence, feeds=(rows,), by_function=False)
    ascending = sequence.ascending
    # A name as text means whatever has it; only what depends on a sequence tells which one it is.
    by_name = feed.via in ("text-default", "declared")
    # How a shell is told the database and the table, both of which may be renamed.
    place = load("guard.place", major).strip()
    return load(
        "guard.advance",
        major,
        tied="" if by_name else load("guard.tied", major, literal=sequence.literal, place=place).strip(),
        place=place,
        type="bigint" if feed.kind == "integer" else "numeric",
        furthest="max" if ascending else "min",
        behind="<" if ascending else ">",
        value=value_of(feed, "fed."),
        increment=bigint(sequence.increment),
        literal=sequence.literal,
        key=str(key(sequence)),
        patience=str(LOCK_WAIT_MS),
        move=move(
            watched,
            goal=furthest(watched),
            allowed=f"(alone OR {nearby(watched)}) AND {within_share(watched, max_jump)}",
            shared=True,
        ),
    )


def arguments(sequence: Sequence, feed: Feed, max_jump: float) -> list[str]:
    """The trigger's arguments, by which it can be told what it is for."""
    return [feed.column, sequence.sql, share(max_jump)]


def share(max_jump: float) -> str:
    """The shortest text that is the same number when it is read again."""
    return repr(max_jump).removesuffix(".0")


def names(feed: Feed, taken: frozenset[str]) -> tuple[str, str]:
    """Names of function and trigger that are not taken, of letters that need no quotes, with a hash that tells
    like-named tables apart."""
    plain = re.sub(r"[^a-z0-9]+", "_", f"{feed.table}_{feed.column}".lower()).strip("_")
    places = ("\0".join((feed.schema, feed.table, feed.column, *("again",) * number)) for number in count())
    endings = (f"_{hashlib.sha256(place.encode()).hexdigest()[:6]}" for place in places)
    names = (f"advance_{plain}"[: LONGEST - len("pgseq_") - len(ending)] + ending for ending in endings)
    name = next(name for name in names if f"{SCHEMA}.{name}" not in taken)
    return f"{SCHEMA}.{name}", f"pgseq_{name}"


def comment(sequence: Sequence, feed: Feed) -> str:
    """What the database says of function and trigger. Its commands name no database: a dump is restored elsewhere."""
    look, remove = bare(command("guard status")), bare(command("guard remove", feed.table_sql))
    return (
        f"pgseq {__version__} guard: moves {sequence.sql} past explicit ids inserted into {feed.label}. "
        f"Look at it: {look}. Remove it: {remove}"
    )
