"""Guards: keep sequences from getting out of sync, by means of the database itself.

`plan` says what fits each column; `identity`, `trigger` and `ownership` install, `status` looks, `remove` takes away.
Options are those of `pgseq.check`. What changes a database takes `confirm`, which is shown the plan (nothing is changed
when it returns False), and returns a GuardReport with the result and the way back of each change.

>>> _ = pgseq.fix(dsn)
>>> [advice.chosen for advice in pgseq.guard.plan(dsn, table="users").columns]
[('identity',)]
>>> report = pgseq.guard.trigger(dsn, table="users")
>>> [(item.label, item.result.status) for item in report.items]
[('public.users.id', 'done')]
>>> [guard.faults for guard in pgseq.guard.status(dsn).guards]
[()]
>>> [item.result.status for item in pgseq.guard.remove(dsn, table="users").items]
['done']
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

from pgseq.api.options import Arguments, Selection, Target, accept, opened, prepared, repair_policy
from pgseq.model.limits import MAX_JUMP, Limits

if TYPE_CHECKING:
    from pgseq.commands.guard.advise import Advised
    from pgseq.commands.guard.model import GuardItem, GuardReport, GuardStatus, Inventory

    Confirm = Callable[[GuardReport], bool]

__all__ = ["identity", "ownership", "plan", "remove", "status", "trigger"]


def plan(target: Target, *, max_jump: float = MAX_JUMP, **selection: Unpack[Selection]) -> Advised:
    """Say for every fed column which guard fits, why, and what it costs. Reads only.

    `max_jump`: part (0 to 1) of the free values left that a trigger would let a row give up. Raises what
    `pgseq.check` raises.
    """
    from pgseq.commands.guard.advise import advise
    from pgseq.commands.guard.read import read_inventory
    from pgseq.commands.why.workflow import recorded_ids

    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments, repair_policy(max_jump)) as (pool, options):
        inventory = read_inventory(pool, options, arguments.progress)
        recorded = recorded_ids(pool, options.limits, (one.sequence for one in inventory.report.sequences))
        return advise(inventory, max_jump, options.limits, recorded, options.compose)


def identity(
    target: Target, *, by_default: bool = False, confirm: Confirm = accept, **selection: Unpack[Selection]
) -> GuardReport:
    """Turn serial columns into GENERATED ALWAYS AS IDENTITY; `by_default`: BY DEFAULT, which lets rows bring ids.

    One short transaction a table. Raises what `pgseq.fix` raises, and UsageError in an open transaction.
    """
    from pgseq.commands.guard.identity import Kind, identities

    kind: Kind = "BY DEFAULT" if by_default else "ALWAYS"
    return _change(target, lambda inventory, limits: identities(inventory, kind, limits), confirm, selection)


def trigger(
    target: Target, *, max_jump: float = MAX_JUMP, confirm: Confirm = accept, **selection: Unpack[Selection]
) -> GuardReport:
    """Install triggers that move sequences past explicit ids as they arrive.

    `max_jump`: an id that would give up more than this part (0 to 1) of the free values left is left alone, with a
    warning. Raises what `identity` raises.
    """
    from pgseq.commands.guard.trigger import triggers

    repair_policy(max_jump)
    return _change(
        target, lambda inventory, limits: triggers(inventory, max_jump, limits), confirm, selection, max_jump
    )


def ownership(target: Target, *, confirm: Confirm = accept, **selection: Unpack[Selection]) -> GuardReport:
    """Set OWNED BY for sequences that no column owns, widen those narrower than what they feed, and bind defaults that
    name their sequence as text. Raises what `identity` raises."""
    from pgseq.commands.guard.ownership import ownerships

    return _change(target, ownerships, confirm, selection)


def remove(target: Target, *, confirm: Confirm = accept, **selection: Unpack[Selection]) -> GuardReport:
    """Remove guard triggers, and the schema pgseq with the last one. Raises what `identity` raises."""
    from pgseq.commands.guard.remove import removals

    return _change(target, removals, confirm, selection)


def status(target: Target, **selection: Unpack[Selection]) -> GuardStatus:
    """List the guard triggers, and what is damaged about each. Reads only. Raises what `pgseq.check` raises."""
    from pgseq.commands.guard.read import read_inventory
    from pgseq.commands.guard.status import guard_status

    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments) as (pool, options):
        return guard_status(read_inventory(pool, options, arguments.progress)).calling(options.compose)


def _change(
    target: Target,
    planner: Callable[[Inventory, Limits], list[GuardItem]],
    confirm: Confirm,
    selection: Selection,
    max_jump: float = MAX_JUMP,
) -> GuardReport:
    from pgseq.commands.guard.workflow import change

    target, arguments = prepared(target), Arguments(**selection)
    with opened(target, arguments, repair_policy(max_jump)) as (pool, options):
        return change(pool, options, lambda inventory: planner(inventory, options.limits), confirm, arguments.progress)
