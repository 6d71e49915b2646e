"""Reads tables and sequences whose owners may not be trusted, in one transaction with the checks of `sql.unchanged`."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final

from pgseq.core.planner_code import LONGEST, Expression, judge_tables
from pgseq.model.limits import Limits, restricts
from pgseq.model.sequences import Problem, Sequence
from pgseq.model.server import Server
from pgseq.pg.session import Rows, Session, transaction
from pgseq.sql import braced, load
from pgseq.sql.unchanged import Plain, Relation, opening, share, unchanged

#: Tables in one query.
_SLICE: Final = 5000


def read(
    session: Session,
    server: Server,
    statements: Items[str],
    limits: Limits,
    relations: Items[Relation],
    sequences: Items[Sequence] = (),
    settings: Items[str] = (),
) -> list[Rows]:
    """Run statements that read these relations and sequences, in one transaction; the rows of each statement.

    Raises QueryFailed, also where a relation is no longer what the catalog said, and ConnectionFailed.
    """
    script = [*share(relations), *unchanged(relations, sequences, server.major), *statements]
    settings = (*limits.settings, *opening(relations, server.version_num), *settings)
    return transaction(session, script, settings=settings)[-len(statements) :]


def read_code(session: Session, server: Server, tables: dict[int, str], limits: Limits) -> dict[int, str | Problem]:
    """By table, a mark of what the planner evaluates when it is read, or why it must not be read. Tables without such
    expressions are left out. `tables` maps oids to quoted names. Raises QueryFailed, ConnectionFailed."""
    relids = sorted(tables)
    expressions: list[Expression] = []
    for start in range(0, len(relids), _SLICE):
        words = {"relids": braced(relids[start : start + _SLICE]), "longest": str(LONGEST), "trusted": load("trusted")}
        (answer,) = transaction(session, [load("planned_code", server.major, **words)], settings=limits.settings)
        expressions += answer.into(Expression)
    return judge_tables(expressions, tables)


def read_plain(session: Session, server: Server, tables: dict[int, str], limits: Limits) -> dict[int, Plain | Problem]:
    """By oid, each table as a relation to read, or why it must not be read; tables dropped since are left out.
    `tables` maps oids to quoted names. Raises QueryFailed, ConnectionFailed."""
    question = load("pg.owners", server.major, relids=braced(tables), trusted=load("trusted"))
    (answer,) = transaction(session, [question], settings=limits.settings)
    restricted = restricts(server.version_num)
    asked = (
        {}
        if limits.trust_owners
        else {relid: tables[relid] for relid, trusted, _ in answer.rows if not (trusted and restricted)}
    )
    code = read_code(session, server, asked, limits)
    relations: dict[int, Plain | Problem] = {}
    for relid, _, may_share in answer.rows:
        mark = code.get(relid, "") if relid in asked else None
        if isinstance(mark, Problem):
            relations[relid] = mark
        else:
            relations[relid] = Plain(relid=relid, sources=(f"ONLY {tables[relid]}",), mark=mark, may_share=may_share)
    return relations
