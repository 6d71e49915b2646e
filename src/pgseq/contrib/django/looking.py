"""What pgseq says and does by itself, with the configuration that `manage.py pgseq` reads in this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, Final

from pgseq import workflow
from pgseq.api.options import accept
from pgseq.config import load
from pgseq.configured import refuse_unknown_codes
from pgseq.contrib.django.aliases import words
from pgseq.core.follow_up import Caller
from pgseq.core.selection import scope
from pgseq.errors import NothingMatches
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.names import display, plural, quoted, shell_words
from pgseq.pg.drivers import handles
from pgseq.pg.pool import SessionPool

#: Seconds for all reading where nobody has asked for it; what was not reached then is unknown.
PATIENCE: Final = 20.0
#: The tables of names, by the connection's own search_path.
_TABLES: Final = """\
SELECT n.nspname, c.relname
  FROM unnest(%s::text[]) AS name
  JOIN pg_catalog.pg_class AS c ON c.oid = pg_catalog.to_regclass(name)
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
"""


def check(connection: Any) -> DatabaseReport:
    """Every sequence of a database of Django's, in the time there is. Raises PgseqError."""
    with handles.session(connection) as session:
        return workflow.check(SessionPool(primary=session), _options(connection.alias, time_limit=PATIENCE))


def fix(connection: Any) -> DatabaseReport:
    """Move every sequence of a database of Django's that is out of sync. Raises PgseqError."""
    with handles.session(connection) as session:
        return workflow.fix(SessionPool(primary=session), _options(connection.alias), accept)


def fix_tables(connection: Any, names: Iterable[str]) -> tuple[SequenceReport, ...]:
    """Move the sequences that feed these tables (names as Django has them, found by the connection's search_path) and
    are out of sync; what became of each. Raises PgseqError."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, ([connection.ops.quote_name(name) for name in names],))
        tables = cursor.fetchall()
    if not tables:
        return ()
    options = _options(connection.alias, tables=[quoted(*table) for table in tables])
    try:
        with handles.session(connection) as session:
            return workflow.fix(SessionPool(primary=session), options, accept).sequences
    except NothingMatches:
        # Tables without a sequence.
        return ()


def _options(alias: str, tables: Iterable[str] = (), time_limit: float | None = None) -> workflow.Options:
    config = load(None)
    refuse_unknown_codes(config)
    return workflow.Options(
        scope=scope(table=tables),
        config=config,
        caller=Caller(program=f"{program()} pgseq", target=words(alias)),
        # Another database, or another table, may have it.
        on_missing_feeds=lambda feeds: None,
        unmatched=lambda patterns: None,
        time_limit=time_limit,
    )


def program() -> str:
    """What this project's commands are called by."""
    name = os.path.basename(sys.argv[0]) if sys.argv else ""
    return {"django-admin": name, "__main__.py": "python -m django"}.get(name, "manage.py")


def moved(report: SequenceReport) -> str | None:
    """A line about a sequence that was moved; None about any other."""
    applied = report.applied
    if applied is None or applied.result != "moved" or applied.before is None or applied.after is None:
        return None
    name = display(report.sequence.sql)
    return f"pgseq: {name} moved from {applied.before.last_value} to {applied.after.last_value}"


def left(report: SequenceReport) -> str | None:
    """A line about a sequence that was not moved, or of which it cannot be told whether it is to be; None about any
    other."""
    name, applied, reason = display(report.sequence.sql), report.applied, report.diagnosis.reason
    if applied is not None and applied.result in ("skipped", "failed"):
        hint = f" ({display(applied.hint)})" if applied.hint else ""
        return f"pgseq: {name} was not moved: {display(applied.reason)}{hint}"
    if report.counts_as == "unknown" and reason is not None:
        return f"pgseq: it cannot be told whether {name} is in sync: {display(reason.reason)}"
    return None


def unknown(report: DatabaseReport) -> str:
    """How many sequences cannot be told whether they are in sync; empty: none."""
    count = sum(one.counts_as == "unknown" for one in report.sequences)
    return f"it cannot be told of {plural(count, 'sequence')} whether in sync" if count else ""


def wrong(report: DatabaseReport) -> list[SequenceReport]:
    """The sequences that fail an INSERT, sooner or later."""
    return [one for one in report.sequences if one.counts_as in ("out_of_sync", "exhausted")]


def telling(report: SequenceReport) -> tuple[str, str, str]:
    """Code, message and hint of what is wrong with a sequence."""
    finding = next((one for one in report.findings if one.severity == "error"), None)
    if finding is None:
        return "PGS001", f"{display(report.sequence.sql)} is out of sync", ""
    return finding.code, display(finding.message), display(finding.hint)


def command(verb: str, alias: str) -> str:
    """A command of this project's about the database of an alias."""
    return f"{program()} pgseq {shell_words((verb, *words(alias)))}"


def tables_of(model: Any) -> list[str]:
    """The tables of a model: its own, those of its concrete parents, and those that join it to others."""
    options = model._meta.concrete_model._meta
    joining = (field.remote_field.through._meta for field in options.local_many_to_many)
    parents = (table for parent in options.parents for table in tables_of(parent))
    return [options.db_table, *(through.db_table for through in joining if through.auto_created), *parents]
