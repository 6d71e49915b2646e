"""Reading tables and sequences that may be somebody else's: in one transaction behind what makes sure of them."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Final

from pgseq.core.planner_code import LONGEST, Expression, judged
from pgseq.model.limits import Limits, restricts
from pgseq.model.sequences import Problem, Sequence, Server
from pgseq.pg.session import Rows, Session, transaction
from pgseq.sql import braced, load
from pgseq.sql.unchanged import Plain, Relation, opening, share, unchanged

#: Tables asked about at a time.
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
    """Read tables, and sequences by their names, in one transaction: what each statement returned, all of which return
    rows.

    Raises QueryFailed, also where something is not any more what the catalog said; ConnectionFailed.
    """
    script = [*share(relations), *unchanged(relations, sequences, server.major), *statements]
    every = (*limits.settings, *opening(relations, server.version_num), *settings)
    return transaction(session, script, settings=every)[-len(statements) :]


def read_code(session: Session, server: Server, tables: dict[int, str], limits: Limits) -> dict[int, str | Problem]:
    """What the planner evaluates when tables are read, of those where there is anything: a mark, or why the table must
    not be read. `tables` are their quoted names by oid. Raises QueryFailed, ConnectionFailed."""
    every = sorted(tables)
    expressions: list[Expression] = []
    for start in range(0, len(every), _SLICE):
        words = {"relids": braced(every[start : start + _SLICE]), "longest": str(LONGEST), "trusted": load("trusted")}
        (answer,) = transaction(session, [load("planned_code", server.major, **words)], settings=limits.settings)
        expressions += answer.into(Expression)
    return judged(expressions, tables)


def read_plain(session: Session, server: Server, tables: dict[int, str], limits: Limits) -> dict[int, Plain | Problem]:
    """What is to be known of tables to read them, or why they must not be read, by oid; those that are gone are left
    out. `tables` are their quoted names by oid. Raises QueryFailed, ConnectionFailed."""
    question = load("pg.owners", server.major, relids=braced(tables), trusted=load("trusted"))
    (answer,) = transaction(session, [question], settings=limits.settings)
    restricted = restricts(server.version_num)
    asked = (
        {}
        if limits.trust_owners
        else {relid: tables[relid] for relid, trusted, _ in answer.rows if not (trusted and restricted)}
    )
    code = read_code(session, server, asked, limits)
    found: dict[int, Plain | Problem] = {}
    for relid, _, may_share in answer.rows:
        mark = code.get(relid, "") if relid in asked else None
        if isinstance(mark, Problem):
            found[relid] = mark
        else:
            found[relid] = Plain(relid=relid, sources=(f"ONLY {tables[relid]}",), mark=mark, may_share=may_share)
    return found
