"""The work of `sync`: look at both databases, show the plan, ask, carry it out; or write it as a script."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pgseq import workflow
from pgseq.cli.app.streams import moves_told
from pgseq.cli.options.configuration import name_used
from pgseq.cli.options.connection import Server
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import agreed
from pgseq.cli.run.fix import Steps
from pgseq.cli.run.script import Script
from pgseq.commands.sync import Cutover
from pgseq.commands.sync.ddl import connect, create
from pgseq.commands.sync.read import naming, read_ddl_context
from pgseq.commands.sync.workflow import look, sync
from pgseq.config import Config, Mapped
from pgseq.config import mapped as parse_map
from pgseq.conninfo import is_meant_as_string
from pgseq.errors import Interrupted, UsageError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Both ends of a cut-over, and what is asked for."""

    source: Server
    target: Server
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
    found = [(text, _MAP.fullmatch(text)) for text in texts]
    return tuple(parse_map(*(map(str.strip, pair.groups()) if pair else (text, ""))) for text, pair in found)


def arguments(margin: int, mapped: Iterable[str]) -> list[str]:
    """The margin and the maps as words of a command line."""
    values = ["--margin", str(margin)] if margin else []
    return values + [word for text in mapped for word in ("--map", text)]


def apply(ends: Endpoints, view: View, journal: UndoFile | None, *, ask: bool) -> tuple[int, bool]:
    """Sync; the exit code, and whether anything was moved.

    Ctrl-C raises KeyboardInterrupt that says how far it came; what became of each until then is written first.
    """
    people = _people(view)
    declined = False
    with Bar(sys.stderr) as bar, ends.open() as (source, target):
        steps = Steps(bar)

        def confirm(found: Cutover) -> bool:
            nonlocal declined
            bar.pause()
            name_used(ends.settings.config)
            if ask or not view.detail.quiet:
                people.plan(found)
            count = _planned(found)
            declined = ask and not agreed(f"Apply {plural(count, 'change')}?")
            if not declined:
                # A plan that cannot be shown is not carried out.
                sys.stdout.flush()
                steps.begin(count)
            return not declined

        try:
            found = sync(source, target, ends.settings, ends.margin, confirm, steps, journal)
        except Interrupted as stop:
            bar.pause()
            if isinstance(stop.report, Cutover):
                _tell(stop.report, view, ends.settings.config)
            raise KeyboardInterrupt(*steps.told) from None
    _tell(found, view, ends.settings.config, changed=not declined)
    return found.exit_code, moved(found)


def verify(ends: Endpoints, view: View) -> tuple[int, bool]:
    """Compare both and write how they stand; the exit code, and whether a sync would do anything."""
    found = _look(ends)
    _tell(found, view, ends.settings.config)
    return found.exit_code, _planned(found) > 0


def rehearse(ends: Endpoints, view: View) -> tuple[int, bool]:
    """Show what a sync would do; the exit code, and whether it would do anything."""
    found = _look(ends)
    _people(view).plan(found)
    _tell(found, view, ends.settings.config, changed=False)
    return found.exit_code, _planned(found) > 0


def write(ends: Endpoints, view: View, file: str) -> int:
    """Write the plan as a script for psql; the exit code. Raises UsageError."""
    if view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")
    found = _look(ends)
    Script(file, PURPOSE).database(found.target)
    return found.exit_code


def create_missing(ends: Endpoints) -> int:
    """Print the DDL of the sequences, and of the defaults, that only the source has; the exit code."""
    found, limits = _look(ends), ends.settings.limits
    missing = found.missing_on_target
    without_default = [(one.sequence, feed) for one in found.comparisons for feed in one.without_default]
    feeds = [*(feed for sequence in missing for feed in sequence.feeds), *(feed for _, feed in without_default)]
    with ends.open() as (source, target):
        context = read_ddl_context(source.primary, target.primary, found.target.server.major, feeds, limits)
    sys.stdout.write(create(missing, context) + connect(without_default, context))
    told = f"{plural(len(missing), 'sequence')} of the source not on the target"
    missing_defaults = f"; {plural(len(without_default), 'column')} without a default there" if without_default else ""
    sys.stderr.write(f"{told}{missing_defaults}\n")
    return 0


def moved(found: Cutover) -> bool:
    """Whether anything was moved."""
    return any(one.report.applied and one.report.applied.result == "moved" for one in found.comparisons)


def _planned(found: Cutover) -> int:
    return sum(one.report.step is not None for one in found.comparisons)


def _look(ends: Endpoints) -> Cutover:
    try:
        with Bar(sys.stderr) as bar, ends.open() as (source, target):
            return look(source, target, ends.settings, ends.margin, bar)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("before everything was looked at") from None


def _people(view: View) -> CutoverTable:
    """Where the plan is shown: beside a document, not in it."""
    return CutoverTable(view.terminal(error=view.format != "table"), view.detail)


def _tell(found: Cutover, view: View, config: Config, *, changed: bool = True) -> None:
    with moves_told(one.report for one in found.comparisons):
        match view.format:
            case "json":
                CutoverDocument(sys.stdout, config.path).database(found)
            case "csv":
                CutoverCsv(sys.stdout).database(found)
            case "markdown":
                CutoverMarkdown(sys.stdout, view.detail).database(found)
            case "table":
                table = CutoverTable(view.terminal(), view.detail)
                table.database(found) if changed else table.unchanged(found)
