"""`sync --watch`: pass after pass until Ctrl-C, or until nothing is behind any more."""

from __future__ import annotations

import time
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from pgseq.cli.app.streams import moves_told
from pgseq.cli.options.shared import View
from pgseq.cli.run.sync import Endpoints, moved
from pgseq.commands.sync import Cutover
from pgseq.commands.sync.workflow import look, sync
from pgseq.errors import ConnectionFailed, Interrupted, PgseqError
from pgseq.model.changes import Applied
from pgseq.render.text.sync import CutoverTable
from pgseq.render.text.sync_watch import Passes, passes
from pgseq.undo_file import UndoFile

#: Passes in a row that may lose a connection, as when a cut endpoints every session of the source.
LOSSES = 3


class Pace(Struct, frozen=True, kw_only=True):
    """How a watch goes on, and when it endpoints."""

    #: Between two passes.
    seconds: float
    until_equal: bool
    #: Whether passes move what is behind.
    move: bool


class WatchResult:
    """The results of all passes, sequence by sequence."""

    def __init__(self) -> None:
        self._applied: dict[int, Applied] = {}
        #: The last pass.
        self.last: Cutover | None = None

    def add(self, cutover: Cutover) -> None:
        """Count a pass."""
        self.last = cutover
        for comparison in cutover.comparisons:
            if comparison.report.applied is not None:
                oid = comparison.sequence.oid
                self._applied[oid] = _joined(self._applied.get(oid), comparison.report.applied)

    def cutover(self) -> Cutover | None:
        """The last pass with the results of all; None before the first."""
        if self.last is None:
            return None
        return replace(
            self.last,
            comparisons=tuple(
                replace(one, report=replace(one.report, applied=self._applied.get(one.sequence.oid)))
                for one in self.last.comparisons
            ),
        )


def watch(endpoints: Endpoints, view: View, undo_file: UndoFile | None, pace: Pace) -> int:
    """Repeat a pass, show each, and tell of them all at the end, also where a pass fails; the exit code is that of the
    last one.

    Every pass has connections of its own. A pass that loses them is reported and repeated; LOSSES in a row raise
    ConnectionFailed, and what else a pass raises is raised. Ctrl-C before the first pass is done raises
    KeyboardInterrupt.
    """
    result = WatchResult()
    try:
        with passes(view.terminal(), view.detail) as display:
            _repeat(endpoints, undo_file, pace, display, result)
    except KeyboardInterrupt as stop:
        if isinstance(stop, Interrupted) and isinstance(stop.report, Cutover):
            result.add(stop.report)
        if result.last is None:
            raise KeyboardInterrupt("before the first pass was done") from None
    except PgseqError:
        _write(result, view)
        raise
    return _write(result, view)


def _repeat(endpoints: Endpoints, undo_file: UndoFile | None, pace: Pace, display: Passes, result: WatchResult) -> None:
    """Pass after pass until nothing is behind any more, where that is asked for."""
    lost = 0
    for number in count(1):
        try:
            cutover = _pass(endpoints, undo_file, move=pace.move)
        except ConnectionFailed as error:
            lost += 1
            if lost == LOSSES:
                raise
            display.lost(number, error)
        else:
            lost = 0
            result.add(cutover)
            display.done(number, cutover)
            if pace.until_equal and _equal(cutover):
                return
        time.sleep(pace.seconds)


def _write(result: WatchResult, view: View) -> int:
    """Write the results of all passes, if there was one; the exit code of the last."""
    cutover = result.cutover()
    if cutover is None:
        return 0
    with moves_told(one.report for one in cutover.comparisons):
        CutoverTable(view.terminal(), view.detail).database(cutover)
    return cutover.exit_code


def _pass(endpoints: Endpoints, undo_file: UndoFile | None, *, move: bool) -> Cutover:
    with endpoints.open() as (source, target):
        if move:
            return sync(source, target, endpoints.settings, endpoints.margin, lambda cutover: True, _unseen, undo_file)
        return look(source, target, endpoints.settings, endpoints.margin, _unseen)


def _unseen(done: int, total: int) -> None:
    """The passes themselves are the progress."""


def _equal(cutover: Cutover) -> bool:
    """Whether the pass cutover nothing behind, but for what cannot be moved."""
    return not moved(cutover) and not any(one.lag and one.report.refused is None for one in cutover.comparisons)


def _joined(first: Applied | None, later: Applied) -> Applied:
    """Two passes as one: from where the first cutover it to where the later one left it."""
    if first is None or first.result != "moved":
        return later
    if later.result == "unchanged":
        return first
    return replace(later, before=first.before, after=later.after or first.after, sequence=first.sequence)
