"""Builds explanations and their sentences: what the judges have in common. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.model import Explanation, ParsedError, SequenceName, Verdict
from pgseq.core.consequence import colliding_block, consequence, unit
from pgseq.model.arithmetic import steps
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.hints import Hint, command
from pgseq.model.sequences import Position, Sequence
from pgseq.names import plural, quoted

#: Said where no database was asked.
CONNECT: Final = Hint(
    "connect to the database for an answer: ",
    command("explain", "", "-d", "DSN"),
    ", or -h, -p, -U and PG* as for psql",
)

#: Names that a line lists.
LISTED: Final = 5
#: Characters shown of a key.
LONGEST_KEY: Final = 300


def conclude(
    error: ParsedError,
    verdict: Verdict,
    evidence: tuple[str, ...],
    *,
    next: str = "",
    sequence: Sequence | None = None,
    table: str | None = None,
    columns: tuple[str, ...] | None = None,
    constraint: str | None = None,
) -> Explanation:
    """The explanation of `error`; omitted fields are taken from the error."""
    return Explanation(
        verdict=verdict,
        sqlstate=error.sqlstate or None,
        message=error.message,
        constraint=constraint or error.constraint or None,
        table=table or error.table or None,
        columns=error.columns or ((error.column,) if error.column else ()) if columns is None else columns,
        sequence=named(sequence) if sequence is not None else None,
        evidence=tuple(text for text in evidence if text),
        next=next,
    )


def named(sequence: Sequence) -> SequenceName:
    """A sequence's name."""
    return SequenceName(schema=sequence.schema, name=sequence.name, sql=sequence.sql)


def with_name(explanation: Explanation, name: str) -> Explanation:
    """The explanation with a sequence of that name, whose schema is not known."""
    return replace(explanation, sequence=SequenceName(schema="", name=name, sql=quoted(name)))


def stands(diagnosis: Diagnosis) -> str:
    """The position of a sequence, in words."""
    position = diagnosis.reading.position
    if not isinstance(position, Position):
        return f"the position of {diagnosis.sequence.sql} could not be read"
    drawn = "never called" if not position.is_called else f"last gave {position.last_value}"
    following = "has no next value" if diagnosis.next_value is None else f"gives {diagnosis.next_value} next"
    return f"{diagnosis.sequence.sql} {drawn} and {following}"


def collision(diagnosis: Diagnosis) -> tuple[str, str]:
    """The first stored value, and how many inserts fail when."""
    first, furthest, count = diagnosis.nearest, diagnosis.furthest, diagnosis.inserts_until_collision
    assert first is not None
    assert furthest is not None
    does, of, block = consequence(diagnosis), unit(diagnosis), colliding_block(diagnosis)
    it = "a block" if block else "it"
    when = f"{it} {does.one} after {plural(count, of)} more" if count else f"the next {of} {does.one}"
    if block:
        return (
            f"{first} is stored already, one of {block} that {diagnosis.colliding} stands for: {when}",
            f"the last stored id that it will come to is {furthest}",
        )
    most = steps(diagnosis.sequence, first, furthest) + 1
    many = "1 insert" if most == 1 else f"{most:,} inserts"
    return (
        f"{first} is stored already: {when}",
        f"the last stored value that it will come to is {furthest}: up to {many} will {does.many}",
    )


def shortened(names: Items[str]) -> str:
    """Names in a row, the first ones of many."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def key(error: ParsedError) -> str:
    """The key as DETAIL has it: `(tenant, id)=(1, 7)`; empty where the error does not say."""
    if error.values is None:
        return f"({', '.join(error.columns)})" if error.columns else ""
    whole = f"({', '.join(error.columns)})=({error.values})"
    return whole if len(whole) <= LONGEST_KEY else f"{whole[:LONGEST_KEY]}…"
