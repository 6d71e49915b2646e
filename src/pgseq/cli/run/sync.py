"""The work of `sync`: look at both databases, show the plan, ask, carry it out; or write it as a script."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from msgspec import Struct

from pgseq import workflow
from pgseq.cli.app.streams import moves_told
from pgseq.cli.options.server import NamedServer
from pgseq.cli.options.shared import View
from pgseq.cli.run.interactive import InteractiveRun
from pgseq.cli.run.script import step_script
from pgseq.commands.sync import Cutover
from pgseq.commands.sync.ddl import connect, create
from pgseq.commands.sync.read import naming, read_ddl_context
from pgseq.commands.sync.workflow import look, sync
from pgseq.config import mapped as parse_map
from pgseq.conninfo import is_meant_as_string
from pgseq.errors import UsageError
from pgseq.model.configuration import Config, Mapped
from pgseq.names import plural
from pgseq.pg.pool import SessionPool
from pgseq.render.csv.sync import CutoverCsv
from pgseq.render.json.sync import CutoverDocument
from pgseq.render.markdown.sync import CutoverMarkdown
from pgseq.render.text.progress import Bar
from pgseq.render.text.sync import CutoverTable
from pgseq.undo_file import UndoFile

#: SOURCE=TARGET: a quoted name may hold the sign, too.
_MAP = re.compile(r'((?:[^"=]|"[^"]*")*)=(.*)', re.DOTALL)
#: Where a sync moves sequences, in words.
PURPOSE = "to at least where those of the source stood, and beyond the values stored in the columns that they feed"


class Endpoints(Struct, frozen=True, kw_only=True):
    """Both endpoints of a cut-over, and what is asked for."""

    source: NamedServer
    target: NamedServer
    jobs: int
    settings: workflow.Options
    #: Values of the target's own to be left free behind the source's position.
    margin: int

    @contextmanager
    def open(self) -> Iterator[tuple[SessionPool, SessionPool]]:
        """Sessions with the source and with the target. Raises ConnectionFailed, which says with which."""
        with ExitStack() as stack:
            with naming("source"):
                source = stack.enter_context(self.source.open(self.jobs))
            with naming("target"):
                target = stack.enter_context(self.target.open(self.jobs))
            yield source, target


def maps(texts: Iterable[str]) -> tuple[Mapped, ...]:
    """`--map SOURCE=TARGET`. Raises UsageError."""
    texts = list(texts)
    if any(is_meant_as_string(text) for text in texts):
        raise UsageError("--map takes SOURCE=TARGET, and was given a connection string", "write --map s.name=s.name")
    pairs = [(text, _MAP.fullmatch(text)) for text in texts]
    return tuple(parse_map(*(map(str.strip, pair.groups()) if pair else (text, ""))) for text, pair in pairs)


def arguments(margin: int, mapped: Iterable[str]) -> tuple[str, ...]:
    """The margin and the maps as words of a command line."""
    values = ("--margin", str(margin)) if margin else ()
    return (*values, *(word for text in mapped for word in ("--map", text)))


def apply(endpoints: Endpoints, view: View, undo_file: UndoFile | None, *, ask: bool) -> tuple[int, bool]:
    """Sync; the exit code, and whether anything was moved.

    Ctrl-C raises KeyboardInterrupt that says how far it came; what became of each until then is written first.
    """
    config = endpoints.settings.config
    run = InteractiveRun(
        report=Cutover,
        view=view,
        config=config,
        ask=ask,
        plan=_table(view).plan,
        count=_planned,
        partial=lambda carried: _write(carried.report, view, config),
    )
    settings, margin = endpoints.settings, endpoints.margin
    # The table of a plan does not say when what is moved would collide; a document does.
    complete = view.format != "table"
    with Bar(sys.stderr) as bar, endpoints.open() as (source, target):
        carried = run(
            bar,
            lambda confirm, steps: sync(source, target, settings, margin, confirm, steps, undo_file, complete=complete),
        )
    cutover = carried.report
    _write(cutover, view, config, changed=not run.declined)
    return cutover.exit_code, moved(cutover)


def verify(endpoints: Endpoints, view: View) -> tuple[int, bool]:
    """Compare both and write how they stand; the exit code, and whether a sync would do anything."""
    cutover = _look(endpoints)
    _write(cutover, view, endpoints.settings.config)
    return cutover.exit_code, _planned(cutover) > 0


def rehearse(endpoints: Endpoints, view: View) -> tuple[int, bool]:
    """Show what a sync would do; the exit code, and whether it would do anything."""
    cutover = _look(endpoints)
    _table(view).plan(cutover)
    _write(cutover, view, endpoints.settings.config, changed=False)
    return cutover.exit_code, _planned(cutover) > 0


def write(endpoints: Endpoints, file: str) -> int:
    """Write the plan as a script for psql; the exit code. Raises UsageError."""
    cutover = _look(endpoints)
    step_script(file, PURPOSE).database(cutover.target)
    return cutover.exit_code


def create_missing(endpoints: Endpoints) -> int:
    """Print the DDL of the sequences, and of the defaults, that only the source has; the exit code."""
    cutover, limits = _look(endpoints), endpoints.settings.limits
    missing = cutover.missing_on_target
    without_default = [(one.sequence, feed) for one in cutover.comparisons for feed in one.without_default]
    feeds = [*(feed for sequence in missing for feed in sequence.feeds), *(feed for _, feed in without_default)]
    with endpoints.open() as (source, target):
        context = read_ddl_context(source.primary, target.primary, cutover.target.server.major, feeds, limits)
    sys.stdout.write(create(missing, context) + connect(without_default, context))
    summary = f"{plural(len(missing), 'sequence')} of the source not on the target"
    defaults = f"; {plural(len(without_default), 'column')} without a default there" if without_default else ""
    sys.stderr.write(f"{summary}{defaults}\n")
    return 0


def moved(cutover: Cutover) -> bool:
    """Whether anything was moved."""
    return any(one.report.applied and one.report.applied.result == "moved" for one in cutover.comparisons)


def _planned(cutover: Cutover) -> int:
    return sum(one.report.step is not None for one in cutover.comparisons)


def _look(endpoints: Endpoints) -> Cutover:
    try:
        with Bar(sys.stderr) as bar, endpoints.open() as (source, target):
            return look(source, target, endpoints.settings, endpoints.margin, bar)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("before everything was looked at") from None


def _table(view: View) -> CutoverTable:
    """Where the plan is shown: standard error where a document is written."""
    return CutoverTable(view.terminal(error=view.format != "table"), view.detail)


def _write(cutover: Cutover, view: View, config: Config, *, changed: bool = True) -> None:
    with moves_told(one.report for one in cutover.comparisons):
        match view.format:
            case "json":
                CutoverDocument(sys.stdout, config.path).database(cutover)
            case "csv":
                CutoverCsv(sys.stdout).database(cutover)
            case "markdown":
                CutoverMarkdown(sys.stdout, view.detail).database(cutover)
            case "table":
                table = CutoverTable(view.terminal(), view.detail)
                table.database(cutover) if changed else table.unchanged(cutover)
