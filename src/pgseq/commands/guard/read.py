"""Reading what guards need to know of sequences, fed columns and what is installed. Reads only."""

from __future__ import annotations

from collections import defaultdict

from pgseq import workflow
from pgseq.commands.guard.bringers import FRAMEWORKS, Journal
from pgseq.commands.guard.model import Inventory
from pgseq.commands.guard.rows import ColumnRow, DefaultRow, OwnerPrivileges, Schema, SequenceExtras, Trigger
from pgseq.model.reports import DatabaseReport
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session, transaction
from pgseq.pg.subscriptions import read_subscribed
from pgseq.sql import braced, load


def read_inventory(
    pool: SessionPool, options: workflow.Options, progress: workflow.Progress = lambda done, total: None
) -> Inventory:
    """Check, and read what belongs to the sequences and columns that were asked for.

    Raises what `doctor.check` raises.
    """
    report = workflow.check(pool, options, progress)
    session, limits, major = pool.primary, options.limits, report.server.major
    oids = braced(one.sequence.oid for one in report.sequences)
    questions = [
        load("guard.columns", major, columns=_columns(session, report)),
        load("guard.sequences", major, oids=oids),
        load("guard.owner_privileges", major, pairs=_pairs(report)),
        load("guard.defaults", major, oids=oids),
        load("guard.triggers", major),
        load("guard.schema", major),
        load("guard.frameworks", major, names=braced(FRAMEWORKS)),
    ]
    # Else pg_get_expr() and format_type() would not print what defaults are compared with.
    settings = (*limits.settings, "SET LOCAL quote_all_identifiers = off")
    answers = transaction(session, questions, settings=settings)
    columns, extras, owner_privileges, defaults, triggers, schema, journals = answers
    known = columns.into(ColumnRow)
    by_sequence: dict[int, list[DefaultRow]] = defaultdict(list)
    for default in defaults.into(DefaultRow):
        by_sequence[default.sequence].append(default)
    return Inventory(
        report=report,
        columns={(one.relid, one.column): one for one in known},
        extras={one.sequence: one for one in extras.into(SequenceExtras)},
        owner_privileges={(one.relid, one.sequence): one for one in owner_privileges.into(OwnerPrivileges)},
        defaults={oid: tuple(found) for oid, found in by_sequence.items()},
        triggers=tuple(triggers.into(Trigger)),
        schema=schema.into(Schema)[0],
        subscribed={
            one.relid: one.subscription for one in read_subscribed(session, major, {one.relid for one in known}, limits)
        },
        scope=options.scope,
        journals=tuple(journals.into(Journal)),
    )


def _columns(session: Session, report: DatabaseReport) -> str:
    fed = {(feed.relid, feed.column) for one in report.sequences for feed in one.sequence.feeds}
    return "".join(f", ({relid}, {session.quote(column)})" for relid, column in sorted(fed))


def _pairs(report: DatabaseReport) -> str:
    fed = {(feed.relid, one.sequence.oid) for one in report.sequences for feed in one.sequence.feeds}
    return "".join(f", ({relid}, {oid})" for relid, oid in sorted(fed))
