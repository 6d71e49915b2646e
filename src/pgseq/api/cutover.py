"""sync: a cut-over by the library."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from pgseq.api.options import Arguments, Lock, Selection, Target, accept, calling, prepared, repair_policy
from pgseq.errors import UsageError
from pgseq.model.limits import MAX_JUMP
from pgseq.pg.connect import open_pool

if TYPE_CHECKING:
    from pgseq.commands.sync.model import Cutover


def sync(
    source: Target,
    target: Target,
    *,
    margin: int = 0,
    mapping: Mapping[str, str] = MappingProxyType({}),
    max_jump: float = MAX_JUMP,
    lock: Lock = "table",
    undo_file: str | os.PathLike[str] | None = None,
    dry_run: bool = False,
    confirm: Callable[[Cutover], bool] = accept,
    **selection: Unpack[Selection],
) -> Cutover:
    """Cut over: move every sequence of `target` to at least where that of `source` stands, beyond the values stored,
    and never backwards. The source is only read.

    Options as for `fix`; the selection applies to the target. `margin`: values to be left free behind the source's
    position. `mapping`: qualified names of sequences of the source, and what each is called on the target, where names
    and columns do not tell. `confirm` is shown what was seen of both; when it returns False nothing is changed.
    `dry_run`: only compare; then the target may be a standby, too.

    Returns a Cutover. Raises what `fix` raises; UsageError also where both are the same database.

    >>> cutover = pgseq.sync(old, dsn, margin=100)
    >>> [(one.sequence.sql, one.report.applied.after.last_value) for one in cutover.comparisons]
    [('public.users_id_seq', 600)]
    """
    from pgseq.commands.sync.read import naming
    from pgseq.commands.sync.workflow import look
    from pgseq.commands.sync.workflow import sync as cut_over
    from pgseq.config import mapped
    from pgseq.undo_file import open_undo_file

    source, target, arguments = prepared(source), prepared(target), Arguments(**selection)
    if margin < 0:
        raise UsageError(f"margin = {margin} is less than nothing", "pass 0 or more")
    options = arguments.options(repair_policy(max_jump, lock=lock))
    maps = tuple(mapped(*pair) for pair in mapping.items())
    options = replace(options, config=replace(options.config, map=(*options.config.map, *maps)))
    with ExitStack() as stack:
        log = stack.enter_context(open_undo_file(None if undo_file is None else Path(undo_file)))
        with naming("source"):
            theirs = stack.enter_context(open_pool(source, arguments.jobs))
        with naming("target"):
            ours = stack.enter_context(open_pool(target, arguments.jobs))
        options = replace(options, caller=calling(arguments.caller, target, ours.primary))
        if dry_run:
            return look(theirs, ours, options, margin, arguments.progress)
        return cut_over(theirs, ours, options, margin, confirm, arguments.progress, log)
