"""Scans text that is not executed: bodies and statements that cannot be read, the input of \\gexec.

An INSERT, COPY, UPDATE, setval(), RESTART or identity column in it counts as executed, with hidden ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.columns import identity
from pgseq.commands.lint.simulator.dml import hide, note_unknown_table
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.sequences import put
from pgseq.commands.lint.simulator.setval import lose_all
from pgseq.commands.lint.simulator.state import DatabaseState, Table
from pgseq.names import parse_qualified
from pgseq.sql import trees

_COMMENT: Final = re.compile(r"--[^\n]*+|/\*.*?\*/", re.DOTALL)
_LINE_COMMENT: Final = re.compile(r"--[^\n]*+")
_NAME: Final = r"(?:\w|\"[^\"]+\")[\w$]*+"
_TABLE: Final = rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME})*)"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: INSERT or COPY, with table and columns if the text shows them: a name may be computed.
_STORES: Final = _words(rf"\b(?:insert\s+into|(?P<copy>copy))\s+{_TABLE}?\s*(?:\((?P<columns>[^()]*)\))?")
_FROM: Final = _words(r"\sfrom\b")
_UPDATES: Final = _words(rf"\bupdate\s+(?:only\s+)?{_TABLE}(?:\s+(?:as\s+)?\w+)?\s+set\s")
_WHERE: Final = _words(r"\bwhere\b")
_ASSIGNED: Final = re.compile(rf"(?<![\w$])({_NAME})\s*+(?:,[^=()]{{0,500}}+\)\s*+)?=")
_ALTERS: Final = _words(rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_TABLE}?")
_COLUMN: Final = _words(rf"\balter\s+(?:column\s+)?(?P<column>{_NAME})?")
_GENERATED: Final = _words(r"\bgenerated\b")
_IDENTITY: Final = _words(r"\bidentity\b")
#: Words that move sequences, and how messages put it.
_MOVES: Final = {"setval": "calls setval()", "restart": "restarts sequences"}


def scan_text(state: DatabaseState, code: str, place: Place, source: str) -> bool:
    """Scan text that is not executed for statements that would store ids; `source` names it in messages.

    Whether there are any.
    """
    code = _uncommented(code)
    statements, events = code.split(";"), []
    for statement in statements:
        for name, columns in _stored(statement):
            events.append(Event(how="insert", place=place, hidden=f"{source} stores rows"))
            _store(state, name, columns, events[-1])
        for named, assigned in _updated(statement):
            table, updated = _table(state, named), {_plain(one) for one in _ASSIGNED.findall(assigned)}
            if table is not None:
                events.append(Event(how="update", place=place, hidden=f"{source} updates it"))
                hide((one for one in table.watched if one.name in updated), events[-1])
    for word, done in _MOVES.items():
        if word in code.lower():
            events.append(Event(how="setval", place=place, hidden=f"{source} {done}"))
            lose_all(state, events[-1])
    for statement in statements:
        for owner, column in _made_identity(statement):
            events.append(Event(how="define", place=place, hidden=f"{source} makes an identity column"))
            _identity(state, _table(state, owner), _plain(column), events[-1])
    return bool(events)


def _uncommented(code: str) -> str:
    # Block comments are searched for only up to the last end of one.
    end = code.rfind("*/") + 2 if "*/" in code else 0
    return _COMMENT.sub(" ", code[:end]) + _LINE_COMMENT.sub(" ", code[end:])


def _stored(code: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """The tables in which a statement stores rows, with the listed columns; a computed name is empty."""
    last_from = max((match.start() for match in _FROM.finditer(code)), default=-1)
    for match in _STORES.finditer(code):
        if match["copy"] and match.end("copy") > last_from:
            continue
        table = parse_qualified(match["table"]) if match["table"] else None
        listed = match["columns"].split(",") if match["columns"] is not None else None
        names = [parse_qualified(one.strip()) for one in listed or ()]
        yield tuple(table or ()), None if listed is None or None in names else tuple(one[-1] for one in names if one)


def _updated(code: str) -> Iterator[tuple[str, str]]:
    """The tables that a statement updates, with its assignments."""
    at = 0
    while match := _UPDATES.search(code, at):
        where = _WHERE.search(code, match.end())
        at = where.start() if where else len(code)
        yield match["table"], code[match.end() : at]


def _made_identity(code: str) -> Iterator[tuple[str | None, str]]:
    """The columns that a statement makes identity columns, with their tables."""
    at = 0
    while (
        (table := _ALTERS.search(code, at))
        and (column := _COLUMN.search(code, table.end()))
        and (generated := _GENERATED.search(code, column.end()))
        and (identity := _IDENTITY.search(code, generated.end()))
    ):
        yield table["table"], column["column"] or ""
        at = identity.end()


def _store(state: DatabaseState, name: tuple[str, ...], columns: tuple[str, ...] | None, event: Event) -> None:
    if not name:
        state.dynamic_sql.append(event)
        return
    table = state.table(trees.relation(name))
    if table is None:
        note_unknown_table(state, trees.relation(name), event)
        return
    table.rows = None
    # A column left out draws, and its sequence only moves ahead.
    hide((one for one in table.watched if columns is None or one.name in columns), event)


def _identity(state: DatabaseState, table: Table | None, column: str, event: Event) -> None:
    """A column becomes an identity column, with an unknown position."""
    if table is None or column not in table.columns:
        state.dynamic_sql.append(event)
        return
    fed = table.columns[column]
    if fed.sequence is None:
        identity(state, table, fed, {}, event)
    if fed.sequence is not None:
        put(fed.sequence, None, event)


def _table(state: DatabaseState, name: str | None) -> Table | None:
    parts = parse_qualified(name) if name else None
    return state.table(trees.relation(parts)) if parts else None


def _plain(name: str) -> str:
    """A column's name, folded and unquoted."""
    parts = parse_qualified(name) if name else None
    return parts[-1] if parts else ""
