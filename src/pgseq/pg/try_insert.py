"""Verifies by a real INSERT, rolled back."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.reports import Proof
from pgseq.model.sequences import Feed
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load


class TrialTable(Struct, frozen=True, kw_only=True):
    """A row of trial.sql."""

    relid: int
    may_insert: bool
    required: list[str]
    keys: list[list[str]]


class RefusedInsert(Struct, frozen=True, kw_only=True):
    """Why an INSERT was not tried, or refused, and whether the next value is still proved to be free: False where it
    was refused for that value, None where there is no table any more."""

    reason: str
    proved: bool | None = True


def insert(session: Session, proof: Proof, limits: Limits) -> Proof:
    """Try an `INSERT … DEFAULT` in every table that the sequence feeds, and roll it back.

    Each INSERT tried uses up one value of the sequence (nextval() is not undone by ROLLBACK) and fires triggers.
    Nothing is tried where the value itself is known not to be free, where other columns have to be filled, or where the
    sequence does not count. Raises ConnectionFailed.
    """
    feeds = proof.sequence.feeds
    if not proof.proved or not feeds or proof.ignored is not None:
        return proof
    question = load("pg.trial", relids=braced(feed.relid for feed in feeds))
    try:
        tables = {t.relid: t for t in transaction(session, [question], settings=limits.settings)[0].into(TrialTable)}
    except QueryFailed as error:
        return replace(proof, proved=None, reason=f"no INSERT was tried: {error.message}")
    outcome = [(feed, _insert(session, feed, tables.get(feed.relid), limits)) for feed in feeds]
    refusals = [refused for _, refused in outcome if refused]
    against = next((one for verdict in (False, None) for one in refusals if one.proved is verdict), None)
    return replace(
        proof,
        proved=proof.proved if against is None else against.proved,
        reason=proof.reason if against is None else against.reason,
        inserted=tuple(feed.table_sql for feed, refused in outcome if refused is None),
        not_inserted=tuple((feed.table_sql, refused.reason) for feed, refused in outcome if refused),
    )


def _insert(session: Session, feed: Feed, table: TrialTable | None, limits: Limits) -> RefusedInsert | None:
    if table is None:
        return RefusedInsert(reason=f"{feed.table_sql} was dropped meanwhile", proved=None)
    others = [name for name in table.required if name != feed.column]
    if feed.via in ("owned", "declared"):
        return RefusedInsert(reason=f"{feed.column} has no default: the application gives the ids out")
    if others:
        return RefusedInsert(reason=f"NOT NULL without default: {', '.join(others)}")
    if not table.may_insert:
        return RefusedInsert(reason="no privilege to INSERT")
    # Defaults and triggers see the role's own search_path and row_security, as they do in an application.
    settings = [f"SET LOCAL statement_timeout = {limits.statement_ms}", f"SET LOCAL lock_timeout = {limits.lock_ms}"]
    # Deferred constraints are looked at, too, which else only a COMMIT would do.
    statements = [
        f"INSERT INTO {feed.table_sql} ({feed.column_sql}) VALUES (DEFAULT)",
        "SET CONSTRAINTS ALL IMMEDIATE",
    ]
    try:
        transaction(session, statements, settings=settings, mode="trial")
    except QueryFailed as error:
        collided = error.sqlstate == "23505" and [error.constraint, feed.column] in table.keys
        return RefusedInsert(reason=f"the INSERT was refused: {error.message}", proved=not collided)
    return None
