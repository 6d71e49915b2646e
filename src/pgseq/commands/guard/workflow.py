"""Guards: read → plan → show → apply → read again → verify."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pgseq import workflow
from pgseq.commands.guard.apply import execute
from pgseq.commands.guard.model import GuardItem, GuardReport, Inventory
from pgseq.commands.guard.read import read_inventory
from pgseq.core.preconditions import refuse_open_transaction
from pgseq.errors import ConnectionFailed, Interrupted, NothingMatches
from pgseq.model.changes import ItemResult
from pgseq.pg.catalog import read_server
from pgseq.pg.pool import SessionPool

#: Plans the changes that were asked for. Pure.
Planner = Callable[[Inventory], list[GuardItem]]
#: Shown the plan; whether to go on.
Confirm = Callable[[GuardReport], bool]


def plan(pool: SessionPool, options: workflow.Options, planner: Planner, progress: workflow.Progress) -> GuardReport:
    """What would be done; changes nothing. Raises what `workflow.check` raises."""
    inventory = read_inventory(pool, options, progress)
    items = tuple(item.calling(options.compose).of(inventory.server.database) for item in planner(inventory))
    return GuardReport(server=inventory.server, items=items, target=options.caller.target)


def change(
    pool: SessionPool, options: workflow.Options, planner: Planner, confirm: Confirm, progress: workflow.Progress
) -> GuardReport:
    """Plan, show the plan to `confirm`, carry it out change by change, and look again at what was changed.

    Returns the plan unchanged when `confirm` says no. Raises what `workflow.fix` raises.
    """
    server = read_server(pool.primary, options.limits)
    refuse_open_transaction(in_transaction=pool.primary.in_transaction)
    workflow.refuse_unwritable(pool.primary, server)
    planned = plan(pool, options, planner, progress)
    to_do = [(item, item.change) for item in planned.items if item.change is not None]
    if to_do and not confirm(planned):
        return planned
    results: dict[tuple[str, str], ItemResult] = {}
    try:
        for item, to_make in to_do:
            lost = any(result.lost for result in results.values())
            result = _NOT_REACHED if lost else execute(pool.primary, item, to_make, options.limits)
            results[_key(item)] = result.calling(options.compose)
            progress(len(results), len(to_do))
    except KeyboardInterrupt:
        raise Interrupted(_with_results(planned, results)) from None
    return _verified(pool, options, planner, _with_results(planned, results))


_NOT_REACHED = ItemResult(
    status="failed", reason="not reached: the connection was lost", hint="run it again", lost=True
)


def _key(item: GuardItem) -> tuple[str, str]:
    return item.what, item.label


def _with_results(planned: GuardReport, results: dict[tuple[str, str], ItemResult]) -> GuardReport:
    def with_result(item: GuardItem) -> GuardItem:
        if item.refused is not None:
            return replace(
                item, result=ItemResult(status="refused", reason=item.refused.reason, hint=item.refused.hint)
            )
        if item.change is None:
            return replace(item, result=ItemResult(status="unchanged", reason=item.remark))
        result = results.get(_key(item))
        return replace(item, result=result or ItemResult(status="failed", reason="interrupted, it may be done or not"))

    return replace(planned, items=tuple(map(with_result, planned.items)))


def _verified(pool: SessionPool, options: workflow.Options, planner: Planner, report: GuardReport) -> GuardReport:
    """Mark every change as failed that was carried out and would still be planned."""
    if not any(item.result is not None and item.result.status == "done" for item in report.items):
        return report
    try:
        again = {_key(item) for item in planner(read_inventory(pool, options)) if item.change is not None}
    except (ConnectionFailed, NothingMatches):
        return report  # The results stand all the same.
    return replace(
        report,
        items=tuple(
            replace(item, result=ItemResult(status="failed", reason="carried out, but found undone afterwards"))
            if item.result is not None and item.result.status == "done" and _key(item) in again
            else item
            for item in report.items
        ),
    )
