"""Guards put on and looked at, as the tests need them."""

from __future__ import annotations

from pgseq.commands.guard.identity import Kind, identities
from pgseq.commands.guard.model import GuardItem, GuardReport, GuardStatus
from pgseq.commands.guard.ownership import ownerships
from pgseq.commands.guard.read import read_inventory
from pgseq.commands.guard.remove import removals
from pgseq.commands.guard.status import guard_status
from pgseq.commands.guard.trigger import triggers
from pgseq.commands.guard.workflow import Planner, change
from pgseq.core.selection import scope
from pgseq.model.limits import Limits
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options

LIMITS = Limits(lock_ms=500)


def carried_out(dsn: str, planner: Planner, *tables: str) -> GuardReport:
    """What becomes of what `design` plans for these tables (all, where none is named)."""
    with open_pool(dsn, 1) as pool:
        options = Options(scope=scope(table=tables), limits=LIMITS)
        return change(pool, options, planner, lambda found: True, lambda done, total: None)


def to_identity(dsn: str, *tables: str, kind: Kind = "ALWAYS") -> GuardReport:
    """`pgseq guard identity`."""
    return carried_out(dsn, lambda inventory: identities(inventory, kind, LIMITS), *tables)


def with_trigger(dsn: str, *tables: str, max_jump: float = 0.10) -> GuardReport:
    """`pgseq guard trigger`."""
    return carried_out(dsn, lambda inventory: triggers(inventory, max_jump, LIMITS), *tables)


def owned(dsn: str, *tables: str) -> GuardReport:
    """`pgseq guard ownership`."""
    return carried_out(dsn, lambda inventory: ownerships(inventory, LIMITS), *tables)


def without_default(dsn: str, *tables: str) -> GuardReport:
    """`pgseq guard remove`."""
    return carried_out(dsn, lambda inventory: removals(inventory, LIMITS), *tables)


def status(dsn: str, *tables: str) -> GuardStatus:
    """`pgseq guard status`."""
    with open_pool(dsn, 1) as pool:
        return guard_status(read_inventory(pool, Options(scope=scope(table=tables), limits=LIMITS)))


def results(report: GuardReport) -> list[tuple[str, str, str]]:
    """What, of what, and what became of it."""
    return [(item.what, item.label, item.result.status if item.result else "planned") for item in report.items]


def only(report: GuardReport) -> GuardItem:
    """The one case of a round."""
    (item,) = report.items
    return item
