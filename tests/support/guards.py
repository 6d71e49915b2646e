"""Guards put on and looked at, as the tests need them."""

from __future__ import annotations

from pgseq.commands.guard.identity import Kind, identities
from pgseq.commands.guard.model import Case, Round, Status
from pgseq.commands.guard.ownership import ownerships
from pgseq.commands.guard.read import survey
from pgseq.commands.guard.remove import removals
from pgseq.commands.guard.status import conditions
from pgseq.commands.guard.trigger import triggers
from pgseq.commands.guard.workflow import Design, change
from pgseq.core.selection import scope
from pgseq.model.limits import Limits
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options

LIMITS = Limits(lock_ms=500)


def carried_out(dsn: str, design: Design, *tables: str) -> Round:
    """What becomes of what `design` plans for these tables (all, where none is named)."""
    with open_pool(dsn, 1) as pool:
        options = Options(scope=scope(table=tables), limits=LIMITS)
        return change(pool, options, design, lambda found: True, lambda done, total: None)


def to_identity(dsn: str, *tables: str, kind: Kind = "ALWAYS") -> Round:
    """`pgseq guard identity`."""
    return carried_out(dsn, lambda seen: identities(seen, kind, LIMITS), *tables)


def with_trigger(dsn: str, *tables: str, max_jump: float = 0.10) -> Round:
    """`pgseq guard trigger`."""
    return carried_out(dsn, lambda seen: triggers(seen, max_jump, LIMITS), *tables)


def owned(dsn: str, *tables: str) -> Round:
    """`pgseq guard ownership`."""
    return carried_out(dsn, lambda seen: ownerships(seen, LIMITS), *tables)


def without(dsn: str, *tables: str) -> Round:
    """`pgseq guard remove`."""
    return carried_out(dsn, lambda seen: removals(seen, LIMITS), *tables)


def status(dsn: str, *tables: str) -> Status:
    """`pgseq guard status`."""
    with open_pool(dsn, 1) as pool:
        return conditions(survey(pool, Options(scope=scope(table=tables), limits=LIMITS)))


def results(found: Round) -> list[tuple[str, str, str]]:
    """What, of what, and what became of it."""
    return [(case.what, case.label, case.done.result if case.done else "planned") for case in found.cases]


def only(found: Round) -> Case:
    """The one case of a round."""
    (case,) = found.cases
    return case
