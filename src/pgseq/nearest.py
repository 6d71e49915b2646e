"""What may have been meant by a pattern that selects no sequence. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.names import Pattern, display
from pgseq.session import Limits, Session, transaction
from pgseq.sql import load

_EVERYTHING = "pgseq check -v lists every sequence and what it feeds"


def nearest_schemas(session: Session, pattern: Pattern, limits: Limits) -> tuple[str, str]:
    """What to tell somebody whose schema pattern selects no sequence: the message and the hint."""
    text, schemas = display(pattern.text), _schemas(session, limits)
    if pattern.schema is not None:
        return f"{text} is not a schema's name", f"-t '{text}' selects a table"
    if any(pattern.name.fullmatch(schema) for schema in schemas):
        return f"no sequence is in schema {text} or feeds a table of it", _EVERYTHING
    if any(pattern.name.fullmatch(name) for _, name in _tables(session, limits)):
        return f"no schema matches {text}, but a table does", f"did you mean -t '{text}'?"
    near = _nearest(pattern, schemas)
    return f"no schema matches {text}", f"did you mean -n '{near}'?" if near else "psql's \\dn lists the schemas"


def nearest_tables(session: Session, pattern: Pattern, limits: Limits) -> tuple[str, str]:
    """What to tell somebody whose table pattern selects no sequence: the message and the hint."""
    text, tables = display(pattern.text), _tables(session, limits)
    if any(pattern.matches(schema, name) for schema, name in tables):
        return f"{text} exists, but no sequence feeds it", _EVERYTHING
    if pattern.schema is None and any(pattern.name.fullmatch(schema) for schema in _schemas(session, limits)):
        return f"no table or sequence matches {text}, but a schema does", f"did you mean -n '{text}'?"
    near = _nearest(pattern, [name for _, name in tables])
    return (
        f"no table or sequence matches {text}",
        f"did you mean -t '{near}'?" if near else "psql's \\d lists the tables",
    )


def _schemas(session: Session, limits: Limits) -> list[str]:
    return [name for (name,) in transaction(session, [load("selectable_schemas", 0)], settings=limits.settings)[0].rows]


def _tables(session: Session, limits: Limits) -> list[tuple[str, str]]:
    rows = transaction(session, [load("tables", 0)], settings=limits.settings)[0].rows
    return [(schema, name) for schema, name in rows]


def _nearest(pattern: Pattern, names: Iterable[str]) -> str | None:
    """The name most like the pattern's last part, quoted where it has to be."""
    from difflib import get_close_matches

    wanted = pattern.text.rpartition(".")[2].strip('"')
    folded = {name.lower(): f'"{name}"' if name != name.lower() else name for name in names}
    near = get_close_matches(wanted.lower(), folded, n=1)
    return display(folded[near[0]]) if near else None
