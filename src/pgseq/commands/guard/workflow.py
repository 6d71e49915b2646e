"""The sentence of this wing: survey → plan → show → carry out → survey again → verify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pgseq import workflow
from pgseq.commands.guard.apply import execute
from pgseq.commands.guard.model import GuardItem, GuardReport, Inventory, ItemResult
from pgseq.commands.guard.read import read_inventory
from pgseq.core.preconditions import refuse_read_only
from pgseq.errors import ConnectionFailed, Interrupted, NothingMatches
from pgseq.pg.catalog import read_server
from pgseq.pg.pool import SessionPool

#: Plans what is asked for, from what was seen. Pure.
Planner = Callable[[Inventory], list[GuardItem]]
#: Shown the plan; whether to go on.
Confirm = Callable[[GuardReport], bool]


def plan(pool: SessionPool, options: workflow.Options, planner: Planner, progress: workflow.Progress) -> GuardReport:
    """What would be done; changes nothing. Raises what `doctor.check` raises."""
    inventory = read_inventory(pool, options, progress)
    return GuardReport(server=inventory.server, items=tuple(planner(inventory)))


def change(
    pool: SessionPool, options: workflow.Options, planner: Planner, confirm: Confirm, progress: workflow.Progress
) -> GuardReport:
    """Plan, show the plan to `confirm`, carry it out change by change, and look again at what was changed.

    Returns the plan unchanged when `confirm` says no. Raises what `doctor.fix` raises.
    """
    refuse_read_only(read_server(pool.primary))
    planned = plan(pool, options, planner, progress)
    wanted = [item for item in planned.items if item.change is not None]
    if wanted and not confirm(planned):
        return planned
    done: dict[tuple[str, str], ItemResult] = {}
    try:
        for item in wanted:
            lost = any(one.lost for one in done.values())
            done[_key(item)] = _NOT_REACHED if lost else execute(pool.primary, item, options.limits)
            progress(len(done), len(wanted))
    except KeyboardInterrupt:
        raise Interrupted(_told(planned, done)) from None
    return _verified(pool, options, planner, _told(planned, done))


_NOT_REACHED = ItemResult(
    status="failed", reason="not reached: the connection was lost", hint="run it again", lost=True
)


def _key(item: GuardItem) -> tuple[str, str]:
    return item.what, item.label


def _told(planned: GuardReport, done: dict[tuple[str, str], ItemResult]) -> GuardReport:
    def told(item: GuardItem) -> GuardItem:
        if item.refused is not None:
            return replace(
                item, result=ItemResult(status="refused", reason=item.refused.reason, hint=item.refused.hint)
            )
        if item.change is None:
            return replace(item, result=ItemResult(status="unchanged", reason=item.remark))
        known = done.get(_key(item))
        return replace(item, result=known or ItemResult(status="failed", reason="interrupted, it may be done or not"))

    return replace(planned, items=tuple(map(told, planned.items)))


def _verified(pool: SessionPool, options: workflow.Options, planner: Planner, report: GuardReport) -> GuardReport:
    """The round with every change that is still wanted, although it was carried out, told as failed."""
    if not any(item.result is not None and item.result.status == "done" for item in report.items):
        return report
    try:
        again = {_key(item) for item in planner(read_inventory(pool, options)) if item.change is not None}
    except (ConnectionFailed, NothingMatches):
        return report  # What was done stands in the report all the same.
    return replace(
        report,
        items=tuple(
            replace(item, result=ItemResult(status="failed", reason="carried out, but found undone afterwards"))
            if item.result is not None and item.result.status == "done" and _key(item) in again
            else item
            for item in report.items
        ),
    )
