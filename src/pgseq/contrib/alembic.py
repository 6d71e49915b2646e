"""Alembic: which revision leaves a sequence behind, and an operation that moves it on. `docs/frameworks/alembic.md`.

from pgseq.contrib.alembic import watch          # in env.py
context.configure(connection=connection, …, on_version_apply=watch(connection))

op.fix_sequences("country")                      # in a revision, once env.py has imported this module
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Protocol

from alembic.operations import MigrateOperation, Operations
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.util import CommandError

import pgseq
from pgseq.contrib.sqlalchemy import fix_tables, pattern
from pgseq.errors import PgseqError
from pgseq.model.reports import SequenceReport
from pgseq.names import quoted
from pgseq.sql.fix_tables import fix_tables as fix_tables_statement


class Callback(Protocol):
    """What `on_version_apply` takes."""

    def __call__(self, *, ctx: MigrationContext, step: MigrationInfo, heads: Any, run_args: Any) -> None: ...


def watch(connection: Any = None, *, fail: bool = False, **selection: Any) -> Callback:
    """A callback for `context.configure(on_version_apply=…)`: after each revision, say which sequences it left behind.

    `connection` is that of env.py: what is behind already is not laid to the first revision. With `fail` the revision
    is not applied; otherwise it is a warning of the logger `pgseq.contrib.alembic`. `selection`: options of
    `pgseq.check`. Does nothing offline (`--sql`), and in databases that are not PostgreSQL. Raises what `pgseq.check`
    raises; the callback raises CommandError.
    """
    behind = set() if _is_other(connection) else {one.sequence.oid for one in _behind(connection, selection)}

    def after(*, ctx: MigrationContext, step: MigrationInfo, heads: Any, run_args: Any) -> None:
        if ctx.as_sql or _is_other(ctx.connection) or step.is_stamp:
            return
        now = list(_behind(ctx.connection, selection))
        new = [one for one in now if one.sequence.oid not in behind]
        behind.clear()
        behind.update(one.sequence.oid for one in now)
        if not new:
            return
        message = "\n".join(f"{_name(step)} leaves a sequence behind: {_sentence(one)}" for one in new)
        if fail:
            raise CommandError(message)
        # Not when this module is imported: fileConfig() of env.py disables the loggers that are there.
        logging.getLogger(__name__).warning("%s", message)

    return after


@Operations.register_operation("fix_sequences")
class FixSequences(MigrateOperation):
    """`op.fix_sequences("country", "city", schema="shop")`: moves the sequences that feed these tables past the rows
    that are stored, never backwards.

    Offline (`--sql`) it writes a statement that does the same when it is run, unless that would give up more than 10 %
    of the free values left; `pgseq lint` understands it. Raises CommandError where a sequence cannot be moved.
    """

    def __init__(self, tables: tuple[str, ...], schema: str | None) -> None:
        self.tables = tables
        self.schema = schema

    @classmethod
    def fix_sequences(cls, operations: Operations, *tables: str, schema: str | None = None) -> None:
        """Move the sequences that feed columns of `tables`."""
        if not tables:
            raise CommandError("op.fix_sequences() names no table")
        operations.invoke(cls(tables, schema))

    def reverse(self) -> FixSequences:
        """The same: no sequence is moved back."""
        return self


@Operations.implementation_for(FixSequences)
def _fix_sequences(operations: Operations, operation: FixSequences) -> None:
    context = operations.migration_context
    if context.as_sql:
        tables = (quoted(operation.schema or "", table) for table in operation.tables)
        statement = fix_tables_statement(tables).rstrip().removesuffix(";")
        context.impl.static_output(statement + context.impl.command_terminator)
        return
    connection = operations.get_bind()
    try:
        fix_tables(connection, [pattern(connection, operation.schema, table) for table in operation.tables])
    except PgseqError as error:
        raise CommandError(f"op.fix_sequences(): {error.message}\n  {error.hint}".rstrip()) from error


def _is_other(connection: Any) -> bool:
    """Whether there is no connection, or one to something else."""
    return connection is None or connection.dialect.name != "postgresql"


def _behind(connection: Any, selection: dict[str, Any]) -> Iterator[SequenceReport]:
    report = pgseq.check(connection, **selection)
    return (one for one in report.sequences if one.counts_as in ("out_of_sync", "exhausted", "unknown"))


def _name(step: MigrationInfo) -> str:
    doc = getattr(step.up_revision, "doc", "")
    said = f" ({doc})" if doc else ""
    return f"{'revision' if step.is_upgrade else 'the downgrade of'} {step.up_revision_id}{said}"


def _sentence(report: SequenceReport) -> str:
    finding = next(one for one in report.findings if one.severity in ("error", "unknown"))
    tables = dict.fromkeys((feed.schema, feed.table) for feed in report.sequence.feeds)
    calls = " and ".join(f'op.fix_sequences("{table}", schema="{schema}")' for schema, table in tables)
    way = f"at its end, {calls} moves it" if report.step is not None and calls else finding.hint
    return f"{finding.message}\n  {way}"
