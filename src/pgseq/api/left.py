"""range: what the library says of the values that are left."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from pgseq.api.options import Arguments, Selection, Target, opened, prepared

if TYPE_CHECKING:
    from pgseq.commands.range import RangeReport
    from pgseq.commands.range.workflow import RangeOptions


def range(
    target: Target,
    *,
    history: str | os.PathLike[str] | None = None,
    since: str | os.PathLike[str] | None = None,
    clock: str | None = None,
    within: timedelta | int | None = None,
    **selection: Unpack[Selection],
) -> RangeReport:
    """How many values each sequence has left until its nearest obstacle, and how long they last; changes nothing there.

    Arguments as for `check`. `history`: a file of samples (SQLite), to which one is added. `since`: an earlier document
    of `check --format json`, as one more sample. Where samples do not tell, a column does that says when a row was
    inserted: `clock`, or one that is NOT NULL with now() as default. `within`: what is too little, a time or a number
    of values; then `exit_code` says whether something ends sooner.

    Returns a RangeReport, what ends first standing first. Raises what `check` raises; UsageError also for a history
    that is damaged or of a newer pgseq. A sample that cannot be kept is one of its `problems`.

    >>> first = pgseq.range(dsn, table="users").sequences[0]
    >>> first.left.values, first.left.obstacles[0].kind
    (0, 'stored')
    """
    from pgseq.commands.range.workflow import left_of

    target, arguments = prepared(target), Arguments(**selection)
    asked = asked_range(history, since, clock, within)
    with opened(target, arguments) as (pool, options):
        return left_of(pool, options, asked, arguments.progress)


def asked_range(
    history: str | os.PathLike[str] | None,
    since: str | os.PathLike[str] | None,
    clock: str | None,
    within: timedelta | int | None,
) -> RangeOptions:
    """The same for the workflow."""
    from pgseq.commands.range.model import Within
    from pgseq.commands.range.workflow import RangeOptions

    span = Within(seconds=within.total_seconds()) if isinstance(within, timedelta) else Within(values=within)
    return RangeOptions(
        history=None if history is None else Path(history),
        since=None if since is None else Path(since),
        clock=clock,
        within=None if within is None else span,
    )
