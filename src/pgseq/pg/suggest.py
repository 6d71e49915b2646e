"""Suggestions for a pattern that selects no sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pgseq.core.selection import Scope
from pgseq.errors import NothingMatches
from pgseq.model.hints import Compose, Hint, command, completed, page
from pgseq.model.limits import Limits
from pgseq.model.sequences import Sequence
from pgseq.names import Pattern, display
from pgseq.pg.keys import read_missing_defaults
from pgseq.pg.session import Session, transaction
from pgseq.sql import load

_EVERYTHING: Final = Hint(command("check", "", "-v"), " lists every sequence and what it feeds")


class Unmatched(Struct, frozen=True, kw_only=True):
    """A pattern that selects no sequence of a database, with message and hint."""

    option: Literal["-n", "-t"]
    pattern: str
    message: str
    hint: str
    #: Whether the database has a similar name.
    near: bool = True


def unmatched(
    session: Session, scope: Scope, sequences: tuple[Sequence, ...], limits: Limits, compose: Compose
) -> Iterator[Unmatched]:
    """The patterns that select none of `sequences`, schemas first; `compose` writes commands to run next.

    Raises ConnectionFailed, QueryFailed.
    """
    schemas = (_schema(session, pattern, limits) for pattern in scope.unmatched_schemas(sequences))
    tables = (_table(session, pattern, sequences, limits) for pattern in scope.unmatched_tables(sequences))
    for pattern in (*schemas, *tables):
        yield replace(pattern, hint=completed(pattern.hint, compose))


def refuse_unmatched(patterns: Iterable[Unmatched]) -> None:
    """Raises NothingMatches for the first of these."""
    for pattern in patterns:
        raise NothingMatches(pattern.message, pattern.hint)


def _schema(session: Session, pattern: Pattern, limits: Limits) -> Unmatched:
    def answer(message: str, hint: str, *, near: bool = True) -> Unmatched:
        return Unmatched(option="-n", pattern=pattern.text, message=message, hint=hint, near=near)

    text, schemas = display(pattern.text), _schemas(session, limits)
    if pattern.schema is not None:
        return answer(f"{text} is not a schema's name", f"-t '{text}' selects a table")
    if any(pattern.name.fullmatch(schema) for schema in schemas):
        return answer(f"no sequence is in schema {text} or feeds a table of it", _EVERYTHING)
    if any(pattern.name.fullmatch(name) for _, name in _tables(session, limits)):
        return answer(f"no schema matches {text}, but a table does", f"did you mean -t '{text}'?")
    near, message = _nearest(pattern, schemas), f"no schema matches {text}"
    if near is None:
        return answer(message, "psql's \\dn lists the schemas", near=False)
    return answer(message, f"did you mean -n '{near}'?")


def _table(session: Session, pattern: Pattern, sequences: tuple[Sequence, ...], limits: Limits) -> Unmatched:
    def answer(message: str, hint: str, *, near: bool = True) -> Unmatched:
        return Unmatched(option="-t", pattern=pattern.text, message=message, hint=hint, near=near)

    text, tables = display(pattern.text), _tables(session, limits)
    if any(pattern.matches(schema, name) for schema, name in tables):
        keys = read_missing_defaults(session, sequences, limits)
        bare = next((key.label for key in keys if pattern.matches(key.schema, key.table)), None)
        hint = _EVERYTHING if bare is None else Hint(f"{bare} has no default (", page("PGS021"), ")")
        return answer(f"{text} exists, but no sequence feeds it", hint)
    if pattern.schema is None and any(pattern.name.fullmatch(schema) for schema in _schemas(session, limits)):
        return answer(f"no table or sequence matches {text}, but a schema does", f"did you mean -n '{text}'?")
    near, message = _nearest(pattern, [name for _, name in tables]), f"no table or sequence matches {text}"
    if near is None:
        return answer(message, "psql's \\d lists the tables", near=False)
    return answer(message, f"did you mean -t '{near}'?")


def _schemas(session: Session, limits: Limits) -> list[str]:
    return [name for (name,) in transaction(session, [load("pg.selectable_schemas")], settings=limits.settings)[0].rows]


def _tables(session: Session, limits: Limits) -> list[tuple[str, str]]:
    rows = transaction(session, [load("pg.tables")], settings=limits.settings)[0].rows
    return [(schema, name) for schema, name in rows]


def _nearest(pattern: Pattern, names: Iterable[str]) -> str | None:
    """The name closest to the pattern's last part, quoted if necessary."""
    from difflib import get_close_matches

    wanted = pattern.text.rpartition(".")[2].strip('"')
    folded = {name.lower(): f'"{name}"' if name != name.lower() else name for name in names}
    near = get_close_matches(wanted.lower(), folded, n=1)
    return display(folded[near[0]]) if near else None
