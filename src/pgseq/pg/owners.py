"""What of tables whose owners may not be trusted would run when they are read."""

from __future__ import annotations

from typing import Final

from pgseq.core.planner_code import LONGEST, Expression, judge_tables
from pgseq.model.limits import restricts
from pgseq.model.sequences import Problem
from pgseq.pg.database import Database
from pgseq.sql import braced, load
from pgseq.sql.unchanged import Plain

#: Tables in one query.
_SLICE: Final = 5000


def read_code(database: Database, tables: dict[int, str]) -> dict[int, str | Problem]:
    """By table, a mark of what the planner evaluates when it is read, or why it must not be read. Tables without such
    expressions are left out. `tables` maps oids to quoted names. Raises QueryFailed, ConnectionFailed."""
    relids = sorted(tables)
    expressions: list[Expression] = []
    for start in range(0, len(relids), _SLICE):
        words = {"relids": braced(relids[start : start + _SLICE]), "longest": str(LONGEST), "trusted": load("trusted")}
        expressions += database.ask("planned_code", Expression, **words)
    return judge_tables(expressions, tables)


def read_plain(database: Database, tables: dict[int, str]) -> dict[int, Plain | Problem]:
    """By oid, each table as a relation to read, or why it must not be read; tables dropped since are left out.
    `tables` maps oids to quoted names. Raises QueryFailed, ConnectionFailed."""
    question = load("pg.owners", database.server.major, relids=braced(tables), trusted=load("trusted"))
    (answer,) = database.run(question)
    restricted = restricts(database.server.version_num)
    asked = (
        {}
        if database.limits.trust_owners
        else {relid: tables[relid] for relid, trusted, _ in answer.rows if not (trusted and restricted)}
    )
    code = read_code(database, asked)
    relations: dict[int, Plain | Problem] = {}
    for relid, _, may_share in answer.rows:
        mark = code.get(relid, "") if relid in asked else None
        if isinstance(mark, Problem):
            relations[relid] = mark
        else:
            relations[relid] = Plain(relid=relid, sources=(f"ONLY {tables[relid]}",), mark=mark, may_share=may_share)
    return relations
