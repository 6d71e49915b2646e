"""SQLAlchemy: sequences moved on after rows that brought their ids along. `docs/frameworks/sqlalchemy.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlalchemy.orm import Mapper, Session, scoped_session

import pgseq
from pgseq.errors import PgseqError
from pgseq.model.reports import DatabaseReport
from pgseq.names import quoted, quoted_pattern
from pgseq.testing import sentences

_SCHEMA: Final = text("""SELECT n.nspname::text FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(:name)""")


def fix_after(bind: Any, *tables: Any, **options: Any) -> DatabaseReport:
    """Move the sequences that feed `tables` past the rows that are stored: after bulk inserts with ids of their own.

    `bind` is a Connection, a Session (which is flushed) or an Engine; `await connection.run_sync(fix_after, …)` is for
    drivers that pgseq knows. `tables`: Tables, mapped classes, or names in pg_dump's patterns; at least one. `options`
    are those of `pgseq.fix`. What is moved stays moved after a rollback, and is never moved backwards.

    Returns a report on each sequence. Raises PgseqError where one could not be moved (its hint says what to do), and
    what `pgseq.fix` raises.
    """
    if not tables:
        raise pgseq.UsageError("fix_after() names no table", "pass a Table, a mapped class, or a name")
    if isinstance(bind, Engine):
        with bind.connect() as connection:
            return fix_tables(connection, _patterns(connection, tables), **options)
    if isinstance(bind, Session | scoped_session):
        bind.flush()
        bind = bind.connection()
    patterns = _patterns(bind, tables) if isinstance(bind, Connection) else ()
    return fix_tables(bind, patterns, **options)


def fix_tables(bind: Any, patterns: Iterable[str], **options: Any) -> DatabaseReport:
    """pgseq.fix for these tables; a sequence that is not in sync afterwards is an error. Raises PgseqError."""
    report = pgseq.fix(bind, table=list(patterns), **options)
    for sequence_report in report.sequences:
        if sequence_report.applied is not None and sequence_report.applied.result in ("skipped", "failed"):
            raise PgseqError(
                f"{sequence_report.sequence.sql} was not moved: {sequence_report.applied.reason}",
                sequence_report.applied.hint,
            )
    if not report.ok:
        raise PgseqError(sentences(report))
    return report


def pattern(connection: Connection, schema: str | None, name: str) -> str:
    """The pattern that means one table; without a schema, the one that the search_path finds."""
    schema = schema or connection.execute(_SCHEMA, {"name": quoted(name)}).scalar()
    return ".".join(quoted_pattern(part) for part in (schema, name) if part)


def _patterns(connection: Connection, tables: Iterable[Any]) -> Iterator[str]:
    for table in tables:
        if isinstance(table, str):
            yield table
            continue
        for part in _tables(table):
            yield pattern(connection, connection.schema_for_object(part), part.name)


def _tables(table: Any) -> Iterable[Table]:
    """A table, or those of a mapped class that number their rows: with joined inheritance the others refer to these."""
    if isinstance(table, Table):
        return [table]
    mapper = inspect(table, raiseerr=False)
    if not isinstance(mapper, Mapper):
        raise pgseq.UsageError(f"not a table: {type(table).__name__}", "pass a Table, a mapped class, or a name")
    mapped = [one for one in mapper.tables if isinstance(one, Table)]
    return [one for one in mapped if one.autoincrement_column is not None] or mapped[:1]
