"""`pgseq metrics`: looks at every target, and writes or serves the samples."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgseq import workflow
from pgseq.cli.app.errors import note, tell
from pgseq.cli.options.configuration import name_used, naming_configuration
from pgseq.cli.options.connection import Connection, Server
from pgseq.cli.run.databases import FAILURES, named, refuse_executor
from pgseq.cli.run.missing import Absences
from pgseq.errors import NothingMatches, PgseqError, UsageError
from pgseq.files import targets
from pgseq.model.exit_code import ExitCode
from pgseq.names import display
from pgseq.pg.nextval_calls import read_nextval_calls

try:
    from pgseq.metrics.samples import DatabaseSamples, Look, database_samples, families
    from pgseq.metrics.server import Latest, serving
except ModuleNotFoundError as error:
    raise UsageError(
        f"metrics needs {(error.name or '').partition('.')[0]}, which is not installed", 'pip install "pgseq[metrics]"'
    ) from None

if TYPE_CHECKING:
    from prometheus_client.core import Metric

#: How a file begins that pgseq has written for the textfile collector.
HEAD: Final = b"# HELP pgseq_"
#: Seconds after which a signal is heeded at the latest.
WAKING: Final = 0.2
#: What Prometheus asks for (https://prometheus.io/docs/specs/om/open_metrics_spec/).
OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0"


@dataclass(kw_only=True)
class Watch:
    """Looks at the targets of a command line, again and again."""

    connection: Connection
    options: workflow.Options
    #: Samples of every sequence, also of healthy ones.
    every: bool
    _succeeded: dict[str, float] = field(default_factory=dict)

    def look(self) -> tuple[list[Metric], list[PgseqError]]:
        """The metrics of all targets, and what went wrong: targets that could not be looked at, and patterns that none
        of them has."""
        looks: list[Look] = []
        errors: list[PgseqError] = []
        unmatched: list[PgseqError] = []
        absences = Absences()

        def miss(place: str, label: str, error: PgseqError) -> None:
            errors.append(PgseqError(f"{place}: {error.message}", error.hint))
            looks.append(self._look(label, time.monotonic(), up=False))

        servers, _ = named(self.connection, miss)
        found = dict(self._targets(servers, errors, looks))
        listed = not errors
        for number, (label, target) in enumerate(found.items()):
            began = time.monotonic()
            samples, up = None, True
            try:
                samples = self._samples(target, absences.noted(self.options, number))
            except NothingMatches as error:
                unmatched.append(error)
            except FAILURES as error:
                up = False
                errors.append(PgseqError(f"{label}: {error.message}", error.hint))
            looks.append(self._look(label, began, up=up, samples=samples))
        everywhere = list(absences.everywhere(len(found) if listed else None))
        if not everywhere and found and len(unmatched) == len(found):
            everywhere = unmatched[:1]
        by_target = len({server.address for server in servers}) > 1
        return families(looks, by_target=by_target), errors + everywhere

    def _look(self, target: str, began: float, *, up: bool, samples: DatabaseSamples | None = None) -> Look:
        if up:
            self._succeeded[target] = time.time()
        return Look(
            target=target,
            seconds=time.monotonic() - began,
            succeeded=self._succeeded.get(target),
            up=up,
            samples=samples,
        )

    def _samples(self, target: Server, options: workflow.Options) -> DatabaseSamples:
        with target.open(self.connection.jobs) as pool:
            # Before the looks of the check, which count as calls.
            calls = read_nextval_calls(pool.primary, options.limits)
            return database_samples(workflow.check(pool, options), calls, every=self.every)

    def _targets(
        self, servers: Iterable[Server], errors: list[PgseqError], looks: list[Look]
    ) -> Iterator[tuple[str, Server]]:
        """Each database by its label: one that is named twice, as by two roles, is looked at by the last of them."""
        for server in servers:
            if not self.connection.every:
                yield _label(server), server
                continue
            began = time.monotonic()
            try:
                siblings = list(server.databases())
            except FAILURES as error:
                errors.append(PgseqError(f"{_label(server)}: {error.message}", error.hint))
                looks.append(self._look(_label(server), began, up=False))
                continue
            yield from (
                (_label(sibling), sibling)
                for sibling, is_open in siblings
                if is_open and not self.connection.excludes(sibling)
            )


def _label(server: Server) -> str:
    return f"{server.address}/{server.database}"


def once(watch: Watch, file: Path | None) -> int:
    """Look once and write the answer, to standard output (OpenMetrics) or to a file for node_exporter's textfile
    collector (which knows the older format alone). 2 where something could not be looked at."""
    from prometheus_client.exposition import choose_encoder, generate_latest

    refuse_executor(watch.connection)
    if file is not None:
        refuse_file(file)
    with naming_configuration(watch.options.config):
        latest = Latest()
        try:
            metrics, errors = watch.look()
        except KeyboardInterrupt:
            raise KeyboardInterrupt("before everything was looked at") from None
        latest.put(metrics)
    if file is not None:
        targets.write(file, generate_latest(latest).decode())
    else:
        sys.stdout.flush()
        # As UTF-8, whatever the encoding of the terminal: the format knows no other.
        sys.stdout.buffer.write(choose_encoder(OPENMETRICS)[0](latest))
    for error in errors:
        tell(error)
    return ExitCode.ERROR if errors else ExitCode.OK


def refuse_file(file: Path) -> None:
    """Raises UsageError for a file that the textfile collector would not read, or that is somebody else's."""
    name = display(str(file))
    if not file.name.endswith(".prom") or file.name == ".prom":
        raise UsageError(f"{name} does not end in .prom", "node_exporter's textfile collector reads no other files")
    targets.refuse(file)
    try:
        with file.open("rb") as there:
            head = there.read(len(HEAD))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}", "name another file") from None
    if head not in (b"", HEAD):
        raise UsageError(f"{name} is there already, and has no metrics of pgseq", "name another file")


def listen(watch: Watch, address: tuple[str, int], web_config: Path | None, seconds: float) -> int:
    """Serve the answer of the last look until Ctrl-C or SIGTERM; looks again `seconds` after the last one began."""
    refuse_executor(watch.connection)
    latest = Latest()
    told: set[str] = set()
    with serving(latest, address, web_config, note) as url:
        note(f"listening on {url}")
        try:
            while True:
                began = time.monotonic()
                metrics, errors = watch.look()
                latest.put(metrics)
                name_used(watch.options.config)
                # Once, and again after it was over.
                for error in errors:
                    if error.message not in told:
                        tell(error)
                told = {error.message for error in errors}
                # In small pieces: a signal that reaches another thread does not wake this one.
                while (left := began + seconds - time.monotonic()) > 0:
                    time.sleep(min(left, WAKING))
        except KeyboardInterrupt:
            # As asked: there is no other end.
            return ExitCode.OK
