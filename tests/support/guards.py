"""Guards put on and looked at, as the tests need them."""

from __future__ import annotations

from pgseq.connection import open_crew
from pgseq.doctor import Options
from pgseq.guard.condition import conditions
from pgseq.guard.identity import Kind, identities
from pgseq.guard.ownership import ownerships
from pgseq.guard.removal import removals
from pgseq.guard.rounds import Design, change
from pgseq.guard.survey import survey
from pgseq.guard.trigger import triggers
from pgseq.guard.values import Case, Round, Status
from pgseq.scope import scope
from pgseq.session import Limits

LIMITS = Limits(lock_ms=500)


def carried_out(dsn: str, design: Design, *tables: str) -> Round:
    """What becomes of what `design` plans for these tables (all, where none is named)."""
    with open_crew(dsn, 1) as crew:
        options = Options(scope=scope(table=tables), limits=LIMITS)
        return change(crew, options, design, lambda found: True, lambda done, total: None)


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
    with open_crew(dsn, 1) as crew:
        return conditions(survey(crew, Options(scope=scope(table=tables), limits=LIMITS)))


def results(found: Round) -> list[tuple[str, str, str]]:
    """What, of what, and what became of it."""
    return [(case.what, case.label, case.done.result if case.done else "planned") for case in found.cases]


def only(found: Round) -> Case:
    """The one case of a round."""
    (case,) = found.cases
    return case
