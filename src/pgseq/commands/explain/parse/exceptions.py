"""A caught exception as a ParsedError: by the attributes that drivers give it, without importing any of them. Pure.

psycopg 2 and 3: `pgcode`/`sqlstate` and `diag`; asyncpg: `sqlstate`, `constraint_name`, …; SQLAlchemy hides the
driver's exception in `orig`, and has `statement` and `params`; Django hides it in `__cause__`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse.recognise import from_fields, recognise

#: Attributes of our fields, as psycopg's Diagnostics and asyncpg's exceptions name them.
FIELDS: Final = {
    "constraint": "constraint_name",
    "schema": "schema_name",
    "table": "table_name",
    "column": "column_name",
}
#: A chain longer than this is a loop.
_DEEPEST: Final = 20
#: Characters of parameters in which the value of one is looked for.
LONGEST_PARAMETERS: Final = 10_000


def report(error: BaseException) -> ParsedError | None:
    """What a caught exception says, or what it wraps; None where no PostgreSQL error is in it."""
    for wrapped in chain(error):
        parsed = _fields(wrapped)
        if parsed is not None:
            return _with_statement(parsed, chain(error))
    text = "\n".join(f"{type(wrapped).__name__}: {wrapped}" for wrapped in chain(error))
    return recognise(text)


def chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it wraps, from the outside in."""
    visited: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(visited) < _DEEPEST:
        wrapped = waiting.pop(0)
        if not isinstance(wrapped, BaseException) or any(wrapped is other for other in visited):
            continue
        visited.append(wrapped)
        yield wrapped
        waiting += [getattr(wrapped, "orig", None), wrapped.__cause__, wrapped.__context__]


def _with_statement(parsed: ParsedError, wrappers: Iterable[BaseException]) -> ParsedError:
    """The error with the statement and the parameters that SQLAlchemy keeps in its exception."""
    for wrapper in wrappers:
        statement = _text(getattr(wrapper, "statement", None))
        if statement and not parsed.statement:
            parameters = f"parameters: {getattr(wrapper, 'params', None)!r}"[:LONGEST_PARAMETERS]
            return replace(parsed, statement=statement, parameters=parameters)
    return parsed


def _fields(error: BaseException) -> ParsedError | None:
    diag = getattr(error, "diag", None)
    code = _text(getattr(error, "sqlstate", None)) or _text(getattr(error, "pgcode", None))
    if not code:
        return None
    message = _text(getattr(diag, "message_primary", None)) or _text(getattr(error, "message", None)) or str(error)
    holder = diag if diag is not None else error
    return from_fields(
        code=code,
        message=message,
        detail=_text(getattr(holder, "message_detail", None)) or _text(getattr(error, "detail", None)),
        statement=_text(getattr(error, "query", None)) or _statement(error),
        context=_text(getattr(diag, "context", None)) or _text(getattr(error, "context", None)),
        **{name: _text(getattr(holder, attribute, None)) for name, attribute in FIELDS.items()},
    )


def _statement(error: BaseException) -> str:
    """psycopg 2 keeps the statement at the cursor."""
    query = getattr(getattr(error, "cursor", None), "query", None)
    return query.decode("utf-8", "replace") if isinstance(query, bytes) else _text(query)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
