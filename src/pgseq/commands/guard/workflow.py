"""The sentence of this wing: survey → plan → show → carry out → survey again → verify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pgseq import workflow
from pgseq.commands.guard.apply import execute
from pgseq.commands.guard.model import Case, Done, Round, Survey
from pgseq.commands.guard.read import survey
from pgseq.core.preconditions import refuse_read_only
from pgseq.errors import ConnectionFailed, Interrupted, NothingMatches
from pgseq.pg.catalog import read_server
from pgseq.pg.pool import SessionPool

#: Plans what is asked for, from what was seen. Pure.
Design = Callable[[Survey], list[Case]]
#: Shown the plan; whether to go on.
Confirm = Callable[[Round], bool]


def plan(crew: SessionPool, options: workflow.Options, design: Design, progress: workflow.Progress) -> Round:
    """What would be done; changes nothing. Raises what `doctor.check` raises."""
    seen = survey(crew, options, progress)
    return Round(server=seen.server, cases=tuple(design(seen)))


def change(
    crew: SessionPool, options: workflow.Options, design: Design, confirm: Confirm, progress: workflow.Progress
) -> Round:
    """Plan, show the plan to `confirm`, carry it out change by change, and look again at what was changed.

    Returns the plan unchanged when `confirm` says no. Raises what `doctor.fix` raises.
    """
    refuse_read_only(read_server(crew.primary))
    planned = plan(crew, options, design, progress)
    wanted = [case for case in planned.cases if case.change is not None]
    if wanted and not confirm(planned):
        return planned
    done: dict[tuple[str, str], Done] = {}
    try:
        for case in wanted:
            lost = any(one.lost for one in done.values())
            done[_key(case)] = _NOT_REACHED if lost else execute(crew.primary, case, options.limits)
            progress(len(done), len(wanted))
    except KeyboardInterrupt:
        raise Interrupted(_told(planned, done)) from None
    return _verified(crew, options, design, _told(planned, done))


_NOT_REACHED = Done(result="failed", reason="not reached: the connection was lost", hint="run it again", lost=True)


def _key(case: Case) -> tuple[str, str]:
    return case.what, case.label


def _told(planned: Round, done: dict[tuple[str, str], Done]) -> Round:
    def told(case: Case) -> Case:
        if case.refused is not None:
            return replace(case, done=Done(result="refused", reason=case.refused.reason, hint=case.refused.hint))
        if case.change is None:
            return replace(case, done=Done(result="unchanged", reason=case.remark))
        known = done.get(_key(case))
        return replace(case, done=known or Done(result="failed", reason="interrupted, it may be done or not"))

    return replace(planned, cases=tuple(map(told, planned.cases)))


def _verified(crew: SessionPool, options: workflow.Options, design: Design, told: Round) -> Round:
    """The round with every change that is still wanted, although it was carried out, told as failed."""
    if not any(case.done is not None and case.done.result == "done" for case in told.cases):
        return told
    try:
        again = {_key(case) for case in design(survey(crew, options)) if case.change is not None}
    except (ConnectionFailed, NothingMatches):
        return told  # What was done stands in the report all the same.
    return replace(
        told,
        cases=tuple(
            replace(case, done=Done(result="failed", reason="carried out, but found undone afterwards"))
            if case.done is not None and case.done.result == "done" and _key(case) in again
            else case
            for case in told.cases
        ),
    )
